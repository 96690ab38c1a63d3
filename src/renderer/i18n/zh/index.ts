import type { Texts } from '../texts.ts';
import { common } from './common.ts';
import { errors } from './errors.ts';

export const zh: Texts = { common, errors };
