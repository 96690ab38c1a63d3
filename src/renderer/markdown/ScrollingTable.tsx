/** A table that scrolls by itself when it is wider than the text. */
import type { ReactNode } from 'react';
import { useTexts } from '../i18n/texts.ts';

export function ScrollingTable({ children }: { readonly children?: ReactNode }) {
  const { chat } = useTexts();
  return (
    <div className="table-scroll" role="group" aria-label={chat.table} tabIndex={0}>
      <table>{children}</table>
    </div>
  );
}
