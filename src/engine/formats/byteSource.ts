/** Random access to the bytes of a file, wherever it lives. Hosts make them; parsers read nothing else. */
export interface ByteSource {
  /** For messages only, e.g. the file's name. */
  readonly name: string;
  /** Bytes in the file. */
  readonly size: number;
  /**
   * Reads exactly `length` bytes at `offset`.
   * @param into memory of at least `length` bytes that the result may take, instead of memory of its own
   * @throws EngineError `model-unreadable` (or the host's own I/O error wrapped) when the range is not there.
   */
  read(offset: number, length: number, into?: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>;
  close(): Promise<void>;
}

/** A ByteSource over bytes already in memory. */
export function memorySource(name: string, bytes: Uint8Array<ArrayBuffer>): ByteSource {
  return {
    name,
    size: bytes.byteLength,
    read: (offset, length) => {
      if (offset < 0 || length < 0 || offset + length > bytes.byteLength)
        return Promise.reject(
          new RangeError(`${name}: read past the end (${offset} + ${length} > ${bytes.byteLength})`),
        );
      return Promise.resolve(bytes.slice(offset, offset + length));
    },
    close: () => Promise.resolve(),
  };
}
