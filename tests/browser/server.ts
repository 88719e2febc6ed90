/** Starts `ponor demo` for the tests, unless TEST_URL names one that runs already. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    base: string;
  }
}

const PATIENCE = 30_000;
const target = resolve(process.env.CARGO_TARGET_DIR ?? join(import.meta.dirname, '../../target'));
export const binary = process.env.TEST_BINARY ?? join(target, 'debug/ponor');

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.TEST_URL;
  if (given) {
    project.provide('base', given.replace(/\/$/, ''));
    return async () => {};
  }
  if (!existsSync(binary)) throw new Error(`there is no ${binary}: run \`cargo build\` first, or set TEST_BINARY`);
  const state = mkdtempSync(join(tmpdir(), 'ponor-browser-'));
  const [http, dns] = [await freePort(), await freePort()];
  // Something that the configuration sets, for the page of settings; the made-up Internet answers at once.
  const config = join(state, 'config.toml');
  writeFileSync(config, '[upstream]\ntimeout = "5s"\n');
  const flags = ['--config', config, '--data-dir', state, '--http-listen', `127.0.0.1:${http}`, '--listen', `127.0.0.1:${dns}`];
  // What the caller's environment says about a ponor of theirs is not for this one.
  const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith('PONOR_')));
  const ponor = spawn(binary, ['demo', ...flags], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [ponor.stdout, ponor.stderr]) stream.on('data', (part: Buffer) => (said += part.toString()));
  const base = `http://127.0.0.1:${http}`;
  try {
    await ready(base, ponor);
  } catch (error) {
    ponor.kill();
    throw new Error(`${String(error)}\n${said}`);
  }
  project.provide('base', base);
  return async () => {
    await ended(ponor);
    rmSync(state, { recursive: true, force: true });
  };
}

function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const server = createServer().once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => found(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

async function ready(base: string, ponor: ChildProcess): Promise<void> {
  const until = Date.now() + PATIENCE;
  while (Date.now() < until) {
    if (ponor.exitCode !== null) throw new Error(`ponor demo ended with ${ponor.exitCode}`);
    const answer = await fetch(`${base}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((later) => setTimeout(later, 100));
  }
  throw new Error(`ponor demo was not ready within ${PATIENCE / 1000} s`);
}

function ended(ponor: ChildProcess): Promise<void> {
  return new Promise((done) => {
    if (ponor.exitCode !== null) return done();
    ponor.once('exit', () => done());
    ponor.kill('SIGTERM');
  });
}
