/** Takes files that were dropped on the window or chosen, as documents. */
export interface Imports {
  importFiles(files: readonly File[]): void;
  /** Adds the document that comes with the app. */
  importSample(): void;
}

export const createImports = (): Imports => ({ importFiles: () => undefined, importSample: () => undefined });
