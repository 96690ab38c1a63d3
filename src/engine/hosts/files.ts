/** Files of the user's disk as the engine's byte sources. Node only; the engine core never opens a path itself. */
import { open, stat, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { EngineError, type EngineErrorCode } from '../api/errors.ts';
import type { ByteSource } from '../formats/byteSource.ts';

/** One `read` call of the operating system takes less than 2 GiB; larger ranges are read in pieces of this size. */
const LARGEST_READ = 1 << 30;

/**
 * Opens a file for random access. The size is the size at opening: a file that shrinks later fails to read.
 * @param code what an unreadable file means to the caller: a bad model or a bad document
 * @throws EngineError `code` when the path is missing, a folder or not readable
 */
export async function fileSource(
  path: string,
  code: EngineErrorCode & ('model-unreadable' | 'document-unreadable') = 'model-unreadable',
): Promise<ByteSource> {
  const name = basename(path);
  const cannotOpen = (cause: unknown): never => {
    throw new EngineError(code, `${path} cannot be opened: ${systemReason(cause)}.`, {
      cause,
      nextStep: 'Check the path and that you may read the file.',
    });
  };
  // Before opening, which for a pipe waits until somebody writes to it.
  const found = await stat(path).catch(cannotOpen);
  if (!found.isFile()) throw new EngineError(code, `${path} is not a file.`, { nextStep: 'Give the path of a file.' });
  const handle = await open(path, 'r').catch(cannotOpen);
  const { size } = await handle.stat().catch(async (cause: unknown) => {
    await handle.close();
    return cannotOpen(cause);
  });
  return {
    name,
    size,
    read: (offset, length, into = new Uint8Array(length)) =>
      readRange(handle, name, code, offset, into.subarray(0, length)),
    close: () => handle.close(),
  };
}

async function readRange(
  handle: FileHandle,
  name: string,
  code: EngineErrorCode,
  offset: number,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const { length } = bytes;
  let done = 0;
  while (done < length) {
    const wanted = Math.min(length - done, LARGEST_READ);
    const { bytesRead } = await handle.read(bytes, done, wanted, offset + done).catch((cause: unknown) => {
      throw new EngineError(code, `${name} cannot be read: ${systemReason(cause)}.`, { cause });
    });
    if (bytesRead === 0)
      throw new EngineError(code, `${name} ends at byte ${offset + done}, but ${offset + length} were expected.`, {
        nextStep: 'The file is cut short or was changed meanwhile. Copy or download it again.',
      });
    done += bytesRead;
  }
  return bytes;
}

/** What a Node file error means, in words; the rare rest keeps the system's own words. */
export function systemReason(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  switch (code) {
    case 'ENOENT':
      return 'there is no such file';
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    case 'EISDIR':
      return 'it is a folder';
    case 'ENOSPC':
      return 'the disk is full';
    default:
      return cause instanceof Error ? cause.message : String(cause);
  }
}
