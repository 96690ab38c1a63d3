/** `anser read FILE`: reads a document into a snapshot, or goes on where an earlier run stopped. */
import { basename } from 'node:path';
import { readDocument, type ReadEvent } from '../documents/read.ts';
import type { Command } from './command.ts';
import { formatCount, formatRate, formatSeconds, plural } from './format.ts';
import { openDocument, type OpenDocument } from './openDocument.ts';
import { percent, type Output } from './output.ts';
import { withAnser } from './withAnser.ts';

export const read: Command = {
  name: 'read',
  summary: 'Reads a file of any size (text, Markdown, HTML, PDF); goes on where an earlier run stopped.',
  operands: 'FILE',
  operandCount: 1,
  options: {
    focus: { value: 'TEXT', help: 'what to look for; put ahead of the text' },
    fresh: { help: 'begin anew, even if the file was read before' },
    every: { value: 'SECONDS', help: 'time between two snapshots; default 5' },
  },
  run: async (context) => {
    const { args, output, signal } = context;
    const snapshotEverySeconds = args.number('every', { least: 0 });
    const document = await openDocument(context, args.operand(0));
    const { source } = document;
    try {
      await withAnser(context, async ({ sessions, tokenizer, model }) => {
        const options = { source, sessions, tokenizer, modelFingerprint: model.fingerprint, signal };
        const choices = { focus: args.text('focus'), fresh: args.flag('fresh'), snapshotEverySeconds };
        for await (const event of readDocument({ ...options, ...choices })) tellReading(output, event, document);
      });
    } finally {
      await source.close();
    }
  },
};

/** Prints one event of a reading; `summarise` prints the same. */
export function tellReading(output: Output, event: ReadEvent, document: OpenDocument): void {
  const { name } = document.source;
  switch (event.type) {
    case 'start':
      if (event.resumedTokens > 0)
        output.remark(`Going on at ${percent(event.resumedBytes / event.totalBytes)} of ${name}.`);
      return output.result(event, '');
    case 'progress': {
      const [rate, left] = [formatRate(event.tokensPerSecond), formatSeconds(event.secondsLeft)];
      output.progress(event.fraction, `${formatCount(event.tokens)} tokens, ${rate} a second, ${left} left`);
      return output.result(event, '');
    }
    case 'section':
      return output.result({ ...event, ...document.pages(event) }, sectionLine(event, document.place(event)));
    case 'saved':
      return output.result(event, '');
    case 'end':
      return output.result(event, endLine(event, basename(name)));
  }
}

type EventOf<T extends ReadEvent['type']> = Extract<ReadEvent, { type: T }>;

const sectionLine = ({ index, title, tokens }: EventOf<'section'>, place: string): string =>
  `${String(index + 1).padStart(3)}. ${title}  (${place}, ${plural(tokens, 'token')})`;

function endLine(event: EventOf<'end'>, name: string): string {
  if (event.reason === 'cancelled' && event.tokens === 0) return 'Stopped before anything was read.';
  if (event.reason === 'cancelled')
    return `Stopped after ${plural(event.tokens, 'token')} and saved. The same command goes on from there.`;
  return `Read ${name}: ${plural(event.tokens, 'token')}, ${plural(event.sections, 'section')}. State ${event.stateHash?.slice(0, 16) ?? ''}, kept as ${event.snapshotId}.`;
}
