/** `readDocument` and `askDocument`: the tasks on an imported document, their events flattened into the contract's. */
import { join } from 'node:path';
import type { EngineApi } from '../api/contract.ts';
import type { SectionFacts } from '../api/schemas.ts';
import { readAllSections } from '../documents/allSections.ts';
import { askDocument, type AnswerBasis } from '../documents/ask.ts';
import type { ReadEvent as ReadingEvent } from '../documents/read.ts';
import type { Section } from '../documents/sections.ts';
import { summariseDocument, type SummariseEvent } from '../documents/summarise.ts';
import type { ByteSource } from '../formats/byteSource.ts';
import { fileSource } from '../hosts/files.ts';
import { AnswerClock } from './answerClock.ts';
import type { EventOf } from './methods.ts';
import type { Models, RunningModel } from './models.ts';

type ReadEvent = EventOf<'readDocument'>;
type AskEvent = EventOf<'askDocument'>;

export function readingMethods(models: Models): Pick<EngineApi, 'readDocument' | 'askDocument'> {
  return {
    readDocument: (params, signal) =>
      models.stream<ReadEvent>(signal, (model, emit, signal) =>
        withText(params.folder, async (source) => {
          const { summarise, known, folder: _, ...choices } = params;
          const options = { ...readingModel(model), ...choices, source, signal };
          const teller = new ReadingTeller(emit);
          if (!summarise) for await (const event of readAllSections(options)) teller.reading(event, true);
          else {
            const earlier = known.map(({ section, summary }) => ({ ...section, summary }));
            for await (const event of summariseDocument({ ...options, known: earlier })) teller.summarising(event);
          }
        }),
      ),
    askDocument: (params, signal) =>
      models.stream<AskEvent>(signal, (model, emit, signal) =>
        withText(params.folder, async (source) => {
          const clock = new AnswerClock();
          let documentTokens = 0;
          const { folder: _, ...choices } = params;
          const onPromptRead = (tokens: number): void => clock.promptRead(tokens);
          for await (const event of askDocument({ ...readingModel(model), ...choices, source, signal, onPromptRead })) {
            if (event.type === 'basis') {
              documentTokens = rereadTokens(event.basis);
              clock.reading();
              emit({ type: 'basis', basis: asFacts(event.basis) });
            } else if (event.type === 'text') {
              clock.text();
              emit(event);
            } else emit({ type: 'end', reason: event.reason, details: clock.details(event.tokens), documentTokens });
          }
        }),
      ),
  };
}

const readingModel = ({ anser: { sessions, tokenizer, model } }: RunningModel) => ({
  ...{ sessions, tokenizer },
  modelFingerprint: model.fingerprint,
});

/** Opens the text of an imported document. */
async function withText(folder: string, use: (source: ByteSource) => Promise<void>): Promise<void> {
  const source = await fileSource(join(folder, 'text.txt'), 'document-unreadable');
  try {
    await use(source);
  } finally {
    await source.close();
  }
}

const rereadTokens = (basis: AnswerBasis): number =>
  basis.mode === 'memory' ? 0 : basis.passages.reduce((sum, { tokens }) => sum + tokens, 0);

/** The same facts, without the engine's read-only marks. */
const asFacts = (basis: AnswerBasis): Extract<AskEvent, { type: 'basis' }>['basis'] =>
  basis.mode === 'memory' ? basis : { ...basis, passages: [...basis.passages] };

/** Tells a reading, and the summaries in it, as one series of events. */
class ReadingTeller {
  readonly #emit: (event: ReadEvent) => void;
  #tokens = 0;
  /** The section that was told last. */
  #toldIndex = -1;

  constructor(emit: (event: ReadEvent) => void) {
    this.#emit = emit;
  }

  /** @param whole the reading is all there is: its end is the end */
  reading(event: ReadingEvent, whole: boolean): void {
    switch (event.type) {
      case 'start': {
        const { snapshotId, totalBytes, resumedBytes, resumedTokens } = event;
        this.#tokens = resumedTokens;
        return this.#emit({ type: 'start', snapshotId, totalBytes, resumedBytes, resumedTokens });
      }
      case 'progress':
        this.#tokens = event.tokens;
        return this.#emit({ ...event, memoryBytes: process.memoryUsage.rss() });
      case 'section':
        return this.#section(event);
      case 'saved':
        return this.#emit({ ...event });
      case 'end':
        this.#tokens = event.tokens;
        if (whole) this.#end(event);
    }
  }

  summarising(event: SummariseEvent): void {
    switch (event.type) {
      case 'reading':
        return this.reading(event.event, false);
      case 'writing':
        if (event.of === 'overall') return this.#emit({ type: 'writing', of: 'overall' });
        this.#section(event.of);
        return this.#emit({ type: 'writing', of: event.of.index });
      case 'text':
        return this.#emit(event);
      case 'section':
        this.#section(event);
        return this.#emit({ type: 'summary', of: event.index, text: event.summary });
      case 'overall':
        return this.#emit({ type: 'summary', of: 'overall', text: event.summary });
      case 'end':
        return this.#end(event);
    }
  }

  /** A section is told before its summary is written, or with one that was known. */
  #section(section: Section): void {
    if (section.index <= this.#toldIndex) return;
    this.#toldIndex = section.index;
    this.#emit({ type: 'section', section: factsOf(section) });
  }

  #end({ reason, sections }: { readonly reason: 'finished' | 'cancelled'; readonly sections: number }): void {
    this.#emit({ type: 'end', reason, tokens: this.#tokens, sections });
  }
}

function factsOf({ index, title, tokens, startByte, endByte, startLine, endLine }: Section): SectionFacts {
  return { index, title, tokens, startByte, endByte, startLine, endLine };
}
