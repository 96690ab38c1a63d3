/**
 * Python's pickle, the part that torch.save uses (protocol 2): a stack machine that builds plain records. It executes
 * nothing: a global stays a pair of names, a call stays a record of what would be called with what.
 */
import { readText, viewOf } from './boundedRead.ts';
import { unreadable, unsupported } from './modelErrors.ts';

export interface PickleSequence {
  readonly kind: 'tuple' | 'list';
  readonly items: PickleValue[];
}
/** In the order of the file; a key that appears twice is there twice. */
export interface PickleDict {
  readonly kind: 'dict';
  readonly entries: [key: PickleValue, value: PickleValue][];
}
export interface PickleGlobal {
  readonly kind: 'global';
  /** Module and name, separated by a space. */
  readonly name: string;
}
export interface PicklePersistent {
  readonly kind: 'persistent';
  readonly id: PickleValue;
}
export interface PickleCall {
  readonly kind: 'call';
  readonly callee: string;
  readonly args: readonly PickleValue[];
}
export type PickleValue =
  null | boolean | number | string | PickleSequence | PickleDict | PickleGlobal | PicklePersistent | PickleCall;

/** Twenty times what the largest released model (2017 tensors) takes; bounds time and memory. */
const MAX_STEPS = 2_000_000;
const ORDERED_DICT = 'collections OrderedDict';

class PickleMachine {
  private readonly file: string;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly globals: ReadonlySet<string>;
  private readonly stack: PickleValue[] = [];
  private readonly marks: number[] = [];
  private readonly memo = new Map<number, PickleValue>();
  private at = 0;

  constructor(file: string, bytes: Uint8Array, globals: ReadonlySet<string>) {
    this.file = file;
    this.bytes = bytes;
    this.view = viewOf(bytes);
    this.globals = globals;
  }

  run(): PickleValue {
    for (let steps = 0; steps < MAX_STEPS; steps++) {
      const opcode = this.u8();
      if (opcode === 0x2e /* STOP */) return this.result();
      this.step(opcode);
    }
    throw this.broken('it has too many steps');
  }

  private step(opcode: number): void {
    // prettier-ignore
    switch (opcode) {
      case 0x80: return this.protocol();
      case 0x28 /* MARK */: return void this.marks.push(this.stack.length);
      case 0x7d /* EMPTY_DICT */: return this.push({ kind: 'dict', entries: [] });
      case 0x5d /* EMPTY_LIST */: return this.push({ kind: 'list', items: [] });
      case 0x29 /* EMPTY_TUPLE */: return this.push({ kind: 'tuple', items: [] });
      case 0x74 /* TUPLE */: return this.push({ kind: 'tuple', items: this.popToMark() });
      case 0x85: return this.tuple(1);
      case 0x86: return this.tuple(2);
      case 0x87: return this.tuple(3);
      case 0x4e /* NONE */: return this.push(null);
      case 0x88 /* NEWTRUE */: return this.push(true);
      case 0x89 /* NEWFALSE */: return this.push(false);
      case 0x4b /* BININT1 */: return this.push(this.u8());
      case 0x4d /* BININT2 */: return this.push(this.view.getUint16(this.take(2), true));
      case 0x4a /* BININT */: return this.push(this.view.getInt32(this.take(4), true));
      case 0x47 /* BINFLOAT */: return this.push(this.view.getFloat64(this.take(8), false));
      case 0x8a /* LONG1 */: return this.push(this.long());
      case 0x58 /* BINUNICODE */: return this.push(this.text(this.view.getUint32(this.take(4), true)));
      case 0x63 /* GLOBAL */: return this.global();
      case 0x51 /* BINPERSID */: return this.push({ kind: 'persistent', id: this.pop() });
      case 0x52 /* REDUCE */: return this.reduce();
      case 0x62 /* BUILD */: return this.build();
      case 0x73 /* SETITEM */: return this.setItems([this.pop(), this.pop()].reverse());
      case 0x75 /* SETITEMS */: return this.setItems(this.popToMark());
      case 0x61 /* APPEND */: return this.append([this.pop()]);
      case 0x65 /* APPENDS */: return this.append(this.popToMark());
      case 0x71 /* BINPUT */: return this.put(this.u8());
      case 0x72 /* LONG_BINPUT */: return this.put(this.view.getUint32(this.take(4), true));
      case 0x68 /* BINGET */: return this.get(this.u8());
      case 0x6a /* LONG_BINGET */: return this.get(this.view.getUint32(this.take(4), true));
      default: throw this.broken(`it uses instruction 0x${opcode.toString(16)}, which no model needs`);
    }
  }

  private broken(problem: string): Error {
    return unreadable(this.file, `its table of tensors is not as torch writes it: ${problem}`);
  }

  /** Where the next `length` bytes begin; moves past them. */
  private take(length: number): number {
    if (length > this.bytes.length - this.at) throw this.broken('it is cut');
    this.at += length;
    return this.at - length;
  }

