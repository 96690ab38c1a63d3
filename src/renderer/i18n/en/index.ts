import { common } from './common.ts';
import { errors } from './errors.ts';
import { frame } from './frame.ts';
import { ui } from './ui.ts';

export const en = { common, errors, frame, ui };
