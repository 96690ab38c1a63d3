import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { engineError } from '../../../test/support/engineErrors.ts';
import { createTinyTokenizer } from '../../../test/support/tinyTokenizer.ts';
import { linesAt, writePdf } from '../../../test/support/writePdf.ts';
import type { DocumentFacts } from '../api/schemas.ts';
import { documentSections } from '../documents/pieces.ts';
import { pagesOf } from '../documents/parse/pageMap.ts';
import { importDocument, openImported, type ImportOptions, type ImportProgress } from './importDocument.ts';

let root: string;
let folder: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'anser-import-'));
  folder = join(root, 'documents', 'one');
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

function fileOf(name: string, content: string | Uint8Array): string {
  const path = join(root, name);
  writeFileSync(path, content);
  return path;
}

const importFile = (
  name: string,
  content: string | Uint8Array,
  options: Partial<ImportOptions> = {},
): Promise<DocumentFacts> => importDocument({ path: fileOf(name, content), folder, ...options });

/** Nothing of an import that failed, not even beside its place. */
function expectNothingLeft(): void {
  expect(existsSync(folder)).toBe(false);
  const parent = join(root, 'documents');
  expect(existsSync(parent) ? readdirSync(parent) : []).toEqual([]);
}

const page = (number: number): ReturnType<typeof linesAt> =>
  linesAt([
    'A Study of Lamps',
    '',
    `Chapter ${number}`,
    '',
    ...Array.from({ length: 20 }, (_, i) => `Lamp ${number}, line ${i}.`),
  ]);

describe('importing', () => {
  it('writes the text and the pages of a PDF', async () => {
    const bytes = writePdf([page(1), [], page(3)], { title: 'Lamps', outline: [{ title: 'Third', page: 3 }] });
    const progress: ImportProgress[] = [];
    const facts = await importFile('lamps.pdf', bytes, {
      tokenizer: createTinyTokenizer(),
      onProgress: (event) => progress.push(event),
    });
    expect(facts).toMatchObject({
      name: 'lamps.pdf',
      title: 'Lamps',
      format: 'pdf',
      pages: 3,
      sections: 2,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      warnings: [{ code: 'scanned-pages', count: 1 }],
    });
    expect(readdirSync(folder).sort()).toEqual(['map.json', 'text.txt']);
    const text = readFileSync(join(folder, 'text.txt'));
    expect(facts.bytes).toBe(text.length);
    const { source, map } = await openImported(folder, 'lamps.pdf');
    expect(source.name).toBe('lamps.pdf');
    expect(map.outline).toEqual([{ title: 'Third', level: 1, startByte: map.pages[2] }]);
    const pages = map.pages.map((start, i) => text.subarray(start, map.pages[i + 1]).toString());
    expect(pages.map((content) => content.slice(0, 16).trim())).toEqual(['A Study of Lamps', '', 'A Study of Lamps']);
    expect(map.bytes).toBe(text.length);
    const sections: object[] = [];
    for await (const section of documentSections(source, createTinyTokenizer()))
      sections.push({ title: section.title, pages: pagesOf(section, map) });
    expect(sections).toEqual([
      { title: expect.stringContaining('Chapter 1') as string, pages: { first: 1, last: 3 } },
      { title: expect.stringContaining('Chapter 3') as string, pages: { first: 3, last: 3 } },
    ]);
    await source.close();
    expect(progress.map(({ fraction }) => fraction)).toEqual(
      progress.map(({ fraction }) => fraction).sort((a, b) => a - b),
    );
    expect(progress.at(-1)).toEqual({ fraction: 0.9, pages: 3 });
  });

  it.each([
    ['a.txt', 'Caf\xe9\r\nau lait\r\n', 'text', 'Café\r\nau lait\r\n'],
    ['a.md', '---\ntitle: T\n---\n# Lamp\n\nsee [it](x)\n', 'markdown', '# Lamp\n\nsee it\n'],
    ['a.html', '<h1>Lamp</h1><p>see <a href=x>it</a>', 'html', '# Lamp\n\nsee it\n\n'],
    ['a.py', '# lamp\nx = "a\tb"\n', 'code', '# lamp\nx = "a\tb"\n'],
  ])('turns %s into UTF-8', async (name, content, format, text) => {
    const facts = await importFile(name, Buffer.from(content, 'latin1'));
    expect(facts).toMatchObject({ format, pages: null, tokens: null, bytes: Buffer.byteLength(text) });
    expect(readFileSync(join(folder, 'text.txt'), 'utf8')).toBe(text);
    const { source, map } = await openImported(folder);
    await source.close();
    expect(map.pages).toEqual([]);
  });

  it('keeps the outline of the headings', async () => {
    await importFile('a.md', '# Ä\n\ntext\n\n## Two\n\nmore\n');
    const { source, map } = await openImported(folder);
    await source.close();
    expect(map.outline).toEqual([
      { title: 'Ä', level: 1, startByte: 0 },
      { title: 'Two', level: 2, startByte: 12 },
    ]);
  });

  it('removes what crashed imports have left, and nothing else', async () => {
    const uuid = '01234567-89ab-cdef-0123-456789abcdef';
    // No process has a number beyond 2^22 on Linux; elsewhere it is as unlikely.
    const dead = `other.99999999-${uuid}.tmp`;
    const alive = `other.${process.pid}-${uuid}.tmp`;
    for (const name of [dead, alive, 'another']) mkdirSync(join(root, 'documents', name), { recursive: true });
    await importFile('a.txt', 'text');
    expect(readdirSync(join(root, 'documents')).sort()).toEqual(['another', 'one', alive].sort());
  });

  it('finds a damaged map', async () => {
    await importFile('a.txt', 'text');
    writeFileSync(join(folder, 'map.json'), '{"version":1');
    await expect(openImported(folder, 'a.txt')).rejects.toEqual(engineError('document-unreadable', /map of a\.txt/u));
  });
});

