/**
 * Kills the engine process and the main process of the app with SIGKILL at random moments, while a user chats, reads and
 * saves, and checks after each: nothing that was shown as finished is lost, at most ten seconds are read again, the
 * database is sound, states can be gone on from. Exit code 1 if not.
 *   node scripts/run.mjs tools/kills.ts [--count 50] [--seed 1] [--adapter software] [--json FILE]
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { killRounds, type Victim } from './kills/rounds.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
    adapter: { type: 'string', default: 'software' },
    json: { type: 'string' },
  },
});
const dataFolder = mkdtempSync(join(tmpdir(), 'anser-kills-'));
writeFileSync(join(dataFolder, 'settings.json'), JSON.stringify({ adapter: values.adapter, maxTokens: 12 }));
const victims = Array.from({ length: Number(values.count) }, (): Victim[] => ['engine', 'main']).flat();
const kills = await killRounds({
  ...{ dataFolder, victims, seed: Number(values.seed) },
  onKill: (kill) => console.log(JSON.stringify(kill)),
});
const summary = {
  kills: kills.length,
  violations: kills.flatMap(({ violations }) => violations),
  mostRepeatedSeconds: Math.max(...kills.map(({ repeatedSeconds }) => repeatedSeconds)),
  messages: kills.at(-1)?.messages,
  states: kills.at(-1)?.states,
};
console.log(JSON.stringify(summary));
if (values.json !== undefined) writeFileSync(values.json, JSON.stringify({ ...summary, each: kills }, null, 2));
rmSync(dataFolder, { recursive: true, force: true });
process.exitCode = summary.violations.length > 0 ? 1 : 0;
