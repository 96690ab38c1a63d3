/** Lint: typescript-eslint's strictest typed rules where they find faults, the layers, and little about taste. */
import js from '@eslint/js';
import { join } from 'node:path';
import tseslint from 'typescript-eslint';
import { layerRule } from './scripts/lint/layerRule.ts';
import { layers } from './scripts/lint/layers.ts';

export default tseslint.config(
  { ignores: ['.*/', 'node_modules/', 'out/', 'dist*/', 'training/', 'resources/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        // Explicit, because a file belongs to the first project that has it: the engine core to the strictest.
        project: ['tsconfig.engine.json', 'tsconfig.node.json', 'tsconfig.web.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    plugins: { anser: { rules: { layers: layerRule(layers, join(import.meta.dirname, 'src')) } } },
    rules: {
      'anser/layers': 'error',
      eqeqeq: 'error',
      'max-lines': ['error', 400],
      'no-restricted-syntax': ['error', { selector: 'ExportDefaultDeclaration', message: 'Use a named export.' }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // It objects to every [...string]; code points are what we want of them.
      '@typescript-eslint/no-misused-spread': 'off',
      // An AbortSignal's reason may be anything.
      '@typescript-eslint/prefer-promise-reject-errors': ['error', { allowThrowingUnknown: true }],
      // An async function without await is how a synchronous maker keeps an interface of promises (throws reject).
      '@typescript-eslint/require-await': 'off',
      // We take functions out of plain records; a method of a class that needs `this` uses private fields and fails at once.
      '@typescript-eslint/unbound-method': 'off',
      // Taste.
      '@typescript-eslint/class-literal-property-style': 'off',
      '@typescript-eslint/consistent-indexed-object-style': 'off',
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      '@typescript-eslint/prefer-for-of': 'off',
      '@typescript-eslint/unified-signatures': 'off',
    },
  },
  { files: ['*.config.ts'], rules: { 'no-restricted-syntax': 'off' } },
  {
    files: ['**/*.test.ts', 'test/**'],
    rules: {
      // A table of cases may be longer than a module should be; fakes are often empty.
      'max-lines': 'off',
      '@typescript-eslint/no-empty-function': 'off',
    },
  },
);