describe('an import that fails', () => {
  it.each<[name: string, content: string | Uint8Array, message: RegExp]>([
    ['empty.txt', '', /is empty/u],
    ['blank.txt', ' \n\n\t\n', /holds no text/u],
    ['script.html', '<script>no text</script>', /holds no text/u],
    ['zip.txt', 'PK\u0003\u0004\u0014\0\0\0', /ZIP archive/u],
    ['picture.txt', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0), /a picture/u],
    ['scan.pdf', writePdf([[]]), /is scanned/u],
    ['broken.pdf', '%PDF-1.4\n', /damaged/u],
    ['secret.pdf', writePdf([page(1)], { password: 'x' }), /password/u],
  ])('%s leaves nothing', async (name, content, message) => {
    const error: unknown = await importFile(name, content).catch((reason: unknown) => reason);
    expect(error).toEqual(engineError('document-unreadable', message));
    expect(error).toHaveProperty('nextStep', expect.stringMatching(/\.$/u));
    expectNothingLeft();
  });

  it('says that a path is missing, or a folder', async () => {
    await expect(importDocument({ path: join(root, 'none'), folder })).rejects.toEqual(
      engineError('document-unreadable', /no such file/u),
    );
    await expect(importDocument({ path: root, folder })).rejects.toEqual(
      engineError('document-unreadable', /not a file/u),
    );
    expectNothingLeft();
  });

  it('leaves a folder that is there alone', async () => {
    mkdirSync(folder, { recursive: true });
    await expect(importFile('a.txt', 'text')).rejects.toEqual(engineError('invalid-argument', /exists already/u));
    expect(readdirSync(join(root, 'documents'))).toEqual(['one']);
  });

  it('tells where it cannot write', async () => {
    // A file stands where a folder is needed: no rights can help with that.
    fileOf('documents', 'in the way');
    await expect(importFile('a.txt', 'text')).rejects.toEqual(engineError('storage-failed', /cannot be kept/u));
  });

  // Windows has no such rights, and root reads everything.
  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('tells what may not be read', async () => {
    const path = fileOf('a.txt', 'text');
    chmodSync(path, 0);
    await expect(importDocument({ path, folder })).rejects.toEqual(engineError('document-unreadable', /permission/u));
  });

  it.each([1, 2, 5])('when cancelled at event %d, leaves nothing', async (at) => {
    const controller = new AbortController();
    let events = 0;
    const work = importFile('lamps.pdf', writePdf(Array.from({ length: 10 }, (_, i) => page(i))), {
      signal: controller.signal,
      onProgress: () => {
        if (++events === at) controller.abort('cancelled');
      },
    });
    await expect(work).rejects.toBe('cancelled');
    expectNothingLeft();
  });
});
