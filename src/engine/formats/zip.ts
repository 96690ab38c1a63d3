/**
 * The directory of a zip archive whose entries are stored, not compressed, as torch writes them: where each entry's
 * bytes are in the file. Nothing is ever unpacked. Format: PKWARE APPNOTE 6.3.10.
 */
import { readHeader, readText, readU64, requireRange, viewOf } from './boundedRead.ts';
import type { ByteSource } from './byteSource.ts';
import { unreadable, unsupported } from './modelErrors.ts';

export interface ZipEntry {
  /** From the start of the file. */
  readonly offset: number;
  readonly size: number;
}

interface Directory {
  readonly offset: number;
  readonly size: number;
  readonly count: number;
}

/** An entry as the directory has it: its data follow a local header of unknown length. */
interface ListedEntry {
  readonly name: string;
  readonly headerOffset: number;
  readonly size: number;
}

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const MAX_COMMENT = 0xffff;
const LOCATOR_SIGNATURE = 0x07064b50;
const LOCATOR_BYTES = 20;
const END64_SIGNATURE = 0x06064b50;
const END64_BYTES = 56;
const LISTED_SIGNATURE = 0x02014b50;
const LISTED_BYTES = 46;
const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_BYTES = 30;
const ZIP64_EXTRA = 0x0001;
const IN_ZIP64 = 0xffffffff;
const MAX_ENTRIES = 131072;
const ENCRYPTED = 1;
const STORED = 0;

/** The end record: the last place where its signature stands with a comment that ends with the file. */
async function findEnd(source: ByteSource): Promise<{ offset: number; view: DataView }> {
  const tailLength = Math.min(source.size, END_BYTES + MAX_COMMENT);
  const tail = viewOf(await readHeader(source, source.size - tailLength, tailLength, 'its end'));
  for (let at = tailLength - END_BYTES; at >= 0; at--)
    if (tail.getUint32(at, true) === END_SIGNATURE && tail.getUint16(at + 20, true) === tailLength - at - END_BYTES)
      return {
        offset: source.size - tailLength + at,
        view: new DataView(tail.buffer, tail.byteOffset + at, END_BYTES),
      };
  throw unreadable(source.name, 'the end of the archive is missing; the file is probably cut');
}

async function findDirectory(source: ByteSource): Promise<Directory> {
  const file = source.name;
  const end = await findEnd(source);
  const checked = (directory: Directory, limit: number): Directory => {
    requireRange(file, limit, directory.offset, directory.size, 'the directory of the archive');
    if (directory.count > MAX_ENTRIES || directory.count * LISTED_BYTES > directory.size)
      throw unreadable(
        file,
        `the directory of the archive claims ${directory.count} entries in ${directory.size} bytes`,
      );
    return directory;
  };
  const locatorOffset = end.offset - LOCATOR_BYTES;
  if (locatorOffset >= 0) {
    const locator = viewOf(await readHeader(source, locatorOffset, LOCATOR_BYTES, 'its end'));
    if (locator.getUint32(0, true) === LOCATOR_SIGNATURE) {
      const offset = readU64(file, locator, 8, 'the place of the directory');
      const view = viewOf(await readHeader(source, offset, END64_BYTES, 'the 64-bit end of the archive'));
      if (view.getUint32(0, true) !== END64_SIGNATURE)
        throw unreadable(file, 'the 64-bit end of the archive is missing');
      const [count, size, start] = [32, 40, 48].map((at) => readU64(file, view, at, 'a size in the archive'));
      return checked({ count: count ?? 0, size: size ?? 0, offset: start ?? 0 }, offset);
    }
  }
  const { view } = end;
  if (view.getUint16(4, true) !== 0 || view.getUint16(8, true) !== view.getUint16(10, true))
    throw unsupported(file, 'it is one part of an archive of several files');
  return checked(
    { count: view.getUint16(10, true), size: view.getUint32(12, true), offset: view.getUint32(16, true) },
    end.offset,
  );
}

