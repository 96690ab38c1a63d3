/** Where a GPU's memory can be learned from: WebGPU does not tell it. One file a source. */
export interface MemorySource {
  /** Bytes of the adapter of this name; undefined where the source does not know it. */
  bytesOf(adapter: string): Promise<number | undefined>;
}

/** One GPU as a tool of the system lists it. */
export interface ListedGpu {
  readonly name: string;
  readonly bytes: number;
}

/**
 * The memory of the adapter among GPUs of its vendor, which tools and drivers may name a little differently. A GPU that is
 * alone is the one.
 */
export function bytesOfNamed(gpus: readonly ListedGpu[], adapter: string): number | undefined {
  const wanted = plain(adapter);
  const exact = gpus.find(({ name }) => plain(name) === wanted);
  const close = gpus.find(({ name }) => plain(name).includes(wanted) || wanted.includes(plain(name)));
  return (exact ?? close ?? (gpus.length === 1 ? gpus[0] : undefined))?.bytes;
}

/** Without signs of trademarks, what stands in brackets (`(RADV NAVI31)`), and spaces. */
const plain = (name: string): string =>
  name
    .toLowerCase()
    .replace(/\([^)]*\)/gu, '')
    .replace(/\s+/gu, '');
