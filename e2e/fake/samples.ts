/** Conversations that the fake begins with when one looks at it by hand. */
import type { Message } from '../../src/main/api/conversations.ts';
import { RICH } from './scripts.ts';
import type { World } from './world.ts';

export function addSamples(world: World): void {
  world.folders.set('f-1', { id: 'f-1', name: 'Lighthouses', conversationCount: 0 });
  world.addConversation({ title: 'What the keeper wrote in the log', messages: rich(world), pinned: true });
  world.addConversation({ title: 'Comparing two translations of the same letter', messages: turns(world, 3) });
  world.addConversation({ title: 'Fresnel lenses', messages: turns(world, 2), folderId: 'f-1' });
  world.addConversation({ title: '灯塔的历史与航海', messages: turns(world, 2), folderId: 'f-1' });
  for (const title of ['Notes on tides', 'A very long title that certainly does not fit into the sidebar', '读书笔记'])
    world.addConversation({ title, messages: turns(world, 2), updatedAt: '2026-03-04T10:00:00Z' });
}

/** A conversation of `count` messages in which each follows the one before. */
export function turns(world: World, count: number): Message[] {
  const messages: Message[] = [];
  for (let index = 0; index < count; index++) {
    const parentId = messages.at(-1)?.id ?? null;
    const text = index % 2 === 0 ? `Question ${index / 2 + 1}: what does the log say?` : answerText(index);
    messages.push(world.message({ role: index % 2 === 0 ? 'user' : 'assistant', text, parentId }));
  }
  return messages;
}

const answerText = (index: number): string =>
  index % 10 === 9 ? RICH : `Answer ${(index + 1) / 2}. The oil lasted, the fog did not, and **the light** was seen.`;

function rich(world: World): Message[] {
  const user = world.message({ role: 'user', text: 'What did the keeper write in the log of 1893?' });
  const answer = world.message({
    ...{ role: 'assistant', text: RICH, parentId: user.id, think: 'full', modelName: 'Anser Demo', endReason: 'stop' },
    thought: 'The log of 1893 has three hands.\n\nI begin with the oil, then the fog, then the ships.',
    details: {
      ...{ tokens: 512, promptTokens: 2048, tokensPerSecond: 41.27, promptTokensPerSecond: 903, firstTextMs: 2412 },
    },
  });
  return [user, answer];
}
