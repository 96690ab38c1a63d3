/** What the model thought before it answered, folded. */
import { useStore } from 'zustand/react';
import { useFormat } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/texts.ts';
import type { ConversationStore } from '../../stores/conversation.ts';
import { Icon } from '../../ui/icons.tsx';

export interface ThoughtsProps {
  readonly store: ConversationStore;
  /** The message's. */
  readonly id: string;
  readonly thought: string;
  readonly writing: boolean;
}

export function Thoughts({ store, id, thought, writing }: ThoughtsProps) {
  const { chat } = useTexts();
  const format = useFormat();
  const ms = useStore(store, (state) => state.thinkingMs[id]);
  const finished = ms === undefined ? chat.thoughts : chat.thoughtFor(format.duration(Math.max(1, ms / 1000)));
  return (
    <details className="thoughts">
      <summary>
        <Icon name="right" />
        <span>{writing ? chat.thinking : finished}</span>
      </summary>
      <div className="thoughts-text">{thought}</div>
    </details>
  );
}
