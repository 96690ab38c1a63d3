/** RWKV-7 in GGUF, as llama.cpp's converter writes it: its names and its fused tensors become the official ones. */
import { BLOCK_FORMATS } from './blockFormats.ts';
import type { ByteSource } from './byteSource.ts';
import { readGgufHeader, type GgufTensor } from './ggufHeader.ts';
import { unreadable, unsupported } from './modelErrors.ts';
import { makeWeightSource, storedByteLength, type StoredTensor } from './tensorTable.ts';
import type { TensorFormat, WeightSource } from './weightSource.ts';

/** GGUF's names outside of the blocks, less `.weight` or `.bias`. */
const GLOBAL_NAMES: Readonly<Record<string, string>> = {
  token_embd: 'emb',
  token_embd_norm: 'blocks.0.ln0',
  output_norm: 'ln_out',
  output: 'head',
};

/** GGUF's names inside of a block, less `.weight` or `.bias`, for tensors that keep that ending. */
const MODULE_NAMES: Readonly<Record<string, string>> = {
  attn_norm: 'ln1',
  attn_norm_2: 'ln2',
  time_mix_receptance: 'att.receptance',
  time_mix_key: 'att.key',
  time_mix_value: 'att.value',
  time_mix_output: 'att.output',
  time_mix_ln: 'att.ln_x',
  channel_mix_key: 'ffn.key',
  channel_mix_value: 'ffn.value',
};

/** GGUF's names inside of a block for tensors that have no ending in official files. */
const PARAMETER_NAMES: Readonly<Record<string, string>> = {
  channel_mix_lerp_k: 'ffn.x_k',
  ...Object.fromEntries(
    ['w0', 'w1', 'w2', 'a0', 'a1', 'a2', 'v0', 'v1', 'v2', 'g1', 'g2', 'k_k', 'k_a', 'r_k'].map((name) => [
      `time_mix_${name}`,
      `att.${name}`,
    ]),
  ),
};

/** The rows of `time_mix_lerp_fused`, in llama.cpp's order for rwkv7. */
const FUSED_LERPS = ['x_r', 'x_w', 'x_k', 'x_v', 'x_a', 'x_g'];

/** The first block has no value residual; converters fill its place with copies of another adapter. */
const FILLER = /^blk\.0\.time_mix_v[012]\.weight$/;

// prettier-ignore
const GGML_TYPE_NAMES: Readonly<Record<number, string>> = {
  2: 'Q4_0', 3: 'Q4_1', 6: 'Q5_0', 7: 'Q5_1', 9: 'Q8_1', 10: 'Q2_K', 11: 'Q3_K', 12: 'Q4_K', 13: 'Q5_K', 14: 'Q6_K',
  15: 'Q8_K', 16: 'IQ2_XXS', 17: 'IQ2_XS', 18: 'IQ3_XXS', 19: 'IQ1_S', 20: 'IQ4_NL', 21: 'IQ3_S', 22: 'IQ2_S', 23: 'IQ4_XS',
  24: 'I8', 25: 'I16', 26: 'I32', 27: 'I64', 28: 'F64', 29: 'IQ1_M', 34: 'TQ1_0', 35: 'TQ2_0', 39: 'MXFP4',
};

const FORMAT_OF_TYPE: ReadonlyMap<number, TensorFormat> = new Map(
  Object.entries(BLOCK_FORMATS).map(([name, { ggmlType }]) => [ggmlType, name as TensorFormat]), // the table's own keys
);

const lookUp = (names: Readonly<Record<string, string>>, key: string): string | undefined =>
  Object.hasOwn(names, key) ? names[key] : undefined;

/** The official name; a name that GGUF's rwkv7 does not define stays as it is. */
function officialName(name: string): string {
  const [, block, stem = '', ending = ''] = /^(?:blk\.(\d+)\.)?([a-z0-9_]+)\.(weight|bias)$/.exec(name) ?? [];
  if (block === undefined) {
    const module = lookUp(GLOBAL_NAMES, stem);
    return module === undefined ? name : `${module}.${ending}`;
  }
  const module = lookUp(MODULE_NAMES, stem);
  if (module !== undefined) return `blocks.${block}.${module}.${ending}`;
  const parameter = ending === 'weight' ? lookUp(PARAMETER_NAMES, stem) : undefined;
  return parameter === undefined ? name : `blocks.${block}.${parameter}`;
}

/** One tensor of the file as the one, or with fused rows the six, that official files have. */
function toStored(file: string, dataStart: number, { name, shape, ggmlType, offset }: GgufTensor): StoredTensor[] {
  const format = FORMAT_OF_TYPE.get(ggmlType);
  if (!format)
    throw unsupported(
      file,
      `tensor ${name} is stored as ${GGML_TYPE_NAMES[ggmlType] ?? `type ${ggmlType}`}, which we do not read yet`,
    );
  const whole = { name: officialName(name), shape, format, offset: dataStart + offset, columnMajor: false };
  const [, block] = /^blk\.(\d+)\.time_mix_lerp_fused\.weight$/.exec(name) ?? [];
  if (block === undefined) return [whole];
  const row = shape.slice(1);
  if (shape.length < 2 || shape[0] !== FUSED_LERPS.length)
    throw unreadable(file, `tensor ${name} has the shape [${shape.join(', ')}] instead of six rows`);
  const rowBytes = storedByteLength(file, name, format, row);
  return FUSED_LERPS.map((lerp, i) => ({
    ...whole,
    name: `blocks.${block}.att.${lerp}`,
    shape: row,
    offset: whole.offset + i * rowBytes,
  }));
}

function checkKind(file: string, metadata: ReadonlyMap<string, string>): void {
  const architecture = metadata.get('general.architecture') ?? 'none';
  if (architecture !== 'rwkv7') throw unsupported(file, `its architecture is "${architecture}", not rwkv7`);
  const parts = metadata.get('split.count') ?? '0';
  if (Number(parts) > 1)
    throw unsupported(
      file,
      `it is one of ${parts} parts of a model`,
      'Merge the parts first, with llama-gguf-split --merge.',
    );
}

/**
 * Opens a GGUF file; reads its header only.
 * @throws EngineError `model-unreadable` for a broken file; `model-unsupported` for architectures other than rwkv7
 * (rwkv6, rwkv6qwen2, arwkv7, …), split files and block formats that we do not read.
 */
export async function openGguf(source: ByteSource): Promise<WeightSource> {
  const file = source.name;
  const { metadata, vocabulary, tensors, dataStart } = await readGgufHeader(source);
  checkKind(file, metadata);
  return makeWeightSource({
    container: 'gguf',
    source,
    tensors: tensors.filter(({ name }) => !FILLER.test(name)).flatMap((tensor) => toStored(file, dataStart, tensor)),
    adapters: 'out-in',
    mayShare: false,
    metadata,
    vocabulary,
  });
}
