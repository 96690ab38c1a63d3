/** The precision that a model is offered in first. */
import type { PrecisionFit } from '../../../main/api/models.ts';

type Precision = PrecisionFit['precision'];

/**
 * What the settings say if the file can be loaded so and it is not too big; else the first that fits, or is tight; else
 * what the settings say.
 */
export function usualPrecision(fits: readonly Pick<PrecisionFit, 'precision' | 'fit'>[], wanted: Precision): Precision {
  const own = fits.find(({ precision }) => precision === wanted);
  if (own && own.fit !== 'too-big') return wanted;
  const better = fits.find(({ fit }) => fit === 'fits') ?? fits.find(({ fit }) => fit === 'tight');
  return (better ?? own ?? fits[0])?.precision ?? 'source';
}
