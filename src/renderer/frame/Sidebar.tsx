/** The way to everything: a new chat, the search, documents, chats, and the pages of the app. */
import { useEffect, useRef } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { useServices, useView } from '../services.ts';
import { keysOf } from '../shortcuts.ts';
import { NARROW_PX } from '../stores/layout.ts';
import type { View } from '../stores/navigation.ts';
import { Icon, type IconName } from '../ui/icons.tsx';
import { IconButton } from '../ui/IconButton.tsx';
import { ConversationList } from './ConversationList.tsx';
import { DocumentList } from './DocumentList.tsx';
import { ModelChip } from './ModelChip.tsx';

export function Sidebar() {
  const { common, frame } = useTexts();
  const { layout } = useServices();
  const view = useView();
  const nav = useRef<HTMLElement>(null);
  useClosingWhenNarrow(nav);
  return (
    <nav ref={nav} className="sidebar" aria-label={common.navigation}>
      <header className="sidebar-head">
        <span className="wordmark">{common.appName}</span>
        <IconButton icon="sidebar" label={frame.hideSidebar} keys={keysOf('sidebar')} onClick={layout.toggleSidebar} />
      </header>
      <div className="sidebar-starts">
        <a className="nav-row nav-row-new" href="#/chat" aria-current={view.kind === 'chat' ? 'page' : undefined}>
          <Icon name="plus" />
          <span>{frame.newChat}</span>
        </a>
        <button type="button" className="nav-row" onClick={layout.openPalette}>
          <Icon name="search" />
          <span>{common.search}</span>
          <kbd>{keysOf('palette')}</kbd>
        </button>
      </div>
      <div className="sidebar-lists">
        <DocumentList />
        <ConversationList />
      </div>
      <footer className="sidebar-foot">
        <PageLink kind="states" icon="bookmark" />
        <PageLink kind="settings" icon="gear" />
        <ModelChip />
      </footer>
    </nav>
  );
}

type Page = Extract<View['kind'], 'states' | 'settings'>;

function PageLink({ kind, icon }: { readonly kind: Page; readonly icon: IconName }) {
  const { common } = useTexts();
  const here = useView().kind === kind;
  return (
    <a className="nav-row" href={`#/${kind}`} aria-current={here ? 'page' : undefined}>
      <Icon name={icon} />
      <span>{common[kind]}</span>
    </a>
  );
}

/** Where it lies over the view, it makes way as soon as the user went somewhere, or turned to what lies behind it. */
function useClosingWhenNarrow(nav: { readonly current: HTMLElement | null }): void {
  const { navigation, layout } = useServices();
  useEffect(() => {
    const close = (): void => {
      if (window.innerWidth <= NARROW_PX) layout.setState({ sidebar: false });
    };
    const onPointerDown = ({ target }: Event): void => {
      if (target instanceof Node && !nav.current?.contains(target)) close();
    };
    const stop = navigation.subscribe(close);
    document.addEventListener('pointerdown', onPointerDown);
    return () => {
      stop();
      document.removeEventListener('pointerdown', onPointerDown);
    };
  }, [nav, navigation, layout]);
}
