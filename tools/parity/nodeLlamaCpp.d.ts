/**
 * The part of node-llama-cpp 3.21 that the parity check uses. The package is installed in `peer/` when the check is first
 * run; with these types, checking our code does not need it.
 */
declare module 'node-llama-cpp' {
  export type Token = number & { readonly __token: never };

  export type ControlledEvaluateInputItem =
    Token | [token: Token, options: { generateNext?: { readonly probabilities?: true } }];
  export interface ControlledEvaluateIndexOutput {
    /** Of the whole vocabulary, most likely first: the plain softmax of the logits where no sampling options are given. */
    readonly next: { readonly probabilities?: Map<Token, number> };
  }

  export interface LlamaContextSequence {
    clearHistory(): Promise<void>;
    /** Goes on after what was evaluated before. */
    controlledEvaluate(input: ControlledEvaluateInputItem[]): Promise<(ControlledEvaluateIndexOutput | undefined)[]>;
  }
  export interface LlamaContext {
    getSequence(): LlamaContextSequence;
  }
  export interface LlamaModel {
    tokenize(text: string, specialTokens: boolean): Token[];
    createContext(options: {
      contextSize: number;
      batchSize: number;
      sequences: number;
      threads: number;
    }): Promise<LlamaContext>;
  }
  export interface Llama {
    readonly llamaCppRelease: { readonly release: string };
    loadModel(options: { modelPath: string; gpuLayers: number }): Promise<LlamaModel>;
    dispose(): Promise<void>;
  }

  export const LlamaLogLevel: { readonly error: 'error' };
  export function getLlama(options: {
    gpu: false;
    build: 'never';
    skipDownload: boolean;
    progressLogs: boolean;
    logLevel: 'error';
  }): Promise<Llama>;
}
