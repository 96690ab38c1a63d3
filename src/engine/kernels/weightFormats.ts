/** How weights lie on the device: bytes, blocks, and what a matrix's columns must be a multiple of. */

/** Formats that weights may have on the device; the files of the same name in `shaders/` read them. */
export type WeightFormat = 'f32' | 'f16' | 'q8_0' | 'int8' | 'nf4' | 'q4_0';

interface Layout {
  /** Bits of a weight, scales apart. */
  readonly bits: number;
  /** Columns that share a scale; 0: there are no scales. */
  readonly block: number;
  /** Bytes of a block's scale: f16, or a pair of f16. */
  readonly scaleBytes: 0 | 2 | 4;
  /** The columns of a matrix in this format are a multiple of it (others are padded with zeros to a multiple of 4). */
  readonly multiple: number;
  /** The same for the kernels that read 16 bytes at a time. */
  readonly fastMultiple: number;
}

export const WEIGHT_LAYOUTS: Readonly<Record<WeightFormat, Layout>> = {
  f32: { bits: 32, block: 0, scaleBytes: 0, multiple: 1, fastMultiple: 4 },
  f16: { bits: 16, block: 0, scaleBytes: 0, multiple: 1, fastMultiple: 8 },
  /** GGUF's: scale · int8. */
  q8_0: { bits: 8, block: 32, scaleBytes: 2, multiple: 32, fastMultiple: 64 },
  /** web-rwkv's: min + (max − min) · uint8 / 255, the pair (min, max) apart. */
  int8: { bits: 8, block: 128, scaleBytes: 4, multiple: 128, fastMultiple: 128 },
  /** web-rwkv's (QLoRA's normal float): absmax · table[code]. */
  nf4: { bits: 4, block: 64, scaleBytes: 2, multiple: 64, fastMultiple: 128 },
  /** GGUF's: scale · (nibble − 8); also the form of our own int4. */
  q4_0: { bits: 4, block: 32, scaleBytes: 2, multiple: 32, fastMultiple: 64 },
};

/** Columns in 16 bytes. */
export const pieceColumns = (format: WeightFormat): number => 128 / WEIGHT_LAYOUTS[format].bits;

/** Bytes of one row's weights (without scales). */
export const rowByteLength = (format: WeightFormat, paddedColumns: number): number =>
  (paddedColumns * WEIGHT_LAYOUTS[format].bits) / 8;

/** Bytes of one row's scales, padded to whole words. */
export function rowScaleByteLength(format: WeightFormat, paddedColumns: number): number {
  const { block, scaleBytes } = WEIGHT_LAYOUTS[format];
  return block === 0 ? 0 : Math.ceil(((paddedColumns / block) * scaleBytes) / 4) * 4;
}
