/** The test of a model that was just loaded: seconds at most, whatever the model's size. */
import { EngineError } from '../api/errors.ts';
import type { Anser, OpenOptions } from '../hosts/node.ts';
import type { Precision } from '../rwkv7/precision.ts';
import { consistencyTest, selfTest } from '../selfTest.ts';

const TEXT = 'User: What does a lighthouse do?\n\nAssistant:';
const TOKENS = 12;
/**
 * Up to so many parameters a few tokens run through the plain reference, too, as f32 in main memory. Measured on two
 * cores: the demo model's 33 million take 0.8 s.
 */
const MOST_REFERENCE_PARAMETERS = 50e6;
const REFERENCE_TOKENS = 4;

/**
 * Whether the adapter computes the model rightly.
 * @param precision in which it was loaded
 */
export async function passesQuickTest(anser: Anser, parameters: number, precision: Precision): Promise<boolean> {
  const { model, modelPath } = anser;
  const tokens = [...anser.tokenizer.encode(TEXT)].slice(0, TOKENS);
  if (!(await consistencyTest(model, tokens, precision)).passed) return false;
  if (parameters > MOST_REFERENCE_PARAMETERS) return true;
  const { openModelFile } = await import('../hosts/node.ts');
  const weights = await openModelFile(modelPath);
  try {
    return (await selfTest(model, weights, tokens.slice(0, REFERENCE_TOKENS), precision)).passed;
  } finally {
    await weights.close();
  }
}

/** Without what drivers most often get wrong. */
const PLAIN: OpenOptions = { noSubgroups: true, noShaderF16: true, noMatrixUnits: true };

/**
 * Opens a model that passes the test: as the adapter offers, else once more with plain kernels only.
 * @throws EngineError `self-test-failed`; whatever opening throws
 */
export async function openTested(
  open: (options: OpenOptions) => Promise<Anser>,
  passes: (anser: Anser) => Promise<boolean>,
): Promise<Anser> {
  for (const options of [{}, PLAIN]) {
    const anser = await open(options);
    if (await passes(anser).catch(disposing(anser))) return anser;
    await anser.dispose();
  }
  throw new EngineError('self-test-failed', 'The graphics device computes this model wrongly.', {
    nextStep: 'Update the graphics driver, or choose another adapter.',
  });
}

const disposing =
  (anser: Anser) =>
  async (error: unknown): Promise<never> => {
    // Of a device that failed, disposing fails likewise.
    await anser.dispose().catch(() => undefined);
    throw error;
  };
