/** `anser ask FILE "QUESTION"`: answers from memory or by re-reading, and says what the answer rests on. */
import { askDocument, type AnswerBasis, type AskMode } from '../documents/ask.ts';
import { SAMPLING_OPTIONS, samplingFrom } from './answerOptions.ts';
import type { Command } from './command.ts';
import { plural } from './format.ts';
import { openDocument, type OpenDocument } from './openDocument.ts';
import { percent } from './output.ts';
import { withAnser } from './withAnser.ts';

const MODES = ['reread', 'memory'] as const satisfies readonly AskMode[];

export const ask: Command = {
  name: 'ask',
  summary: 'Answers a question about a file.',
  operands: 'FILE "QUESTION"',
  operandCount: 2,
  options: {
    mode: {
      value: 'MODE',
      help: 'reread (the passages that match best; the default) or memory (the state that "read" left)',
    },
    focus: { value: 'TEXT', help: 'with --mode memory: the focus that the document was read with' },
    passages: { value: 'N', help: 'with --mode reread: how many passages of about 600 tokens; default 3' },
    'max-tokens': { value: 'N', help: 'most tokens of the answer; default 256' },
    ...SAMPLING_OPTIONS,
  },
  run: async (context) => {
    const { args, output, signal } = context;
    const choices = {
      question: args.operand(1),
      mode: args.choice('mode', MODES, 'reread'),
      sampling: samplingFrom(args, 'documentQuestion'),
      maxTokens: args.number('max-tokens', { least: 1, whole: true }),
      passages: args.number('passages', { least: 1, most: 20, whole: true }),
      focus: args.text('focus'),
    };
    const document = await openDocument(context, args.operand(0));
    const { source } = document;
    try {
      await withAnser(context, async ({ sessions, tokenizer, model }) => {
        const options = { source, sessions, tokenizer, modelFingerprint: model.fingerprint, signal };
        for await (const event of askDocument({ ...options, ...choices })) {
          if (event.type === 'basis') output.result(withPages(event, document), basisLine(event.basis, document));
          else if (event.type === 'text') output.piece(event, event.text);
          else output.result(event, '');
        }
      });
    } finally {
      await source.close();
    }
  },
};

/** What the answer below rests on, in one line. */
export function basisLine(basis: AnswerBasis, document: OpenDocument): string {
  switch (basis.mode) {
    case 'memory':
      return `From memory of ${percent(basis.bytes / basis.totalBytes)} of the document, ${plural(basis.sections, 'section')}:`;
    case 'reread':
      return `Re-read: ${basis.passages.map((passage) => `${passage.sectionTitle} (${document.place(passage)})`).join(', ')}:`;
  }
}

/** The event with the pages of its passages, where the document has pages. */
function withPages(event: { readonly type: 'basis'; readonly basis: AnswerBasis }, document: OpenDocument): object {
  const { basis } = event;
  if (basis.mode === 'memory') return event;
  const passages = basis.passages.map((passage) => ({ ...passage, ...document.pages(passage) }));
  return { ...event, basis: { ...basis, passages } };
}
