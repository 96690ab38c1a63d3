import type { en as pattern } from '../en/index.ts';
import { bin } from './bin.ts';
import { chat } from './chat.ts';
import { common } from './common.ts';
import { documents } from './documents.ts';
import { errors } from './errors.ts';
import { frame } from './frame.ts';
import { models } from './models.ts';
import { palette } from './palette.ts';
import { privacy } from './privacy.ts';
import { settings } from './settings.ts';
import { shortcutNames } from './shortcutNames.ts';
import { shortcutsPage } from './shortcutsPage.ts';
import { states } from './states.ts';
import { ui } from './ui.ts';

export const zh: typeof pattern = {
  bin,
  chat,
  common,
  documents,
  errors,
  frame,
  models,
  palette,
  privacy,
  settings,
  shortcutNames,
  shortcutsPage,
  states,
  ui,
};
