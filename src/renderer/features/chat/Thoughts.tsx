/** What the model thought before it answered, folded. */
import { useFormat } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/texts.ts';
import { Icon } from '../../ui/icons.tsx';

export interface ThoughtsProps {
  readonly thought: string;
  /** Milliseconds of thinking; null when unknown. */
  readonly ms: number | null;
  readonly writing: boolean;
}

export function Thoughts({ thought, ms, writing }: ThoughtsProps) {
  const { chat } = useTexts();
  const format = useFormat();
  const finished = ms === null ? chat.thoughts : chat.thoughtFor(format.duration(Math.max(1, ms / 1000)));
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