/** The zip64 extra field holds, in this order, those of [size, packed size, offset] that are all ones in the entry. */
function widen(file: string, extra: DataView, narrow: readonly number[]): number[] {
  if (!narrow.includes(IN_ZIP64)) return [...narrow];
  for (let at = 0; at + 4 <= extra.byteLength; at += 4 + extra.getUint16(at + 2, true)) {
    if (extra.getUint16(at, true) !== ZIP64_EXTRA) continue;
    const fieldEnd = at + 4 + extra.getUint16(at + 2, true);
    let next = at + 4;
    return narrow.map((value) => {
      if (value !== IN_ZIP64) return value;
      if (next + 8 > fieldEnd || fieldEnd > extra.byteLength)
        throw unreadable(file, 'a 64-bit size in the archive is cut');
      next += 8;
      return readU64(file, extra, next - 8, 'a size in the archive');
    });
  }
  throw unreadable(file, 'a 64-bit size in the archive is missing');
}

function parseListed(file: string, bytes: Uint8Array, at: number): { entry: ListedEntry; next: number } {
  if (at + LISTED_BYTES > bytes.length) throw unreadable(file, 'the directory of the archive is cut');
  const view = viewOf(bytes.subarray(at));
  if (view.getUint32(0, true) !== LISTED_SIGNATURE) throw unreadable(file, 'the directory of the archive is damaged');
  const nameEnd = LISTED_BYTES + view.getUint16(28, true);
  const extraEnd = nameEnd + view.getUint16(30, true);
  const next = at + extraEnd + view.getUint16(32, true);
  if (next > bytes.length) throw unreadable(file, 'the directory of the archive is cut');
  const name = readText(file, bytes.subarray(at + LISTED_BYTES, at + nameEnd), 'a name in the archive');
  if (view.getUint16(8, true) & ENCRYPTED) throw unsupported(file, `its entry ${name} is encrypted`);
  if (view.getUint16(10, true) !== STORED)
    throw unsupported(file, `its entry ${name} is compressed, so it is not a model as torch saves it`);
  const extra = viewOf(bytes.subarray(at + nameEnd, at + extraEnd));
  const narrow = [view.getUint32(24, true), view.getUint32(20, true), view.getUint32(42, true)];
  const [size = 0, packedSize = 0, headerOffset = 0] = widen(file, extra, narrow);
  if (size !== packedSize) throw unreadable(file, `the archive gives two sizes for its entry ${name}`);
  return { entry: { name, size, headerOffset }, next };
}

/** The data of an entry begin after its local header, whose padding the directory does not know. */
async function locateData(
  source: ByteSource,
  { name, size, headerOffset }: ListedEntry,
  directoryOffset: number,
): Promise<ZipEntry> {
  requireRange(source.name, directoryOffset, headerOffset, LOCAL_BYTES, `the entry ${name}`);
  const view = viewOf(await readHeader(source, headerOffset, LOCAL_BYTES, `the entry ${name}`));
  if (view.getUint32(0, true) !== LOCAL_SIGNATURE || view.getUint16(8, true) !== STORED)
    throw unreadable(source.name, `the entry ${name} is not where the archive says`);
  const offset = headerOffset + LOCAL_BYTES + view.getUint16(26, true) + view.getUint16(28, true);
  requireRange(source.name, directoryOffset, offset, size, `the entry ${name}`);
  return { offset, size };
}

/**
 * Where the entries of an archive are, by name. Reads the directory and the entries' headers only.
 * @throws EngineError `model-unreadable` for a damaged archive; `model-unsupported` for compressed or encrypted entries
 * and archives of several files.
 */
export async function readZipEntries(source: ByteSource): Promise<ReadonlyMap<string, ZipEntry>> {
  const file = source.name;
  const directory = await findDirectory(source);
  const bytes = await readHeader(source, directory.offset, directory.size, 'the directory of the archive');
  const entries = new Map<string, ZipEntry>();
  for (let i = 0, at = 0; i < directory.count; i++) {
    const { entry, next } = parseListed(file, bytes, at);
    if (entries.has(entry.name)) throw unreadable(file, `the archive holds ${entry.name} twice`);
    entries.set(entry.name, await locateData(source, entry, directory.offset));
    at = next;
  }
  return entries;
}
