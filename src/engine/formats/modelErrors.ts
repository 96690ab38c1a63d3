/** The two failures of model files, worded alike everywhere: a broken file, and a sound file that we do not run. */
import { EngineError } from '../api/errors.ts';

const OBTAIN_AGAIN = 'Download the model file again and compare its size with the one published.';
const CHOOSE_RWKV7 =
  'Choose an RWKV-7 model: an official .pth, a .safetensors or .st file, or a GGUF in F32, F16, BF16 or Q8_0.';

/** Names quoted from a hostile file may be megabytes long. */
const sentence = (file: string, problem: string): string =>
  `${file}: ${problem.length > 300 ? `${problem.slice(0, 300)}…` : problem}.`;

/** The file is truncated, corrupt or lies about itself. `problem` says what is wrong, without a full stop. */
export const unreadable = (file: string, problem: string, nextStep = OBTAIN_AGAIN): EngineError =>
  new EngineError('model-unreadable', sentence(file, problem), { nextStep });

/** The file may be sound but is of a kind that we do not run. */
export const unsupported = (file: string, problem: string, nextStep = CHOOSE_RWKV7): EngineError =>
  new EngineError('model-unsupported', sentence(file, problem), { nextStep });
