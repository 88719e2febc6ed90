/** A network of its own with one ponor in it, and a chromium whose lookups go where the system of that network says. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { type Browser, chromium } from 'playwright-core';

import { ARGUMENTS, EXECUTABLE } from './browser';
import { binary } from './server';

/** Where the dashboard is in there. */
export const INSIDE = 'http://127.0.0.1:8053';

/** Whether this system lets us make networks. */
export const isAllowed = spawnSync('unshare', ['-rnmp', '--fork', '--mount-proc', 'ip', 'link']).status === 0;

/** A server that asks ponor for the first names of a check alone, as if somebody answered the others who is not ponor. */
const HALF = resolve(import.meta.dirname, 'half.mjs');

/** Where the system there looks names up: by a ponor at an address of the network or on the machine itself, by a server that
 * leads to ponor now and then, or by nobody. */
export type Resolver = 'network' | 'machine' | 'half' | 'nobody';
const ADDRESSES: Record<Resolver, string> = { network: '10.77.0.1', machine: '127.0.0.1', half: '10.77.0.2', nobody: '10.77.0.9' };

export interface Inside {
  browser: Browser;
  close: () => Promise<void>;
}

export async function launchInside(resolver: Resolver): Promise<Inside> {
  const folder = mkdtempSync(join(tmpdir(), 'ponor-inside-'));
  const script = join(folder, 'chromium');
  writeFileSync(join(folder, 'resolv.conf'), `nameserver ${ADDRESSES[resolver]}\n`);
  writeFileSync(join(folder, 'config.toml'), '[upstream]\nservers = "10.77.0.9"\nbootstrap = "10.77.0.9"\n');
  writeFileSync(
    script,
    `#!/bin/sh
cd '${folder}'
if [ "$1" != inside ]; then exec unshare -rnmp --fork --mount-proc --kill-child "$0" inside "$@"; fi
shift
ip link set lo up && ip addr add 10.77.0.1/32 dev lo && ip addr add 10.77.0.2/32 dev lo
mount --bind resolv.conf /etc/resolv.conf
'${binary}' --data-dir data --listen 10.77.0.1:53 --listen 127.0.0.1:53 --http-listen 127.0.0.1:8053 >ponor.log 2>&1 &
'${process.execPath}' '${HALF}' >half.log 2>&1 &
exec '${EXECUTABLE}' "$@"
`,
  );
  chmodSync(script, 0o755);
  const browser = await chromium.launch({ executablePath: script, args: ARGUMENTS });
  const close = async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { browser, close };
}
