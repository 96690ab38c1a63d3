/** Which files run the engine. */
export interface EngineFiles {
  /** The Node that runs the engine. */
  readonly nodePath: string;
  /** What it is to run. */
  readonly entry: string;
  readonly embeddedModel: string;
}
