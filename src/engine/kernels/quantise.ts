/** Quantising weights on the device, while they are loaded. */
import { defineKernel } from '../gpu/kernel.ts';
import type { Variant } from '../gpu/shader.ts';
import { CONVERT_WORKGROUP, isPlain, type PlainForm } from './convert.ts';
import { WEIGHT_LAYOUTS, type WeightFormat } from './weightFormats.ts';

export const quantise = defineKernel('quantise', {
  source: 'read',
  weights: 'write',
  scales: 'write',
  shape: 'uniform',
});

/** Formats that weights can be quantised to: `shaders/quantise/FORMAT.wgsl`. */
export const QUANTISED_FORMATS = ['q8_0', 'int8', 'nf4', 'q4_0'] as const satisfies readonly WeightFormat[];
export type QuantisedFormat = (typeof QUANTISED_FORMATS)[number];

export const isQuantised = (format: WeightFormat): format is QuantisedFormat =>
  (QUANTISED_FORMATS as readonly WeightFormat[]).includes(format);

/** Columns of one word of scales: two blocks, or one whose scale is a pair. A matrix's columns are a multiple of it. */
export const wordColumns = (format: QuantisedFormat): number => {
  const { block, scaleBytes } = WEIGHT_LAYOUTS[format];
  return (block * 4) / (scaleBytes || 4);
};

/** Forms of files that are quantised without a step between. */
export type QuantiserForm = PlainForm | 'q8_0';
export const isQuantiserForm = (form: string): form is QuantiserForm => isPlain(form) || form === 'q8_0';

export const quantiseVariant = (format: QuantisedFormat, source: QuantiserForm): Variant => ({
  imports: { source: `lib/source_${source}`, quantiser: `quantise/${format}` },
  constants: { WORKGROUP_SIZE: CONVERT_WORKGROUP },
});
