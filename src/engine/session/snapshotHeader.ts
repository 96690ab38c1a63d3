/** The JSON header inside a snapshot: its fields, and the check of what was parsed. Part of `snapshots.ts`. */
import type { ModelConfig } from '../rwkv7/config.ts';
import type { JsonObject, SnapshotInfo } from './types.ts';

/** The sizes that fix the shapes of a state and its logits. */
export type SnapshotLayout = Pick<ModelConfig, 'layers' | 'width' | 'heads' | 'headSize' | 'vocabularySize'>;

/** What stands in the header; `SnapshotInfo` without what follows from the file itself. */
export interface HeaderFields extends Omit<SnapshotInfo, 'formatVersion' | 'byteLength'> {
  readonly layout: SnapshotLayout;
  readonly hasLogits: boolean;
  readonly prefixMidstate: string;
}

/** Far above every model, and low enough that all products of sizes stay exact. */
const LAYOUT_LIMITS: SnapshotLayout = {
  layers: 4096,
  width: 65536,
  heads: 65536,
  headSize: 65536,
  vocabularySize: 2 ** 24,
};

/** Parses a header; undefined when it is not one. Unknown fields are ignored. */
export function parseHeader(bytes: Uint8Array): HeaderFields | undefined {
  const value = parseJson(bytes);
  if (!isObject(value)) return undefined;
  const {
    id,
    modelFingerprint,
    modelName,
    tokenCount,
    prefixHash,
    prefixMidstate,
    createdAt,
    extra,
    layout,
    hasLogits,
  } = value;
  if (typeof id !== 'string' || typeof modelName !== 'string' || typeof prefixMidstate !== 'string') return undefined;
  if (!isHash(modelFingerprint) || !isHash(prefixHash)) return undefined;
  if (!isCount(tokenCount, Number.MAX_SAFE_INTEGER / 4)) return undefined;
  if (typeof createdAt !== 'string' || Number.isNaN(Date.parse(createdAt))) return undefined;
  if (typeof hasLogits !== 'boolean' || !isLayout(layout)) return undefined;
  const { layers, width, heads, headSize, vocabularySize } = layout;
  // Parsed from JSON, so an object can only be a JsonObject.
  if (!isObject(extra)) return undefined;
  return {
    ...{
      id,
      modelFingerprint,
      modelName,
      tokenCount,
      prefixHash,
      prefixMidstate,
      createdAt,
      extra: extra as JsonObject,
    },
    layout: { layers, width, heads, headSize, vocabularySize },
    hasLogits,
  };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

function isLayout(value: unknown): value is SnapshotLayout {
  if (!isObject(value)) return false;
  const sizes = Object.entries(LAYOUT_LIMITS).every(
    ([name, limit]) => isCount(value[name], limit) && value[name] !== 0,
  );
  return sizes && Number(value['heads']) * Number(value['headSize']) === value['width'];
}

type Fields = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isHash = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
const isCount = (value: unknown, limit: number): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= limit;
