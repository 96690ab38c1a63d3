import type { Texts } from '../texts.ts';
import { common } from './common.ts';
import { errors } from './errors.ts';
import { frame } from './frame.ts';
import { ui } from './ui.ts';

export const zh: Texts = { common, errors, frame, ui };
