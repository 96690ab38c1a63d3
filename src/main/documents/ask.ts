/** Questions about a document, from memory or by re-reading, as turns in its conversation. */
import type { EngineApi } from '../../engine/api/contract.ts';
import { EngineError } from '../../engine/api/errors.ts';
import { faultOf } from '../../engine/api/rpc/remoteError.ts';
import type { Message, MessageBasis, TurnEvent } from '../api/conversations.ts';
import type { AnswerEnding, TurnWriter } from '../conversationAccess.ts';
import { requireModel, type EngineAccess } from '../engineAccess.ts';
import type { Places } from './places.ts';
import { otherModel } from './readingErrors.ts';
import type { Readings } from './readings.ts';

type AskRequest = Parameters<EngineApi['askDocument']>[0];
type AskEvent = ReturnType<EngineApi['askDocument']> extends AsyncIterable<infer E> ? E : never;

export interface AskParts {
  readonly engine: EngineAccess;
  readonly readings: Pick<Readings, 'snapshotOf'>;
  readonly turns: TurnWriter;
  settings(): Pick<AskRequest, 'sampling' | 'maxTokens'>;
  /** Milliseconds between two times that the growing answer is stored. */
  readonly keepEveryMs: number;
}

export interface Question {
  readonly documentId: string;
  readonly conversationId: string;
  readonly folder: string;
  readonly places: Places;
  readonly question: string;
  readonly mode: AskRequest['mode'];
}

/**
 * Asks, also while the document is still being read: then what was read so far answers. Cancelled, what is there of the
 * answer is kept; so it is when the engine fails,
 * and the answer tells why.
 * @throws EngineError `model-unloaded`; from memory `snapshot-missing` when the document was not read, and
 * `snapshot-mismatch` when another model read it; `invalid-argument` for an empty question
 */
export async function* askDocument(
  parts: AskParts,
  question: Question,
  signal?: AbortSignal,
): AsyncGenerator<TurnEvent, void, undefined> {
  const model = requireModel(parts.engine);
  const request = requestOf(parts, question);
  const { user, answer } = parts.turns.begin(question.conversationId, question.question);
  const turn = new AnsweredTurn(parts, answer, model.name, question.places);
  try {
    yield { type: 'begun', user, answer };
    for await (const event of parts.engine.api.askDocument(request, signal)) yield* turn.take(event);
  } catch (error) {
    turn.end(signal?.aborted ? STOPPED : { status: 'failed', endReason: null, error: faultOf(error) });
  } finally {
    // Cancelled before the engine said so, or left by the caller.
    if (!turn.ended) turn.end(STOPPED);
  }
  if (turn.ended) yield { type: 'end', answer: turn.ended };
}

function requestOf({ engine, readings, settings }: AskParts, asked: Question): AskRequest {
  const { folder, question, mode, documentId } = asked;
  if (question.trim() === '')
    throw new EngineError('invalid-argument', 'The question is empty.', {
      nextStep: 'Ask something about the document.',
    });
  const reading = readings.snapshotOf(documentId);
  if (mode === 'memory') {
    if (!reading)
      throw new EngineError('snapshot-missing', 'The document has not been read yet.', {
        nextStep: 'Read the document first, or ask by re-reading.',
      });
    if (reading.modelFingerprint !== engine.model?.fingerprint) throw otherModel(reading.modelName);
  }
  return { folder, focus: reading?.focus ?? '', question, mode, ...settings() };
}

type HowItEnded = Pick<AnswerEnding, 'status' | 'endReason' | 'error'>;

/** Collects what the engine says of one answer, and stores it. */
class AnsweredTurn {
  readonly #parts: AskParts;
  readonly #answerId: string;
  readonly #modelName: string;
  readonly #places: Places;
  #basis: MessageBasis | null = null;
  #text = '';
  #keptAt = performance.now();
  /** The answer as stored at its end. */
  ended: Message | undefined;

  constructor(parts: AskParts, answer: Message, modelName: string, places: Places) {
    this.#parts = parts;
    this.#answerId = answer.id;
    this.#modelName = modelName;
    this.#places = places;
  }

  *take(event: AskEvent): Generator<TurnEvent, void, undefined> {
    switch (event.type) {
      case 'basis':
        this.#basis = { basis: event.basis, pages: this.#pagesOf(event.basis), documentTokens: 0 };
        return yield { type: 'basis', basis: this.#basis };
      case 'text':
        this.#text += event.text;
        this.#keep();
        return yield event;
      case 'end':
        if (this.#basis) this.#basis = { ...this.#basis, documentTokens: event.documentTokens };
        this.end({ ...endingOf(event.reason), error: null }, event.details);
    }
  }

  end(how: HowItEnded, details: AnswerEnding['details'] = null): void {
    this.ended = this.#parts.turns.finish(this.#answerId, {
      ...{ text: this.#text, modelName: this.#modelName, details, basis: this.#basis },
      ...how,
    });
  }

  #keep(): void {
    if (performance.now() - this.#keptAt < this.#parts.keepEveryMs) return;
    this.#parts.turns.keep(this.#answerId, this.#text);
    this.#keptAt = performance.now();
  }

  #pagesOf(basis: MessageBasis['basis']): MessageBasis['pages'] {
    const ranges = basis.mode === 'reread' ? basis.passages : [{ startByte: 0, endByte: basis.bytes }];
    const pages = ranges.map((range) => this.#places.pagesOf(range));
    return pages.every((range) => range !== null) ? pages : null;
  }
}

const STOPPED: HowItEnded = { status: 'stopped', endReason: 'cancelled', error: null };

const endingOf = (reason: 'stop' | 'length' | 'cancelled'): Pick<HowItEnded, 'status' | 'endReason'> => ({
  status: reason === 'cancelled' ? 'stopped' : 'finished',
  endReason: reason,
});
