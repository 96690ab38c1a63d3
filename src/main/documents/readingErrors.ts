/** What keeps a document from being read, or a reading from going on. */
import { EngineError } from '../../engine/api/errors.ts';

export const otherModel = (modelName: string): EngineError =>
  new EngineError(
    'snapshot-mismatch',
    `The reading was begun with ${modelName}, which is not the model that is loaded.`,
    {
      nextStep: `Load ${modelName} to go on, or read the document anew with the model that is loaded.`,
    },
  );

export const otherFocus = (): EngineError =>
  new EngineError('invalid-argument', 'The document is being read with another focus.', {
    nextStep: 'Cancel that reading, or wait until it is finished.',
  });

export const neverRead = (): EngineError =>
  new EngineError('invalid-argument', 'The document has not been read.', { nextStep: 'Read the document first.' });

export const inBin = (): EngineError =>
  new EngineError('invalid-argument', 'The document is in the bin.', { nextStep: 'Restore it first.' });
