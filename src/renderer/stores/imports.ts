/** Takes files that were dropped on the window or chosen, as documents. */
export interface Imports {
  importFiles(files: readonly File[]): void;
}

export const createImports = (): Imports => ({ importFiles: () => undefined });
