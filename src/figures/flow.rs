//! Which devices tried to reach which companies, and where those are at home: three columns, and what flows between them.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
};

use serde::Serialize;
use utoipa::ToSchema;

use super::{Household, Period, ledger::Meant, report::is_try, services, top::TopSums};
use crate::{clients::DeviceId, filter::Filter, journal::Journal};

/// Devices, companies and countries that are told by themselves; what is beyond is one node more.
const DEVICES: usize = 6;
const VENDORS: usize = 8;
const COUNTRIES: usize = 5;

/// Tries to reach companies: look-ups of names that no device needs. A look-up does not tell that or what was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Flow {
    /// The time.
    #[serde(flatten)]
    pub period: Period,
    /// All tries: those of each column, and those of the links between two columns.
    pub totals: TopSums,
    /// The devices that tried most, the busiest first.
    pub devices: Vec<FlowNode>,
    /// The companies that they tried to reach.
    pub vendors: Vec<FlowNode>,
    /// The home countries of the companies, as the catalogue has them: not where anything went.
    pub countries: Vec<FlowNode>,
    /// From devices to companies.
    pub to_vendors: Vec<FlowLink>,
    /// From companies to their home countries.
    pub to_countries: Vec<FlowLink>,
}

/// A device, a company or a country; or the rest of its column, which stands last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FlowNode {
    /// The id of the device, the company, or the code of the country; `null` for those that are not known, and for the rest.
    #[schema(required, example = "Xiaomi")]
    pub key: Option<String>,
    /// What it is called.
    #[schema(example = "Xiaomi")]
    pub label: String,
    /// How many of them the rest is; 0 for a single one.
    pub others: usize,
    /// Its tries, and how many of them were stopped.
    #[serde(flatten)]
    pub sums: TopSums,
}

/// The tries between a node of one column and a node of the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FlowLink {
    /// The place of the node in its column, the first is 0.
    pub from: usize,
    /// The place of the other in the next column.
    pub to: usize,
    /// The tries, and how many of them were stopped.
    #[serde(flatten)]
    pub sums: TopSums,
}

impl Flow {
    /// Reads the tries of a time that `filter` means. Reads files.
    #[must_use]
    pub fn read(journal: &Journal, household: &Household, period: Period, filter: &Filter) -> Self {
        let mut tries = Tries::default();
        services::read_any(journal, &period, household, Meant { filter, device: None }, |line| {
            if let Some(entry) = line.entry.filter(|entry| is_try(entry)) {
                tries.add((line.device, &entry.vendor, entry.country.as_deref()), line.sums);
            }
        });
        tries.tell(household, period)
    }
}

/// Tries by device, company and country; `None` is what is not known.
#[derive(Default)]
struct Tries<'t>(HashMap<Path<'t>, TopSums>);

type Path<'t> = (Option<DeviceId>, &'t str, Option<&'t str>);

impl<'t> Tries<'t> {
    fn add(&mut self, path: Path<'t>, sums: TopSums) {
        self.0.entry(path).or_default().add_sums(sums);
    }

    fn tell(&self, household: &Household, period: Period) -> Flow {
        let (mut totals, mut to_vendors, mut to_countries) = (TopSums::default(), BTreeMap::new(), BTreeMap::new());
        let devices = Column::new(self.0.iter().map(|((device, ..), sums)| (*device, *sums)), DEVICES);
        let vendors = Column::new(self.0.iter().map(|((_, vendor, _), sums)| (*vendor, *sums)), VENDORS);
        let countries = Column::new(self.0.iter().map(|((.., country), sums)| (*country, *sums)), COUNTRIES);
        for ((device, vendor, country), sums) in &self.0 {
            let places = (devices.place(device), vendors.place(vendor), countries.place(country));
            totals.add_sums(*sums);
            to_vendors.entry((places.0, places.1)).or_insert_with(TopSums::default).add_sums(*sums);
            to_countries.entry((places.1, places.2)).or_insert_with(TopSums::default).add_sums(*sums);
        }
        Flow {
            period,
            totals,
            devices: devices.nodes(|device| Some((device?.to_string(), household.called(device?)))),
            vendors: vendors.nodes(|vendor| Some((vendor.to_owned(), vendor.to_owned()))),
            countries: countries.nodes(|country| Some((country?.to_owned(), country?.to_owned()))),
            to_vendors: links(to_vendors),
            to_countries: links(to_countries),
        }
    }
}

