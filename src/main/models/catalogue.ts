/** The official RWKV-7 G1 models that the app offers: what they are, where they are, and how to know them. */
import type { PRECISION_NAMES } from '../../engine/api/schemas.ts';
import type { Settings } from '../api/settings.ts';
import type { Mirror } from './download/types.ts';

export type Precision = (typeof PRECISION_NAMES)[number];
export type MirrorName = Settings['mirror'];
/** Which sentence of advice the window shows. */
export type ModelAdvice = 'tiny' | 'small' | 'quick' | 'balanced' | 'strong' | 'strongest';

export interface CatalogueModel {
  readonly id: string;
  readonly title: string;
  readonly parameters: '0.1B' | '0.4B' | '1.5B' | '2.9B' | '7.2B' | '13.3B';
  readonly parameterCount: number;
  readonly fileName: string;
  /** Undefined: no source that we trust states it; the server's word is then taken. */
  readonly bytes?: number;
  /** Lower case hex, of the whole file. Undefined: as with `bytes`; the file is then checked against the server only. */
  readonly sha256?: string;
  readonly licence: 'Apache-2.0';
  readonly advice: ModelAdvice;
  /** Most bytes that it takes on a GPU with one session. */
  readonly gpuBytes: Readonly<Record<Precision, number>>;
  /** A commit of the repository on Hugging Face that surely has the file, which a later one may not. */
  readonly revision?: string;
}

/*
 * Where the figures are from:
 * - parameterCount: the shapes of the tensors (33 a layer, 65536 rows of vocabulary).
 * - gpuBytes: `estimateMemory` of this engine on a GPU with all that it makes use of.
 * - 0.1B, 0.4B: file name, size and hash in the manifest of RWKV-Runner (github.com/josStorer/RWKV-Runner, manifest.json,
 *   2026-05-08). Further public projects state the same hash, for 0.4B as equal to Hugging Face's own.
 * - 1.5B: hash and revision as one public training recipe states them for the file of BlinkDL/rwkv7-g1; no exact size.
 * - 13.3B: size, hash and revision in a public project's record of the download, whole-file hash compared on two machines.
 * - 2.9B, 7.2B: the names only, as the makers' public servers announce them. No hash or size of these was found.
 * - licence: the repository's card, as public registries quote it.
 */
export const CATALOGUE: readonly CatalogueModel[] = [
  {
    id: 'rwkv7-g1d-0.1b',
    title: 'RWKV-7 G1d 0.1B',
    parameters: '0.1B',
    parameterCount: 191_084_544,
    fileName: 'rwkv7-g1d-0.1b-20260129-ctx8192.pth',
    bytes: 382_223_725,
    sha256: 'e10d7b1930c2644c5c6b194444774d6d82ec8212a78763493149de09aac7d83f',
    licence: 'Apache-2.0',
    advice: 'tiny',
    gpuBytes: gpu(471_558_416, 394_052_288, 351_584_960, 354_239_168),
  },
  {
    id: 'rwkv7-g1d-0.4b',
    title: 'RWKV-7 G1d 0.4B',
    parameters: '0.4B',
    parameterCount: 450_834_432,
    fileName: 'rwkv7-g1d-0.4b-20260210-ctx8192.pth',
    bytes: 901_776_749,
    sha256: '947cb9b8013224e06b112b72204256bec65096cc935a7767ce63d8e3ddef83bb',
    licence: 'Apache-2.0',
    advice: 'small',
    gpuBytes: gpu(1_027_446_608, 743_328_448, 592_333_504, 601_770_688),
  },
  {
    id: 'rwkv7-g1k-1.5b',
    title: 'RWKV-7 G1k 1.5B',
    parameters: '1.5B',
    parameterCount: 1_527_668_736,
    fileName: 'rwkv7-g1k-1.5b-20260930-ctx25600.pth',
    sha256: 'dfc1fc450641d5e00c5f412b5530a17b2a734ac02bde04d98c57608f5daaf773',
    licence: 'Apache-2.0',
    advice: 'quick',
    gpuBytes: gpu(3_305_503_440, 2_168_892_992, 1_564_913_216, 1_602_661_952),
    revision: 'cd67fb95fa9e2ce8757f8d21d713e74a9c788118',
  },
  {
    id: 'rwkv7-g1k-2.9b',
    title: 'RWKV-7 G1k 2.9B',
    parameters: '2.9B',
    parameterCount: 2_948_065_280,
    fileName: 'rwkv7-g1k-2.9b-20260930-ctx25600.pth',
    licence: 'Apache-2.0',
    advice: 'balanced',
    gpuBytes: gpu(6_220_203_344, 3_783_108_928, 2_524_817_728, 2_603_460_928),
  },
  {
    id: 'rwkv7-g1k-7.2b',
    title: 'RWKV-7 G1k 7.2B',
    parameters: '7.2B',
    parameterCount: 7_199_932_416,
    fileName: 'rwkv7-g1k-7.2b-20260930-ctx25600.pth',
    licence: 'Apache-2.0',
    advice: 'strong',
    gpuBytes: gpu(14_751_862_096, 8_507_448_640, 5_286_223_168, 5_487_549_760),
  },
  {
    id: 'rwkv7-g1k-13.3b',
    title: 'RWKV-7 G1k 13.3B',
    parameters: '13.3B',
    parameterCount: 13_270_298_624,
    fileName: 'rwkv7-g1k-13.3b-20260930-ctx25600.pth',
    bytes: 26_540_868_485,
    sha256: '31799b3f8207e74c1b47f359184ac1c658c927ff697971447f7bf0fd18ae393f',
    licence: 'Apache-2.0',
    advice: 'strongest',
    gpuBytes: gpu(26_960_761_536, 15_060_354_624, 8_919_893_568, 9_303_672_384),
    revision: 'cd67fb95fa9e2ce8757f8d21d713e74a9c788118',
  },
];

/** The files are bf16, which takes the same room as f16. */
function gpu(f16: number, int8: number, nf4: number, int4: number): CatalogueModel['gpuBytes'] {
  return { source: f16, f16, int8, nf4, int4 };
}

const MIRROR_NAMES = ['huggingface', 'hf-mirror', 'modelscope'] as const satisfies readonly MirrorName[];

/** Where the model can be downloaded, the preferred place first. Nothing else of the catalogue is ever contacted. */
export function mirrorsOf({ fileName, revision = 'main' }: CatalogueModel, preferred: MirrorName): Mirror[] {
  const mirrors: Record<MirrorName, Mirror> = {
    huggingface: {
      host: 'huggingface.co',
      url: `https://huggingface.co/BlinkDL/rwkv7-g1/resolve/${revision}/${fileName}`,
    },
    'hf-mirror': {
      host: 'hf-mirror.com',
      url: `https://hf-mirror.com/BlinkDL/rwkv7-g1/resolve/${revision}/${fileName}`,
    },
    // Its history is its own: commits of Hugging Face mean nothing there.
    modelscope: {
      host: 'modelscope.cn',
      url: `https://modelscope.cn/models/Blink_DL/rwkv7-g1/resolve/master/${fileName}`,
    },
  };
  const others = MIRROR_NAMES.filter((name) => name !== preferred);
  return [preferred, ...others].map((name) => mirrors[name]);
}

/** Bytes of the file: as published, else as its numbers of 16 bits make expect. */
export const approximateBytes = ({ bytes, parameterCount }: CatalogueModel): number => bytes ?? 2 * parameterCount;
