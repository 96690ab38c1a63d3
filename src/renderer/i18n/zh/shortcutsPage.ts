import type { shortcutsPage as pattern } from '../en/shortcutsPage.ts';

export const shortcutsPage: typeof pattern = {
  lead: '在窗口任意位置都有效，对话框打开时除外。',
  keys: '按键',
  action: '作用',
  off: '快捷键已关闭。',
  on: '键盘快捷键',
  everywhere: '全局',
  arrows: 'Tab 和 Shift+Tab 在控件间移动，Enter 和空格键按下控件，Esc 关闭最上层的内容。',
};
