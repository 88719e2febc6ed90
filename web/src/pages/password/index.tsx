import { useState } from 'preact/hooks';

import { api } from '../../api/client';
import { useOrder } from '../../api/order';
import { useResource } from '../../api/resource';
import { password as texts } from '../../i18n/password';
import { isLoopback } from '../../parts/loopback';
import { Refusal } from '../../parts/refusal';
import { SecretField, ShowButton } from '../../parts/secret-field';
import { Unready } from '../../parts/states';

const SHORTEST = 8;

/** Whether there is a password beside the token, and the way to choose one. */
export function PasswordPage() {
  const { value: session, error, reload } = useResource('session', api.session);
  const [said, setSaid] = useState('');
  const order = useOrder();
  const changed = async (what: string) => {
    setSaid(what);
    await reload();
  };
  if (!session) return <Unready title={texts.title} error={error} reload={reload} />;
  return (
    <div class="home">
      <section class="hero" aria-label={texts.title}>
        <h1 class="headline">{session.password ? texts.with : texts.without}</h1>
        <p class="headline-more">{texts.text}</p>
        {!session.required && <p>{texts.open}</p>}
        <p role="status">{said}</p>
      </section>
      <Choice chosen={() => changed(texts.chosen)} />
      {session.password && (
        <p>
          <button
            type="button"
            class="button"
            disabled={order.busy}
            onClick={() => order.run(api.removePassword, () => changed(texts.removed))}
          >
            {texts.remove}
          </button>
        </p>
      )}
      <Refusal failed={order.failed} />
    </div>
  );
}

function Choice({ chosen }: { chosen: () => Promise<void> }) {
  const order = useOrder();
  const [password, setPassword] = useState('');
  const [shown, setShown] = useState(false);
  const { protocol, hostname } = window.location;
  const isRead = protocol === 'http:' && hostname !== 'localhost' && !isLoopback(hostname.replaceAll(/[[\]]/g, ''));
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    order.run(
      () => api.choosePassword(password),
      () => {
        setPassword('');
        return chosen();
      },
    );
  };
  return (
    <form class="card card-form" aria-labelledby="choose-password" onSubmit={submit}>
      <h2 id="choose-password">{texts.new}</h2>
      {isRead && <p class="notice">{texts.plain}</p>}
      <SecretField
        name="new-password"
        autocomplete="new-password"
        label={texts.new}
        hint={texts.hint}
        value={password}
        enter={setPassword}
        shown={shown}
        minLength={SHORTEST}
      />
      <Refusal failed={order.failed} />
      <div class="login-actions">
        <button type="submit" class="button button-main" disabled={order.busy}>
          {texts.choose}
        </button>
        <ShowButton shown={shown} show={setShown} />
      </div>
    </form>
  );
}
