/** A button that lets the user choose files: by the system's dialog where the shell has one, else by the browser's. */
import { useRef } from 'react';
import { useAppState, useServices } from '../services.ts';
import { useTry } from '../frame/useTry.ts';
import { Button, type ButtonProps } from '../ui/Button.tsx';

export interface FileButtonProps extends Pick<ButtonProps, 'kind' | 'icon' | 'disabled' | 'children'> {
  readonly dialog: 'documents' | 'models' | 'bundle';
  /** Name endings, for the browser's dialog. */
  readonly accept?: string;
  readonly multiple?: boolean;
  readonly onPaths: (paths: readonly string[]) => void;
  /** Files of a browser, which have no path yet. */
  readonly onFiles: (files: readonly File[]) => void;
}

export function FileButton({ dialog, accept, multiple = false, onPaths, onFiles, ...button }: FileButtonProps) {
  const { app } = useServices();
  const attempt = useTry();
  const dialogs = useAppState(({ about }) => about?.dialogs ?? false);
  const input = useRef<HTMLInputElement>(null);
  const choose = (): void => {
    if (dialogs) attempt(async () => onPaths(await app.pickFiles({ kind: dialog })));
    else input.current?.click();
  };
  return (
    <>
      <Button {...button} onClick={choose} />
      <input
        ref={input}
        type="file"
        hidden
        data-files={dialog}
        accept={accept}
        multiple={multiple}
        onChange={({ target }) => {
          onFiles([...(target.files ?? [])]);
          target.value = '';
        }}
      />
    </>
  );
}
