/** What keeps a saved state from being kept or used. */
import { EngineError } from '../../engine/api/errors.ts';

export const noName = (): EngineError =>
  new EngineError('invalid-argument', 'A saved state needs a name.', { nextStep: 'Give it a name.' });

export const notKept = (what: string): EngineError =>
  new EngineError('snapshot-missing', `The state ${what} is not kept.`, {
    nextStep: 'Continue there, or read the document, then save the state.',
  });

export const otherModelsState = (modelName: string): EngineError =>
  new EngineError('snapshot-mismatch', `The state belongs to ${modelName}, which is not the model that is loaded.`, {
    nextStep: `Load ${modelName}, or replay the transcript with the model that is loaded.`,
  });

export const notReplayable = (): EngineError =>
  new EngineError('invalid-argument', 'The state comes from a document, which has no transcript to replay.', {
    nextStep: 'Read the document with the model that is loaded.',
  });

export const contradictsState = (): EngineError =>
  new EngineError('snapshot-unreadable', 'The bundle describes another state than the one in it.', {
    nextStep: 'Copy or export it again from where it came.',
  });
