/** The fake's reading of a document: section by section, with progress, summaries piece by piece, pause and going on. */
import type { Document, Reading, ReadingEvent, ReadingProgress, SectionSummary } from '../../src/main/api/documents.ts';
import { Inbox } from '../../src/engine/api/rpc/inbox.ts';

export interface ReadingOptions {
  readonly document: Document;
  readonly text: string;
  readonly focus: string;
  readonly summarise: boolean;
  /** Milliseconds between two events. */
  readonly tickMs: number;
  readonly now: () => string;
  /** Its status changed. */
  readonly onStatus: () => void;
}

/** Reports for each section. */
const TICKS = 6;

export class ScriptedReading {
  reading: Reading;
  readonly #options: ReadingOptions;
  readonly #sections: readonly SectionSummary[];
  readonly #followers = new Set<Inbox>();
  #stopped = false;

  constructor(options: ReadingOptions) {
    this.#options = options;
    this.#sections = sectionsOf(options.text, options.document.pages);
    this.reading = {
      ...{ id: `reading of ${options.focus}`, focus: options.focus, modelName: 'Anser Demo', status: 'waiting' },
      ...{ progress: null, sections: [], overall: '', stateBytes: 2_400_000, startedAt: options.now() },
      ...{ finishedAt: null, error: null, usable: 'yes' },
    };
  }

  /** Begins, or goes on after the last section that was read. */
  start(): void {
    this.#stopped = false;
    this.#set({ status: 'reading' });
    void this.#run();
  }

  pause(): void {
    if (this.reading.status !== 'reading') return;
    this.#stopped = true;
    this.#set({ status: 'paused' });
    this.#end();
  }

  async *follow(signal: AbortSignal | undefined): AsyncGenerator<ReadingEvent> {
    yield { type: 'state', reading: this.reading };
    if (this.reading.status !== 'reading') return;
    const inbox = new Inbox();
    this.#followers.add(inbox);
    signal?.addEventListener('abort', () => inbox.end());
    try {
      // Only events of a reading are put in.
      yield* inbox.values() as AsyncGenerator<ReadingEvent>;
    } finally {
      this.#followers.delete(inbox);
    }
  }

  async #run(): Promise<void> {
    const { summarise, focus } = this.#options;
    for (const entry of this.#sections.slice(this.reading.sections.length)) {
      if (!(await this.#readSection(entry))) return;
      if (summarise && !(await this.#write(entry.section.index, summaryOf(entry, focus)))) return;
    }
    if (summarise && !(await this.#write('overall', OVERALL))) return;
    this.#set({ status: 'finished', finishedAt: this.#options.now() });
    this.#end();
  }

  async #readSection(entry: SectionSummary): Promise<boolean> {
    for (let tick = 1; tick <= TICKS; tick++) {
      if (!(await this.#wait())) return false;
      const progress = this.#progressAt(entry, tick / TICKS);
      this.reading = { ...this.reading, progress };
      this.#tell({ type: 'progress', progress });
    }
    this.reading = { ...this.reading, sections: [...this.reading.sections, entry] };
    this.#tell({ type: 'section', section: entry });
    return true;
  }

  async #write(of: number | 'overall', text: string): Promise<boolean> {
    this.#tell({ type: 'writing', of });
    for (const piece of text.match(/[\s\S]{1,12}/g) ?? []) {
      if (!(await this.#wait())) return false;
      this.#tell({ type: 'text', of, text: piece });
    }
    const sections = this.reading.sections.map((entry) =>
      entry.section.index === of ? { ...entry, summary: text } : entry,
    );
    this.reading = { ...this.reading, sections, ...(of === 'overall' && { overall: text }) };
    this.#tell({ type: 'summary', of, text });
    return true;
  }

  #progressAt({ section, pages }: SectionSummary, part: number): ReadingProgress {
    const bytes = Math.round(section.startByte + part * (section.endByte - section.startByte));
    const totalBytes = Buffer.byteLength(this.#options.text);
    const tokens = Math.round(bytes / 4);
    return {
      ...{ tokens, bytes, totalBytes, fraction: bytes / totalBytes, sectionTitle: section.title },
      page: pages && Math.round(pages.first + part * (pages.last - pages.first)),
      tokensPerSecond: 412 + (section.index % 3) + part * 4,
      secondsLeft: (totalBytes - bytes) / 4 / 412,
      memoryBytes: 2_400_000,
    };
  }

  /** @returns false when it was paused meanwhile */
  async #wait(): Promise<boolean> {
    await new Promise((resolve) => setTimeout(resolve, this.#options.tickMs));
    return !this.#stopped;
  }

  #set(patch: Partial<Reading>): void {
    this.reading = { ...this.reading, ...patch };
    this.#options.onStatus();
  }

  #tell(event: ReadingEvent): void {
    for (const inbox of this.#followers) inbox.push(event);
  }

  #end(): void {
    for (const inbox of this.#followers) inbox.end();
  }
}

/** Each heading of level two begins a section. Bytes are exact for plain ASCII, which is all that the samples need. */
export function sectionsOf(text: string, pages: number | null): SectionSummary[] {
  const starts = [0, ...[...text.matchAll(/^## /gmu)].map(({ index }) => index)].filter(
    (start, place) => place === 0 || start > 0,
  );
  return starts.map((start, index) => {
    const end = starts[index + 1] ?? text.length;
    const [startByte, endByte] = [Buffer.byteLength(text.slice(0, start)), Buffer.byteLength(text.slice(0, end))];
    const title = /^#+ (.*)$/mu.exec(text.slice(start, end))?.[1] ?? '';
    const page = (byte: number): number => 1 + Math.floor(((pages ?? 1) - 1) * (byte / Buffer.byteLength(text)));
    return {
      section: {
        index,
        title,
        tokens: Math.ceil((endByte - startByte) / 4),
        startByte,
        endByte,
        startLine: 1,
        endLine: 1,
      },
      pages: pages === null ? null : { first: page(startByte), last: page(endByte) },
      summary: null,
    };
  });
}

const summaryOf = ({ section }: SectionSummary, focus: string): string =>
  `“${section.title}” tells of a tower that was built against advice, and of the people who kept it. ${
    focus === '' ? 'Nothing is said twice.' : `On ${focus}: one **date** and two names are given.`
  }`;

const OVERALL = `A tower of granite is built on a rock in three summers, because its builder refuses wood. Its keepers watch for more
than a century and write down the weather in six allowed words, until one night asks for more.

What stays is a bell: the last keeper takes it along, and it is still rung twice a year.`;
