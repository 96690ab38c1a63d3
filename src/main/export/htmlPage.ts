/** HTML pages that need nothing else, and text on them. */

const STYLE =
  'body{font:1rem/1.6 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff;' +
  'overflow-wrap:anywhere}.note{color:#555;font-size:.9rem}' +
  'pre{white-space:pre-wrap;padding:.5rem .75rem;border:1px solid #8885;border-radius:.4rem;font-size:.9rem}' +
  '@media(prefers-color-scheme:dark){body{color:#ddd;background:#1b1b1b}.note{color:#aaa}}' +
  // On paper: all of the width, no dark ground, no heading alone at a page's end.
  '@media print{body{color:#000;background:#fff;max-width:none;margin:0}.note{color:#444}h1,h2,h3{break-after:avoid}}';

/** @param blocks HTML, every text in it escaped */
export const htmlPage = (title: string, language: string, blocks: readonly string[]): string =>
  [
    '<!doctype html>',
    `<html lang="${language}"><head><meta charset="utf-8">`,
    '<meta name="viewport" content="width=device-width">',
    // Nothing of a model's or a document's text may run or load anything, even if it slipped through.
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<title>${escaped(title)}</title><style>${STYLE}</style></head><body>`,
    ...blocks,
    '</body></html>',
    '',
  ].join('\n');

/** A line beside the content; nothing where there is no text. */
export const note = (text: string): string => (text === '' ? '' : `<p class="note">${escaped(text)}</p>`);

export const paragraphs = (text: string): string =>
  text
    .split(/\n\s*\n/u)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '')
    .map((paragraph) => `<p>${escaped(paragraph).replaceAll('\n', '<br>')}</p>`)
    .join('');

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escaped = (text: string): string => text.replace(/[&<>"']/gu, (mark) => ENTITIES[mark] ?? mark);
