/** Refuses sampling settings that have no meaning, before an answer begins. */
import { EngineError } from '../api/errors.ts';
import type { Sampling } from './types.ts';

/** @throws EngineError `invalid-argument`, naming the setting */
export function checkSampling(sampling: Sampling): void {
  const { temperature, topP, topK, presencePenalty, frequencyPenalty, penaltyDecay, banned = [] } = sampling;
  check('temperature', temperature, 'a number of at least 0', temperature >= 0 && temperature < Infinity);
  check('topP', topP, 'a number of at least 0', topP >= 0);
  check('topK', topK, 'a whole number of at least 0', Number.isSafeInteger(topK) && topK >= 0);
  check('presencePenalty', presencePenalty, 'a finite number', Number.isFinite(presencePenalty));
  check('frequencyPenalty', frequencyPenalty, 'a finite number', Number.isFinite(frequencyPenalty));
  check('penaltyDecay', penaltyDecay, 'within 0 … 1', penaltyDecay >= 0 && penaltyDecay <= 1);
  for (const token of banned) check('banned', token, 'token ids', Number.isSafeInteger(token) && token >= 0);
}

function check(setting: keyof Sampling, value: number, wanted: string, holds: boolean): void {
  if (!holds)
    throw new EngineError('invalid-argument', `The sampling setting ${setting} is ${value}; it must be ${wanted}.`, {
      nextStep: 'Correct the setting, or choose one of the presets.',
    });
}
