import { api } from '../../api/client';
import { useResource } from '../../api/resource';
import type { List, ListOffer } from '../../api/types';
import { fill } from '../../i18n';
import { listsPage } from '../../i18n/lists';
import { generalFirst, isBuiltIn, takenUp } from './offered';
import type { Orders } from './orders';

/** Lists that ponor knows, each added by one tap. */
export function Offers({ lists, orders }: { lists: List[]; orders: Orders }) {
  const { value } = useResource('offers', api.vendors);
  if (!value) return null;
  return (
    <section class="card" aria-labelledby="offers-title">
      <h2 id="offers-title">{listsPage.offers}</h2>
      <p class="list-source">{listsPage.offersText}</p>
      <ul class="offers">
        {generalFirst(value.lists).map((offer) => (
          <Offer key={offer.id} offer={offer} list={takenUp(offer, lists)} orders={orders} />
        ))}
      </ul>
    </section>
  );
}

function Offer({ offer, list, orders }: { offer: ListOffer; list: List | undefined; orders: Orders }) {
  const from = isBuiltIn(offer.url) ? listsPage.builtIn : new URL(offer.url).hostname;
  const about = [from, offer.licence, offer.remark].filter((part) => part !== null);
  return (
    <li class="offer" id={`offer-${offer.id}`}>
      <div>
        <p>{offer.title}</p>
        <p class="list-source">{about.join(' · ')}</p>
      </div>
      {list ? (
        <p class="list-source">{list.enabled ? listsPage.inUse : listsPage.notInUse}</p>
      ) : (
        <button
          type="button"
          class="button"
          aria-label={fill(listsPage.offerAdd, { title: offer.title })}
          disabled={orders.isBusy(offer.id)}
          onClick={() => orders.add(offer)}
        >
          {listsPage.offerButton}
        </button>
      )}
    </li>
  );
}
