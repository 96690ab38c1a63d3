/** A document's summaries and answers as one HTML page that needs nothing else. */
import { basisInWords, pagesInWords } from './documentWords.ts';
import type { DocumentQuestion, DocumentReport } from './documentReport.ts';
import type { SectionSummary } from '../api/documents.ts';

const STYLE =
  'body{font:1rem/1.6 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}' +
  '.note{color:#555;font-size:.9rem}@media(prefers-color-scheme:dark){body{color:#ddd;background:#1b1b1b}.note{color:#aaa}}';

export function documentHtml(report: DocumentReport): string {
  const { title, name, focus, modelName, overall, sections, questions } = report;
  const facts = [
    `File: ${name}`,
    ...(modelName === null ? [] : [`Read by: ${modelName}`]),
    ...(focus === '' ? [] : [`Focus: ${focus}`]),
  ];
  return [
    '<!doctype html>',
    '<html><head><meta charset="utf-8">',
    // Nothing of a model's or a document's text may run or load anything, even if it slipped through.
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<title>${escaped(title)}</title><style>${STYLE}</style></head><body>`,
    `<h1>${escaped(title)}</h1>`,
    `<ul class="note">${facts.map((fact) => `<li>${escaped(fact)}</li>`).join('')}</ul>`,
    ...(overall === '' ? [] : ['<h2>Summary</h2>', paragraphs(overall)]),
    ...(sections.length === 0 ? [] : ['<h2>Sections</h2>', ...sections.map(sectionHtml)]),
    ...(questions.length === 0 ? [] : ['<h2>Questions</h2>', ...questions.map(questionHtml)]),
    '</body></html>',
    '',
  ].join('\n');
}

function sectionHtml({ section, pages, summary }: SectionSummary): string {
  return `<h3>${escaped(section.title)}</h3>${note(pagesInWords(pages))}${paragraphs(summary ?? '')}`;
}

const questionHtml = ({ question, answer, basis }: DocumentQuestion): string =>
  `<h3>${escaped(question)}</h3>${paragraphs(answer)}${note(basis === null ? '' : basisInWords(basis))}`;

const note = (text: string): string => (text === '' ? '' : `<p class="note">${escaped(text)}</p>`);

const paragraphs = (text: string): string =>
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

const escaped = (text: string): string => text.replace(/[&<>"']/gu, (mark) => ENTITIES[mark] ?? mark);
