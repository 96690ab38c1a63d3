/** Gathers what is known of a document while its text streams by: for the card that is shown before it is read. */
import type { DocumentFacts } from '../../api/schemas.ts';
import type { ByteSource } from '../../formats/byteSource.ts';
import type { Tokenizer } from '../../tokenizer/types.ts';
import { noText } from '../documentErrors.ts';
import { documentSections } from '../pieces.ts';
import { LanguageSampler } from './language.ts';
import type { DocumentFormat, ParsedPart, ParseWarning } from './parser.ts';
import { roughTokenizer } from './roughTokenizer.ts';
import { TextStatistics } from './textStatistics.ts';

/** About a day of reading on a slow machine, and two of the longest novels there are. */
const VERY_LONG_TOKENS = 2_000_000;
const LONGEST_TITLE = 200;

/** What only the importer knows. */
export interface FileFacts {
  readonly name: string;
  readonly format: DocumentFormat;
  /** SHA-256 (hex) of the original file. */
  readonly sha256: string;
}

export class FactsGatherer {
  readonly #statistics = new TextStatistics();
  readonly #language = new LanguageSampler();
  readonly #warnings: ParseWarning[] = [];
  #title: string | undefined;
  #firstHeading: string | undefined;
  #pages: number | null = null;

  add({ text, page, title, headings = [], warnings = [] }: ParsedPart): void {
    this.#statistics.add(text);
    this.#language.add(text);
    this.#warnings.push(...warnings);
    this.#title ??= title;
    this.#firstHeading ??= headings[0]?.title;
    if (page !== undefined) this.#pages = page;
  }

  /**
   * The facts, once all parts were added; passes over the text once more, for its sections.
   * @param text the whole text
   * @param tokenizer without one sections are found by estimate, and tokens are not told
   * @throws EngineError `document-unreadable` when there is no text; the signal's reason
   */
  async finish(
    text: ByteSource,
    file: FileFacts,
    tokenizer: Tokenizer | undefined,
    signal: AbortSignal | undefined,
  ): Promise<DocumentFacts> {
    let [sections, tokens, titled] = [0, 0, ''];
    for await (const section of documentSections(text, tokenizer ?? roughTokenizer(), signal)) {
      if (sections++ === 0 && !/^Section 1$/u.test(section.title)) titled = section.title;
      tokens += section.tokens;
    }
    if (sections === 0) throw noText(file.name);
    const title = this.#title ?? this.#firstHeading ?? (titled === '' ? withoutExtension(file.name) : titled);
    return {
      name: file.name,
      title: title.slice(0, LONGEST_TITLE),
      format: file.format,
      pages: this.#pages,
      words: this.#statistics.words,
      characters: this.#statistics.characters,
      bytes: text.size,
      tokens: tokenizer ? tokens : null,
      language: this.#language.language ?? null,
      sections,
      sha256: file.sha256,
      warnings: [...this.#warnings, ...(tokens > VERY_LONG_TOKENS ? [{ code: 'very-long', count: tokens }] : [])],
    };
  }
}

const withoutExtension = (name: string): string => name.replace(/(?<=.)\.[^.]{1,10}$/u, '');
