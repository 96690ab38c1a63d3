/** The instructions of a chat, and how its answers are sampled. */
import { useState } from 'react';
import type { SamplingChoice } from '../../../main/api/settings.ts';
import { useTexts } from '../../i18n/texts.ts';
import type { ChatOptions } from '../../stores/newChat.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { TextArea } from '../../ui/Field.tsx';
import { SamplingFields } from './SamplingFields.tsx';

export interface OptionsDialogProps {
  readonly options: ChatOptions;
  /** The instructions are part of a state that cannot be made again. */
  readonly promptBound: boolean;
  readonly onSave: (patch: Partial<ChatOptions>) => void;
  readonly onClose: () => void;
}

export function OptionsDialog({ options, promptBound, onSave, onClose }: OptionsDialogProps) {
  const { chat, common } = useTexts();
  const [systemPrompt, setSystemPrompt] = useState(options.systemPrompt);
  const [sampling, setSampling] = useState<SamplingChoice>(options.sampling);
  const save = (): void => {
    onSave({ systemPrompt, sampling });
    onClose();
  };
  const actions = (
    <>
      <Button onClick={onClose}>{common.cancel}</Button>
      <Button kind="primary" onClick={save}>
        {common.save}
      </Button>
    </>
  );
  return (
    <Dialog title={chat.options} onClose={onClose} actions={actions}>
      <TextArea
        label={chat.systemPrompt}
        hint={promptBound ? chat.systemPromptBound : chat.systemPromptHint}
        readOnly={promptBound}
        rows={5}
        value={systemPrompt}
        onChange={(event) => setSystemPrompt(event.target.value)}
      />
      <SamplingFields value={sampling} onChange={setSampling} />
    </Dialog>
  );
}
