/** What is noted beside a part of a file, so that it can be continued by a later run of the app. */
import { readFile } from 'node:fs/promises';
import { array, type InferOutput, literal, nullable, object, optional, safeParse, string } from 'valibot';
import { count } from '../../../engine/api/schemas.ts';

const partFacts = object({
  version: literal(1),
  item: object({ id: string(), fileName: string(), bytes: optional(count), sha256: optional(string()) }),
  mirrors: array(object({ host: string(), url: string() })),
  /** Where the bytes that are here came from; null while there are none. */
  source: nullable(object({ url: string(), etag: nullable(string()), sha256: nullable(string()) })),
  totalBytes: nullable(count),
});
export type PartFacts = InferOutput<typeof partFacts>;

export const PART = '.part';
export const FACTS = '.part.json';

/** Undefined when there are none that can be used. */
export async function readFacts(path: string): Promise<PartFacts | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  try {
    const parsed = safeParse(partFacts, JSON.parse(text));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined; // cut short
  }
}
