import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFakeModel } from '../../../test/support/fakeModel.ts';
import { FakeSessions, fakeTokenizer, type FakeSessionsOptions } from '../../../test/support/fakeSessions.ts';
import { createTinyTokenizer } from '../../../test/support/tinyTokenizer.ts';
import { linesAt, writePdf } from '../../../test/support/writePdf.ts';
import type { MemoryEstimate } from '../estimateMemory.ts';
import type { Anser } from '../hosts/node.ts';
import { resourcePath } from '../hosts/resources.ts';
import { folderSnapshotStore } from '../hosts/snapshotStore.ts';
import { createSessions } from '../session/session.ts';
import { EXIT_FAILURE, EXIT_INTERRUPTED, EXIT_OK, EXIT_USAGE, runCli, type CliHost } from './cli.ts';

const COMMANDS = ['chat', 'read', 'summarise', 'ask', 'states', 'inspect', 'verify', 'perplexity', 'bench'];
const TEXT = `# One\n\n${'The lamp was lit. '.repeat(30)}\n\n# Two\n\n${'The boats came home. '.repeat(30)}\n`;

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'anser-cli-'));
  file = join(folder, 'book.md');
  writeFileSync(file, TEXT);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

interface Ran {
  readonly code: number;
  readonly result: string;
  readonly remarks: string;
  /** The result as JSON lines. */
  readonly lines: () => Record<string, unknown>[];
}

interface FakeHostOptions extends FakeSessionsOptions {
  readonly input?: string;
  readonly controller?: AbortController;
  readonly sessions?: FakeSessions;
}

// Its ids depend on what it has seen: one for all runs.
const tokenizer = fakeTokenizer();

let opened = 0;
/** Runs a command line over fake sessions. */
async function run(argv: readonly string[], options: FakeHostOptions = {}): Promise<Ran> {
  opened = 0;
  const [results, remarks]: [string[], string[]] = [[], []];
  const model = createFakeModel();
  const anser = {
    ...{ model, tokenizer, config: model.config, modelName: 'Fake', modelPath: '', adapterLine: 'Running on nothing.' },
    sessions: options.sessions ?? new FakeSessions(options),
    dispose: () => Promise.resolve(),
  };
  const host: CliHost = {
    streams: {
      writeResult: (text) => results.push(text),
      writeRemark: (text) => remarks.push(text),
      remarksAreTerminal: false,
      columns: 80,
    },
    input: () => Readable.from([options.input ?? '']),
    signal: (options.controller ?? new AbortController()).signal,
    openAnser: () => {
      opened++;
      // The commands under test use nothing of the GPU.
      return Promise.resolve(anser as unknown as Anser);
    },
  };
  const code = await runCli([...argv, ...(argv.length > 0 ? ['--data', join(folder, 'data')] : [])], host);
  const result = results.join('');
  const lines = (): Record<string, unknown>[] =>
    result
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { code, result, remarks: remarks.join(''), lines };
}

function aborted(): AbortController {
  const controller = new AbortController();
  controller.abort();
  return controller;
}

describe('the command line', () => {
  it('lists the commands', async () => {
    const { code, result } = await run(['--help']);
    expect(code).toBe(EXIT_OK);
    for (const name of COMMANDS) expect(result).toMatch(new RegExp(`^  ${name} `, 'mu'));
    expect((await run([])).code).toBe(EXIT_USAGE);
  });

  it.each(COMMANDS)('shows the help of %s without loading a model', async (name) => {
    const { code, result } = await run([name, '--help']);
    expect(code).toBe(EXIT_OK);
    expect(result).toMatch(new RegExp(`^Usage: anser ${name}\\b`, 'u'));
    expect(result).toContain('--json');
    expect(opened).toBe(0);
  });

  it.each([
    [['dance'], 'There is no command "dance"'],
    [['read'], 'Usage: anser read FILE'],
    [['read', 'a', 'b'], 'Usage: anser read FILE'],
    [['read', 'a', '--frsh'], '--frsh'],
    [['read', 'a', '--every', 'often'], '--every takes a number of at least 0, not "often".'],
    [['read', 'a', '--every'], '--every'],
    [['ask', 'a', 'b', '--mode', 'guess'], '--mode takes reread, memory, not "guess".'],
    [['ask', 'a', 'b', '--max-tokens', '1.5'], '--max-tokens takes a whole number'],
    [['chat', '--think', 'deeply'], '--think takes off, fast, full'],
    [['bench', '--chunks', '4,x'], '--chunks'],
    [['read', 'a', '--precision', 'int3'], 'A precision is one of source, f16, f32'],
    [['read', 'a', '--precision', 'int8,nf4:0-3'], 'not "int8,nf4:0-3"'],
  ])('refuses %j with code 2', async (argv, message) => {
    const { code, result, remarks } = await run(argv);
    expect(code).toBe(EXIT_USAGE);
    expect(remarks).toContain(message);
    expect(result).toBe('');
    expect(opened).toBe(0);
  });

  it('tells errors with the next step, as text or as JSON', async () => {
    const missing = join(folder, 'none.txt');
    const plain = await run(['read', missing]);
    expect(plain.code).toBe(EXIT_FAILURE);
    expect(plain.remarks).toMatch(/none\.txt cannot be opened: there is no such file\.\nCheck the path/u);
    expect(plain.result).toBe('');
    const json = await run(['read', missing, '--json']);
    expect(json.code).toBe(EXIT_FAILURE);
    expect(json.lines()).toEqual([
      {
        error: {
          code: 'document-unreadable',
          message: expect.any(String) as string,
          nextStep: expect.any(String) as string,
        },
      },
    ]);
    const usage = await run(['read', '--json']);
    expect(usage.lines()).toMatchObject([{ error: { code: 'usage' } }]);
  });
});

