/** Assembles pickles of protocol 2 from small pieces, sound ones and hostile ones. */
import { ByteWriter } from './byteWriter.ts';

export type Pickled = Uint8Array<ArrayBuffer>;

const build = (fill: (out: ByteWriter) => void): Pickled => {
  const out = new ByteWriter();
  fill(out);
  return out.finish();
};

export const join = (...parts: readonly Pickled[]): Pickled => build((out) => parts.forEach((part) => out.bytes(part)));
export const opcodes = (...bytes: readonly number[]): Pickled => Uint8Array.from(bytes);
export const op = (letter: string): Pickled => build((out) => out.text(letter));

/** A whole pickle: protocol, value, STOP. */
export const pickle = (value: Pickled): Pickled => join(opcodes(0x80, 2), value, op('.'));
export const integer = (value: number): Pickled =>
  value >= -(2 ** 31) && value < 2 ** 31
    ? build((out) => out.text('J').u32(value))
    : build((out) => out.u8(0x8a, 8).u64(BigInt.asUintN(64, BigInt(value))));
export const text = (value: string): Pickled =>
  build((out) => {
    const bytes = new TextEncoder().encode(value);
    out.text('X').u32(bytes.length).bytes(bytes);
  });
export const global = (module: string, name: string): Pickled => op(`c${module}\n${name}\n`);
export const tuple = (...items: readonly Pickled[]): Pickled => join(op('('), ...items, op('t'));
export const list = (...items: readonly Pickled[]): Pickled => join(op(']('), ...items, op('e'));
export const dict = (...entries: readonly (readonly [key: Pickled, value: Pickled])[]): Pickled =>
  join(op('}('), ...entries.flat(), op('u'));
export const call = (callee: Pickled, ...args: readonly Pickled[]): Pickled => join(callee, tuple(...args), op('R'));
export const orderedDict = (...entries: readonly (readonly [key: Pickled, value: Pickled])[]): Pickled =>
  join(call(global('collections', 'OrderedDict')), op('('), ...entries.flat(), op('u'));

export interface PickledView {
  readonly storage: string;
  readonly storageType: string;
  readonly elements: number;
  readonly offset: number;
  readonly size: readonly number[];
  readonly stride: readonly number[];
}

/** A tensor as torch pickles it. */
export const tensorView = (view: PickledView): Pickled =>
  call(
    global('torch._utils', '_rebuild_tensor_v2'),
    join(
      tuple(
        text('storage'),
        global('torch', view.storageType),
        text(view.storage),
        text('cpu'),
        integer(view.elements),
      ),
      op('Q'),
    ),
    integer(view.offset),
    tuple(...view.size.map(integer)),
    tuple(...view.stride.map(integer)),
    opcodes(0x89),
    call(global('collections', 'OrderedDict')),
  );

export const parameter = (tensor: Pickled): Pickled =>
  call(global('torch._utils', '_rebuild_parameter'), tensor, opcodes(0x88), call(global('collections', 'OrderedDict')));
