// Fails when the built dashboard weighs more than it may: `npm run budget`, or with a directory behind it.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const directory = process.argv[2] ?? new URL('../../target/web', import.meta.url).pathname;
const KILO = 1000;

const page = readFileSync(join(directory, 'index.html'), 'utf8');
const first = [...page.matchAll(/(?:src|href)="(?!https?:|\/\/)\/?([^"]+)"/g)].map((found) => found[1]);
const weight = (path) => gzipSync(readFileSync(join(directory, path)), { level: 9 }).length;
const sum = (paths) => paths.reduce((total, path) => total + weight(path), 0);
const scripts = readdirSync(join(directory, 'assets')).filter((name) => name.endsWith('.js')).map((name) => `assets/${name}`);
const lazy = scripts.filter((path) => !first.includes(path));

const checks = [
  ['initial script', sum(first.filter((path) => path.endsWith('.js'))), 60 * KILO, 'B gz'],
  ['style', sum(first.filter((path) => path.endsWith('.css'))), 10 * KILO, 'B gz'],
  ['largest lazy chunk', Math.max(0, ...lazy.map(weight)), 45 * KILO, 'B gz'],
  ['requests before data', first.length + 1, 5, ''],
  ['addresses of others in index.html', [...page.matchAll(/(?:src|href)="(?:https?:)?\/\//g)].length, 0, ''],
];
for (const [what, is, most, unit] of checks) console.log(`${is > most ? 'OVER' : 'ok  '} ${what}: ${is} of ${most} ${unit}`.trim());
process.exitCode = checks.some(([, is, most]) => is > most) ? 1 : 0;
