/** Which files run the engine, and which it comes with. All lie where a plain Node can read them. */
export interface EngineFiles {
  /** The Node that runs the engine. */
  readonly nodePath: string;
  /** What it is to run. */
  readonly entry: string;
  readonly embeddedModel: string;
  /** The document for trying the app out. */
  readonly sampleDocument: string;
}