/// The nodes of a column that are told by themselves, those with most tries first, and the rest.
struct Column<K> {
    told: Vec<(K, TopSums)>,
    rest: (usize, TopSums),
}

impl<K: Copy + Ord> Column<K> {
    fn new(all: impl Iterator<Item = (K, TopSums)>, most: usize) -> Self {
        let mut sums: BTreeMap<K, TopSums> = BTreeMap::new();
        all.for_each(|(key, more)| sums.entry(key).or_default().add_sums(more));
        let mut told: Vec<(K, TopSums)> = sums.into_iter().collect();
        told.sort_by_key(|(_, sums)| Reverse(sums.queries));
        // A rest of one would take the place in which that one can stand by itself.
        let others = if told.len() > most + 1 { told.split_off(most) } else { Vec::new() };
        let mut rest = TopSums::default();
        for (_, sums) in &others {
            rest.add_sums(*sums);
        }
        Self { told, rest: (others.len(), rest) }
    }

    /// Where a node stands.
    fn place(&self, key: &K) -> usize {
        self.told.iter().position(|(told, _)| told == key).unwrap_or(self.told.len())
    }

    /// The nodes, with the key and the name that `words` has for those that are known.
    fn nodes(self, words: impl Fn(K) -> Option<(String, String)>) -> Vec<FlowNode> {
        let told = self.told.into_iter().map(|(key, sums)| {
            let (key, label) = words(key).map_or((None, "not known".to_owned()), |(key, label)| (Some(key), label));
            FlowNode { key, label, others: 0, sums }
        });
        let (others, sums) = self.rest;
        let rest = (others > 0).then(|| FlowNode { key: None, label: format!("{others} others"), others, sums });
        told.chain(rest).collect()
    }
}

