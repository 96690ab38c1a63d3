/** Where a new chat begins; for someone who has nothing yet, also what the app is for. */
import { useTexts } from '../../i18n/texts.ts';
import { useAppState, useLibrary, useServices } from '../../services.ts';
import { useStore } from 'zustand/react';
import { useTry } from '../../frame/useTry.ts';
import { Composer } from './Composer.tsx';
import { Welcome } from './Welcome.tsx';

export function NewChatPane() {
  const { chat } = useTexts();
  const { newChat } = useServices();
  const first = useLibrary(({ conversations, documents }) => conversations?.length === 0 && documents?.length === 0);
  const settings = useAppState((state) => state.settings);
  const options = useStore(newChat, (state) => state.options);
  const begin = useBeginning();
  return (
    <div className="chat chat-new">
      <div className="chat-greeting">{first ? <Welcome /> : <h1>{chat.greeting}</h1>}</div>
      <Composer
        draft={newChat.draft}
        busy={false}
        options={{
          think: options.think ?? settings?.think ?? 'off',
          systemPrompt: options.systemPrompt ?? settings?.systemPrompt ?? '',
          sampling: options.sampling ?? settings?.sampling ?? { preset: 'chat', custom: null },
        }}
        onChange={newChat.change}
        onSend={begin}
        onStop={() => undefined}
      />
    </div>
  );
}

/** Makes the conversation, goes there, and says the first words. */
function useBeginning(): (text: string) => void {
  const { newChat, conversations, navigation } = useServices();
  const attempt = useTry();
  return (text) =>
    attempt(async () => {
      const { id } = await newChat.create();
      const store = conversations.open(id);
      await store.reload();
      newChat.clear();
      navigation.go({ kind: 'conversation', id });
      store.draft.take(text);
      if (!(await store.send(text))) store.draft.giveBack();
    });
}
