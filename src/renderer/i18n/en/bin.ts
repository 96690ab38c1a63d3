/** Words of the recently deleted. */
export const bin = {
  lead: 'What you delete stays here for 30 days, then it is erased.',
  emptyTitle: 'Nothing was deleted',
  empty: 'Chats and documents that you delete can be restored from here for 30 days.',
  chats: 'Deleted chats',
  documents: 'Deleted documents',
  deletedOn: (day: string) => `deleted ${day}`,
  daysLeft: (count: string) => (count === '1' ? 'erased in 1 day' : `erased in ${count} days`),
  restore: 'Restore',
  restoreName: (title: string) => `Restore “${title}”`,
  restored: (title: string) => `“${title}” was restored.`,
  purge: 'Delete for good',
  purgeName: (title: string) => `Delete for good: “${title}”`,
  purgeTitle: (title: string) => `Delete “${title}” for good?`,
  purgeChat: 'All its messages and the states behind them are erased. This cannot be undone.',
  purgeDocument:
    'Its text, its summaries, its questions and the states of its readings are erased. Your original file stays. This cannot be undone.',
  empty30: 'Empty the bin…',
  emptyBinTitle: 'Delete everything here for good?',
  emptyBinText: (chats: string, documents: string) =>
    `${chats} ${chats === '1' ? 'chat' : 'chats'} and ${documents} ${documents === '1' ? 'document' : 'documents'} are erased, with their states. This cannot be undone.`,
};
