/** The methods about saved states that a window can call; exporting is wired by whoever hands out files. */
import type { AppApi } from '../api/contract.ts';
import type { Document } from '../api/documents.ts';
import type { ConversationAccess } from '../conversationAccess.ts';
import { transcriptOf, transcriptUpTo, type Origin } from './origins.ts';
import type { StateBundles } from './stateBundles.ts';
import { notKept } from './stateErrors.ts';
import type { StateLibrary } from './stateLibrary.ts';

export interface StateMethodParts {
  readonly library: StateLibrary;
  readonly bundles: StateBundles;
  readonly conversations: Pick<ConversationAccess, 'get' | 'snapshotAfter'>;
  document(id: string): Promise<Document>;
  /** Of the reading of a document that counts; undefined when nothing was saved of it. */
  snapshotOfDocument(id: string): string | undefined;
}

export type StateMethods = Pick<
  AppApi,
  | 'listStates'
  | 'saveState'
  | 'changeState'
  | 'duplicateState'
  | 'deleteStates'
  | 'openState'
  | 'replayState'
  | 'importState'
>;

export function stateMethods(parts: StateMethodParts): StateMethods {
  const { library, bundles } = parts;
  return {
    listStates: () => library.list(),
    saveState: async ({ name, tags, of }) =>
      await library.save(
        name,
        tags,
        of.kind === 'message' ? messageOrigin(parts, of) : await documentOrigin(parts, of.documentId),
      ),
    changeState: ({ id, patch }) => library.change(id, patch),
    duplicateState: ({ id }) => library.duplicate(id),
    deleteStates: async ({ ids }) => {
      await library.delete(ids);
      return {};
    },
    openState: ({ id }) => library.open(id),
    replayState: async ({ id }) => library.replay(id),
    importState: ({ path }) => bundles.importState(path),
  };
}

function messageOrigin(
  { conversations }: StateMethodParts,
  { conversationId, messageId }: { readonly conversationId: string; readonly messageId: string },
): Origin {
  const snapshotId = conversations.snapshotAfter(conversationId, messageId);
  if (snapshotId === null) throw notKept('after this message');
  const conversation = conversations.get(conversationId);
  return {
    snapshotId,
    source: { kind: 'conversation', conversationId, title: conversation.title },
    transcript: transcriptUpTo(conversation, messageId),
    replayable: conversation.replayable,
  };
}

async function documentOrigin(parts: StateMethodParts, documentId: string): Promise<Origin> {
  const document = await parts.document(documentId);
  const snapshotId = parts.snapshotOfDocument(documentId);
  if (snapshotId === undefined) throw notKept('of this document');
  return {
    snapshotId,
    source: { kind: 'document', documentId, title: document.title },
    transcript: transcriptOf(document),
    replayable: false,
  };
}