describe('read', () => {
  it('prints the sections and where the state is kept', async () => {
    const { code, result } = await run(['read', file]);
    expect(code).toBe(EXIT_OK);
    expect(result).toMatch(/1\. One {2}\(lines 1–3, \d+ tokens\)\n {2}2\. Two/u);
    expect(result).toMatch(
      /Read book\.md: \d+ tokens, 2 sections\. State [0-9a-f]{16}, kept as document-[0-9a-f]{32}\./u,
    );
  });

  it('prints JSON lines and nothing else', async () => {
    const lines = (await run(['read', file, '--json'])).lines();
    expect(lines[0]).toMatchObject({ type: 'start', totalBytes: TEXT.length });
    expect(lines.at(-1)).toMatchObject({ type: 'end', reason: 'finished' });
  });

  it('does not claim to have saved what it never read', async () => {
    const { code, result } = await run(['read', file], { controller: aborted() });
    expect(code).toBe(EXIT_INTERRUPTED);
    expect(result).toBe('Stopped before anything was read.\n');
  });

  it('saves on Ctrl-C, says how to go on, and goes on', async () => {
    const controller = new AbortController();
    const sessions = new FakeSessions({
      beforeSlice: (position) => {
        if (position >= 32) controller.abort();
      },
    });
    const first = await run(['read', file], { controller, sessions });
    expect(first.code).toBe(EXIT_INTERRUPTED);
    expect(first.result).toMatch(/Stopped after \d+ tokens and saved\. The same command goes on from there\.\n$/u);
    const second = await run(['read', file, '--json'], { sessions: new FakeSessions({}, sessions.snapshots) });
    expect(second.code).toBe(EXIT_OK);
    expect(second.lines()[0]?.['resumedTokens']).toBeGreaterThanOrEqual(32);
  });
});

describe('summarise and ask', () => {
  it('prints a heading before each summary', async () => {
    const { code, result } = await run(['summarise', file], { answer: () => ' It is short.' });
    expect(code).toBe(EXIT_OK);
    expect(result).toBe(
      'One (lines 1–3)\nIt is short.\n\nTwo (lines 5–7)\nIt is short.\n\nOverall, from the summaries above\nIt is short.\n\n',
    );
  });

  it('says on Ctrl-C what is kept and what is not', async () => {
    const kept = await run(['summarise', file], { controller: aborted() });
    expect(kept.code).toBe(EXIT_INTERRUPTED);
    expect(kept.result).toContain('What was read is saved, the summaries are not');
    const bare = await run(['summarise', file, '--no-state'], { controller: aborted() });
    expect(bare.code).toBe(EXIT_INTERRUPTED);
    expect(bare.result).toContain('Stopped. Nothing is saved.');
  });

  it('labels an answer with what it rests on', async () => {
    const reread = await run(['ask', file, 'Who came home?', '--passages', '1'], { answer: () => ' The boats.' });
    expect(reread.code).toBe(EXIT_OK);
    expect(reread.result).toBe('Re-read: Two (lines 5–7):\nThe boats.\n');
    const sessions = new FakeSessions({ answer: () => ' The boats.' });
    const unread = await run(['ask', file, 'Who?', '--mode', 'memory'], { sessions });
    expect(unread).toMatchObject({ code: EXIT_FAILURE, result: '' });
    expect(unread.remarks).toContain('has not read book.md yet.\nRead the document first');
    await run(['read', file], { sessions });
    const memory = await run(['ask', file, 'Who?', '--mode', 'memory', '--json'], { sessions });
    expect(memory.lines()).toMatchObject([
      { type: 'basis', basis: { mode: 'memory', sections: 2 } },
      { text: 'The ' },
      { text: 'boats.' },
      { type: 'end' },
    ]);
  });
});

