/** The chats of the sidebar in their groups. */
import { useState } from 'react';
import type { ConversationSummary } from '../../main/api/conversations.ts';
import { useFormat } from '../i18n/format.ts';
import { useTexts } from '../i18n/texts.ts';
import { useLibrary } from '../services.ts';
import { ConversationRow } from './ConversationRow.tsx';
import { FolderGroup } from './FolderGroup.tsx';
import { groupConversations } from './groups.ts';

export function ConversationList() {
  const { common, frame } = useTexts();
  const conversations = useLibrary((state) => state.conversations);
  const folders = useLibrary((state) => state.folders);
  if (!conversations) return null;
  const groups = groupConversations(conversations, folders, new Date());
  const empty = groups.pinned.length + groups.today.length + groups.earlier.length + groups.folders.length === 0;
  return (
    <section aria-labelledby="sidebar-chats">
      <h2 id="sidebar-chats" className="sidebar-title">
        {common.chats}
      </h2>
      {empty && <p className="sidebar-empty">{frame.noChats}</p>}
      <Group title={frame.pinned} conversations={groups.pinned} />
      {groups.folders.map(({ folder, conversations }) => (
        <FolderGroup key={folder.id} folder={folder} conversations={conversations} />
      ))}
      <Group title={frame.today} conversations={groups.today} />
      <Group title={frame.earlier} conversations={groups.earlier} />
    </section>
  );
}

/** Thousands of rows would make the sidebar slow; the search finds the rest. */
const PART = 60;

function Group({
  title,
  conversations,
}: {
  readonly title: string;
  readonly conversations: readonly ConversationSummary[];
}) {
  const { common } = useTexts();
  const format = useFormat();
  const [shown, setShown] = useState(PART);
  if (conversations.length === 0) return null;
  const more = conversations.length - shown;
  return (
    <>
      <h3 className="sidebar-group">{title}</h3>
      <ul className="nav-list">
        {conversations.slice(0, shown).map((conversation) => (
          <ConversationRow key={conversation.id} conversation={conversation} />
        ))}
        {more > 0 && (
          <li>
            <button type="button" className="nav-row nav-row-soft" onClick={() => setShown(shown + PART)}>
              {common.more} ({format.count(more)})
            </button>
          </li>
        )}
      </ul>
    </>
  );
}
