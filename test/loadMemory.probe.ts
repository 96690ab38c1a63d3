/**
 * Loads a huge model that does not exist onto a device that is none, and prints what that took as JSON:
 *   node test/loadMemory.probe.ts KIND SIZE LAYERS [hoard]
 * KIND is a kind of `hugeModel.ts`, SIZE a released size whose shapes the tensors have. With `hoard` the device keeps
 * what it is given. A process of its own, because its peak of memory is what is measured.
 */
import { openModel } from '../src/engine/formats/openModel.ts';
import { peakHostMemoryBytes } from '../src/engine/hosts/peakMemory.ts';
import { readShaderSources } from '../src/engine/hosts/shaderSources.ts';
import { loadModel } from '../src/engine/loadModel.ts';
import { releasedConfig } from '../src/engine/rwkv7/synthetic.ts';
import { createCountingGpu } from './support/countingGpu.ts';
import { HUGE_KINDS, hugeModel } from './support/hugeModel.ts';

const [wanted, size = '', layers, hoard] = process.argv.slice(2);
const kind = HUGE_KINDS.find((candidate) => candidate === wanted);
if (!kind) throw new Error(`Say which: ${HUGE_KINDS.join(', ')}.`);
const source = hugeModel(kind, { ...releasedConfig(size), layers: Number(layers) });
const gpu = createCountingGpu({ drains: hoard === undefined });
const weights = await openModel(source);
const startBytes = peakHostMemoryBytes();
const model = await loadModel(weights, 'source', { gpu, shaders: readShaderSources() });
await weights.close();
const { weightBytes } = model;
const result = { fileBytes: source.size, weightBytes, startBytes, peakBytes: peakHostMemoryBytes(), ...gpu.counts };
process.stdout.write(`${JSON.stringify(result)}\n`);
