/** A few of the kills that `npm run kills` makes, at moments that another seed decides. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { killRounds, type Kill } from '../tools/kills/rounds.ts';

test('killed at work, the app loses nothing that it has shown', { timeout: 300_000 }, async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'anser-kills-'));
  writeFileSync(join(dataFolder, 'settings.json'), JSON.stringify({ adapter: 'software', maxTokens: 12 }));
  const kills: Kill[] = [];
  const atEnd = await killRounds({
    ...{ dataFolder, victims: ['engine', 'main', 'engine', 'main'], seed: 7 },
    onKill: (kill) => kills.push(kill),
  });
  expect([...kills.flatMap(({ violations }) => violations), ...atEnd]).toEqual([]);
  // A user who got nothing done would have lost nothing.
  expect(kills.at(-1)?.messages).toBeGreaterThan(4);
  rmSync(dataFolder, { recursive: true, force: true });
});
