/** The window: sidebar, banners, the view that is open, and what lies over them. */
import { useRef } from 'react';
import { useStore } from 'zustand/react';
import { ImportsHost } from '../features/documents/ImportsHost.tsx';
import { PaletteHost } from '../features/palette/Palette.tsx';
import { SaveStateHost } from '../features/states/SaveStateHost.tsx';
import { useTexts } from '../i18n/texts.ts';
import { useLayout, useServices } from '../services.ts';
import { Toasts } from '../ui/Toasts.tsx';
import { classNames } from '../ui/classNames.ts';
import { IconButton } from '../ui/IconButton.tsx';
import { keysOf } from '../shortcuts.ts';
import { Banner } from './Banner.tsx';
import { DropOverlay } from './DropOverlay.tsx';
import { OpenView } from './OpenView.tsx';
import { Sidebar } from './Sidebar.tsx';
import { useFrameShortcuts } from './useFrameShortcuts.ts';
import { useDocumentTitle } from './useDocumentTitle.ts';

export function Frame() {
  const { frame } = useTexts();
  const { layout } = useServices();
  const sidebar = useLayout((state) => state.sidebar);
  const main = useRef<HTMLElement>(null);
  useFrameShortcuts();
  useDocumentTitle();
  return (
    <div className={classNames('frame', sidebar && 'frame-with-sidebar')}>
      <button type="button" className="skip-link" onClick={() => main.current?.focus()}>
        {frame.skip}
      </button>
      {sidebar ? (
        <Sidebar />
      ) : (
        <div className="sidebar-opener">
          <IconButton
            icon="sidebar"
            label={frame.showSidebar}
            keys={keysOf('sidebar')}
            onClick={layout.toggleSidebar}
          />
        </div>
      )}
      <main ref={main} tabIndex={-1} className="main">
        <Banner />
        <OpenView />
      </main>
      <PaletteHost />
      <DropOverlay />
      <ImportsHost />
      <SaveStateHost />
      <Notes />
    </div>
  );
}

function Notes() {
  const { toasts } = useServices();
  return <Toasts toasts={useStore(toasts, (state) => state.toasts)} onDismiss={toasts.dismiss} />;
}
