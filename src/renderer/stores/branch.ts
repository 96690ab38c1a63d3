/** A conversation is a tree of messages; these find the branch that is shown and the versions beside it. */
import type { Message } from '../../main/api/conversations.ts';

/** The messages from the first to `headId`; none when it is null or unknown. */
export function branchTo(messages: readonly Message[], headId: string | null): Message[] {
  const byId = new Map(messages.map((message) => [message.id, message]));
  const branch: Message[] = [];
  for (let id = headId; id !== null;) {
    const message = byId.get(id);
    // A message is deleted from the map once it was taken: a circle in damaged data must not hang the window.
    if (!message || !byId.delete(id)) break;
    branch.push(message);
    id = message.parentId;
  }
  return branch.reverse();
}

/** All versions of a message, itself among them, in the order in which they were written. */
export const versionsOf = (messages: readonly Message[], { parentId, role }: Message): Message[] =>
  messages.filter((message) => message.parentId === parentId && message.role === role);

/** The end of the branch that was written last below a message: where switching to it leads. */
export function latestBelow(messages: readonly Message[], id: string): string {
  const newest = new Map(messages.map((message) => [message.parentId, message.id]));
  let latest = id;
  for (let next = newest.get(id); next !== undefined; next = newest.get(next)) {
    newest.delete(latest);
    latest = next;
  }
  return latest;
}
