/** Whether a model fits into the memory, in a word and a colour; where nobody knows, the GPU that it is for. */
import type { PrecisionFit } from '../../../main/api/models.ts';
import { useTexts } from '../../i18n/texts.ts';
import { Badge, type BadgeProps } from '../../page/Badge.tsx';
import { fitWords } from './fitWords.ts';

const TONES: Readonly<Record<PrecisionFit['fit'], BadgeProps['tone']>> = {
  ...{ fits: 'good', tight: 'warn', 'too-big': 'bad', unknown: 'plain' },
};

export function FitBadge({ fit }: { readonly fit: PrecisionFit }) {
  const { models } = useTexts();
  return (
    <span title={fit.fit === 'unknown' ? models.advisedHint : models.fitHint}>
      <Badge tone={TONES[fit.fit]}>{fitWords(fit, models)}</Badge>
    </span>
  );
}
