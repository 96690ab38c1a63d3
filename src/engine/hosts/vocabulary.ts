/** Finds the vocabulary that belongs to a model: inside its file, beside it, or the shipped World vocabulary. */
import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { EngineError } from '../api/errors.ts';
import type { WeightSource } from '../formats/weightSource.ts';
import { parseVocabulary } from '../tokenizer/vocabulary.ts';
import { resourcePath } from './resources.ts';

const WORLD_FILE = 'rwkv_vocab_v20230424.txt';
/** Rows of every World and G1 model. */
const WORLD_ROWS = 65536;

/**
 * Token bytes by id.
 * @throws EngineError `vocabulary-missing`, `vocabulary-unreadable`
 */
export async function findVocabulary(
  weights: WeightSource,
  modelPath: string,
  rows: number,
): Promise<ReadonlyMap<number, Uint8Array>> {
  if (weights.vocabulary) return weights.vocabulary;
  const path =
    (await besideModel(modelPath)) ?? (rows === WORLD_ROWS ? resourcePath(`vocabulary/${WORLD_FILE}`) : undefined);
  if (path === undefined || !existsSync(path))
    throw new EngineError(
      'vocabulary-missing',
      `${basename(modelPath)} has no vocabulary, and its ${rows} rows are not the World vocabulary's.`,
      {
        nextStep: 'Put the vocabulary file (…vocab….txt) beside the model.',
      },
    );
  return parseVocabulary(await readFile(path), basename(path));
}

/** `<model>.vocab.txt` or the only `*vocab*.txt` in the model's folder. */
async function besideModel(modelPath: string): Promise<string | undefined> {
  const folder = dirname(modelPath);
  const names = await readdir(folder);
  const own = `${basename(modelPath)}.vocab.txt`;
  if (names.includes(own)) return join(folder, own);
  const candidates = names.filter((name) => /vocab.*\.txt$/i.test(name));
  return candidates.length === 1 && candidates[0] !== undefined ? join(folder, candidates[0]) : undefined;
}
