/**
 * Writes a model file of true shapes whose weights are all zero, as a sparse file: it takes hardly any disk. For
 * measuring how a large file loads (`anser bench --model FILE --json`) where no large model is at hand:
 *   node scripts/run.mjs tools/hugeModelFile.ts KIND SIZE FILE
 * KIND is gguf-f16, gguf-q8_0, safetensors-bf16 or pth-bf16, SIZE a released size (0.1b … 13.3b).
 */
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { releasedConfig } from '../src/engine/rwkv7/synthetic.ts';
import { HUGE_KINDS, hugeModelWriter } from '../test/support/hugeModel.ts';

const [wanted, size = '', path] = process.argv.slice(2);
const kind = HUGE_KINDS.find((candidate) => candidate === wanted);
if (!kind || path === undefined) throw new Error(`Usage: hugeModelFile.ts (${HUGE_KINDS.join(' | ')}) SIZE FILE`);
const writer = hugeModelWriter(kind, releasedConfig(size));
const file = openSync(path, 'w');
ftruncateSync(file, writer.length);
for (const { at, bytes } of writer.known()) writeSync(file, bytes, 0, bytes.length, at);
closeSync(file);
console.log(`${path}: ${kind} of ${size}, ${writer.length} bytes.`);
