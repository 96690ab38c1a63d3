/** What new chats begin with. */
import { useTexts } from '../../i18n/texts.ts';
import { CommittedField } from '../../page/CommittedField.tsx';
import { NumberField } from '../../page/NumberField.tsx';
import { PageSection } from '../../page/PageSection.tsx';
import { Select } from '../../ui/Select.tsx';
import { SamplingFields } from '../chat/SamplingFields.tsx';
import type { SettingsPartProps } from './useSaving.ts';

export function AnswerSettings({ settings, save }: SettingsPartProps) {
  const { settings: words, chat } = useTexts();
  const { off, fast, full } = chat.thinkModes;
  return (
    <PageSection title={words.answers} hint={words.answersHint}>
      <CommittedField
        label={words.systemPrompt}
        hint={words.systemPromptHint}
        multiline
        value={settings.systemPrompt}
        onCommit={(systemPrompt) => save({ systemPrompt })}
      />
      <div className="setting-grid">
        <Select
          label={words.think}
          value={settings.think}
          options={[
            { value: 'off', label: off },
            { value: 'fast', label: fast },
            { value: 'full', label: full },
          ]}
          onChange={(think) => save({ think })}
        />
        <NumberField
          label={words.maxTokens}
          hint={words.maxTokensHint}
          {...{ min: 1, max: 32_768, whole: true }}
          value={settings.maxTokens}
          onCommit={(maxTokens) => save({ maxTokens })}
        />
      </div>
      <SamplingFields value={settings.sampling} onChange={(sampling) => save({ sampling })} />
    </PageSection>
  );
}
