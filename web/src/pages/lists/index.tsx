import { api } from '../../api/client';
import { useResource } from '../../api/resource';
import type { List } from '../../api/types';
import { count, form, plural, t } from '../../i18n';
import { listsPage } from '../../i18n/lists';
import { Rich } from '../../i18n/rich';
import { Failure, Loading } from '../../parts/states';
import { AddList } from './add-list';
import { ListCard } from './list-card';
import { Offers } from './offers';
import { useOrders } from './orders';

const LISTS_EVERY = 20_000;

export function ListsPage() {
  const { value, error, reload } = useResource('lists', api.lists, LISTS_EVERY);
  const orders = useOrders(reload);
  if (!value) {
    return (
      <div class="lists">
        <h1 class="headline">{t.lists.title}</h1>
        {error ? <Failure error={error} retry={() => void reload()} /> : <Loading lines={6} />}
      </div>
    );
  }
  const { lists } = value;
  return (
    <div class="lists">
      <section class="hero" aria-label={t.lists.title}>
        <Headline lists={lists} />
        {lists.length > 0 && (
          <button type="button" class="button button-main" disabled={orders.isBusy('all')} onClick={orders.updateAll}>
            {orders.isBusy('all') ? listsPage.updating : listsPage.updateAll}
          </button>
        )}
        <p class="order-said" role="status">
          {orders.said}
        </p>
        {orders.failed !== null && (
          <p class="notice notice-failed" role="alert">
            {orders.failed}
          </p>
        )}
      </section>
      <ul class="list-cards">
        {lists.map((list) => (
          <ListCard key={list.id} list={list} orders={orders} />
        ))}
      </ul>
      <Offers lists={lists} orders={orders} />
      <AddList taken={lists.map((list) => list.id)} added={orders.told} />
    </div>
  );
}

function Headline({ lists }: { lists: List[] }) {
  const used = lists.filter((list) => list.enabled);
  const troubled = used.filter((list) => list.error != null || list.held_back != null).length;
  const rules = used.reduce((sum, list) => sum + list.rules, 0);
  if (used.length === 0) {
    return (
      <>
        <h1 class="headline">{lists.length === 0 ? listsPage.none : listsPage.headlineNone}</h1>
        {lists.length === 0 && <p class="headline-more">{listsPage.noneText}</p>}
      </>
    );
  }
  return (
    <>
      <h1 class="headline">
        <Rich text={form(rules, listsPage.headline)} slots={{ n: <strong>{count(rules)}</strong>, lists: plural(used.length, t.words.lists) }} />
      </h1>
      <p class="headline-more">{troubled === 0 ? listsPage.allWell : plural(troubled, listsPage.troubled)}</p>
    </>
  );
}
