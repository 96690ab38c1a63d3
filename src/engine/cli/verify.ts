/** `anser verify`: runs the same tokens on the adapter and in the plain reference, and compares. */
import { EngineError } from '../api/errors.ts';
import { selfTest, type SelfTestResult } from '../selfTest.ts';
import type { Command } from './command.ts';
import { withAnser } from './withAnser.ts';

const DEFAULT_TEXT = 'User: What does a lighthouse do?\n\nAssistant:';

export const verify: Command = {
  name: 'verify',
  summary: 'Checks that this adapter computes the model rightly, against a plain reference.',
  operands: '',
  operandCount: 0,
  options: { text: { value: 'TEXT', help: 'the text to run; a dozen words are enough' } },
  run: async (context) => {
    const { args, output, precision } = context;
    await withAnser(context, async ({ model, modelName, modelPath, tokenizer, adapterLine }) => {
      const weights = await (await import('../hosts/node.ts')).openModelFile(modelPath);
      try {
        const tokens = [...tokenizer.encode(args.text('text') ?? DEFAULT_TEXT)];
        const result = await selfTest(model, weights, tokens, precision);
        output.result(
          { model: modelName, adapter: adapterLine, tokens: tokens.length, ...result },
          describe(result, modelName),
        );
        if (!result.passed)
          throw new EngineError('self-test-failed', `${modelName} is not computed rightly on this adapter.`, {
            nextStep: 'Try --adapter software, update the graphics driver, and report the numbers above.',
          });
      } finally {
        await weights.close();
      }
    });
  },
};

const describe = (
  { passed, tolerance, prefillError, decodeError, sameBestToken }: SelfTestResult,
  modelName: string,
): string =>
  `${modelName}: ${passed ? 'passed' : 'FAILED'}. Largest difference of the logits: prefill ${prefillError.toExponential(1)}, ` +
  `decode ${decodeError.toExponential(1)} (allowed ${tolerance}); best token ${sameBestToken ? 'the same' : 'differs'}.`;
