/** The memory that models can have on the adapter of the settings: found out once for each adapter, never waited for long. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ModelMemory } from '../../api/models.ts';
import { findMemory, type Adapter, type MemorySources } from './findMemory.ts';

export interface MemoryFinderParts {
  /** The best first, software last; as the engine lists them. */
  adapters(): Promise<readonly Adapter[]>;
  /** The setting: `auto`, `software`, or part of a name. */
  chosen(): string;
  readonly sources: MemorySources;
  /** What took too long is known now. */
  onFound(): void;
  /** For how long an answer may be waited for. */
  readonly waitMs?: number;
}

const WAIT_MS = 1500;

export class MemoryFinder {
  readonly #parts: MemoryFinderParts;
  readonly #found = new Map<string, ModelMemory | null>();
  readonly #finding = new Map<string, Promise<ModelMemory | null>>();

  constructor(parts: MemoryFinderParts) {
    this.#parts = parts;
  }

  /** Null when unknown, or not known yet. Never rejects. */
  async current(): Promise<ModelMemory | null> {
    const { chosen, onFound, waitMs = WAIT_MS } = this.#parts;
    const name = chosen();
    const known = this.#found.get(name);
    if (known !== undefined) return known;
    const finding = this.#finding.get(name) ?? this.#find(name);
    const inTime = await Promise.race([finding, sleep(waitMs)]);
    if (inTime === undefined) void finding.then((memory) => memory && onFound());
    return inTime ?? null;
  }

  #find(name: string): Promise<ModelMemory | null> {
    const finding = this.#ask(name)
      .catch(() => null) // the engine is away: asked again the next time
      .finally(() => this.#finding.delete(name));
    this.#finding.set(name, finding);
    return finding;
  }

  async #ask(name: string): Promise<ModelMemory | null> {
    const adapter = adapterOf(name, await this.#parts.adapters());
    const memory = adapter ? await findMemory(adapter, this.#parts.sources) : null;
    this.#found.set(name, memory);
    return memory;
  }
}

/** The one that the engine would open. */
function adapterOf(chosen: string, adapters: readonly Adapter[]): Adapter | undefined {
  if (chosen === 'auto') return adapters[0];
  if (chosen === 'software') return adapters.find(({ software }) => software);
  return adapters.find(({ name, software }) => !software && name.includes(chosen));
}
