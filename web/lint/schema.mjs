// Writes src/api/schema.d.ts from the OpenAPI document of a running ponor, or from a file that holds it:
//   npm run schema -- http://127.0.0.1:8053          (or a path)
//   npm run schema -- http://127.0.0.1:8053 --check  (fails when the committed file says something else)
import { readFileSync, writeFileSync } from 'node:fs';
import openapiTS, { astToString } from 'openapi-typescript';

const [source, flag] = process.argv.slice(2);
if (!source) {
  console.error('usage: npm run schema -- URL-OR-FILE [--check]');
  process.exit(2);
}
const target = new URL('../src/api/schema.d.ts', import.meta.url);
const document = source.startsWith('http')
  ? await (await fetch(new URL('/api/openapi.json', source))).json()
  : JSON.parse(readFileSync(source, 'utf8'));
const text = `/** Generated from the OpenAPI document by \`npm run schema\` in \`web/lint\`. */\n\n${astToString(await openapiTS(document))}`;
if (flag !== '--check') writeFileSync(target, text);
else if (readFileSync(target, 'utf8') !== text) {
  console.error('web/src/api/schema.d.ts is not what the server offers; run `npm run schema` in web/lint');
  process.exit(1);
}
