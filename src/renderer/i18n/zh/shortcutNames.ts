import type { shortcutNames as pattern } from '../en/shortcutNames.ts';

export const shortcutNames: typeof pattern = {
  palette: '搜索和运行命令',
  newChat: '新对话',
  sidebar: '显示或隐藏侧边栏',
  composer: '转到输入框',
  stop: '停止回答',
  previousChat: '上一个对话',
  nextChat: '下一个对话',
  documents: '文档',
  settings: '设置',
  shortcuts: '键盘快捷键',
};