  private u8(): number {
    return this.view.getUint8(this.take(1));
  }

  private text(length: number): string {
    const start = this.take(length);
    return readText(this.file, this.bytes.subarray(start, this.at), 'a text in its table of tensors');
  }

  private line(): string {
    const end = this.bytes.indexOf(0x0a, this.at);
    if (end < 0) throw this.broken('it is cut');
    const text = this.text(end - this.at);
    this.at = end + 1;
    return text;
  }

  private push(value: PickleValue): void {
    this.stack.push(value);
  }

  private pop(): PickleValue {
    const value = this.stack.length > (this.marks.at(-1) ?? 0) ? this.stack.pop() : undefined;
    if (value === undefined) throw this.broken('a value is missing');
    return value;
  }

  private top(): PickleValue {
    const value = this.pop();
    this.push(value);
    return value;
  }

  private popToMark(): PickleValue[] {
    const mark = this.marks.pop();
    if (mark === undefined) throw this.broken('a mark is missing');
    return this.stack.splice(mark);
  }

  private protocol(): void {
    const version = this.u8();
    if (version !== 2)
      throw unsupported(
        this.file,
        `it was saved with pickle protocol ${version}, not 2`,
        'Save the model again with torch.save and its usual protocol.',
      );
  }

  private tuple(length: number): void {
    const items: PickleValue[] = [];
    for (let i = 0; i < length; i++) items.unshift(this.pop());
    this.push({ kind: 'tuple', items });
  }

  /** A little-endian two's complement integer of a given number of bytes; no size needs more than eight. */
  private long(): number {
    const length = this.u8();
    if (length > 8) throw this.broken('a number is too large');
    const start = this.take(length);
    let value = 0n;
    for (let i = 0; i < length; i++) value |= BigInt(this.view.getUint8(start + i)) << BigInt(8 * i);
    const number = Number(BigInt.asIntN(8 * length, value));
    if (!Number.isSafeInteger(number)) throw this.broken('a number is too large');
    return number;
  }

  private global(): void {
    const name = `${this.line()} ${this.line()}`;
    if (!this.globals.has(name) && name !== ORDERED_DICT)
      throw unsupported(
        this.file,
        `it wants to run "${name.slice(0, 100)}" while loading; nothing was run`,
        'Use a file that holds tensors only, from a source you trust.',
      );
    this.push({ kind: 'global', name });
  }

  private reduce(): void {
    const args = this.pop();
    const callee = this.pop();
    if (!isKind(args, 'tuple') || !isKind(callee, 'global')) throw this.broken('a call is malformed');
    if (callee.name !== ORDERED_DICT) return this.push({ kind: 'call', callee: callee.name, args: args.items });
    if (args.items.length > 0) throw this.broken('a dictionary is malformed');
    this.push({ kind: 'dict', entries: [] });
  }

  /** torch hangs `_metadata` on dictionaries this way; nothing in it is needed. */
  private build(): void {
    this.pop();
    if (!isKind(this.top(), 'dict')) throw this.broken('an attribute is set on something else than a dictionary');
  }

  private setItems(items: PickleValue[]): void {
    const dict = this.top();
    if (!isKind(dict, 'dict') || items.length % 2 !== 0) throw this.broken('a dictionary is malformed');
    items.forEach((value, i) => {
      const key = items[i - 1];
      if (i % 2 === 1 && key !== undefined) dict.entries.push([key, value]);
    });
  }

  private append(items: readonly PickleValue[]): void {
    const list = this.top();
    if (!isKind(list, 'list')) throw this.broken('a list is malformed');
    for (const item of items) list.items.push(item);
  }

  private put(index: number): void {
    this.memo.set(index, this.top());
  }

  private get(index: number): void {
    const value = this.memo.get(index);
    if (value === undefined) throw this.broken('a reference leads nowhere');
    this.push(value);
  }

  private result(): PickleValue {
    const value = this.pop();
    if (this.stack.length > 0 || this.marks.length > 0) throw this.broken('values are left over');
    return value;
  }
}

/** Whether a value is a record of this kind. */
export function isKind<K extends 'tuple' | 'list' | 'dict' | 'global' | 'persistent' | 'call'>(
  value: PickleValue | undefined,
  kind: K,
): value is Extract<PickleValue, { readonly kind: unknown }> & { readonly kind: K } {
  return typeof value === 'object' && value !== null && value.kind === kind;
}

/**
 * Reads a pickle into plain records. Values may share parts and even contain themselves: walk them to a fixed depth.
 * @param file Its name, for messages.
 * @param globals The globals that may be named, `module name`, besides `collections OrderedDict`.
 * @throws EngineError `model-unreadable` for a malformed pickle or an instruction out of the whitelist;
 * `model-unsupported` for another protocol or any other global.
 */
export const readPickle = (file: string, bytes: Uint8Array, globals: ReadonlySet<string>): PickleValue =>
  new PickleMachine(file, bytes, globals).run();
