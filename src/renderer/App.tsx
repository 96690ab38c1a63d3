/** The window: for now a title, what Anser is, and the choice of a language. */
import { useEffect, useId, useState } from 'react';
import type { MainApi } from '../main/api/window.ts';
import { languages, texts, type Language } from './language.ts';

export interface AppProps {
  readonly initialLanguage: Language;
  /** Absent in a plain browser. */
  readonly versions: MainApi['versions'] | undefined;
}

export function App({ initialLanguage, versions }: AppProps) {
  const [language, setLanguage] = useState(initialLanguage);
  const { heading, introduction } = texts[language];
  useEffect(() => {
    // Screen readers choose their voice by it.
    document.documentElement.lang = language;
  }, [language]);
  return (
    <main>
      <LanguageChoice language={language} onChange={setLanguage} />
      <h1>{heading}</h1>
      <p>{introduction}</p>
      {versions && <footer>Electron {versions.electron}</footer>}
    </main>
  );
}

function LanguageChoice({ language, onChange }: { language: Language; onChange: (language: Language) => void }) {
  const id = useId();
  return (
    <div className="language">
      <label htmlFor={id}>{texts[language].chooseLanguage}</label>
      <select
        id={id}
        value={language}
        onChange={({ target }) => {
          const chosen = languages.find((name) => name === target.value);
          if (chosen) onChange(chosen);
        }}
      >
        {languages.map((name) => (
          <option key={name} value={name} lang={name}>
            {texts[name].languageName}
          </option>
        ))}
      </select>
    </div>
  );
}
