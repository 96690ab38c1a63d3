/** Reads a document's bytes, with one kind of error. */
import { EngineError } from '../api/errors.ts';
import type { ByteSource } from '../formats/byteSource.ts';

/** @throws EngineError `document-unreadable`; a source's own EngineErrors keep their code */
export async function readBytes(source: ByteSource, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await source.read(offset, length);
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    throw new EngineError('document-unreadable', `${source.name} cannot be read at byte ${offset}.`, {
      cause,
      nextStep: 'Check that the file is still there and unchanged.',
    });
  }
}
