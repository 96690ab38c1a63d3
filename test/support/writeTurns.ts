/**
 * Holds turn after turn in one conversation and says on stdout which answers are stored, until it is killed:
 *
 *   node test/support/writeTurns.ts FOLDER
 */
import { ChatBench } from './chatBench.ts';
import { longAnswer } from './longAnswer.ts';

const bench = new ChatBench(process.argv[2] ?? '');
bench.conversations.tidy();
bench.engine.script = async function* ({ messages }) {
  yield* longAnswer(messages.at(-1)?.text ?? '');
};
const id = bench.conversations.list(false)[0]?.id ?? bench.conversations.create(null).id;
process.stdout.write('ready\n');
for (let turn = 0; ; turn++) {
  const answer = await bench.say(id, `Question ${turn}`);
  process.stdout.write(`${answer.id}\n`);
}
