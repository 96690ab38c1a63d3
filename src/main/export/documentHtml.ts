/** A document's summaries and answers as one HTML page that needs nothing else. */
import { escaped, htmlPage, note, paragraphs } from './htmlPage.ts';
import { basisInWords, pagesInWords } from './documentWords.ts';
import type { DocumentQuestion, DocumentReport } from './documentReport.ts';
import type { SectionSummary } from '../api/documents.ts';

export function documentHtml(report: DocumentReport): string {
  const { title, name, focus, modelName, overall, sections, questions } = report;
  const facts = [
    `File: ${name}`,
    ...(modelName === null ? [] : [`Read by: ${modelName}`]),
    ...(focus === '' ? [] : [`Focus: ${focus}`]),
  ];
  return htmlPage(title, 'en', [
    `<h1>${escaped(title)}</h1>`,
    `<ul class="note">${facts.map((fact) => `<li>${escaped(fact)}</li>`).join('')}</ul>`,
    ...(overall === '' ? [] : ['<h2>Summary</h2>', paragraphs(overall)]),
    ...(sections.length === 0 ? [] : ['<h2>Sections</h2>', ...sections.map(sectionHtml)]),
    ...(questions.length === 0 ? [] : ['<h2>Questions</h2>', ...questions.map(questionHtml)]),
  ]);
}

function sectionHtml({ section, pages, summary }: SectionSummary): string {
  return `<h3>${escaped(section.title)}</h3>${note(pagesInWords(pages))}${paragraphs(summary ?? '')}`;
}

const questionHtml = ({ question, answer, basis }: DocumentQuestion): string =>
  `<h3>${escaped(question)}</h3>${paragraphs(answer)}${note(basis === null ? '' : basisInWords(basis))}`;
