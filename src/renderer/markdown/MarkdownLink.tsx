/** Links and images in what a model wrote. Neither ever loads anything: a link first shows where it leads. */
import { useState, type ReactNode } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { useServices } from '../services.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { useTry } from '../frame/useTry.ts';

const OPENABLE = /^(?:https?:|mailto:)/i;

export function MarkdownLink({ url, children }: { readonly url: string; readonly children?: ReactNode }) {
  const [asking, setAsking] = useState(false);
  if (!OPENABLE.test(url)) return <>{children}</>;
  return (
    <>
      <button type="button" role="link" className="text-link" title={url} onClick={() => setAsking(true)}>
        {children}
      </button>
      {asking && <LinkDialog url={url} onClose={() => setAsking(false)} />}
    </>
  );
}

export function ImageNote({ alt, url }: { readonly alt: string; readonly url: string }) {
  const { chat } = useTexts();
  return <MarkdownLink url={url}>[{chat.image(alt)}]</MarkdownLink>;
}

function LinkDialog({ url, onClose }: { readonly url: string; readonly onClose: () => void }) {
  const { chat, common } = useTexts();
  const { app } = useServices();
  const attempt = useTry();
  const open = (): void => {
    attempt(() => app.openLink({ url }));
    onClose();
  };
  const actions = (
    <>
      <Button onClick={onClose}>{common.cancel}</Button>
      <Button kind="primary" icon="link" onClick={open}>
        {chat.openLink}
      </Button>
    </>
  );
  return (
    <Dialog title={chat.linkTitle} onClose={onClose} actions={actions}>
      <p>{chat.linkHint}</p>
      <p className="address">{url}</p>
    </Dialog>
  );
}
