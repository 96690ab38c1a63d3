import type { en as pattern } from '../en/index.ts';
import { chat } from './chat.ts';
import { common } from './common.ts';
import { errors } from './errors.ts';
import { frame } from './frame.ts';
import { palette } from './palette.ts';
import { shortcutNames } from './shortcutNames.ts';
import { ui } from './ui.ts';

export const zh: typeof pattern = { chat, common, errors, frame, palette, shortcutNames, ui };
