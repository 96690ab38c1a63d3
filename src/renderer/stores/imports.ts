/** Takes files as documents: those that were dropped on the window or chosen, one drop after another. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { RemoteError } from '../../engine/api/rpc/remoteError.ts';
import type { AppApi } from '../../main/api/contract.ts';
import type { Document, ImportEvent } from '../../main/api/documents.ts';
import type { Shell } from '../connection/shell.ts';

/** What became of the files of one drop. */
export interface ImportReport {
  readonly added: readonly Document[];
  /** The same file was there already; in the list or in the bin. */
  readonly known: readonly Extract<ImportEvent, { type: 'imported' }>[];
  readonly rejected: readonly Omit<Extract<ImportEvent, { type: 'rejected' }>, 'type'>[];
  /** What ended the whole of it, with the files that were not reached. */
  readonly error: unknown;
}

export interface ImportState {
  /** 0 to 1 while files are being taken; undefined else. */
  readonly fraction: number | undefined;
  /** What the user should see of the last drop; undefined when there is nothing to say. */
  readonly report: ImportReport | undefined;
}

export type Imports = StoreApi<ImportState> & {
  importFiles(files: readonly File[]): void;
  /** Files and folders by their paths, where the shell knows them. */
  importPaths(paths: readonly string[]): void;
  /** Adds the document that comes with the app. */
  importSample(): void;
  dismiss(): void;
};

export interface ImportOptions {
  readonly app: AppApi;
  readonly shell: Pick<Shell, 'pathsOf'>;
  /** The only document of a drop is there: shows it. */
  readonly onAdded: (document: Document) => void;
}

const NOT_ON_DISK = {
  ...{ code: 'document-unreadable', message: 'What was dropped lies on no disk.' },
  nextStep: 'Save it as a file first.',
};

const NOTHING: ImportReport = { added: [], known: [], rejected: [], error: undefined };

export function createImports({ app, shell, onAdded }: ImportOptions): Imports {
  const store = createStore<ImportState>(() => ({ fraction: undefined, report: undefined }));
  let queue = Promise.resolve();
  const run = async (events: () => AsyncIterable<ImportEvent>): Promise<void> => {
    store.setState({ fraction: 0 });
    let report = NOTHING;
    try {
      for await (const event of events()) {
        if (event.type === 'progress') store.setState({ fraction: event.fraction });
        else report = withEvent(report, event);
      }
    } catch (error) {
      report = { ...report, error };
    }
    const { added, known, rejected } = report;
    const [only, ...others] = [...added, ...known.map(({ document }) => document)];
    const quiet = rejected.length === 0 && report.error === undefined && known.length === 0;
    store.setState({ fraction: undefined, ...(!quiet && { report }) });
    if (only && others.length === 0 && quiet) onAdded(only);
  };
  const enqueue = (events: () => AsyncIterable<ImportEvent>): void => {
    queue = queue.then(() => run(events));
  };
  const importFiles = (files: readonly File[]): void => {
    if (files.length === 0) return;
    enqueue(async function* () {
      const paths = await shell.pathsOf(files);
      // What exists only in the page, like a picture dragged out of a mail.
      if (paths.length === 0) throw new RemoteError(NOT_ON_DISK);
      yield* app.importDocuments({ paths });
    });
  };
  return Object.assign(store, {
    importFiles,
    importPaths: (paths: readonly string[]) => {
      if (paths.length > 0) enqueue(() => app.importDocuments({ paths: [...paths] }));
    },
    importSample: () => enqueue(() => app.importSample({})),
    dismiss: () => store.setState({ report: undefined }),
  });
}

function withEvent(report: ImportReport, event: Exclude<ImportEvent, { type: 'progress' }>): ImportReport {
  if (event.type === 'rejected') {
    const { path, error } = event;
    return { ...report, rejected: [...report.rejected, { path, error }] };
  }
  if (event.known === 'no') return { ...report, added: [...report.added, event.document] };
  return { ...report, known: [...report.known, event] };
}
