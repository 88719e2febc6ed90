import { useEffect, useRef, useState } from 'preact/hooks';

import { ApiError, api } from '../api/client';
import { useResource } from '../api/resource';
import { fill, t } from '../i18n';
import { Logo } from '../parts/logo';
import { SecretField, ShowButton } from '../parts/secret-field';
import { navigate, parameters } from '../shell/router';

const SESSION_EVERY = 15_000;

export function LoginPage() {
  const [token, setToken] = useState('');
  const [shown, setShown] = useState(false);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const field = useRef<HTMLInputElement>(null);
  // There is nothing else to do on this page.
  useEffect(() => field.current?.focus(), []);
  // Somebody may have logged in elsewhere in this browser.
  const { value: session } = useResource('session', api.session, SESSION_EVERY);
  const known = session?.required && session.authenticated;
  useEffect(() => {
    if (known) goOn();
  }, [known]);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    const complaint = await logIn(token, session?.password ?? false);
    setBusy(false);
    setFault(complaint);
    if (complaint === null) goOn();
  };

  return (
    <main class="login" id="content">
      <form class="card" onSubmit={(event) => void submit(event)}>
        <p class="brand">
          <Logo />
          <span>{t.app.name}</span>
        </p>
        <h1>{t.login.title}</h1>
        <p>{t.login.text}</p>
        <SecretField
          name="password"
          autocomplete="current-password"
          label={session?.password ? t.login.either : t.login.token}
          hint={t.login.where}
          value={token}
          enter={setToken}
          shown={shown}
          place={field}
        />
        {fault !== null && (
          <p class="notice notice-failed" role="alert">
            {fault}
          </p>
        )}
        <div class="login-actions">
          <button type="submit" class="button button-main" disabled={busy}>
            {busy ? t.login.busy : t.login.button}
          </button>
          <ShowButton shown={shown} show={setShown} />
        </div>
      </form>
    </main>
  );
}

/** What stands against it; `null` when it worked. */
async function logIn(token: string, hasPassword: boolean): Promise<string | null> {
  try {
    await api.logIn(token);
    return null;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.reason === 'unauthorized') return hasPassword ? t.login.neither : t.login.wrong;
    return fill(t.states.reasons[error.reason], { detail: error.detail });
  }
}

const goOn = () => navigate(back(parameters.value.get('next')));

/** Where to go afterwards: only to a page of ours, never to another site that an address could name. */
const back = (next: string | null): string => (next && /^\/(?![/\\])/.test(next) ? next : '/');
