/**
 * Finds how the decode kernels run fastest on this machine's GPU: what `src/engine/kernels/decode.ts` chooses by. First
 * every sensible tiling of each matrix, then, with the best of them, a whole layer. All pipelines are compiled before
 * anything is timed: a GPU that waits for a compiler slows its clocks.
 *   node scripts/run.mjs tools/tune/decode.ts [--size 2.9b] [--formats f16,int8,nf4,q4_0] [--seconds 60] [--adapter NAME]
 */
import { parseArgs } from 'node:util';
import { dataFolder } from '../../src/engine/hosts/paths.ts';
import { openNodeGpu } from '../../src/engine/hosts/gpu.ts';
import type { WeightFormat } from '../../src/engine/kernels/weightFormats.ts';
import { releasedConfig } from '../../src/engine/rwkv7/synthetic.ts';
import { DecodeLab, MATRICES, type Candidate, type MatrixName } from './decode/lab.ts';

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '2.9b' },
    formats: { type: 'string', default: 'f16,int8,nf4,q4_0' },
    seconds: { type: 'string', default: '60' },
    adapter: { type: 'string', default: 'gpu' },
  },
});
const started = performance.now();
const late = (): boolean => performance.now() - started > 1000 * Number(values.seconds);
const print = (line: object): void => {
  console.log(JSON.stringify(line));
};

const gpu = await openNodeGpu({ adapter: values.adapter, cacheFolder: dataFolder() });
const lab = await DecodeLab.create(gpu, releasedConfig(values.size));
print({ adapter: gpu.caps.name, size: values.size, subgroup: lab.subgroup });

for (const format of values.formats.split(',') as WeightFormat[]) {
  const best = new Map<MatrixName, Candidate>();
  for (const name of MATRICES) {
    if (late() || (name === 'head' && format !== 'f16')) continue;
    const candidates = await lab.candidates(name, format);
    const times = await lab.timeMatrices(name, format, candidates);
    const order = candidates.map((candidate, i) => ({ candidate, us: times[i] ?? Infinity }));
    order.sort((a, b) => a.us - b.us);
    for (const { candidate, us } of order.slice(0, 8)) print({ name, format, ...candidate.tiling, us: +us.toFixed(2) });
    print({ name, format, ...order.at(-1)?.candidate.tiling, slowest: +(order.at(-1)?.us ?? 0).toFixed(2) });
    if (order[0]) best.set(name, order[0].candidate);
  }
  if (late()) break;
  print({ layer: format, us: +(await lab.timeLayer(format, best)).toFixed(2) });
}
print({ seconds: +((performance.now() - started) / 1000).toFixed(1) });
process.exit(0);
