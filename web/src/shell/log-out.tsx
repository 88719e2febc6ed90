import { api } from '../api/client';
import { useOrder } from '../api/order';
import { useResource } from '../api/resource';
import { t } from '../i18n';
import { Refusal } from '../parts/refusal';
import { navigate } from './router';

/** The way to the password, and out of the session, where one had to log in. */
export function LogOut() {
  const order = useOrder();
  const { value } = useResource('session', api.session);
  if (!value?.required) return null;
  return (
    <>
      <a href="/password">{t.login.password}</a>
      <button
        type="button"
        class="button button-quiet"
        disabled={order.busy}
        onClick={() => order.run(api.logOut, () => navigate('/login'))}
      >
        {t.login.logOut}
      </button>
      <Refusal failed={order.failed} />
    </>
  );
}
