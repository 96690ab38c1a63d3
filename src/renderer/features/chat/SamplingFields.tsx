/** A choice of a sampling preset, or numbers of the user's own. The settings use it too. */
import type { SamplingChoice } from '../../../main/api/settings.ts';
import { useTexts } from '../../i18n/texts.ts';
import { NumberField } from '../../page/NumberField.tsx';
import { Select } from '../../ui/Select.tsx';

const PRESETS = ['chat', 'documentQuestion', 'thinking', 'greedy', 'custom'] as const;

type Custom = NonNullable<SamplingChoice['custom']>;

/** What one's own numbers begin with. */
const START: Custom = {
  ...{ temperature: 1, topP: 0.5, topK: 0, presencePenalty: 0.5, frequencyPenalty: 0.5, penaltyDecay: 0.996, seed: 0 },
};

const NUMBERS = [
  { name: 'temperature', max: 5 },
  { name: 'topP', max: 1 },
  { name: 'topK', max: 65_536, whole: true },
  { name: 'presencePenalty', max: 5 },
  { name: 'frequencyPenalty', max: 5 },
  { name: 'penaltyDecay', max: 1 },
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
          {NUMBERS.map(({ name, ...limits }) => (
            <NumberField
              key={name}
              label={chat.custom[name]}
              {...limits}
              min={0}
              value={numbers[name]}
              onCommit={(value) => onChange({ preset, custom: { ...numbers, [name]: value } })}
            />
          ))}
        </div>
      )}
    </>
  );
}
