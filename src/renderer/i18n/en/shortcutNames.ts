/** What each shortcut does. */
export const shortcutNames = {
  palette: 'Search and run commands',
  newChat: 'New chat',
  sidebar: 'Show or hide the sidebar',
  composer: 'Go to the message field',
  stop: 'Stop the answer',
  previousChat: 'Previous chat',
  nextChat: 'Next chat',
  documents: 'Documents',
  settings: 'Settings',
  shortcuts: 'Keyboard shortcuts',
};
