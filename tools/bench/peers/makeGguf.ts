/**
 * Writes a GGUF file of a released RWKV-7 shape with random weights: to measure an engine, no download is needed.
 *   node scripts/run.mjs tools/bench/peers/makeGguf.ts OUT.gguf SIZE PRECISION
 * SIZE: 0.1b, 0.4b, 1.5b, 2.9b, 7.2b, 13.3b. PRECISION: f16, q8_0, q4_0.
 */
import { EngineError } from '../../../src/engine/api/errors.ts';
import { releasedConfig } from '../../../src/engine/rwkv7/synthetic.ts';
import { PRECISIONS, writeSyntheticGguf } from './syntheticGguf.ts';

const [path, size, wanted] = process.argv.slice(2);
const precision = PRECISIONS.find((name) => name === wanted?.toLowerCase());
if (path === undefined || size === undefined || precision === undefined)
  throw new EngineError('invalid-argument', `Say: OUT.gguf SIZE PRECISION, the last one of ${PRECISIONS.join(', ')}.`);
const started = performance.now();
const bytes = await writeSyntheticGguf(path, `synthetic ${size}`, releasedConfig(size), precision);
console.log(`${path}: ${(bytes / 1e9).toFixed(2)} GB in ${((performance.now() - started) / 1000).toFixed(1)} s`);
