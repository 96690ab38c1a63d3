/** The window's page: language and theme from the settings, and the frame with the view that is open. */
import { useEffect } from 'react';
import { chosenLanguage } from './chosenLanguage.ts';
import { Frame } from './frame/Frame.tsx';
import { LanguageContext } from './i18n/texts.ts';
import { useAppState } from './services.ts';

export function App() {
  const theme = useAppState(({ settings }) => settings?.theme ?? 'system');
  const language = useAppState(({ settings }) => chosenLanguage(settings));
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
