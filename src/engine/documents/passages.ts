/** Cuts a document into passages and finds those that share most with a question, in one pass and bounded memory. */
import type { ByteSource } from '../formats/byteSource.ts';
import type { Tokenizer } from '../tokenizer/types.ts';
import { documentPieces, untilAborted, type DocumentPiece } from './pieces.ts';
import type { TextRange } from './sections.ts';
import { wordsOf } from './words.ts';

/** A part of one section, whole blocks. */
export interface Passage extends TextRange {
  /** Counts from 0 through the document. */
  readonly index: number;
  readonly sectionIndex: number;
  readonly sectionTitle: string;
  readonly tokens: number;
}

/** A paragraph that would take a passage beyond this begins the next: enough to answer from, few enough to read three. */
const PASSAGE_TOKENS = 600;

/** Usual values; Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009). */
const BM25_SATURATION = 1.2;
const BM25_LENGTH_WEIGHT = 0.75;

/**
 * The `count` passages that best match the words of `question`, in the order of the document. Where no word occurs, the
 * first passages.
 * @throws EngineError `document-unreadable`; the signal's reason
 */
export async function choosePassages(
  source: ByteSource,
  tokenizer: Tokenizer,
  question: string,
  count: number,
  signal?: AbortSignal,
): Promise<Passage[]> {
  const ranking = new PassageRanking(question);
  for await (const { passage, text } of documentPassages(source, tokenizer, signal)) ranking.add(passage, text);
  return ranking.best(count).sort((a, b) => a.index - b.index);
}

/** All passages with their texts. */
export async function* documentPassages(
  source: ByteSource,
  tokenizer: Tokenizer,
  signal?: AbortSignal,
): AsyncGenerator<{ passage: Passage; text: string }, void, undefined> {
  let open: { passage: Passage; text: string } | undefined;
  for await (const piece of untilAborted(documentPieces(source, tokenizer), signal)) {
    const section = piece.section.index;
    if (open && (open.passage.sectionIndex !== section || open.passage.tokens + piece.tokens.length > PASSAGE_TOKENS)) {
      yield open;
      open = { passage: beginAt(piece, open.passage.index + 1), text: piece.block.text };
    } else if (open) open = { passage: extend(open.passage, piece), text: open.text + piece.block.text };
    else open = { passage: beginAt(piece, 0), text: piece.block.text };
  }
  if (open) yield open;
}

function beginAt({ block, tokens, section }: DocumentPiece, index: number): Passage {
  const { startByte, endByte, startLine, endLine } = block;
  return {
    index,
    sectionIndex: section.index,
    sectionTitle: section.title,
    tokens: tokens.length,
    startByte,
    endByte,
    startLine,
    endLine,
  };
}

function extend(passage: Passage, { block, tokens, section }: DocumentPiece): Passage {
  const { endByte, endLine } = block;
  return { ...passage, sectionTitle: section.title, tokens: passage.tokens + tokens.length, endByte, endLine };
}

interface Candidate {
  readonly passage: Passage;
  readonly words: number;
  /** How often each word of the question occurs, in the order of `#terms`. */
  readonly counts: readonly number[];
}

/** BM25 over passages. Keeps a few numbers a passage, no text. */
class PassageRanking {
  readonly #terms: readonly string[];
  readonly #candidates: Candidate[] = [];

  constructor(question: string) {
    this.#terms = [...new Set(wordsOf(question))];
  }

  add(passage: Passage, text: string): void {
    const counts = new Map(this.#terms.map((term) => [term, 0]));
    const words = wordsOf(text);
    for (const word of words) {
      const count = counts.get(word);
      if (count !== undefined) counts.set(word, count + 1);
    }
    this.#candidates.push({ passage, words: words.length, counts: [...counts.values()] });
  }

  best(count: number): Passage[] {
    const total = this.#candidates.length;
    const meanWords = this.#candidates.reduce((sum, { words }) => sum + words, 0) / Math.max(total, 1);
    const weights = this.#terms.map((_, i) =>
      rarity(total, this.#candidates.filter(({ counts }) => (counts[i] ?? 0) > 0).length),
    );
    const score = ({ counts, words }: Candidate): number => {
      const damping =
        BM25_SATURATION * (1 - BM25_LENGTH_WEIGHT + (BM25_LENGTH_WEIGHT * words) / Math.max(meanWords, 1));
      return counts.reduce((sum, n, i) => sum + ((weights[i] ?? 0) * n * (BM25_SATURATION + 1)) / (n + damping), 0);
    };
    return this.#candidates
      .map((candidate) => ({ passage: candidate.passage, score: score(candidate) }))
      .sort((a, b) => b.score - a.score || a.passage.index - b.passage.index)
      .slice(0, count)
      .map(({ passage }) => passage);
  }
}

/** Inverse document frequency in the form that is never negative. */
const rarity = (total: number, having: number): number => Math.log(1 + (total - having + 0.5) / (having + 0.5));
