/** The SHA-256 of a file of any size, read once from beginning to end. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { storageFailure } from '../../storageFailure.ts';

const READ_BYTES = 1 << 20;

/**
 * @param onBytes told how many bytes are done
 * @returns lower case hex
 * @throws AppError `storage-failed`, or the signal's reason
 */
export async function hashFile(path: string, signal: AbortSignal, onBytes: (done: number) => void): Promise<string> {
  const hash = createHash('sha256');
  let done = 0;
  try {
    for await (const bytes of createReadStream(path, { highWaterMark: READ_BYTES, signal }) as AsyncIterable<Buffer>) {
      hash.update(bytes);
      onBytes((done += bytes.length));
    }
  } catch (error) {
    signal.throwIfAborted();
    throw storageFailure(error, `${path} could not be read`);
  }
  return hash.digest('hex');
}
