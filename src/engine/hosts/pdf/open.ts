/** Opens a PDF through a byte source: pdf.js asks for the ranges it needs, so pictures are never read. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PDFDataRangeTransport, PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { ByteSource } from '../../formats/byteSource.ts';
import { characterMapFolder } from './files.ts';
import { damagedPdf, protectedPdf } from './pdfErrors.ts';
import { loadPdfjs, type PdfjsModule } from './pdfjs.ts';

const RANGE_BYTES = 256 * 1024;

/**
 * @param source must not fail: pdf.js would wait for ever
 * @throws EngineError `document-unreadable` for what is protected by a password or no sound PDF
 */
export async function openPdf(source: ByteSource): Promise<PDFDocumentProxy> {
  const pdfjs = await loadPdfjs();
  const task = pdfjs.getDocument({
    range: rangesOf(pdfjs, source),
    rangeChunkSize: RANGE_BYTES,
    disableAutoFetch: true,
    disableStream: true,
    // Nothing is printed, shown or fetched, and no font of this machine is asked.
    verbosity: pdfjs.VerbosityLevel.ERRORS,
    disableFontFace: true,
    useSystemFonts: false,
    useWorkerFetch: false,
    useWasm: false,
    cMapUrl: 'cmaps/',
    cMapPacked: true,
    BinaryDataFactory: CharacterMaps,
  });
  return await task.promise.catch((cause: unknown) => {
    const isProtected = cause instanceof Error && cause.name === 'PasswordException';
    throw isProtected ? protectedPdf(source.name, cause) : damagedPdf(source.name, cause);
  });
}

function rangesOf(pdfjs: PdfjsModule, source: ByteSource): PDFDataRangeTransport {
  const transport = new pdfjs.PDFDataRangeTransport(source.size, null);
  transport.requestDataRange = (begin, end) => {
    void source.read(begin, Math.min(end, source.size) - begin).then((bytes) => transport.onDataRange(begin, bytes));
  };
  return transport;
}

/** The maps from codes to characters that Asian PDFs name but do not hold; they come with pdf.js. */
class CharacterMaps {
  async fetch({ kind, filename }: { kind: string; filename: string }): Promise<Uint8Array> {
    if (kind !== 'cMapUrl' || !/^[\w-]+\.bcmap$/u.test(filename)) throw new Error(`${filename} is not provided.`);
    return new Uint8Array(await readFile(join(characterMapFolder(), filename)));
  }
}
