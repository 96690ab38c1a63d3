/** Takes a bundle of a state that was exported here or elsewhere. */
import { useState } from 'react';
import { useTry } from '../../frame/useTry.ts';
import { useTexts } from '../../i18n/texts.ts';
import { FileButton } from '../../page/FileButton.tsx';
import { useServices } from '../../services.ts';

export function ImportBundle() {
  const { states } = useTexts();
  const { app, shell, toasts } = useServices();
  const attempt = useTry();
  const [busy, setBusy] = useState(false);
  const importFrom = (findPaths: () => Promise<readonly string[]>): void =>
    attempt(async () => {
      setBusy(true);
      try {
        for (const path of await findPaths()) {
          const { name } = await app.importState({ path });
          toasts.show({ kind: 'done', text: states.imported(name) });
        }
      } finally {
        setBusy(false);
      }
    });
  return (
    <FileButton
      icon="upload"
      dialog="bundle"
      accept=".anser"
      disabled={busy}
      onPaths={(paths) => importFrom(async () => paths)}
      onFiles={(files) => importFrom(() => shell.pathsOf(files))}
    >
      {busy ? states.importing : states.import}
    </FileButton>
  );
}
