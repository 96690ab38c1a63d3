/** Bringing weights from a file's form into the device's on the device, while they are loaded; see also `quantise.ts`. */
import { defineKernel } from '../gpu/kernel.ts';
import type { Variant } from '../gpu/shader.ts';
import { WEIGHT_LAYOUTS } from './weightFormats.ts';

/** Of the kernels here and of `quantise`: they are dispatched alike. */
export const CONVERT_WORKGROUP = 64;

/** Plain floats → f16. */
export const convertF16 = defineKernel('convert_f16', { source: 'read', weights: 'write', shape: 'uniform' });

/** Blocks of { scale, quants } → quants apart from scales. */
export const splitBlocks = defineKernel('split_blocks', {
  ...{ source: 'read', weights: 'write', scales: 'write', shape: 'uniform' },
});

/** Forms of files that are one number behind the other. */
export type PlainForm = 'f32' | 'f16' | 'bf16';
export const isPlain = (form: string): form is PlainForm => form === 'f32' || form === 'f16' || form === 'bf16';

/** Forms of files that are blocks with their scale. */
export type BlockForm = 'q8_0' | 'q4_0';

export const convertF16Variant = (source: PlainForm): Variant => ({
  imports: { halves: `lib/halves_${source}` },
  constants: { WORKGROUP_SIZE: CONVERT_WORKGROUP },
});

export function splitBlocksVariant(form: BlockForm): Variant {
  const { block, bits } = WEIGHT_LAYOUTS[form];
  return { constants: { WORKGROUP_SIZE: CONVERT_WORKGROUP, QUANT_WORDS: (block * bits) / 32 } };
}
