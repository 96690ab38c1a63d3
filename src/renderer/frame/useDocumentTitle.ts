/** The window's title: what is open, then the app. */
import { useEffect } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { useLibrary, useView } from '../services.ts';

export function useDocumentTitle(): void {
  const { common, frame } = useTexts();
  const view = useView();
  const named = useLibrary(({ conversations, documents }) => {
    if (view.kind === 'conversation') return conversations?.find(({ id }) => id === view.id)?.title;
    return view.kind === 'document' ? documents?.find(({ id }) => id === view.id)?.title : undefined;
  });
  const words = { ...common, chat: frame.newChat, conversation: frame.newChat, document: common.documents };
  const title = named === undefined || named === '' ? words[view.kind] : named;
  useEffect(() => {
    document.title = `${title} – ${common.appName}`;
  }, [title, common.appName]);
}
