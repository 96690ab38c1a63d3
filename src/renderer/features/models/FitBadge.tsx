/** Whether a model fits into the GPU's memory, in a word and a colour. */
import type { ModelEntry } from '../../../main/api/models.ts';
import { useTexts } from '../../i18n/texts.ts';
import { Badge, type BadgeProps } from '../../page/Badge.tsx';

export type Fit = ModelEntry['fits'][number]['fit'];

const TONES: Readonly<Record<Fit, BadgeProps['tone']>> = {
  ...{ fits: 'good', tight: 'warn', 'too-big': 'bad', unknown: 'plain' },
};

export function FitBadge({ fit }: { readonly fit: Fit }) {
  const { models } = useTexts();
  return (
    <span title={models.fitHint}>
      <Badge tone={TONES[fit]}>{models.fits[fit]}</Badge>
    </span>
  );
}
