/** Whether questions can be answered from what a model remembers of a document, and if not, why. */
import type { Reading } from '../../../main/api/documents.ts';

export type Memory = 'there' | 'not-read' | 'other-model';

export function memoryOf(reading: Reading | undefined): Memory {
  if (!reading?.progress && reading?.status !== 'finished') return 'not-read';
  return reading.usable === 'other-model' ? 'other-model' : 'there';
}
