/** Files can be dropped anywhere: says so while they hover over the window, and hands them on. */
import { useEffect, useState } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { useServices } from '../services.ts';
import { Icon } from '../ui/icons.tsx';
import { droppedFiles } from './droppedFiles.ts';

export function DropOverlay() {
  const { frame } = useTexts();
  const hovering = useDroppedFiles();
  if (!hovering) return null;
  return (
    <div className="drop-overlay">
      <div>
        <Icon name="book" />
        <p>{frame.dropTitle}</p>
        <small>{frame.dropHint}</small>
      </div>
    </div>
  );
}

/** @returns whether files hover over the window */
function useDroppedFiles(): boolean {
  const { imports, store, toasts } = useServices();
  const { failed } = useTexts().frame;
  // Each element that the pointer crosses enters and leaves: only their balance tells.
  const [depth, setDepth] = useState(0);
  useEffect(() => {
    const withFiles = (take: (event: DragEvent) => void) => (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      take(event);
    };
    const listeners = {
      dragenter: withFiles(() => setDepth((before) => before + 1)),
      dragleave: withFiles(() => setDepth((before) => Math.max(0, before - 1))),
      dragover: withFiles(() => undefined),
      drop: withFiles(({ dataTransfer }) => {
        setDepth(0);
        // The desktop app opens folders by itself, from their paths.
        const expand = store.getState().about?.shell !== 'electron';
        if (!dataTransfer) return;
        droppedFiles(dataTransfer, expand).then(imports.importFiles, () =>
          toasts.show({ kind: 'error', text: failed }),
        );
      }),
    };
    const entries = Object.entries(listeners) as [keyof typeof listeners, (event: DragEvent) => void][];
    for (const [name, listener] of entries) window.addEventListener(name, listener);
    return () => {
      for (const [name, listener] of entries) window.removeEventListener(name, listener);
    };
  }, [imports, store, toasts, failed]);
  return depth > 0;
}
