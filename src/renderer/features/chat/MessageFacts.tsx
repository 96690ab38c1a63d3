/** What an answer cost. */
import type { Message } from '../../../main/api/conversations.ts';
import { useFormat } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/texts.ts';
import { Facts } from '../../page/Facts.tsx';

export function MessageFacts({ message }: { readonly message: Message }) {
  const { chat } = useTexts();
  const format = useFormat();
  const { details, modelName, think, createdAt } = message;
  if (!details) return null;
  const { facts } = chat;
  const rows: readonly (readonly [string, string])[] = [
    [facts.model, modelName ?? ''],
    [facts.tokens, format.count(details.tokens)],
    [facts.speed, facts.perSecond(format.rate(details.tokensPerSecond))],
    [facts.promptTokens, format.count(details.promptTokens)],
    [facts.promptSpeed, facts.perSecond(format.rate(details.promptTokensPerSecond))],
    [facts.firstText, facts.seconds(format.rate(details.firstTextMs / 1000))],
    [facts.thinkMode, chat.thinkModes[think]],
    [facts.time, format.moment(createdAt)],
  ];
  return <Facts className="facts" rows={rows} />;
}
