/** What the fake of the main side remembers of documents, states and models, beside the conversations. */
import type { Document, Reading } from '../../src/main/api/documents.ts';
import type { CatalogueEntry, Download, ModelEntry, ModelMemory } from '../../src/main/api/models.ts';
import type { SavedState } from '../../src/main/api/states.ts';
import type { ScriptedReading } from './readings.ts';

export class FakeLibrary {
  readonly documents = new Map<string, Document>();
  /** The text of each document. */
  readonly texts = new Map<string, string>();
  readonly readings = new Map<string, ScriptedReading>();
  readonly states = new Map<string, SavedState>();
  readonly models = new Map<string, ModelEntry>();
  readonly catalogue: CatalogueEntry[] = [];
  readonly downloads = new Map<string, Download>();
  /** What kept quantised weights take. */
  quantised = { files: 2, bytes: 4_310_000_000 };
  memory: ModelMemory | null = { of: 'gpu', bytes: 8 * 2 ** 30 };

  document(id: string): Document {
    const found = this.documents.get(id);
    if (!found) throw new Error(`There is no document ${id}.`);
    return found;
  }

  /** With its reading as it is at this moment. */
  shown(id: string): Document {
    const document = this.document(id);
    const reading: Reading | null = this.readings.get(id)?.reading ?? document.reading;
    const fraction = reading?.status === 'finished' ? 1 : (reading?.progress?.fraction ?? 0);
    return { ...document, reading, status: reading?.status ?? 'new', fraction };
  }
}
