/** A document's summaries and answers as Markdown. */
import { inline } from './markdownText.ts';
import { basisInWords, factsInWords } from './documentWords.ts';
import type { DocumentQuestion, DocumentReport } from './documentReport.ts';
import type { SectionSummary } from '../api/documents.ts';
import type { ExportWords } from './exportWords.ts';

export function documentMarkdown(report: DocumentReport, words: ExportWords): string {
  const { title, overall, sections, questions } = report;
  const blocks = [
    `# ${inline(title)}`,
    factsInWords(report, words, inline)
      .map((fact) => `- ${fact}`)
      .join('\n'),
    ...(overall === '' ? [] : [`## ${words.summary}`, overall.trim()]),
    ...(sections.length === 0
      ? []
      : [`## ${words.sections}`, ...sections.flatMap((section) => sectionBlocks(section, words))]),
    ...(questions.length === 0
      ? []
      : [`## ${words.questions}`, ...questions.flatMap((question) => questionBlocks(question, words))]),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function sectionBlocks({ section, pages, summary }: SectionSummary, words: ExportWords): string[] {
  const where = words.pages(pages);
  return [
    `### ${inline(section.title)}`,
    ...(where === '' ? [] : [`*${where}*`]),
    ...(summary === null ? [] : [summary.trim()]),
  ];
}

const questionBlocks = ({ question, answer, basis }: DocumentQuestion, words: ExportWords): string[] => [
  `### ${inline(question)}`,
  answer.trim(),
  ...(basis === null ? [] : [`*${inline(basisInWords(basis, words))}*`]),
];
