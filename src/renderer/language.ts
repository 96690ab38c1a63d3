/** The window's words in the languages that it speaks. Every language must have every text: the compiler checks. */
export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];

export interface Texts {
  /** The language's own name, for choosing it. */
  readonly languageName: string;
  readonly chooseLanguage: string;
  readonly heading: string;
  readonly introduction: string;
}

export const texts: Readonly<Record<Language, Texts>> = {
  en: {
    languageName: 'English',
    chooseLanguage: 'Language',
    heading: 'Anser reads whole documents',
    introduction:
      'A language model on this computer reads a text from its first line to its last and answers questions about it. ' +
      'For now Anser works in the terminal; this window will follow.',
  },
  zh: {
    languageName: '中文',
    chooseLanguage: '语言',
    heading: 'Anser 通读整篇文档',
    introduction:
      '在本机运行的语言模型从第一行读到最后一行，并回答有关内容的问题。目前 Anser 在终端中使用，窗口功能随后推出。',
  },
};

/** The first language of the user's list that we have; English if there is none. */
export function preferredLanguage(wanted: readonly string[]): Language {
  const primary = wanted.map((tag) => tag.toLowerCase().split('-')[0]);
  return languages.toSorted((a, b) => rank(primary, a) - rank(primary, b))[0] ?? 'en';
}

function rank(wanted: readonly (string | undefined)[], language: Language): number {
  const position = wanted.indexOf(language);
  return position < 0 ? Number.MAX_SAFE_INTEGER : position;
}
