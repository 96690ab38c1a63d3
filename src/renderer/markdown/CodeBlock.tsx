/** A block of code with the name of its language and a way to copy it. */
import { isValidElement, useRef, type ReactNode } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { CopyButton } from '../ui/CopyButton.tsx';

export function CodeBlock({ children }: { readonly children?: ReactNode }) {
  const { chat } = useTexts();
  const pre = useRef<HTMLPreElement>(null);
  const language = languageOf(children);
  return (
    <figure className="code-block">
      <figcaption>
        <span>{language}</span>
        <CopyButton text={() => pre.current?.textContent ?? ''} label={chat.copyCode} iconOnly />
      </figcaption>
      {/* It scrolls, so the keyboard must reach it. */}
      <pre ref={pre} tabIndex={0}>
        {children}
      </pre>
    </figure>
  );
}

function languageOf(children: ReactNode): string {
  if (!isValidElement<{ readonly className?: string }>(children)) return '';
  return /language-(\S+)/.exec(children.props.className ?? '')?.[1] ?? '';
}
