import { describe, expect, it } from 'vitest';
import { parseAll } from '../../../../test/support/parseAll.ts';
import { paragraphTitle } from '../headings.ts';
import { markdownParser } from './markdownParser.ts';

const textOf = async (markdown: string): Promise<string> => (await parseAll(markdownParser, markdown)).text;

describe('markdown', () => {
  it.each([
    ['See [the lamp](http://a.b/c "Lamp") now.', 'See the lamp now.'],
    ['See [the lamp](<a b>) now.', 'See the lamp now.'],
    ['[Foo (film)](https://en.wikipedia.org/wiki/Foo_(film)) is old.', 'Foo (film) is old.'],
    ['![A tower](tower.png) stands.', 'A tower stands.'],
    ['[![A tower](tower.png)](http://a.b) stands.', 'A tower stands.'],
    ['See [the lamp][1] and [this][].', 'See the lamp and this.'],
    ['<https://example.org/a> and <me@b.c>', 'https://example.org/a and <me@b.c>'],
    ['one <!-- hidden --> two', 'one  two'],
    ['Code `[a](b)` stays.', 'Code `[a](b)` stays.'],
    ['An array a[1](2) too', 'An array a1 too'],
    ['A footnote[^1] stays.', 'A footnote[^1] stays.'],
    ['[^1]: And its text.', '[^1]: And its text.'],
    ['[1]: http://example.org "Example"', ''],
    ['a < b, [] and *stars* stay', 'a < b, [] and *stars* stay'],
  ])('reduces %j to its text', async (line, text) => {
    expect(await textOf(`before\n${line}\n`)).toBe(`before\n${text}\n`);
  });

  it('keeps headings where they are recognised, and tells them', async () => {
    const { text, headings, parts } = await parseAll(
      markdownParser,
      '# One\n\ntext\n\n## [Two](x)\n\nmore\n\nThree\n=====\n\nend\n',
    );
    expect(headings).toEqual(['1 One', '2 Two']);
    expect(parts[1]?.text.startsWith('## Two\n')).toBe(true);
    expect(text.split('\n\n').map(paragraphTitle)).toEqual(['One', undefined, 'Two', undefined, 'Three', undefined]);
  });

  it('leaves fenced code alone', async () => {
    const code = '````sh\n# no heading [a](b)\n```\n[x](y)\n````\n\n# Heading\n';
    const { text, headings } = await parseAll(markdownParser, code);
    expect(text).toBe(code);
    expect(headings).toEqual(['1 Heading']);
  });

  it('drops front matter and takes its title', async () => {
    const parsed = await parseAll(markdownParser, '---\ntitle: "The Lamp"\ntags: [a]\n---\n# One\n\ntext\n');
    expect(parsed).toMatchObject({ text: '# One\n\ntext\n', title: 'The Lamp', headings: ['1 One'] });
  });

  it.each(['---\nThis was a rule.\n', '---\n', '', `---\n${'a line\n'.repeat(500)}---\nend\n`])(
    'takes what only begins like front matter as text (%#)',
    async (markdown) => {
      expect(await textOf(markdown)).toBe(markdown);
    },
  );
});
