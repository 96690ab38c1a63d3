/** The laws of sessions once more, over the reference RWKV-7 with random weights: real state, real logits. */
import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../../test/support/memoryStore.ts';
import { isAdapter, randomModel, TINY_CONFIG, transposed } from '../../../test/support/randomModel.ts';
import { createTinyTokenizer } from '../../../test/support/tinyTokenizer.ts';
import { createReferenceModel } from '../reference/referenceModel.ts';
import type { ModelConfig } from '../rwkv7/config.ts';
import { presetSampling } from '../sampling/presets.ts';
import { createSessions } from './session.ts';
import type { GenerateOptions, Session } from './types.ts';

const config: ModelConfig = { ...TINY_CONFIG, vocabularySize: 270 };
const tokenizer = createTinyTokenizer(['\n\n', 'User']);
const prompt = tokenizer.encode('User: what is it?\n\nAssistant:');

function open() {
  const tensors = [...randomModel(config)].map(
    ([name, tensor]) => [name, (isAdapter(name) ? transposed(tensor) : tensor).values] as const,
  );
  const model = createReferenceModel(new Map(tensors), config, { fingerprint: 'c'.repeat(64), maxChunk: 8 });
  return createSessions({ model, modelName: 'random', tokenizer, store: createMemoryStore() });
}

/** Only printable ASCII is said, one token a character: then every text has one spelling in tokens. */
const banned = Array.from({ length: config.vocabularySize }, (_, id) => id).filter((id) => id < 33 || id > 127);

async function answer(session: Session, options: Partial<GenerateOptions>): Promise<string> {
  const sampling = { ...presetSampling('greedy', 3), temperature: 1, banned };
  let text = '';
  for await (const event of session.generate({ sampling, stop: [], maxTokens: 60, ...options }))
    if (event.type === 'text') text += event.text;
  return text;
}

const looks = async (session: Session) => [session.position, session.prefixHash, await session.stateHash()];

describe('sessions over RWKV-7', () => {
  it('save, restore and fork bit by bit, in the middle of a text', async () => {
    const sessions = open();
    const session = sessions.open();
    await session.prefill(prompt);
    await session.save('prompt');
    const [restored, fork] = [await sessions.restore('prompt'), session.fork()];
    expect(await looks(restored)).toEqual(await looks(session));
    const texts = [await answer(session, {}), await answer(restored, {}), await answer(fork, {})];
    expect(new Set(texts).size).toBe(1);
    expect(await looks(restored)).toEqual(await looks(session));
    expect(await looks(fork)).toEqual(await looks(session));
  });

  it('have read exactly the answer, wherever it is stopped', async () => {
    const sessions = open();
    const start = sessions.open();
    await start.prefill(prompt);
    const whole = await answer(start.fork(), {});
    expect(whole.length).toBeGreaterThan(20);
    for (let at = 1; at < whole.length - 3; at += 5) {
      const stopped = start.fork();
      const text = await answer(stopped, { stop: [whole.slice(at, at + 3)] });
      expect(whole.startsWith(text)).toBe(true);
      expect(text.length).toBeLessThanOrEqual(at);
      const fresh = start.fork();
      await fresh.prefill(tokenizer.encode(text));
      expect(await looks(stopped)).toEqual(await looks(fresh));
    }
  });
});
