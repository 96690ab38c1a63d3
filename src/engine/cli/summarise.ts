/** `anser summarise FILE`: a summary of each section, then of the whole, while the document is read. */
import type { Section } from '../documents/sections.ts';
import { summariseDocument, type SummariseEvent } from '../documents/summarise.ts';
import { SAMPLING_OPTIONS, samplingFrom } from './answerOptions.ts';
import type { Command } from './command.ts';
import { openDocument, type OpenDocument } from './openDocument.ts';
import type { Output } from './output.ts';
import { tellReading } from './read.ts';
import { withAnser } from './withAnser.ts';

export const summarise: Command = {
  name: 'summarise',
  summary: 'Summarises a file section by section, then as a whole.',
  operands: 'FILE',
  operandCount: 1,
  options: {
    focus: { value: 'TEXT', help: 'what to look for while reading; put ahead of the text' },
    'section-tokens': { value: 'N', help: "most tokens of a section's summary; default 160" },
    'overall-tokens': { value: 'N', help: 'most tokens of the overall summary; default 320' },
    'no-state': { help: 'only summarise: do not read the document into a snapshot for later questions' },
    fresh: { help: 'begin anew, even if the file was read before' },
    ...SAMPLING_OPTIONS,
  },
  run: async (context) => {
    const { args, output, signal } = context;
    const choices = {
      sampling: samplingFrom(args, 'documentQuestion'),
      maxSectionTokens: args.number('section-tokens', { least: 1, whole: true }),
      maxOverallTokens: args.number('overall-tokens', { least: 1, whole: true }),
      keepState: !args.flag('no-state'),
      focus: args.text('focus'),
      fresh: args.flag('fresh'),
    };
    const document = await openDocument(context, args.operand(0));
    const { source } = document;
    try {
      await withAnser(context, async ({ sessions, tokenizer, model }) => {
        const options = { source, sessions, tokenizer, modelFingerprint: model.fingerprint, signal, ...choices };
        for await (const event of summariseDocument(options)) tell(output, event, document, choices.keepState);
      });
    } finally {
      await source.close();
    }
  },
};

/** Prints one event: a heading before each summary, the summary as it is written, nothing twice. */
function tell(output: Output, event: SummariseEvent, document: OpenDocument, keepState: boolean): void {
  switch (event.type) {
    case 'reading':
      if (event.event.type === 'progress' || output.json) tellReading(output, event.event, document);
      return;
    case 'writing':
      output.result(
        event,
        event.of === 'overall' ? 'Overall, from the summaries above' : headingOf(event.of, document),
      );
      return;
    case 'text':
      output.piece(event, event.text);
      return;
    case 'section':
    case 'overall':
      output.result(event, '');
      output.line('');
      return;
    case 'end':
      output.result(
        event,
        event.reason === 'cancelled' ? `Stopped. ${keepState ? READING_KEPT : 'Nothing is saved.'}` : '',
      );
  }
}

const READING_KEPT = 'What was read is saved, the summaries are not: the same command reads on, but writes them again.';

const headingOf = (section: Section, document: OpenDocument): string => `${section.title} (${document.place(section)})`;
