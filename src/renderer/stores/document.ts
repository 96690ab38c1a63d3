/**
 * One document as the window shows it. A reading that is under way is followed from the state it is in, and again after
 * the line was cut; pieces of summaries are joined for each frame.
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { AppApi } from '../../main/api/contract.ts';
import type { Document, Reading, ReadingEvent } from '../../main/api/documents.ts';
import { withEvent, type LiveReading } from './reading.ts';

export interface DocumentState {
  readonly document: Document | undefined;
  /** Why it could not be opened. */
  readonly loadError: unknown;
  /** Its latest reading, under way or not. */
  readonly live: LiveReading | undefined;
}

export type DocumentStore = StoreApi<DocumentState> & {
  readonly id: string;
  /** Asks for the document again, and follows its reading. Never rejects. */
  reload(): Promise<void>;
  /** Begins a reading, or goes on with it. @throws what `startReading` throws */
  read(request: Omit<Parameters<AppApi['startReading']>[0], 'id'>): Promise<void>;
  pause(): Promise<void>;
  /** Stops and throws away what was read. */
  cancel(): Promise<void>;
};

export interface DocumentOptions {
  readonly app: AppApi;
  readonly id: string;
  /** Calls back before the next frame is drawn. */
  readonly nextFrame: (run: () => void) => void;
}

export const isUnderWay = ({ status }: Pick<Reading, 'status'>): boolean =>
  status === 'reading' || status === 'waiting';

export function createDocumentStore({ app, id, nextFrame }: DocumentOptions): DocumentStore {
  const store = createStore<DocumentState>(() => ({ document: undefined, loadError: undefined, live: undefined }));
  let following = false;
  const take = (event: ReadingEvent): void => store.setState(({ live }) => ({ live: withEvent(live, event) }));
  const followReading = async (): Promise<void> => {
    const joined = joinPieces(take, nextFrame);
    try {
      for await (const event of app.followReading({ id })) joined.take(event);
    } catch (error) {
      // `reload` comes again with the line.
      console.info('The reading cannot be followed any more.', error);
    }
    joined.flush();
  };
  const follow = async (): Promise<void> => {
    if (following) return;
    following = true;
    await followReading();
    following = false;
    await load();
  };
  const load = async (): Promise<void> => {
    try {
      const document = await app.getDocument({ id });
      store.setState({ document, loadError: undefined });
      // The stream that is followed knows more than this.
      if (following) return;
      const { reading } = document;
      store.setState(({ live }) => ({ live: reading ? withEvent(live, { type: 'state', reading }) : undefined }));
    } catch (loadError) {
      store.setState({ loadError });
    }
  };
  const reload = async (): Promise<void> => {
    await load();
    const { live } = store.getState();
    if (live && isUnderWay(live.reading)) void follow();
  };
  return Object.assign(store, {
    ...{ id, reload },
    read: async (request: Omit<Parameters<AppApi['startReading']>[0], 'id'>) => {
      const reading = await app.startReading({ id, ...request });
      store.setState(({ live }) => ({ live: withEvent(live, { type: 'state', reading }) }));
      void follow();
    },
    pause: async () => {
      await app.pauseReading({ id });
    },
    cancel: async () => {
      await app.cancelReading({ id });
      await load();
    },
  });
}

interface Joined {
  take(event: ReadingEvent): void;
  flush(): void;
}

/** Joins pieces of a text that come within a frame; everything keeps its order. */
function joinPieces(take: (event: ReadingEvent) => void, nextFrame: (run: () => void) => void): Joined {
  let pending: Extract<ReadingEvent, { type: 'text' }> | undefined;
  const flush = (): void => {
    if (pending) take(pending);
    pending = undefined;
  };
  return {
    flush,
    take: (event) => {
      if (event.type !== 'text') {
        flush();
        return take(event);
      }
      if (pending?.of === event.of) {
        pending = { ...pending, text: pending.text + event.text };
        return;
      }
      flush();
      pending = event;
      nextFrame(flush);
    },
  };
}
