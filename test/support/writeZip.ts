/** Writes zip archives of stored entries as torch does: data aligned to 64 bytes, sizes in the directory. */
import { ByteWriter, type Hole } from './byteWriter.ts';

export interface ZipOptions {
  /** All sizes and offsets in zip64 fields, as for archives over 4 GB. */
  readonly zip64?: boolean;
  /** Where in the file the archive begins: all its offsets count from the file's start. */
  readonly base?: number;
  /** The compression method that entries claim. */
  readonly method?: number;
  /** The unpacked size that entries claim, instead of the true one. */
  readonly claimedSize?: number;
}

const IN_ZIP64 = 0xffffffff;
const LOCAL_BYTES = 30;

export const writeZip = (
  entries: readonly (readonly [name: string, bytes: Uint8Array])[],
  options: ZipOptions = {},
): Uint8Array<ArrayBuffer> => zipWriter(entries, options).finish();

/** The archive still in pieces, with room for entries whose bytes do not matter. */
export function zipWriter(
  entries: readonly (readonly [name: string, bytes: Uint8Array | Hole])[],
  options: ZipOptions = {},
): ByteWriter {
  const { zip64 = false, method = 0, base = 0 } = options;
  const out = new ByteWriter();
  const directory = new ByteWriter();
  for (const [name, bytes] of entries) {
    const headerOffset = base + out.length;
    const nameLength = new TextEncoder().encode(name).length;
    const filler = 63 - ((out.length + LOCAL_BYTES + nameLength + 4 + 63) % 64);
    // Sizes and checksum are zero here: flag bit 3 says that they follow the data.
    out
      .u32(0x04034b50)
      .u16(0)
      .u16(0x808)
      .u16(method)
      .u32(0)
      .u32(0)
      .u32(0)
      .u32(0)
      .u16(nameLength)
      .u16(4 + filler);
    out.text(name).text('FB').u16(filler).bytes(new Uint8Array(filler).fill(0x5a)).bytes(bytes);
    const size = options.claimedSize ?? bytes.length;
    const extra = zip64
      ? new ByteWriter().u16(1).u16(24).u64(size).u64(bytes.length).u64(headerOffset)
      : new ByteWriter();
    directory.u32(0x02014b50).u16(0).u16(0).u16(0x808).u16(method).u32(0).u32(0);
    directory
      .u32(zip64 ? IN_ZIP64 : bytes.length)
      .u32(zip64 ? IN_ZIP64 : size)
      .u16(nameLength)
      .u16(extra.length);
    directory
      .u16(0)
      .u16(0)
      .u16(0)
      .u32(0)
      .u32(zip64 ? IN_ZIP64 : headerOffset)
      .text(name)
      .bytes(extra.finish());
  }
  const start = base + out.length;
  out.bytes(directory.finish());
  const end64 = base + out.length;
  if (zip64) {
    out.u32(0x06064b50).u64(44).u16(45).u16(45).u32(0).u32(0).u64(entries.length).u64(entries.length);
    out.u64(directory.length).u64(start).u32(0x07064b50).u32(0).u64(end64).u32(1);
  }
  const count = zip64 ? 0xffff : entries.length;
  out.u32(0x06054b50).u16(0).u16(0).u16(count).u16(count);
  out
    .u32(zip64 ? IN_ZIP64 : directory.length)
    .u32(zip64 ? IN_ZIP64 : start)
    .u16(0);
  return out;
}
