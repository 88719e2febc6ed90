/** Sentences that the server gives as data: a template and what belongs into its gaps. */
import type { ComponentChildren } from 'preact';

import type { Sentence } from '../api/types';
import { count, country, every, form, moment, plural, t } from '../i18n';
import { Rich } from '../i18n/rich';
import { withRange } from './range-picker';
import { Domain } from './domain';

export function Told({ sentence }: { sentence: Sentence }) {
  return <Rich text={textOf(sentence)} slots={slotsOf(sentence)} />;
}

function textOf(sentence: Sentence): string {
  const { sentences } = t;
  switch (sentence.template) {
    case 'most_active': {
      const { every_seconds, at_night } = sentence.slots;
      if (every_seconds === null) return at_night ? sentences.most_active_at_night : sentences.most_active;
      return at_night ? sentences.most_active_always : sentences.most_active_regularly;
    }
    case 'asks_regularly':
      return sentence.slots.day_and_night ? sentences.asks_day_and_night : sentences.asks_regularly;
    case 'needed_but_stopped':
      return sentence.slots.breaks === null ? sentences.needed_but_stopped : sentences.needed_and_breaks;
    case 'stopped_share': {
      const { companies, devices, stopped } = sentence.slots;
      if (companies === 0) return sentences.nobody_tried;
      return form(devices, stopped === 0 ? sentences.nothing_stopped : sentences.stopped_share);
    }
    default:
      return sentences[sentence.template];
  }
}

type Of<Template extends Sentence['template']> = Extract<Sentence, { template: Template }>['slots'];
type Slots = Record<string, ComponentChildren>;

const SLOTS: { [Template in Sentence['template']]: (slots: Of<Template>) => Slots } = {
  nothing_asked: () => ({}),
  stopped: () => ({}),
  stopped_share: ({ devices, all_devices, companies, tries, stopped, through }) => ({
    n: count(devices),
    all: plural(all_devices, t.sentences.all_devices),
    companies: <strong>{plural(companies, t.words.vendors)}</strong>,
    tries: plural(tries, t.words.times),
    stopped: plural(stopped, t.sentences.tries_stopped),
    through: plural(through, t.sentences.tries_through),
  }),
  most_active: ({ device, device_id, vendor, country: seat, tries, every_seconds }) => ({
    device: <a href={withRange(`/devices/${device_id}`)}>{device}</a>,
    vendor: <VendorLink vendor={vendor} />,
    seat: seat === null ? '' : ` (${country(seat)})`,
    times: plural(tries, t.words.times),
    every: every_seconds === null ? '' : every(every_seconds),
  }),
  asks_regularly: ({ name, vendor, every_seconds, since }) => ({
    name: <Domain name={name} />,
    vendor: vendor ?? t.home.unknownVendor,
    every: every(every_seconds),
    since: moment(since),
  }),
  new_vendor: ({ vendor, first_seen }) => ({ vendor: <VendorLink vendor={vendor} />, since: moment(first_seen) }),
  got_through: ({ name, vendor, tries }) => ({ name: <Domain name={name} />, vendor, times: plural(tries, t.words.times) }),
  needed_but_stopped: ({ name, vendor, breaks, tries }) => ({
    name: <Domain name={name} />,
    vendor,
    breaks: breaks ?? '',
    times: plural(tries, t.words.times),
  }),
  regional_variants: ({ vendor, regions }) => ({ vendor, regions: regions.join(', ') }),
  dns_cannot_see: ({ vendor, used_by, addresses }) => ({
    vendor,
    users: used_by.join(', '),
    addresses: plural(addresses, t.words.addresses),
  }),
};

/** Each template has slots of its own, which its entry above takes. */
const slotsOf = (sentence: Sentence): Slots => (SLOTS[sentence.template] as (slots: Sentence['slots']) => Slots)(sentence.slots);

export const VendorLink = ({ vendor }: { vendor: string }) => (
  <a href={withRange(`/vendors/${encodeURIComponent(vendor)}`)}>{vendor}</a>
);
