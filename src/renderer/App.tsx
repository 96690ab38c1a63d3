/** The frame of the window: language and theme from the settings, the navigation, and the view that is open. */
import { useEffect } from 'react';
import { languages, preferredLanguage, type Language } from './i18n/language.ts';
import { LanguageContext, useTexts } from './i18n/texts.ts';
import { useAppState } from './services.ts';

export function App() {
  const chosen = useAppState(({ settings }) => settings?.language ?? 'system');
  const theme = useAppState(({ settings }) => settings?.theme ?? 'system');
  const language: Language = languages.find((name) => name === chosen) ?? preferredLanguage(navigator.languages);
  useEffect(() => {
    // Screen readers choose their voice by it.
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  }, [language]);
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  return (
    <LanguageContext value={language}>
      <Frame />
    </LanguageContext>
  );
}

function Frame() {
  const { common } = useTexts();
  const line = useAppState((state) => state.line);
  return (
    <main>
      <h1>{common.appName}</h1>
      <p role="status">{line === 'open' ? '' : common.connecting}</p>
    </main>
  );
}
