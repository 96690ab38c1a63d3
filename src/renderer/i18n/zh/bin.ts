import type { bin as pattern } from '../en/bin.ts';

export const bin: typeof pattern = {
  lead: '删除的内容会在这里保留 30 天，之后彻底清除。',
  emptyTitle: '没有删除任何内容',
  empty: '删除的对话和文档可以在 30 天内从这里恢复。',
  chats: '已删除的对话',
  documents: '已删除的文档',
  deletedOn: (day) => `删除于 ${day}`,
  daysLeft: (count) => `${count} 天后清除`,
  restore: '恢复',
  restoreName: (title) => `恢复“${title}”`,
  restored: (title) => `已恢复“${title}”。`,
  purge: '永久删除',
  purgeName: (title) => `永久删除“${title}”`,
  purgeTitle: (title) => `永久删除“${title}”？`,
  purgeChat: '其中的所有消息及其背后的状态都会被清除，且无法撤销。',
  purgeDocument: '它的文字、摘要、问答以及各次阅读的状态都会被清除，原始文件会保留。此操作无法撤销。',
  empty30: '清空…',
  emptyBinTitle: '永久删除这里的所有内容？',
  emptyBinText: (chats, documents) => `${chats} 个对话和 ${documents} 个文档会连同其状态一起被清除，且无法撤销。`,
};
