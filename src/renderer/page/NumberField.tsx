/** A number that is kept when it is valid; what is wrong with another is said. */
import { useFormat } from '../i18n/format.ts';
import { useTexts } from '../i18n/texts.ts';
import { CommittedField } from './CommittedField.tsx';
import { numberOf, type NumberLimits } from './numberOf.ts';

export interface NumberFieldProps extends NumberLimits {
  readonly label: string;
  readonly hint?: string;
  readonly value: number;
  readonly onCommit: (value: number) => void;
}

export function NumberField({ label, hint, value, onCommit, ...limits }: NumberFieldProps) {
  const words = useTexts().settings.invalid;
  const format = useFormat();
  const problem = (text: string): string | undefined => {
    const written = numberOf(text, limits);
    if ('value' in written) return undefined;
    if (written.problem !== 'range') return words[written.problem];
    const min = format.rate(limits.min);
    return limits.max === undefined ? words.atLeast(min) : words.range(min, format.count(limits.max));
  };
  return (
    <CommittedField
      label={label}
      hint={hint}
      value={String(value)}
      inputMode={limits.whole ? 'numeric' : 'decimal'}
      problem={problem}
      onCommit={(text) => {
        const written = numberOf(text, limits);
        if ('value' in written) onCommit(written.value);
      }}
    />
  );
}
