/** The document that comes with the app, for trying it out. */
import type { Language } from '../i18n/language.ts';
import { lighthouse } from './lighthouse.ts';
import { lighthouseZh } from './lighthouseZh.ts';

export const sampleFile = (language: Language): File =>
  language === 'zh'
    ? new File([lighthouseZh], '奥克角的灯塔.md', { type: 'text/markdown' })
    : new File([lighthouse], 'The light at Oake Point.md', { type: 'text/markdown' });
