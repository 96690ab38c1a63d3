/** The window's composition root: opens the line, makes the stores, renders the app. */
// First: what the views' own style sheets say comes after it.
import './styles/tokens.css';
import './styles/base.css';
import './ui/ui.css';
import './frame/frame.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { Connection } from './connection/connection.ts';
import { currentShell } from './connection/shell.ts';
import { ServicesContext, type Services } from './services.ts';
import { createAppStore, observeConnection } from './stores/appStore.ts';
import { createConversations } from './stores/conversations.ts';
import { createDocuments } from './stores/documents.ts';
import { createImports } from './stores/imports.ts';
import { createLayout } from './stores/layout.ts';
import { createLibrary } from './stores/library.ts';
import { createLists } from './stores/lists.ts';
import { createNavigation } from './stores/navigation.ts';
import { createNewChat } from './stores/newChat.ts';
import { nextFrame } from './stores/nextFrame.ts';
import { createStateSaving } from './stores/stateSaving.ts';
import { createToasts } from './stores/toasts.ts';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element with the id "root".');

const shell = currentShell();
const connection = new Connection(shell);
const { app } = connection;
const store = createAppStore();
const library = createLibrary(app);
const conversations = createConversations(app);
const documents = createDocuments({ app, nextFrame, onReading: library.noteReading });
const lists = createLists(app);
const navigation = createNavigation(window);
const services: Services = {
  ...{ app, shell, store, library, conversations, documents, lists, navigation },
  toasts: createToasts(),
  layout: createLayout(window.innerWidth),
  imports: createImports({ app, shell, onAdded: ({ id }) => navigation.go({ kind: 'document', id }) }),
  newChat: createNewChat(app, localStorage),
  stateSaving: createStateSaving(app),
};

void connection.keep(
  observeConnection(store, app, {
    onConnected: () => {
      library.refreshAll();
      conversations.reloadAll();
      documents.reloadAll();
      lists.renewAll();
    },
    onEvent: (event) => {
      library.onEvent(event);
      conversations.onEvent(event);
      documents.onEvent(event);
      lists.onEvent(event);
    },
  }),
);

createRoot(root).render(
  <StrictMode>
    <ServicesContext value={services}>
      <App />
    </ServicesContext>
  </StrictMode>,
);
