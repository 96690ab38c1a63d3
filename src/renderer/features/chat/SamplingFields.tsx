/** A choice of a sampling preset, or numbers of the user's own. The settings use it too. */
import type { SamplingChoice } from '../../../main/api/settings.ts';
import { useTexts } from '../../i18n/texts.ts';
import { TextField } from '../../ui/Field.tsx';
import { Select } from '../../ui/Select.tsx';

const PRESETS = ['chat', 'documentQuestion', 'thinking', 'greedy', 'custom'] as const;

type Custom = NonNullable<SamplingChoice['custom']>;

/** What one's own numbers begin with. */
const START: Custom = {
  ...{ temperature: 1, topP: 0.5, topK: 0, presencePenalty: 0.5, frequencyPenalty: 0.5, penaltyDecay: 0.996, seed: 0 },
};

const NUMBERS = [
  { name: 'temperature', max: 5, step: 0.05 },
  { name: 'topP', max: 1, step: 0.05 },
  { name: 'topK', max: 65_536, step: 1 },
  { name: 'presencePenalty', max: 5, step: 0.05 },
  { name: 'frequencyPenalty', max: 5, step: 0.05 },
  { name: 'penaltyDecay', max: 1, step: 0.001 },
] as const;

export interface SamplingFieldsProps {
  readonly value: SamplingChoice;
  readonly onChange: (value: SamplingChoice) => void;
}

export function SamplingFields({ value, onChange }: SamplingFieldsProps) {
  const { chat } = useTexts();
  const { preset, custom } = value;
  const options = PRESETS.map((name) => ({ value: name, label: chat.presets[name] }));
  const numbers = custom ?? START;
  return (
    <>
      <Select
        label={chat.sampling}
        value={preset}
        options={options}
        onChange={(next) => onChange({ preset: next, custom: next === 'custom' ? numbers : custom })}
      />
      {preset === 'custom' && (
        <div className="number-fields">
          {NUMBERS.map(({ name, max, step }) => (
            <TextField
              key={name}
              label={chat.custom[name]}
              type="number"
              {...{ min: 0, max, step }}
              defaultValue={numbers[name]}
              onChange={({ target }) => {
                if (target.validity.valid && target.value !== '')
                  onChange({ preset, custom: { ...numbers, [name]: target.valueAsNumber } });
              }}
            />
          ))}
        </div>
      )}
    </>
  );
}
