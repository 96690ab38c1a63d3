/** Joins pieces of text that come close together, so that whoever shows them is not flooded. */

/** About one frame of a screen. */
const JOIN_MS = 16;

interface TextEvent {
  readonly type: 'text' | 'thought';
  readonly text: string;
  /** Which of several texts. */
  readonly of?: unknown;
}

/** Passes events on in their order; the first piece of text at once, those of the next 16 ms as one. */
export class TextJoiner<E extends { readonly type: string }> {
  readonly #pass: (event: E) => void;
  #held: (E & TextEvent) | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(pass: (event: E) => void) {
    this.#pass = pass;
  }

  push(event: E): void {
    if (!isText(event)) {
      this.flush();
      this.#pass(event);
    } else if (this.#timer === undefined) {
      this.#pass(event);
      this.#wait();
    } else if (this.#held?.type === event.type && this.#held.of === event.of)
      this.#held = { ...event, text: this.#held.text + event.text };
    else {
      this.#passHeld();
      this.#held = event;
    }
  }

  /** Passes on what is held back, now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#passHeld();
  }

  #wait(): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (!this.#held) return;
      this.#passHeld();
      this.#wait();
    }, JOIN_MS);
  }

  #passHeld(): void {
    const held = this.#held;
    this.#held = undefined;
    if (held) this.#pass(held);
  }
}

const isText = <E extends { readonly type: string }>(event: E): event is E & TextEvent =>
  event.type === 'text' || event.type === 'thought';
