/** The view that the address names. */
import { BinView } from '../features/bin/BinView.tsx';
import { ChatView } from '../features/chat/ChatView.tsx';
import { DocumentView } from '../features/documents/DocumentView.tsx';
import { DocumentsView } from '../features/documents/DocumentsView.tsx';
import { ModelsView } from '../features/models/ModelsView.tsx';
import { PrivacyView } from '../features/privacy/PrivacyView.tsx';
import { SettingsView } from '../features/settings/SettingsView.tsx';
import { ShortcutsView } from '../features/shortcuts/ShortcutsView.tsx';
import { StatesView } from '../features/states/StatesView.tsx';
import { useView } from '../services.ts';
import type { View as OpenedView } from '../stores/navigation.ts';
import { ViewBoundary } from './ViewBoundary.tsx';

export function OpenView() {
  const view = useView();
  return (
    <ViewBoundary key={'id' in view ? `${view.kind} ${view.id}` : view.kind}>
      <View view={view} />
    </ViewBoundary>
  );
}

function View({ view }: { readonly view: OpenedView }) {
  switch (view.kind) {
    case 'chat':
      return <ChatView key="new" />;
    case 'conversation':
      return <ChatView key={view.id} id={view.id} messageId={view.messageId} />;
    case 'documents':
      return <DocumentsView />;
    case 'document':
      return <DocumentView key={view.id} id={view.id} place={view} />;
    case 'states':
      return <StatesView shown={view.stateId} />;
    case 'models':
      return <ModelsView />;
    case 'settings':
      return <SettingsView />;
    case 'privacy':
      return <PrivacyView />;
    case 'shortcuts':
      return <ShortcutsView />;
    case 'bin':
      return <BinView />;
  }
}
