/** A document's summaries and answers as one HTML page that needs nothing else. */
import { escaped, htmlPage, note, paragraphs } from './htmlPage.ts';
import { basisInWords, factsInWords } from './documentWords.ts';
import type { DocumentQuestion, DocumentReport } from './documentReport.ts';
import type { SectionSummary } from '../api/documents.ts';
import type { ExportWords } from './exportWords.ts';

export function documentHtml(report: DocumentReport, words: ExportWords): string {
  const { title, overall, sections, questions } = report;
  const facts = factsInWords(report, words, escaped);
  return htmlPage(title, words.tag, [
    `<h1>${escaped(title)}</h1>`,
    `<ul class="note">${facts.map((fact) => `<li>${fact}</li>`).join('')}</ul>`,
    ...(overall === '' ? [] : [`<h2>${words.summary}</h2>`, paragraphs(overall)]),
    ...(sections.length === 0
      ? []
      : [`<h2>${words.sections}</h2>`, ...sections.map((section) => sectionHtml(section, words))]),
    ...(questions.length === 0
      ? []
      : [`<h2>${words.questions}</h2>`, ...questions.map((question) => questionHtml(question, words))]),
  ]);
}

function sectionHtml({ section, pages, summary }: SectionSummary, words: ExportWords): string {
  return `<h3>${escaped(section.title)}</h3>${note(words.pages(pages))}${paragraphs(summary ?? '')}`;
}

const questionHtml = ({ question, answer, basis }: DocumentQuestion, words: ExportWords): string =>
  `<h3>${escaped(question)}</h3>${paragraphs(answer)}${note(basis === null ? '' : basisInWords(basis, words))}`;
