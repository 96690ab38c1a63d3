import { describe, expect, it } from 'vitest';
import { parseAll } from '../../../../test/support/parseAll.ts';
import { paragraphTitle } from '../headings.ts';
import { htmlParser } from './htmlParser.ts';

const textOf = async (html: string): Promise<string> => (await parseAll(htmlParser, html)).text;
const latin1 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(text, (c) => c.charCodeAt(0));

describe('html', () => {
  it('reads what is seen and drops the rest', async () => {
    const html = `<!doctype html><html><head><title> The
      Lamp </title><style>p{}</style><script>no()</script></head><body>
      <nav><a href="/">Home</a></nav><div role="navigation">Menu</div>
      <h1>The <em>Lamp</em></h1>
      <p>It  was\n lit&nbsp;&mdash; <b>ev</b>ery <a href="x">night</a> .</p><p hidden>no</p>
      <p style="color:red; display: none">no</p><span aria-hidden="true">no</span><svg><title>no</title></svg>
      <noscript>no</noscript><template>no</template><button>no</button><!-- no -->
      <h2></h2><h2>Two</h2>Loose text<br>next line</body></html>`;
    const { text, title, headings } = await parseAll(htmlParser, html);
    expect(text).toBe('# The Lamp\n\nIt was lit\u00a0— every night .\n\n## Two\n\nLoose text\nnext line\n\n');
    expect(title).toBe('The Lamp');
    expect(headings).toEqual(['1 The Lamp', '2 Two']);
    expect(text.trim().split('\n\n').map(paragraphTitle)).toEqual(['The Lamp', undefined, 'Two', undefined]);
  });

  it('writes lists and tables as lines', async () => {
    const html = `<p>Before</p><ul><li>One<li><p>Two</p><ol start="3"><li>in<li>side</ol></ul>
      <table><caption>Lamps</caption><thead><tr><th>Name<th>Light</tr></thead>
      <tbody><tr><td>North<td></td><td> 9 <i>km</i></td></tr></tbody></table><dl><dt>lamp<dd>a light</dl>`;
    expect(await textOf(html)).toBe(
      'Before\n\n- One\n- Two\n  3. in\n  4. side\n\nLamps\nName | Light\nNorth | | 9 km\n\nlamp\na light\n\n',
    );
  });

  it('keeps preformatted text, in a fence', async () => {
    expect(await textOf('<p>See:</p><pre>\n# a\n  b  <b>c</b>\n</pre><p>End</p>')).toBe(
      'See:\n\n```\n# a\n  b  c\n```\n\nEnd\n\n',
    );
  });

  it.each([
    ['<meta charset="windows-1251"><p>', '\xcf\xf0\xe8\xe2\xe5\xf2', 'Привет'],
    ['<meta http-equiv="Content-Type" content="text/html; charset=gb2312"><p>', '\xb5\xc6\xcb\xfe', '灯塔'],
    ['<?xml version="1.0" encoding="ISO-8859-1"?><html><p>', 'caf\xe9', 'café'],
    // A false declaration, and one that nobody knows.
    ['<meta charset="utf-8"><p>', 'caf\xe9 au lait', 'café au lait'],
    ['<meta charset="x-none"><p>', 'caf\xe9 au lait', 'café au lait'],
  ])('decodes as the page says (%s)', async (head, bytes, text) => {
    const parsed = await parseAll(htmlParser, latin1(`${head}${bytes}</p>`));
    expect(parsed.text.trim()).toBe(text);
    expect(parsed.warnings).toEqual([]);
  });

  it('survives trees of any depth', async () => {
    expect(await textOf(`<p>first</p>${'<div>'.repeat(50_000)}deep`)).toBe('first\n\n');
  });
});
