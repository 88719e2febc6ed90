import js from '@eslint/js';
import a11y from 'eslint-plugin-jsx-a11y';
import ts from 'typescript-eslint';

export default ts.config(
  { ignores: ['src/api/schema.d.ts'] },
  js.configs.recommended,
  ts.configs.strictTypeChecked,
  a11y.flatConfigs.strict,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: new URL('..', import.meta.url).pathname } },
    rules: {
      'max-lines-per-function': ['error', { max: 90, skipBlankLines: true, skipComments: true }],
      'max-lines': ['error', 300],
      complexity: ['error', 12],
      'no-restricted-globals': ['error', { name: 'fetch', message: 'Only src/api/client.ts talks to the server.' }, 'EventSource'],
      'no-restricted-syntax': [
        'error',
        { selector: "JSXAttribute[name.name='style']", message: 'Styles live in src/style; lengths are SVG attributes.' },
        { selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']", message: 'What devices ask for is hostile text.' },
      ],
      // Numbers in templates are said by Intl before they get there; ids are not.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // Preact tells inputs and their labels apart well enough with a wrapping label.
      'jsx-a11y/label-has-associated-control': ['error', { assert: 'either' }],
    },
  },
  { files: ['src/api/client.ts'], rules: { 'no-restricted-globals': 'off' } },
);
