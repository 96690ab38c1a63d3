/**
 * The part of node-llama-cpp 3.22 that the parity check uses. The package is 0.7 GB and not among the dependencies
 * (`npm run parity:install` brings it); with these types, checking our code does not need it.
 */
declare module 'node-llama-cpp' {
  export type Token = number & { readonly __token: never };

  export interface ControlledEvaluateOutput {
    readonly totalLogitWeight?: true;
    readonly logits?: {
      readonly filter?: { readonly tokens?: Token[]; readonly includeMax?: boolean; readonly includeTop?: number };
    };
  }
  export type ControlledEvaluateInputItem =
    Token | [token: Token, options: { generateNext?: ControlledEvaluateOutput }];
  export interface ControlledEvaluateIndexOutput {
    readonly next: { readonly logits?: Map<Token, number>; readonly totalLogitWeight?: number };
  }

  export interface LlamaContextSequence {
    clearHistory(): Promise<void>;
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
