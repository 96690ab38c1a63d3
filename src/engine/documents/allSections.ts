/** A reading whose events tell all sections, those of earlier runs too. */
import { documentSections } from './pieces.ts';
import { readDocument, type ReadEvent, type ReadOptions } from './read.ts';

/** Reads the document; the sections that an earlier run has told come again, in their place. @throws as `readDocument` */
export async function* readAllSections(options: ReadOptions): AsyncGenerator<ReadEvent, void, undefined> {
  for await (const event of readDocument(options)) {
    yield event;
    if (event.type === 'start') yield* sectionEvents(options, event.resumedSections);
  }
}

/** The sections as `readDocument` tells them, without the model: the first `count`; fewer on abort. */
export async function* sectionEvents(
  { source, tokenizer, signal }: Pick<ReadOptions, 'source' | 'tokenizer' | 'signal'>,
  count = Infinity,
): AsyncGenerator<ReadEvent, void, undefined> {
  try {
    for await (const section of documentSections(source, tokenizer, signal)) {
      if (section.index >= count) return;
      yield { type: 'section', ...section };
    }
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
}
