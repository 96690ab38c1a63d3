/** What reading a chat again takes, in words. */
import type { RereadAhead } from '../../../main/api/conversations.ts';
import { useFormat } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/texts.ts';

/** How the cost itself is said: with the tokens, and with the time where it is known. */
export interface CostWords {
  cost(tokens: string): string;
  costAndTime(tokens: string, time: string): string;
}

export function useRereadWords(): (ahead: RereadAhead, words: CostWords) => string {
  const { chat } = useTexts();
  const format = useFormat();
  return ({ tokens, seconds, whole }, words) => {
    const count = format.count(tokens);
    const cost = seconds === null ? words.cost(count) : words.costAndTime(count, format.duration(Math.max(1, seconds)));
    return [cost, ...(whole ? [] : [chat.replayAhead.lost])].join(chat.replayAhead.between);
  };
}
