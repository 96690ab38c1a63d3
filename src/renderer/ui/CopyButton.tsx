/** Copies a text, and says for a moment that it did. */
import { useEffect, useState } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { Button } from './Button.tsx';
import { copyText } from './copyText.ts';
import { IconButton } from './IconButton.tsx';

export interface CopyButtonProps {
  /** Asked for when the button is pressed. */
  readonly text: () => string;
  readonly label?: string;
  /** Without words on it. */
  readonly iconOnly?: boolean;
}

const SHOWN_MS = 2000;

export function CopyButton({ text, label, iconOnly = false }: CopyButtonProps) {
  const { common } = useTexts();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const onClick = (): void => void copyText(text()).then(setCopied);
  const icon = copied ? 'check' : 'copy';
  const words = copied ? common.copied : (label ?? common.copy);
  return (
    <>
      {iconOnly ? (
        <IconButton icon={icon} label={words} onClick={onClick} />
      ) : (
        <Button kind="quiet" icon={icon} onClick={onClick}>
          {words}
        </Button>
      )}
      <span role="status" className="visually-hidden">
        {copied && common.copied}
      </span>
    </>
  );
}
