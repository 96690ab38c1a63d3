import type { palette as pattern } from '../en/palette.ts';

export const palette: typeof pattern = {
  title: '搜索',
  placeholder: '搜索全部内容，或输入命令…',
  commands: '命令',
  recent: '最近的对话',
  results: '结果',
  nothing: (query) => `没有找到“${query}”。`,
  found: (count) => `${count} 条结果`,
  kinds: {
    title: '对话',
    message: '消息',
    document: '文档',
    text: '文档正文',
    summary: '摘要',
    question: '文档问答',
    state: '已保存的状态',
    folder: '文件夹',
  },
  group: (kind, count) => `${kind}（${count}）`,
  orMore: (count) => `${count}+`,
  showMore: (kind) => `显示更多：${kind}`,
  page: (page) => `第 ${page} 页`,
  lightTheme: '浅色外观',
  darkTheme: '深色外观',
  systemTheme: '跟随系统外观',
  saveState: '保存此对话的状态…',
};
