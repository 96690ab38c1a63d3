/** The words that exported texts have around their content, in each language of the app. */
import type { InferOutput } from 'valibot';
import type { exportLanguage } from '../api/conversations.ts';
import type { SectionSummary } from '../api/documents.ts';

type PageRange = NonNullable<SectionSummary['pages']>;
export type ExportLanguage = InferOutput<typeof exportLanguage>;

export interface ExportWords {
  /** Of the page, as HTML names it. */
  readonly tag: string;
  /** For a conversation without a title. */
  readonly conversation: string;
  readonly user: string;
  readonly assistant: string;
  readonly systemPrompt: string;
  readonly stopped: string;
  readonly failed: string;
  /** Headings of a document's parts. */
  readonly summary: string;
  readonly sections: string;
  readonly questions: string;
  /** Lines about a document. */
  file(name: string): string;
  readBy(model: string): string;
  focus(text: string): string;
  pages(range: PageRange | null): string;
  /** @param percent of the document that the model had read; 100 for all of it */
  fromMemory(percent: number): string;
  readAgain(places: readonly string[]): string;
  /** A section with its pages, where there are some. */
  place(section: string, pages: string): string;
}

export const EXPORT_WORDS: Readonly<Record<ExportLanguage, ExportWords>> = {
  en: {
    tag: 'en',
    conversation: 'Conversation',
    user: 'You',
    assistant: 'Anser',
    systemPrompt: 'System prompt',
    stopped: 'Stopped before its end.',
    failed: 'Failed before its end.',
    summary: 'Summary',
    sections: 'Sections',
    questions: 'Questions',
    file: (name) => `File: ${name}`,
    readBy: (model) => `Read by: ${model}`,
    focus: (text) => `Focus: ${text}`,
    pages: (range) => {
      if (range === null) return '';
      return range.first === range.last ? `page ${range.first}` : `pages ${range.first}–${range.last}`;
    },
    fromMemory: (percent) =>
      `Answered from memory of ${percent === 100 ? 'the whole document' : `the first ${percent} % of the document`}.`,
    readAgain: (places) => `Read again for this answer: ${places.join('; ')}.`,
    place: (section, pages) => (pages === '' ? section : `${section} (${pages})`),
  },
  zh: {
    tag: 'zh-Hans',
    conversation: '对话',
    user: '你',
    assistant: 'Anser',
    systemPrompt: '系统提示词',
    stopped: '回答未完成，已停止。',
    failed: '回答未完成，出现错误。',
    summary: '摘要',
    sections: '各节',
    questions: '提问',
    file: (name) => `文件：${name}`,
    readBy: (model) => `阅读模型：${model}`,
    focus: (text) => `关注点：${text}`,
    pages: (range) => {
      if (range === null) return '';
      return range.first === range.last ? `第 ${range.first} 页` : `第 ${range.first}–${range.last} 页`;
    },
    fromMemory: (percent) => `凭记忆回答，依据${percent === 100 ? '整篇文档' : `文档前 ${percent}% 的内容`}。`,
    readAgain: (places) => `为此回答重新阅读：${places.join('；')}。`,
    place: (section, pages) => (pages === '' ? section : `${section}（${pages}）`),
  },
};