fn links(sums: BTreeMap<(usize, usize), TopSums>) -> Vec<FlowLink> {
    sums.into_iter().map(|((from, to), sums)| FlowLink { from, to, sums }).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::time::UnixTime;

    const NAMES: [&str; 12] = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L"];

    /// The last octet of the device, the company, the country, how many tries, how many stopped.
    type Try = (Option<u8>, &'static str, Option<&'static str>, u64, u64);

    fn flow(tries: &[Try]) -> Flow {
        let mut all = Tries::default();
        for (host, vendor, country, queries, stopped) in tries {
            let device = host.map(|host| DeviceId::at([10, 0, 0, host].into()));
            all.add((device, vendor, *country), TopSums { queries: *queries, stopped: *stopped });
        }
        all.tell(&Household::default(), Period::new(None, None, None, UnixTime(1_795_464_630_000)).unwrap())
    }

    fn told(nodes: &[FlowNode]) -> Vec<(&str, usize, u64, u64)> {
        nodes.iter().map(|node| (&*node.label, node.others, node.sums.queries, node.sums.stopped)).collect()
    }

    #[test]
    fn the_busiest_stand_first_and_the_rest_last() {
        let all: Vec<_> = (0..10)
            .map(|number: u8| (Some(number), NAMES[usize::from(number)], None, u64::from(number) + 1, 1))
            .collect();
        let found = flow(&all);
        assert_eq!(found.totals, TopSums { queries: 55, stopped: 10 });
        assert_eq!(found.devices.len(), 7);
        assert_eq!(told(&found.devices)[..2], [("10.0.0.9", 0, 10, 1), ("10.0.0.8", 0, 9, 1)]);
        assert_eq!(told(&found.devices)[6], ("4 others", 4, 10, 4));
        assert_eq!(told(&found.vendors)[8], ("2 others", 2, 3, 2));
        assert_eq!(told(&found.countries), [("not known", 0, 55, 10)]);
        // Four companies of devices of the rest, of which two are told by themselves.
        let of_rest = |link: &&FlowLink| link.from == 6;
        let rest: Vec<_> = found.to_vendors.iter().filter(of_rest).map(|link| (link.to, link.sums.queries)).collect();
        assert_eq!(rest, [(6, 4), (7, 3), (8, 3)]);
    }

    #[test]
    fn one_that_is_left_over_stands_for_itself() {
        let all: Vec<_> =
            (1..=7).map(|host| (Some(host), "A", Some("US"), 9, 0)).chain([(None, "A", None, 1, 0)]).collect();
        assert_eq!(told(&flow(&all).devices)[6], ("2 others", 2, 10, 0));
        assert_eq!(told(&flow(&all[..7]).devices)[6], ("10.0.0.7", 0, 9, 0));
        assert_eq!(told(&flow(&all[6..]).devices), [("10.0.0.7", 0, 9, 0), ("not known", 0, 1, 0)]);
    }

    fn one_try() -> impl Strategy<Value = Try> {
        let (names, countries) = (proptest::sample::select(&NAMES[..]), proptest::sample::select(&NAMES[..9]));
        (proptest::option::weighted(0.9, 0..12_u8), names, proptest::option::weighted(0.9, countries), 1..1000_u64)
            .prop_flat_map(|(host, vendor, country, queries)| {
                (Just(host), Just(vendor), Just(country), Just(queries), 0..=queries)
            })
    }

    proptest! {
        #[test]
        fn columns_and_links_add_up_to_all_tries(tries in proptest::collection::vec(one_try(), 0..80)) {
            let found = flow(&tries);
            let sum = |all: &mut dyn Iterator<Item = TopSums>| all.fold(TopSums::default(), |mut sum, more| {
                sum.add_sums(more);
                sum
            });
            let all = tries.iter().map(|(.., queries, stopped)| TopSums { queries: *queries, stopped: *stopped });
            prop_assert_eq!(found.totals, sum(&mut { all }));
            for (nodes, most, key) in [(&found.devices, 6, 0), (&found.vendors, 8, 1), (&found.countries, 5, 2)] {
                prop_assert!(nodes.len() <= most + 1);
                prop_assert_eq!(found.totals, sum(&mut nodes.iter().map(|node| node.sums)));
                let mut keys: Vec<_> = tries
                    .iter()
                    .map(|(host, vendor, country, ..)| match key {
                        0 => host.map(|host| host.to_string()),
                        1 => Some((*vendor).to_owned()),
                        _ => country.map(str::to_owned),
                    })
                    .collect();
                keys.sort();
                keys.dedup();
                prop_assert_eq!(keys.len(), nodes.iter().map(|node| node.others.max(1)).sum::<usize>());
                let told: Vec<u64> = nodes.iter().filter(|node| node.others == 0).map(|node| node.sums.queries).collect();
                prop_assert!(told.is_sorted_by(|more, less| more >= less));
                prop_assert!(nodes.iter().rev().skip(1).all(|node| node.others == 0));
            }
            let sides = [
                (&found.devices, &found.to_vendors, true),
                (&found.vendors, &found.to_vendors, false),
                (&found.vendors, &found.to_countries, true),
                (&found.countries, &found.to_countries, false),
            ];
            for (nodes, links, is_left) in sides {
                for (place, node) in nodes.iter().enumerate() {
                    let of_node = |link: &&FlowLink| place == if is_left { link.from } else { link.to };
                    prop_assert_eq!(node.sums, sum(&mut links.iter().filter(of_node).map(|link| link.sums)));
                }
            }
        }
    }
}
