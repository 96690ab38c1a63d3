import { expect, test } from 'vitest';
import { engineError } from '../../../test/support/engineErrors.ts';
import * as p from '../../../test/support/writePickle.ts';
import { readPickle } from './pickle.ts';

const read = (bytes: Uint8Array) => readPickle('model.pth', bytes, new Set(['torch FloatStorage']));
const readValue = (value: p.Pickled) => read(p.pickle(value));
const op = p.op;

test('builds plain values', () => {
  expect(readValue(p.integer(-5))).toBe(-5);
  expect(readValue(p.integer(2 ** 40))).toBe(2 ** 40);
  expect(readValue(p.integer(-(2 ** 40)))).toBe(-(2 ** 40));
  expect(readValue(p.opcodes(0x8a, 0))).toBe(0);
  expect(readValue(p.opcodes(0x4b, 200))).toBe(200);
  expect(readValue(p.opcodes(0x4d, 1, 2))).toBe(513);
  expect(readValue(p.opcodes(0x47, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0))).toBe(1.5);
  expect(readValue(p.text('héllo'))).toBe('héllo');
  expect(readValue(p.tuple(op('N'), p.opcodes(0x88), p.opcodes(0x89)))).toEqual({
    kind: 'tuple',
    items: [null, true, false],
  });
  expect(readValue(p.join(p.integer(1), p.integer(2), p.opcodes(0x86)))).toEqual({ kind: 'tuple', items: [1, 2] });
  expect(readValue(p.list(p.integer(1)))).toEqual({ kind: 'list', items: [1] });
  expect(readValue(p.dict([p.text('a'), p.integer(1)]))).toEqual({ kind: 'dict', entries: [['a', 1]] });
  expect(readValue(p.join(op('}'), p.text('a'), p.integer(1), op('s')))).toEqual({ kind: 'dict', entries: [['a', 1]] });
  expect(readValue(p.orderedDict([p.text('a'), p.integer(1)]))).toEqual({ kind: 'dict', entries: [['a', 1]] });
});

test('remembers values by number', () => {
  const memo = p.join(p.text('x'), op('q'), p.opcodes(3), op('h'), p.opcodes(3), p.opcodes(0x86));
  expect(readValue(memo)).toEqual({ kind: 'tuple', items: ['x', 'x'] });
});

test('names stay names, calls stay records', () => {
  const storage = p.global('torch', 'FloatStorage');
  expect(readValue(storage)).toEqual({ kind: 'global', name: 'torch FloatStorage' });
  expect(readValue(p.call(storage, p.integer(1)))).toEqual({ kind: 'call', callee: 'torch FloatStorage', args: [1] });
  expect(readValue(p.join(p.text('id'), op('Q')))).toEqual({ kind: 'persistent', id: 'id' });
});

test.each([
  ['os', 'system'],
  ['posix', 'system'],
  ['builtins', 'eval'],
  ['torch', 'load'],
  ['collections', 'defaultdict'],
  ['torch ', 'FloatStorage'],
])('refuses to name %s.%s', (module, name) => {
  expect(() => readValue(p.call(p.global(module, name), p.text('echo')))).toThrow(
    engineError('model-unsupported', /nothing was run/),
  );
});

test('refuses every instruction out of the whitelist', () => {
  const allowed = new Set([
    ...new TextEncoder().encode('}(])tNKMJGXcQRbsuaeqrhj.'),
    0x80,
    0x85,
    0x86,
    0x87,
    0x88,
    0x89,
    0x8a,
  ]);
  for (let opcode = 0; opcode < 256; opcode++)
    if (!allowed.has(opcode))
      expect(() => readValue(p.opcodes(opcode))).toThrow(engineError('model-unreadable', /instruction 0x/));
});

test.each<[string, p.Pickled, RegExp]>([
  ['nothing', p.opcodes(), /cut/],
  ['no STOP', p.opcodes(0x80, 2), /cut/],
  ['a text longer than the file', p.join(op('X'), p.opcodes(255, 255, 255, 255)), /cut/],
  ['a text that is not UTF-8', p.join(op('X'), p.opcodes(1, 0, 0, 0, 0xff)), /UTF-8/],
  ['a name without an end', op('ctorch'), /cut/],
  ['STOP on nothing', op('.'), /missing/],
  ['values left over', p.join(p.integer(1), p.integer(2), op('.')), /left over/],
  ['a mark left over', p.join(op('('), p.integer(1), op('.')), /left over/],
  ['a tuple of too little', p.join(p.integer(1), p.opcodes(0x87), op('.')), /missing/],
  ['a tuple of what is below a mark', p.join(p.integer(1), op('('), p.opcodes(0x85), op('.')), /value is missing/],
  ['a tuple without mark', op('t.'), /mark/],
  ['a reference to nothing', p.join(op('h'), p.opcodes(9), op('.')), /nowhere/],
  ['a number of nine bytes', p.join(p.opcodes(0x8a, 9), new Uint8Array(9), op('.')), /too large/],
  ['a number over 2⁵³', p.join(p.opcodes(0x8a, 8, 0, 0, 0, 0, 0, 0, 0, 64), op('.')), /too large/],
  ['items for no list', p.join(p.integer(1), p.integer(2), op('a.')), /list/],
  ['items for no dictionary', p.join(p.integer(1), p.integer(2), p.integer(3), op('s.')), /dictionary/],
  ['a key without value', p.join(op('}('), p.integer(1), op('u.')), /dictionary/],
  ['a call of no name', p.join(p.integer(1), op(')R.')), /call/],
  [
    'a filled OrderedDict call',
    p.join(p.global('collections', 'OrderedDict'), p.integer(1), p.opcodes(0x85), op('R.')),
    /dictionary/,
  ],
  ['state for no dictionary', p.join(p.integer(1), p.integer(2), op('b.')), /attribute/],
])('refuses %s', (_, bytes, message) => {
  expect(() => read(bytes)).toThrow(engineError('model-unreadable', message));
});

test('refuses other protocols', () => {
  expect(() => read(p.opcodes(0x80, 4, 0x4e, 0x2e))).toThrow(engineError('model-unsupported', /protocol 4/));
});

test('bounds the number of steps', () => {
  expect(() => read(p.join(new Uint8Array(3_000_000).fill(0x4e), op('.')))).toThrow(
    engineError('model-unreadable', /too many/),
  );
});

test('a value that nests or contains itself is built without recursion', () => {
  const nested = readValue(p.join(p.integer(1), new Uint8Array(200_000).fill(0x85)));
  expect(nested).toHaveProperty('kind', 'tuple');
  const self = readValue(p.join(op(']q'), p.opcodes(0), op('h'), p.opcodes(0), op('a')));
  expect(self).toHaveProperty('kind', 'list');
});
