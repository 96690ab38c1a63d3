/** The kernels: names and bindings, in the order of their WGSL files. */
import { defineKernel } from '../gpu/kernel.ts';

export const embed = defineKernel('embed', {
  weights: 'read',
  scales: 'read',
  tokens: 'read',
  out: 'write',
  vectors: 'read',
  shape: 'uniform',
  run: 'uniform',
});

export const layerNorm = defineKernel('layer_norm', {
  x: 'read',
  out: 'write',
  vectors: 'read',
  shape: 'uniform',
  run: 'uniform',
});

export const layerNormMix = defineKernel('layer_norm_mix', {
  x: 'read',
  out: 'write',
  vectors: 'read',
  shift: 'read',
  shiftNext: 'write',
  shape: 'uniform',
  run: 'uniform',
});

export const timeMix = defineKernel('time_mix', {
  proj: 'read',
  vFirst: 'write',
  wkv: 'write',
  out: 'write',
  vectors: 'read',
  shape: 'uniform',
  run: 'uniform',
});

const MATRIX_BINDINGS = {
  weights: 'read',
  scales: 'read',
  x: 'read',
  out: 'write',
  vectors: 'read',
  shape: 'uniform',
  run: 'uniform',
} as const;

/** Many tokens. */
export const matMat = defineKernel('mat_mat', MATRIX_BINDINGS);
/** One token, a workgroup for four rows. */
export const matVec = defineKernel('mat_vec', MATRIX_BINDINGS);
/** One token, an invocation for a row. */
export const matVecRow = defineKernel('mat_vec_row', MATRIX_BINDINGS);

export const randomWeights = defineKernel('random_weights', { words: 'write' });

export const copyWords = defineKernel('copy_words', { source: 'read', target: 'write' });

/** A matrix of any format as f16. */
export const dequantise = defineKernel('dequantise', {
  weights: 'read',
  scales: 'read',
  out: 'write',
  shape: 'uniform',
});

/** For CPU adapters: many tokens, a quad of invocations sharing x. */
export const matMatCpu = defineKernel('mat_mat_cpu', MATRIX_BINDINGS);
/** For CPU adapters: one token. */
export const matVecCpu = defineKernel('mat_vec_cpu', MATRIX_BINDINGS);

/** For CPU adapters: `time_mix` in three steps without barriers. */
export const timeMixInputs = defineKernel('time_mix_inputs', {
  proj: 'write',
  vFirst: 'write',
  vectors: 'read',
  shape: 'uniform',
  run: 'uniform',
});
export const wkvRows = defineKernel('wkv_rows', {
  proj: 'read',
  wkv: 'write',
  out: 'write',
  shape: 'uniform',
  run: 'uniform',
});
export const timeMixOutputs = defineKernel('time_mix_outputs', {
  proj: 'read',
  out: 'write',
  vectors: 'read',
  shape: 'uniform',
  run: 'uniform',
});
