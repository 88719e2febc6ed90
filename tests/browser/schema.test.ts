import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { base } from './browser';

const tools = join(import.meta.dirname, '../../web/lint');

// Needs `npm ci` in web/lint; .ci/run does that before.
test.skipIf(!existsSync(join(tools, 'node_modules')))('the types of the dashboard are those of the server', () => {
  expect(() => execFileSync('node', ['schema.mjs', base, '--check'], { cwd: tools })).not.toThrow();
});
