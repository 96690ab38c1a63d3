/** A conversation, or the place where a new one begins. */
import { useTexts } from '../../i18n/texts.ts';

export interface ChatViewProps {
  /** Undefined for a new chat. */
  readonly id?: string | undefined;
  /** The message to show. */
  readonly messageId?: string | undefined;
}

export function ChatView({ id }: ChatViewProps) {
  const { common } = useTexts();
  return <h1 data-id={id}>{common.chats}</h1>;
}
