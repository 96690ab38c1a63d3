/**
 * The window's words: one file a feature and language. English is the pattern; the compiler checks that Chinese has every
 * text. Sentences with values are functions, so that each language orders them its own way.
 */
import { createContext, useContext } from 'react';
import { en } from './en/index.ts';
import type { Language } from './language.ts';
import { zh } from './zh/index.ts';

export type Texts = typeof en;

export const textsOf: Readonly<Record<Language, Texts>> = { en, zh };

export const LanguageContext = createContext<Language>('en');
export const useLanguage = (): Language => useContext(LanguageContext);
export const useTexts = (): Texts => textsOf[useLanguage()];