describe('states', () => {
  it('lists and deletes snapshots without a model', async () => {
    expect((await run(['states'])).result).toContain('There are no snapshots');
    const store = folderSnapshotStore(join(folder, 'data', 'snapshots'));
    const sessions = createSessions({
      model: createFakeModel(),
      modelName: 'Fake',
      tokenizer: createTinyTokenizer(),
      store,
    });
    const session = sessions.open();
    await session.prefill([1, 2, 3]);
    await session.save('chat-1', { kind: 'chat' });
    session.dispose();
    await store.put('broken', [new Uint8Array(100)]);
    const { result } = await run(['states']);
    expect(result).toMatch(/^chat-1\n {4}conversation; 3 tokens with Fake, /u);
    expect(result).toContain('broken\n    cannot be read');
    expect((await run(['states', '--json'])).lines()).toMatchObject([
      { snapshots: [{ id: 'chat-1', tokenCount: 3 }], unreadable: ['broken'] },
    ]);
    await store.put('copied', [(await store.get('chat-1')) ?? new Uint8Array()]);
    expect((await run(['states'])).result).toMatch(/^copied\n/mu);
    expect((await run(['states', '--delete', 'copied'])).code).toBe(EXIT_OK);
    expect((await run(['states', '--delete', 'nothing'])).code).toBe(EXIT_FAILURE);
    expect((await run(['states', '--delete', 'broken'])).code).toBe(EXIT_OK);
    expect((await run(['states', '--json'])).lines()).toMatchObject([
      { snapshots: [{ id: 'chat-1' }], unreadable: [] },
    ]);
    expect(opened).toBe(0);
  });
});

describe('chat', () => {
  it('answers each line and obeys commands', async () => {
    const sessions = new FakeSessions({ answer: () => ' Hello there.' });
    const { code, result, remarks } = await run(['chat'], {
      sessions,
      input: 'Hi\n/dance\n/save talk\nBye\n/quit\nnever read\n',
    });
    expect(code).toBe(EXIT_OK);
    expect(result).toBe('Hello there.\nSaved. Go on with: anser chat --state talk\nHello there.\n');
    expect(remarks).toContain('There is no /dance.');
    expect(sessions.snapshots.get('talk')?.info.extra).toEqual({ kind: 'chat' });
    expect(sessions.live).toBe(0);
  });

  it('puts the thought and the answer on lines of their own', async () => {
    const { result } = await run(['chat', '--think', 'full'], {
      answer: () => '>\nTwo and two.\n</think>\nFour.',
      input: 'Hi\n',
    });
    expect(result).toBe('Two and two.\nFour.\n');
  });

  it('goes on with a saved conversation', async () => {
    const sessions = new FakeSessions();
    await run(['chat'], { sessions, input: 'Hi\n/save talk\n' });
    const saved = sessions.snapshots.get('talk')?.info.tokenCount ?? 0;
    await run(['chat', '--state', 'talk'], { sessions, input: 'And?\n/save more\n' });
    expect(sessions.snapshots.get('more')?.info.tokenCount).toBeGreaterThan(saved);
    expect((await run(['chat', '--state', 'none'], { sessions })).code).toBe(EXIT_FAILURE);
  });

  it('saves on Ctrl-C and says how to go on', async () => {
    const controller = new AbortController();
    const sessions = new FakeSessions({
      answer: () => {
        controller.abort();
        return ' Cut off.';
      },
    });
    const { code, result } = await run(['chat'], { sessions, controller, input: 'Hi\n' });
    expect(code).toBe(EXIT_INTERRUPTED);
    expect(result).toMatch(/Go on with: anser chat --state chat-\d{14}\n$/u);
    expect(sessions.snapshots.size).toBe(1);
  });
});

