/** A document's summaries and answers as Markdown. */
import { inline } from './markdownText.ts';
import { basisInWords, pagesInWords } from './documentWords.ts';
import type { DocumentQuestion, DocumentReport } from './documentReport.ts';
import type { SectionSummary } from '../api/documents.ts';

export function documentMarkdown(report: DocumentReport): string {
  const { title, name, focus, modelName, overall, sections, questions } = report;
  const facts = [
    `- File: ${inline(name)}`,
    ...(modelName === null ? [] : [`- Read by: ${inline(modelName)}`]),
    ...(focus === '' ? [] : [`- Focus: ${inline(focus)}`]),
  ];
  const blocks = [
    `# ${inline(title)}`,
    facts.join('\n'),
    ...(overall === '' ? [] : ['## Summary', overall.trim()]),
    ...(sections.length === 0 ? [] : ['## Sections', ...sections.flatMap(sectionBlocks)]),
    ...(questions.length === 0 ? [] : ['## Questions', ...questions.flatMap(questionBlocks)]),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function sectionBlocks({ section, pages, summary }: SectionSummary): string[] {
  const where = pagesInWords(pages);
  return [
    `### ${inline(section.title)}`,
    ...(where === '' ? [] : [`*${where}*`]),
    ...(summary === null ? [] : [summary.trim()]),
  ];
}

const questionBlocks = ({ question, answer, basis }: DocumentQuestion): string[] => [
  `### ${inline(question)}`,
  answer.trim(),
  ...(basis === null ? [] : [`*${inline(basisInWords(basis))}*`]),
];
