/** Plain text and program code: only the encoding changes, every line stays as it is. */
import type { DocumentParser } from './parser.ts';
import { textParts } from './textParts.ts';

const CODE_EXTENSIONS =
  'asm bash bat c cc cfg clj cmake cpp cs css cu cxx dart diff erl ex exs f90 fs go gradle graphql groovy h hh hpp hs ' +
  'hxx ini java jl js json json5 jsonl jsx kt kts less lisp lua m mjs ml mm nim patch php pl pm proto ps1 py pyi r rb ' +
  'rkt rs scala scm scss sh sql svelte swift tcl tex toml ts tsx v vb vhd vue wgsl xml yaml yml zig zsh';

/** @throws EngineError `document-unreadable`; the signal's reason */
const parse: DocumentParser['parse'] = (source, options) =>
  textParts(source, options, (line) => ({ text: line ?? '' }));

export const textParser: DocumentParser = {
  id: 'text',
  extensions: ['.txt', '.text', '.log', '.csv', '.tsv', '.rst', '.adoc', '.org', '.srt', '.vtt'],
  parse,
};

export const codeParser: DocumentParser = {
  id: 'code',
  extensions: CODE_EXTENSIONS.split(' ').map((name) => `.${name}`),
  parse,
};
