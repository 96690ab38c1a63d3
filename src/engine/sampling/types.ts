/** How the next token is chosen. Order of the steps: rwkv pip package's `sample_logits` (temperature last). */
export interface Sampling {
  /** 0 means greedy. */
  readonly temperature: number;
  /** Keep the smallest set of best tokens whose probability reaches this; ≥ 1 keeps all. */
  readonly topP: number;
  /** Keep the best k; 0 keeps all. */
  readonly topK: number;
  /** Subtracted once from the logit of every token that has occurred. */
  readonly presencePenalty: number;
  /** Subtracted per (decayed) occurrence. */
  readonly frequencyPenalty: number;
  /** The occurrence counts are multiplied by this each step. */
  readonly penaltyDecay: number;
  /** Seed of the generator; the same seed and logits give the same tokens. */
  readonly seed: number;
  /** Tokens that are never chosen (padding rows; token 0 where an answer must not end). */
  readonly banned?: readonly number[];
}
