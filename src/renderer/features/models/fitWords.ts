/** How a model fits, in a word or two. */
import type { PrecisionFit } from '../../../main/api/models.ts';
import type { models } from '../../i18n/en/models.ts';

export function fitWords(
  { fit, advisedGibibytes }: PrecisionFit,
  words: Pick<typeof models, 'fits' | 'advised'>,
): string {
  if (fit !== 'unknown' || advisedGibibytes === null) return words.fits[fit];
  return words.advised(advisedGibibytes);
}