describe('chat, stopped while a message is read', () => {
  /** Runs a chat that Ctrl-C stops when `turns` messages have been answered and the next one is read in part. */
  async function stoppedAfter(turns: number): Promise<{ ran: Ran; saved: number[]; position: number; live: number }> {
    const controller = new AbortController();
    let [answered, position] = [0, 0];
    const sessions: FakeSessions = new FakeSessions({
      answer: (tokens) => {
        answered++;
        position = tokens.length;
        return ' Yes.';
      },
      beforeSlice: () => {
        if (answered === turns) controller.abort();
      },
    });
    const input = `${'Hi\n'.repeat(turns)}${'a long message '.repeat(20)}\n`;
    const ran = await run(['chat'], { sessions, controller, input });
    const saved = [...sessions.snapshots.values()].map(({ info }) => info.tokenCount);
    return { ran, saved, position, live: sessions.live };
  }

  it('keeps the conversation as it stood before', async () => {
    const { ran, saved, position, live } = await stoppedAfter(2);
    expect(ran.code).toBe(EXIT_INTERRUPTED);
    expect(ran.result).toMatch(/Go on with: anser chat --state chat-\d{14}\n$/u);
    expect(saved).toEqual([position]);
    expect(live).toBe(0);
  });

  it('saves nothing when nothing was said', async () => {
    expect(await stoppedAfter(0)).toMatchObject({ ran: { code: EXIT_INTERRUPTED, result: '' }, saved: [], live: 0 });
  });
});

describe('inspect', () => {
  it('shows sizes from the header', async () => {
    const golden = join(import.meta.dirname, '../../../test/data/golden/rwkv7.pth');
    const { code, result } = await run(['inspect', golden]);
    expect(code).toBe(EXIT_OK);
    expect(result).toMatch(/^rwkv7\.pth \(pth\): RWKV-7, [\d,]+ parameters/u);
    const [facts] = (await run(['inspect', golden, '--json'])).lines();
    expect(facts).toMatchObject({ container: 'pth', hasVocabulary: false, memory: { precision: 'source' } });
    expect((await run(['inspect', file])).code).toBe(EXIT_FAILURE);
  });

  it('estimates memory for the precision that is asked for', async () => {
    const demo = resourcePath('models/anser-demo-q8_0.gguf');
    const bytes = async (precision: string): Promise<number> => {
      const [facts] = (await run(['inspect', demo, '--precision', precision, '--json'])).lines();
      const { weightBytes, stateBytes, scratchBytes, totalBytes } = facts?.['memory'] as MemoryEstimate;
      expect(totalBytes).toBe(weightBytes + stateBytes + scratchBytes);
      return weightBytes;
    };
    const [source, f32, nf4] = [await bytes('source'), await bytes('f32'), await bytes('nf4')];
    expect(nf4).toBeLessThan(source);
    expect(source).toBeLessThan(f32);
    expect((await run(['inspect', demo])).result).toMatch(
      /\n {2}memory on the GPU: about \d+ MB with --precision source: /u,
    );
  });
});

describe('documents that are parsed', () => {
  const chapter = (number: number): ReturnType<typeof linesAt> =>
    linesAt([
      `Chapter ${number}`,
      '',
      ...Array.from({ length: 30 }, (_, i) => `The lamp ${number} was lit on day ${i}.`),
    ]);

  it('are told by their pages', async () => {
    const pdf = join(folder, 'book.pdf');
    writeFileSync(pdf, writePdf([chapter(1), chapter(2), []]));
    const { code, result, remarks } = await run(['read', pdf]);
    expect(code).toBe(EXIT_OK);
    expect(remarks).toContain('1 page without text: probably pictures.');
    expect(result).toMatch(/1\. Chapter 1 {2}\(page 1, \d+ tokens\)\n {2}2\. Chapter 2 {2}\(page 2, \d+ tokens\)/u);
    expect(result).toContain('Read book.pdf: ');
    const again = await run(['ask', pdf, 'Which lamp 2?', '--passages', '1', '--json']);
    expect(again.remarks).not.toContain('without text');
    expect(again.lines()[0]).toMatchObject({ basis: { passages: [{ pages: { first: 2, last: 2 } }] } });
    const summary = await run(['summarise', pdf], { answer: () => ' Lamps.' });
    expect(summary.result).toMatch(/^Chapter 1 \(page 1\)\nLamps\.\n/u);
  });

  it('are parsed again where the cache is damaged', async () => {
    const html = join(folder, 'page.html');
    writeFileSync(html, '<title>x</title><h1>Lamp</h1><p>It was lit.');
    expect((await run(['read', html])).result).toContain('1. Lamp  (lines 1–3, ');
    const cache = join(folder, 'data', 'cache', 'documents');
    const [name = ''] = readdirSync(cache);
    writeFileSync(join(cache, name, 'map.json'), '{');
    expect((await run(['read', html])).code).toBe(EXIT_OK);
  });

  it('say what is wrong with them', async () => {
    const pdf = join(folder, 'scan.pdf');
    writeFileSync(pdf, writePdf([[]]));
    const { code, remarks } = await run(['read', pdf]);
    expect(code).toBe(EXIT_FAILURE);
    expect(remarks).toContain('scan.pdf is scanned');
    expect(opened).toBe(0);
  });
});
