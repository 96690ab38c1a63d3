/** Reads parts of documents' texts one after another; the file of the last one stays open. */
import { closeSync, openSync, readSync } from 'node:fs';
import type { DocumentFiles } from '../documents/documentFiles.ts';
import type { TextPart } from './textIndex.ts';

export class OpenText {
  readonly #files: Pick<DocumentFiles, 'textPath'>;
  #documentId = '';
  #file: number | undefined;

  constructor(files: Pick<DocumentFiles, 'textPath'>) {
    this.#files = files;
  }

  /** Undefined when it cannot be read. */
  read({ documentId, startByte, endByte }: TextPart): string | undefined {
    try {
      if (documentId !== this.#documentId) this.#open(documentId);
      if (this.#file === undefined) return undefined;
      const buffer = Buffer.allocUnsafe(endByte - startByte);
      return buffer.toString('utf8', 0, readSync(this.#file, buffer, 0, buffer.length, startByte));
    } catch {
      return undefined;
    }
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #open(documentId: string): void {
    this.close();
    this.#documentId = documentId;
    this.#file = openSync(this.#files.textPath(documentId), 'r');
  }
}
