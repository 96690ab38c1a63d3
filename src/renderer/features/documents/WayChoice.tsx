/** From memory or by reading again: both in sight, each explained in a line. */
import { useId } from 'react';
import { useTexts } from '../../i18n/texts.ts';
import type { Memory } from './memoryOf.ts';

export type Way = 'memory' | 'reread';

export interface WayChoiceProps {
  readonly way: Way;
  readonly memory: Memory;
  readonly onChange: (way: Way) => void;
}

export function WayChoice({ way, memory, onChange }: WayChoiceProps) {
  const { documents } = useTexts();
  const name = useId();
  const { ways } = documents;
  const reasons = { there: ways[`${way}Hint`], 'not-read': documents.notRead, 'other-model': documents.otherMemory };
  return (
    <fieldset className="way" aria-describedby={`${name}-hint`}>
      <legend className="visually-hidden">{documents.way}</legend>
      <div className="way-options">
        {(['reread', 'memory'] as const).map((value) => (
          <label key={value}>
            <input
              type="radio"
              name={name}
              checked={way === value}
              disabled={value === 'memory' && memory !== 'there'}
              onChange={() => onChange(value)}
            />
            <span>{ways[value]}</span>
          </label>
        ))}
      </div>
      <p id={`${name}-hint`}>{reasons[memory]}</p>
    </fieldset>
  );
}
