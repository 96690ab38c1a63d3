/** What a reading shall look for, and whether it writes summaries. */
import { useTexts } from '../../i18n/texts.ts';
import { TextArea } from '../../ui/Field.tsx';
import { Switch } from '../../ui/Switch.tsx';

export interface FocusFieldsProps {
  readonly focus: string;
  readonly summarise: boolean;
  readonly onFocus: (focus: string) => void;
  readonly onSummarise: (summarise: boolean) => void;
}

export function FocusFields({ focus, summarise, onFocus, onSummarise }: FocusFieldsProps) {
  const { documents } = useTexts();
  return (
    <>
      <TextArea
        label={documents.focus}
        hint={documents.focusHint}
        placeholder={documents.focusPlaceholder}
        rows={2}
        maxLength={2000}
        value={focus}
        onChange={(event) => onFocus(event.target.value)}
      />
      <Switch label={documents.summarise} hint={documents.summariseHint} checked={summarise} onChange={onSummarise} />
    </>
  );
}
