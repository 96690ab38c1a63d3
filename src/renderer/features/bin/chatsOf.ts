/** The chats in the bin; questions about a document go with it. */
import type { Bin } from '../../stores/lists.ts';

export const chatsOf = ({ conversations }: Bin): Bin['conversations'] =>
  conversations.filter(({ documentId }) => documentId === null);
