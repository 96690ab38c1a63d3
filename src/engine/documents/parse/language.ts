/** In which language a text is written, from samples of it. */
import { franc } from 'franc-min';

/** The detector looks at no more of a text at a time. */
const SAMPLE_CHARACTERS = 2048;
const MOST_SAMPLES = 5;
/** Fewer letters make any guess a game of chance. */
const FEWEST_LETTERS = 100;
const UNDETERMINED = 'und';

/** Collects samples while a text streams by; the first pages are often a title, a licence or a table of contents. */
export class LanguageSampler {
  readonly #samples: string[] = [];
  #gap = 0;
  #toSkip = 0;
  #open = '';

  /** Takes the next piece of the text. */
  add(text: string): void {
    let at = 0;
    while (at < text.length && this.#samples.length < MOST_SAMPLES) {
      const skipped = Math.min(this.#toSkip, text.length - at);
      this.#toSkip -= skipped;
      at += skipped;
      const taken = text.slice(at, at + SAMPLE_CHARACTERS - this.#open.length);
      this.#open += taken;
      at += taken.length;
      if (this.#open.length >= SAMPLE_CHARACTERS) this.#close();
    }
  }

  /** An ISO 639 code (`en`, `zh`); undefined when unsure: the samples must agree. */
  get language(): string | undefined {
    const found = [...this.#samples, this.#open].map(languageOf).filter((language) => language !== undefined);
    const counts = new Map<string, number>();
    for (const language of found) counts.set(language, (counts.get(language) ?? 0) + 1);
    const [best] = [...counts].sort((a, b) => b[1] - a[1]);
    return best && best[1] * 2 > found.length ? best[0] : undefined;
  }

  /** Each sample is taken further from the last one. */
  #close(): void {
    this.#samples.push(this.#open);
    this.#open = '';
    this.#gap = Math.max(4 * SAMPLE_CHARACTERS, 4 * this.#gap);
    this.#toSkip = this.#gap;
  }
}

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

/** The language of one sample; undefined when unsure. */
export function languageOf(sample: string): string | undefined {
  const letters = count(sample, /\p{L}/gu);
  const han = count(sample, /\p{Script=Han}/gu);
  const kana = count(sample, /[\p{Script=Hiragana}\p{Script=Katakana}]/gu);
  // A character of these says as much as a word. Japanese is a third kana; Chinese quotes a little at most.
  if (han + kana >= FEWEST_LETTERS / 5 && (han + kana) * 2 > letters) return kana * 10 > han ? 'ja' : 'zh';
  if (letters < FEWEST_LETTERS) return undefined;
  const code = franc(sample);
  return code === UNDETERMINED ? undefined : new Intl.Locale(code).language;
}
