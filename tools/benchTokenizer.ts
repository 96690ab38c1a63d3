/**
 * Measures the tokenizer: MB of UTF-8 a second, encoding, on one core.
 *   node scripts/run.mjs tools/benchTokenizer.ts [FILE …]      without files: two built-in texts
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { createTokenizer } from '../src/engine/tokenizer/tokenizer.ts';
import { parseVocabulary } from '../src/engine/tokenizer/vocabulary.ts';

const VOCABULARY = new URL('../resources/vocabulary/rwkv_vocab_v20230424.txt', import.meta.url);
const ROUNDS = 5;
const SAMPLE_BYTES = 4 << 20;

const ENGLISH =
  'It was late in the afternoon when the two travellers reached the inn. The landlord, a tall man with grey eyes, asked ' +
  'them (rather curtly) whether they meant to stay; "for one night only," said the elder, and put 17 shillings on the table.\n';
const CHINESE =
  '傍晚时分，两位旅人来到了客栈。店主是个高个子，眼睛灰灰的，他问客人要不要住下。“只住一晚，”年长的那位说着，把十七个铜板放在桌上。' +
  '窗外下着小雨，街上的行人渐渐少了，远处传来钟声。\n';

function repeated(text: string): Uint8Array {
  return new TextEncoder().encode(text.repeat(Math.ceil(SAMPLE_BYTES / Buffer.byteLength(text))));
}

function timed<T>(work: () => T): { result: T; seconds: number } {
  const start = performance.now();
  const result = work();
  return { result, seconds: (performance.now() - start) / 1000 };
}

const parsed = timed(() => parseVocabulary(readFileSync(VOCABULARY), 'rwkv_vocab_v20230424.txt'));
const built = timed(() => createTokenizer(parsed.result));
const tokenizer = built.result;
console.log(`vocabulary: parsed in ${ms(parsed.seconds)}, tokenizer built in ${ms(built.seconds)}`);

const files = process.argv.slice(2);
const samples: [name: string, bytes: Uint8Array][] =
  files.length > 0
    ? files.map((file) => [basename(file), readFileSync(file)])
    : [
        ['English', repeated(ENGLISH)],
        ['Chinese', repeated(CHINESE)],
      ];

for (const [name, bytes] of samples) {
  const runs = Array.from({ length: ROUNDS }, () => timed(() => tokenizer.encodeBytes(bytes)));
  const best = Math.min(...runs.map(({ seconds }) => seconds));
  const tokens = runs[0]?.result.length ?? 0;
  const rate = (bytes.length / 1e6 / best).toFixed(1);
  console.log(
    `${name}: ${rate} MB/s, best of ${ROUNDS} (${bytes.length} bytes, ${(bytes.length / tokens).toFixed(2)} a token)`,
  );
}

function ms(seconds: number): string {
  return `${(seconds * 1000).toFixed(0)} ms`;
}
