/** What the fake of the main side remembers, and how it tells windows of changes. */
import type { AppEvent } from '../../src/main/api/contract.ts';
import type {
  Conversation,
  ConversationSummary,
  Folder,
  Message,
  ReplayAhead,
  RereadAhead,
} from '../../src/main/api/conversations.ts';
import type { EngineStatus } from '../../src/main/api/models.ts';
import type { Settings } from '../../src/main/api/settings.ts';
import { FakeLibrary } from './library.ts';

export interface FakeOptions {
  /** Milliseconds between the pieces of an answer. */
  readonly pieceMs: number;
  /** Whether a model is loaded at the start. */
  readonly loaded: boolean;
  readonly settings: Partial<Settings>;
}

export class World {
  readonly options: FakeOptions;
  readonly conversations = new Map<string, Conversation>();
  readonly folders = new Map<string, Folder>();
  readonly library = new FakeLibrary();
  /** What every chat would have to read again. */
  replayAhead: ReplayAhead | null = null;
  /** What going on after any message whose state is not kept would have to read. */
  rereadAhead: RereadAhead | null = null;
  /** Why no state can be saved. */
  saveFault: Message['error'] = null;
  engine: EngineStatus;
  settings: Settings;
  readonly #listeners = new Set<(event: AppEvent) => void>();
  #made = 0;

  constructor(options: Partial<FakeOptions> = {}) {
    this.options = { pieceMs: 8, loaded: true, settings: {}, ...options };
    this.settings = { ...SETTINGS, ...options.settings };
    this.engine = this.options.loaded ? LOADED : { type: 'empty' };
  }

  newId(kind: string): string {
    return `${kind}-${++this.#made}`;
  }

  /** Later than every earlier one. */
  now(): string {
    return new Date(Date.now() + this.#made).toISOString();
  }

  emit(event: AppEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** @returns how to stop listening */
  listen(listener: (event: AppEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  setEngine(status: EngineStatus): void {
    this.engine = status;
    this.emit({ type: 'engine', status });
  }

  /** Waits while a model is being loaded. @throws the signal's reason */
  async settled(signal: AbortSignal | undefined): Promise<void> {
    while (this.engine.type === 'loading') {
      signal?.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  conversation(id: string): Conversation {
    const found = this.conversations.get(id);
    if (!found) throw new Error(`There is no conversation ${id}.`);
    return found;
  }

  /** Changes a conversation and tells of it. */
  change(id: string, patch: Partial<Conversation>): Conversation {
    const next = { ...this.conversation(id), ...patch };
    const stored = { ...next, messageCount: next.messages.length };
    this.conversations.set(id, stored);
    if ('deletedAt' in patch) this.emit({ type: 'changed', what: 'conversations' });
    else if (Object.keys(patch).join() === 'draft') this.emit({ type: 'draft', conversationId: id, text: next.draft });
    else this.emit({ type: 'conversation-row', row: summaryOf(stored) });
    return next;
  }

  addConversation(patch: Partial<Conversation>): Conversation {
    const id = this.newId('c');
    const messages = patch.messages ?? [];
    const made: Conversation = {
      ...{ id, title: '', autoTitle: true, folderId: null, pinned: false, deletedAt: null, documentId: null },
      ...{ createdAt: this.now(), updatedAt: this.now(), messageCount: messages.length, systemPrompt: '', draft: '' },
      replayable: true,
      ...{
        think: this.settings.think,
        sampling: this.settings.sampling,
        messages,
        headId: messages.at(-1)?.id ?? null,
      },
      ...patch,
    };
    this.conversations.set(id, made);
    this.emit({ type: 'conversation-row', row: summaryOf(made) });
    return made;
  }

  message(patch: Partial<Message> & Pick<Message, 'role' | 'text'>): Message {
    return {
      ...{ id: this.newId('m'), parentId: null, thought: '', status: 'finished', createdAt: this.now(), think: 'off' },
      ...{ details: null, endReason: null, modelName: null, hasState: true, basis: null, error: null, thoughtMs: null },
      ...patch,
    };
  }
}

export function summaryOf(conversation: Conversation): ConversationSummary {
  const { id, title, autoTitle, folderId, pinned, createdAt, updatedAt, deletedAt, documentId, messageCount } =
    conversation;
  return { id, title, autoTitle, folderId, pinned, createdAt, updatedAt, deletedAt, documentId, messageCount };
}

export const LOADING: EngineStatus = {
  ...{ type: 'loading', path: '/models/anser-demo-q8_0.gguf', fraction: 0.5, testing: false },
};

export const LOADED: EngineStatus = {
  type: 'loaded',
  model: {
    ...{ name: 'Anser Demo', path: '/models/anser-demo-q8_0.gguf', precision: 'source', fingerprint: 'f00d' },
    ...{ parameters: 1_000_000, stateBytes: 2_400_000, adapterLine: 'Runs on SwiftShader, on the CPU.', slow: true },
  },
};

const SETTINGS: Settings = {
  ...{ language: 'system', theme: 'system', sendWith: 'enter', shortcutsEnabled: true, systemPrompt: '', think: 'off' },
  ...{ sampling: { preset: 'chat', custom: null }, maxTokens: 2048, adapter: 'auto', precision: 'source' },
  cacheQuantised: false,
  ...{ modelPath: null, modelsFolder: null, idleUnloadMinutes: 0, snapshotQuotaBytes: 4e9, snapshotEverySeconds: 30 },
  ...{ proxy: '', mirror: 'huggingface' },
};
