/** In which format each matrix of a file comes to lie on a device. */
import { EngineError } from '../api/errors.ts';
import { elementCount } from '../formats/blockFormats.ts';
import type { ModelHeader, TensorFormat, TensorInfo } from '../formats/weightSource.ts';
import type { Caps } from '../gpu/device.ts';
import { isQuantised, wordColumns } from '../kernels/quantise.ts';
import { hasCpuKernels } from '../kernels/variants.ts';
import { WEIGHT_LAYOUTS, type WeightFormat } from '../kernels/weightFormats.ts';
import { precisionOf, type Precision, type UniformPrecision } from './precision.ts';
import type { MatrixRole, WantedMatrix } from './weights.ts';

/** The device format that a precision gives block matrices, where it is not the file's own. */
export const PRECISION_FORMATS: Readonly<Record<Exclude<UniformPrecision, 'source'>, WeightFormat>> = {
  ...{ f16: 'f16', f32: 'f32', q8_0: 'q8_0', int8: 'int8', nf4: 'nf4', int4: 'q4_0' },
};

/**
 * The device format of the head, where a precision quantises it: the definitions of int8 and NF4 that others share spare it,
 * our own int4 does not. Eight bits of it cost nothing that could be measured, and it is a tenth of what a token reads.
 */
const HEAD_FORMATS: Readonly<Partial<Record<UniformPrecision, WeightFormat>>> = { int4: 'int8' };

/** Formats of files that kernels read as they are. */
const KEPT_FORMATS: readonly TensorFormat[] = ['f32', 'f16', 'q8_0', 'q4_0'];

/** Formats of files that quantising makes smaller. */
const UNQUANTISED: readonly TensorFormat[] = ['f32', 'f16', 'bf16'];

/** CPU adapters take weights in main memory: small models are widened where it helps, large ones stay as they are. */
const WIDEN_LIMIT_BYTES = 1 << 30;

const f32ByteLength = ({ tensors }: ModelHeader): number =>
  [...tensors.values()].reduce((sum, { shape }) => sum + 4 * elementCount(shape), 0);

export class DeviceFormats {
  readonly #header: ModelHeader;
  readonly #precision: Precision;
  /** What is not widened to f32; undefined where nothing is. */
  readonly #keep: readonly TensorFormat[] | undefined;

  constructor(caps: Caps, header: ModelHeader, precision: Precision) {
    this.#header = header;
    this.#precision = precision;
    if (caps.isCpu && f32ByteLength(header) <= WIDEN_LIMIT_BYTES) this.#keep = hasCpuKernels(caps) ? ['q8_0'] : [];
  }

  /** @throws EngineError `model-unsupported` where the file has no tensor of the name */
  tensor(name: string): TensorInfo {
    const tensor = this.#header.tensors.get(name);
    if (!tensor)
      throw new EngineError('model-unsupported', `${this.#header.name} has no tensor ${name}.`, {
        nextStep: 'Choose an RWKV-7 model file.',
      });
    return tensor;
  }

  /** @throws EngineError as `tensor` */
  of(role: MatrixRole, { name, columns }: WantedMatrix): WeightFormat {
    const stored = this.tensor(name).format;
    const format = this.#wanted(stored, precisionOf(this.#precision, name), role);
    // Adapters are small and share buffers, so they share one of the two plain formats.
    if (role === 'adapter' && format !== 'f32') return 'f16';
    const multiple = isQuantised(format) && format !== stored ? wordColumns(format) : WEIGHT_LAYOUTS[format].multiple;
    return columns % multiple === 0 ? format : 'f16';
  }

  /**
   * Quantising is for block matrices; the embedding and the adapters are f16 then, or as the file has them. Formats
   * that are not kept become f32: the same numbers, in the form that CPU adapters compute with fastest.
   */
  #wanted(stored: TensorFormat, precision: UniformPrecision, role: MatrixRole): WeightFormat {
    const wanted = precision === 'source' ? undefined : PRECISION_FORMATS[precision];
    if (wanted && (role === 'block' || !isQuantised(wanted))) return wanted;
    const head = role === 'head' && UNQUANTISED.includes(stored) ? HEAD_FORMATS[precision] : undefined;
    if (head) return head;
    if (wanted && stored === 'f32') return 'f16';
    // bf16 is left to f16 on every device: two devices must hold the same numbers.
    if (this.#keep && stored !== 'bf16' && !this.#keep.includes(stored)) return 'f32';
    return KEPT_FORMATS.includes(stored) ? (stored as WeightFormat) : 'f16';
  }
}
