/**
 * Who may import whom, as data: the linter and ARCHITECTURE.md's table follow it. Paths are below `src/`, without
 * extension; a path allows itself and everything below it, or, with a slash at its end, the files directly in it. The own
 * folder is always allowed. Tests are free.
 */

export interface Layer {
  /** Paths below `src/` that this folder may import. */
  readonly imports: readonly string[];
  /** Packages that it may import; a trailing `*` allows every name that begins so. */
  readonly packages: readonly string[];
}

const layer = (imports: readonly string[], packages: readonly string[] = []): Layer => ({ imports, packages });

/** Everything of the engine that runs anywhere: no Node, no Electron. */
const core = ['api', 'gpu', 'kernels', 'formats', 'rwkv7', 'tokenizer', 'sampling', 'session', 'chat', 'documents'].map(
  (folder) => `engine/${folder}`,
);

export const layers: Readonly<Record<string, Layer>> = {
  'engine/api': layer([], ['valibot']),
  'engine/gpu': layer(['engine/api']),
  'engine/kernels': layer(['engine/gpu', 'engine/rwkv7/config']),
  'engine/formats': layer(['engine/api']),
  'engine/rwkv7': layer(
    ['engine/gpu', 'engine/kernels', 'engine/formats', 'engine/sampling', 'engine/api'],
    ['@noble/hashes/*'],
  ),
  'engine/reference': layer([
    'engine/rwkv7/config',
    'engine/rwkv7/detect',
    'engine/rwkv7/layout',
    'engine/rwkv7/sequenceModel',
    'engine/formats',
    'engine/api',
  ]),
  'engine/tokenizer': layer(['engine/api']),
  'engine/sampling': layer(['engine/api']),
  'engine/session': layer(
    ['engine/rwkv7/config', 'engine/rwkv7/sequenceModel', 'engine/sampling', 'engine/tokenizer', 'engine/api'],
    ['@noble/hashes/*'],
  ),
  'engine/chat': layer(['engine/session', 'engine/sampling', 'engine/tokenizer', 'engine/api']),
  // Folders before those that hold them: the first one that covers a file rules it.
  'engine/documents/parse': layer(
    ['engine/documents', 'engine/tokenizer', 'engine/formats/byteSource', 'engine/api'],
    ['franc-min', 'parse5', 'valibot'],
  ),
  'engine/documents': layer(
    ['engine/session', 'engine/chat', 'engine/sampling', 'engine/tokenizer', 'engine/formats/byteSource', 'engine/api'],
    ['@noble/hashes/*'],
  ),
  'engine/hosts/pdf': layer(
    ['engine/documents/parse', 'engine/documents/readBytes', 'engine/formats/byteSource', 'engine/api'],
    ['node:*', 'pdfjs-dist/*'],
  ),
  'engine/hosts': layer([...core, 'engine/'], ['node:*', 'webgpu', '@noble/hashes/*']),
  'engine/cli': layer([...core, 'engine/', 'engine/hosts'], ['node:*', '@noble/hashes/*']),
  'engine/process': layer([...core, 'engine/', 'engine/hosts'], ['node:*']),
  // The few files that put the core together.
  'engine/': layer([...core, 'engine/reference'], ['@noble/hashes/*']),
  'main/api': layer(['engine/api'], ['valibot']),
  main: layer(
    [
      ...['engine/api', 'engine/hosts/paths', 'engine/hosts/quantisedFiles'],
      ...['engine/sampling/presets', 'engine/documents/parse/pageMap'],
    ],
    ['node:*', 'electron', 'valibot', 'ws', 'undici'],
  ),
  // The kit knows nothing of the app but its words.
  'renderer/ui': layer(['renderer/i18n', 'engine/api'], ['react', 'react/*']),
  renderer: layer(
    ['engine/api', 'main/api'],
    [
      'react',
      'react/*',
      'react-dom/*',
      'vite/*',
      'zustand/*',
      'valibot',
      'react-markdown',
      'remark-*',
      'rehype-*',
      'katex/*',
      'react-virtuoso',
    ],
  ),
};
