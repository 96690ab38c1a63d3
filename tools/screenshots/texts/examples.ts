/** The shape of the texts that the pictures show. They are ours: no model wrote them. */

/** By heading. */
export type Summaries = Readonly<Record<string, string>>;

export interface ExampleTurn {
  readonly question: string;
  readonly answer: string;
}

export interface ExampleChat {
  readonly title: string;
  readonly turns: readonly ExampleTurn[];
  readonly pinned?: boolean;
  readonly inFolder?: boolean;
  /** How long ago it was last used. */
  readonly daysAgo: number;
  /** Its state is saved under this name, with these tags. */
  readonly saved?: { readonly name: string; readonly tags: string[] };
}

export interface Examples {
  /** Of the browser; the app follows it. */
  readonly locale: 'en-GB' | 'zh-CN';
  /** A short document that is read to its end, in Markdown. */
  readonly book: {
    readonly fileName: string;
    readonly text: string;
    readonly focus: string;
    readonly overall: string;
    readonly summaries: Summaries;
    readonly questions: readonly (ExampleTurn & { readonly mode: 'memory' | 'reread' })[];
    readonly saved: { readonly name: string; readonly tags: string[] };
  };
  /** A long document of twelve sections, in Markdown; one is being read, one is new. */
  readonly log: {
    fileName(year: number): string;
    text(year: number): string;
    readonly focus: string;
    /** Of the sections that are read before the picture is taken. */
    readonly summaries: Summaries;
  };
  readonly folder: string;
  /** The first is the one that is shown. */
  readonly chats: readonly ExampleChat[];
  /** Found in titles, messages and documents. */
  readonly searched: string;
}
