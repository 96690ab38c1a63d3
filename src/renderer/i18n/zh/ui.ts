import type { ui as pattern } from '../en/ui.ts';

export const ui: typeof pattern = {
  notifications: '通知',
};
