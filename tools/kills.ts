/**
 * Kills the engine process and the main process of the app with SIGKILL at random moments, while a user chats, reads and
 * saves, and checks after each: nothing that was shown as finished is lost, at most ten seconds are read again, database and
 * snapshots are sound, states go on as they did before, no process is left. Exit code 1 if not; then the data folder stays.
 *   node scripts/run.mjs tools/kills.ts [--count 50] [--seed 1] [--adapter software] [--json FILE]
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { killRounds, type Kill, type Victim } from './kills/rounds.ts';

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
const kills: Kill[] = [];
const onKill = (kill: Kill): void => {
  kills.push(kill);
  console.log(JSON.stringify(kill));
};
const atEnd = await killRounds({ dataFolder, victims, seed: Number(values.seed), onKill }).catch((error: unknown) => [
  `after ${kills.length} kills: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
]);
const most = (of: (kill: Kill) => number): number => Math.max(0, ...kills.map(of));
const summary = {
  seed: Number(values.seed),
  kills: kills.length,
  violations: [...kills.flatMap(({ violations }) => violations), ...atEnd],
  mostRepeatedSeconds: most(({ repeated }) => repeated.seconds),
  mostRepeatedSecondsBySpeed: most(({ repeated }) => repeated.secondsBySpeed),
  mostRepeatedTokens: most(({ repeated }) => repeated.tokens),
  killedWhileWriting: kills.filter(({ unfinished }) => unfinished > 0).length,
  messages: kills.at(-1)?.messages,
  states: kills.at(-1)?.states,
};
console.log(JSON.stringify(summary));
if (values.json !== undefined) writeFileSync(values.json, JSON.stringify({ ...summary, each: kills }, null, 2));
if (summary.violations.length > 0) {
  console.error(`What was found is in ${dataFolder}.`);
  process.exitCode = 1;
} else rmSync(dataFolder, { recursive: true, force: true });
