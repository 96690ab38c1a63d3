/**
 * What every model-file reader delivers: RWKV-7's tensors under their official names, in one orientation, readable
 * piece by piece. The file format's own names and layouts stop here.
 */

/** How the elements of a tensor are stored in the file. New block formats are one entry in `blockFormats.ts`. */
export type TensorFormat = 'f32' | 'f16' | 'bf16' | 'q8_0' | 'q4_0';

export interface TensorInfo {
  /** Official name, e.g. `blocks.3.att.key.weight`, `blocks.0.att.w1`, `emb.weight`. */
  readonly name: string;
  /**
   * Row-major shape, last index fastest, without unit dimensions: vectors are [n]; matrices are [out][in], ALWAYS, the
   * low-rank adapters too (official files store w1 as [in][out]; see `transposed`). `att.r_k` is [width].
   */
  readonly shape: readonly number[];
  readonly format: TensorFormat;
  /** Bytes of the tensor as stored. */
  readonly byteLength: number;
  /**
   * True when the stored order is the transpose of `shape` ([in][out] for a matrix whose shape says [out][in]).
   * Only ever true for low-rank adapters, which are small.
   */
  readonly transposed: boolean;
}

/** What a model file says before any tensor is read. */
export interface ModelHeader {
  /** Name of the file, for messages. */
  readonly name: string;
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /** Free-form facts from the file (`general.name`, `general.license` …), for `inspect`. */
  readonly metadata: ReadonlyMap<string, string>;
}

export interface WeightSource extends ModelHeader {
  /** `gguf`, `safetensors` or `pth`, for messages. */
  readonly container: string;
  /** The vocabulary carried by the file (GGUF), as token bytes by id; undefined where the file has none. */
  readonly vocabulary: ReadonlyMap<number, Uint8Array> | undefined;
  /**
   * Reads stored bytes `[offset, offset + length)` of a tensor, raw (not dequantised, not transposed).
   * @param into memory of at least `length` bytes that the result may take, instead of memory of its own
   * @throws EngineError `model-unreadable`
   */
  read(name: string, offset: number, length: number, into?: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>;
  close(): Promise<void>;
}
