/** Words of the command palette. */
export const palette = {
  title: 'Search',
  placeholder: 'Search chats and documents, or type a command…',
  commands: 'Commands',
  recent: 'Recent chats',
  results: 'Results',
  nothing: (query: string) => `Nothing was found for “${query}”.`,
  found: (count: number) => (count === 1 ? '1 result' : `${count} results`),
  kinds: { title: 'Chat', message: 'Message', document: 'Document', summary: 'Summary' },
  lightTheme: 'Light appearance',
  darkTheme: 'Dark appearance',
  systemTheme: 'Appearance of the system',
  saveState: 'Save the state of this chat…',
};
