/** A conversation, or the place where a new one begins. */
import { useServices } from '../../services.ts';
import './chat.css';
import { ConversationPane } from './ConversationPane.tsx';
import { NewChatPane } from './NewChatPane.tsx';

export interface ChatViewProps {
  /** Undefined for a new chat. */
  readonly id?: string | undefined;
  /** The message to show. */
  readonly messageId?: string | undefined;
}

export function ChatView({ id, messageId }: ChatViewProps) {
  const { conversations } = useServices();
  if (id === undefined) return <NewChatPane />;
  return <ConversationPane store={conversations.open(id)} messageId={messageId} />;
}
