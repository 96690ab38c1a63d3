/** Builds the three parts of the desktop app into `out/`: main process, preload, window. */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

/** The file that Node would take. */
const htmlParser = fileURLToPath(import.meta.resolve('hast-util-from-html-isomorphic'));
/** Of the KaTeX that sets the formulas: the names of classes differ between versions. */
const formulaStyle = createRequire(import.meta.resolve('rehype-katex')).resolve('katex/dist/katex.min.css');

export default defineConfig({
  main: {
    build: {
      // Everything goes into one file: the packaged app then has no node_modules to check and to keep small.
      externalizeDeps: false,
      rolldownOptions: { input: 'src/main/index.ts' },
    },
  },
  preload: {
    build: {
      rolldownOptions: {
        input: 'src/main/preload.ts',
        // A sandboxed preload must be one CommonJS file.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src/renderer',
    build: {
      rolldownOptions: { input: 'src/renderer/index.html' },
      // The security policy takes fonts from files only, not from data in the style sheet.
      assetsInlineLimit: 0,
    },
    // In a page it would parse formulas with the browser, which applies their style attributes: the policy forbids that.
    resolve: {
      alias: { 'hast-util-from-html-isomorphic': htmlParser, 'katex/dist/katex.min.css': formulaStyle },
    },
    plugins: [react()],
  },
});
