/** The field in which a message of a chat is written, with what decides how it is answered. */
import { useState, type ReactNode } from 'react';
import { useTexts } from '../../i18n/texts.ts';
import type { Draft } from '../../stores/draft.ts';
import type { ChatOptions } from '../../stores/newChat.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { MessageField } from './MessageField.tsx';
import { ModelNotice } from './ModelNotice.tsx';
import { OptionsDialog } from './OptionsDialog.tsx';
import { ThinkMenu } from './ThinkMenu.tsx';

export interface ComposerProps {
  readonly draft: Draft;
  /** An answer is under way. */
  readonly busy: boolean;
  readonly options: ChatOptions;
  /** The instructions cannot be changed any more; default false. */
  readonly promptBound?: boolean;
  /** What the next message brings with it. */
  readonly notice?: ReactNode;
  readonly onChange: (patch: Partial<ChatOptions>) => void;
  readonly onSend: (text: string) => void;
  readonly onStop: () => void;
}

export function Composer(props: ComposerProps) {
  const { draft, busy, options, promptBound = false, notice, onChange, onSend, onStop } = props;
  const { chat } = useTexts();
  const [asking, setAsking] = useState(false);
  const labels = { field: chat.composer, placeholder: chat.placeholder, send: chat.send, stop: chat.stop };
  return (
    <div className="composer-place">
      <ModelNotice />
      {notice}
      <MessageField {...{ draft, busy, labels, onSend, onStop }} autoFocus>
        <ThinkMenu think={options.think} onChange={(think) => onChange({ think })} />
        <IconButton icon="sliders" label={chat.options} onClick={() => setAsking(true)} />
      </MessageField>
      {asking && <OptionsDialog {...{ options, promptBound }} onSave={onChange} onClose={() => setAsking(false)} />}
    </div>
  );
}
