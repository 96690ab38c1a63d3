/** The field in which a message is written, with what decides how it is answered. */
import { useId, useRef, useState, type KeyboardEvent } from 'react';
import { useStore } from 'zustand/react';
import { useTexts } from '../../i18n/texts.ts';
import { useAppState } from '../../services.ts';
import { isComposing, keysOf } from '../../shortcuts.ts';
import type { Draft } from '../../stores/draft.ts';
import type { ChatOptions } from '../../stores/newChat.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { useShortcuts } from '../../frame/useShortcuts.ts';
import { focusComposer } from './focusComposer.ts';
import { ModelNotice } from './ModelNotice.tsx';
import { OptionsDialog } from './OptionsDialog.tsx';
import { ThinkMenu } from './ThinkMenu.tsx';

export interface ComposerProps {
  readonly draft: Draft;
  /** An answer is under way. */
  readonly busy: boolean;
  readonly options: ChatOptions;
  readonly onChange: (patch: Partial<ChatOptions>) => void;
  readonly onSend: (text: string) => void;
  readonly onStop: () => void;
}

export function Composer({ draft, busy, options, onChange, onSend, onStop }: ComposerProps) {
  const { chat } = useTexts();
  const id = useId();
  const text = useStore(draft, (state) => state.text);
  const field = useRef<HTMLTextAreaElement>(null);
  const [asking, setAsking] = useState(false);
  useShortcuts({ composer: focusComposer });
  const empty = text.trim() === '';
  const send = (): void => {
    if (busy || empty) return;
    onSend(text.trim());
    field.current?.focus();
  };
  const onKeyDown = useSendKey(send);
  return (
    <div className="composer-place">
      <ModelNotice />
      <div className="composer">
        <label htmlFor={id} className="visually-hidden">
          {chat.composer}
        </label>
        <textarea
          ref={field}
          id={id}
          className="composer-field"
          rows={1}
          placeholder={chat.placeholder}
          value={text}
          autoFocus
          onChange={(event) => draft.set(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <div className="composer-row">
          <ThinkMenu think={options.think} onChange={(think) => onChange({ think })} />
          <IconButton icon="sliders" label={chat.options} onClick={() => setAsking(true)} />
          <span className="composer-space" />
          {busy ? (
            <IconButton
              className="composer-stop"
              icon="stop"
              label={chat.stop}
              keys={keysOf('stop')}
              onClick={onStop}
            />
          ) : (
            <IconButton className="composer-send" icon="send" label={chat.send} disabled={empty} onClick={send} />
          )}
        </div>
      </div>
      {asking && <OptionsDialog options={options} onSave={onChange} onClose={() => setAsking(false)} />}
    </div>
  );
}

/** Enter sends and Shift+Enter breaks the line; or, as the settings say, Ctrl or Cmd with Enter sends. */
export function useSendKey(send: () => void): (event: KeyboardEvent) => void {
  const sendWith = useAppState(({ settings }) => settings?.sendWith ?? 'enter');
  return (event) => {
    if (event.key !== 'Enter' || isComposing(event.nativeEvent)) return;
    const mod = event.ctrlKey || event.metaKey;
    if (sendWith === 'enter' ? event.shiftKey : !mod) return;
    event.preventDefault();
    send();
  };
}
