import { useEffect, useRef, useState } from 'preact/hooks';

import { ApiError, api } from '../../api/client';
import type { Check } from '../../api/types';
import { reportFailure, reportSuccess } from '../../shell/connection';
import { type Outcome, addressesOf, isWhole, joined, makeNonce, outcomeOf } from './check';

/** How often ponor is asked what arrived, in milliseconds, and how many times: as long as a resolver takes that tries a server which
 * does not answer before another. */
const EVERY = 500;
const ROUNDS = 20;

/** How a check goes: what is known of it, and what it came to once it is over. */
export interface Checking {
  busy: boolean;
  check: Check | undefined;
  outcome: Outcome | undefined;
  start: () => void;
}

export function useCheck(): Checking {
  const [state, setState] = useState<Omit<Checking, 'start'>>({ busy: false, check: undefined, outcome: undefined });
  const running = useRef(new AbortController());
  useEffect(() => () => running.current.abort(), []);
  const start = () => {
    running.current.abort();
    running.current = new AbortController();
    setState({ busy: true, check: undefined, outcome: undefined });
    void run(running.current.signal, setState);
  };
  return { ...state, start };
}

async function run(signal: AbortSignal, tell: (state: Omit<Checking, 'start'>) => void): Promise<void> {
  const nonce = makeNonce();
  const lookups = lookUp(nonce);
  let check: Check | undefined;
  for (let round = 0; round < ROUNDS && !(check && isWhole(check)); round += 1) {
    await new Promise((later) => setTimeout(later, EVERY));
    const next = await arrived(nonce);
    if (signal.aborted) break;
    if (next) check = joined(check, next);
    tell({ busy: true, check, outcome: undefined });
  }
  const { forbidden } = lookups.end();
  if (!signal.aborted) tell({ busy: false, check, outcome: outcomeOf(check, forbidden) });
}

/** Has the browser look the names up until it is ended. Nothing answers at them; that it fails is what always happens. */
function lookUp(nonce: string): { end: () => { forbidden: boolean } } {
  const ending = new AbortController();
  let forbidden = false;
  const note = (event: SecurityPolicyViolationEvent) => (forbidden ||= event.blockedURI.includes(nonce));
  document.addEventListener('securitypolicyviolation', note, { signal: ending.signal });
  for (const address of addressesOf(nonce, window.location.protocol)) {
    // eslint-disable-next-line no-restricted-globals -- it is for the name alone: the server is not asked, and nobody answers
    fetch(address, { mode: 'no-cors', cache: 'no-store', credentials: 'omit', signal: ending.signal }).catch(() => {});
  }
  return {
    end: () => {
      ending.abort();
      return { forbidden };
    },
  };
}

async function arrived(nonce: string): Promise<Check | undefined> {
  try {
    const check = await api.check(nonce);
    reportSuccess();
    return check;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    reportFailure(error);
    return undefined;
  }
}
