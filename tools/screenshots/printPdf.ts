/** Prints Markdown of the plainest kind (headings and paragraphs) as a PDF with pages and bookmarks. */
import type { Browser } from 'playwright';

const STYLE = `
  @page { size: A5; margin: 18mm 16mm }
  body { font: 11pt/1.5 serif }
  h1 { margin: 0 0 1em; font-size: 18pt }
  h2 { margin: 1.6em 0 .6em; font-size: 13pt; break-after: avoid }
  p { margin: 0 0 .7em }
`;

export async function printPdf(browser: Browser, text: string): Promise<Uint8Array> {
  const page = await browser.newPage();
  const title = /^# (.*)$/mu.exec(text)?.[1] ?? '';
  const blocks = text.split(/\n{2,}/u).map((block) => {
    const [, marks = '', words = block] = /^(#+) (.*)$/su.exec(block.trim()) ?? [];
    const tag = marks === '' ? 'p' : `h${marks.length}`;
    return `<${tag}>${escaped(words)}</${tag}>`;
  });
  await page.setContent(`<title>${escaped(title)}</title><style>${STYLE}</style>${blocks.join('')}`);
  const pdf = await page.pdf({ preferCSSPageSize: true, tagged: true, outline: true });
  await page.close();
  return pdf;
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
