//! The operator's records and hosts, looked up.

use std::{collections::HashMap, net::IpAddr};

use super::record::{DEFAULT_TTL, LocalRecord};
use crate::dns::{Name, Rcode, RecordType};

/// Aliases followed for one question. Longer chains, and loops, fail.
const MAX_ALIASES: usize = 8;

/// All records that are answered here.
///
/// A name that has a record of any type is wholly ours: other types of it have no data, and no upstream is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LocalData {
    /// By owner in wire form and lower case. A node without records is there because of something below it.
    nodes: HashMap<Box<[u8]>, Vec<RecordSet>>,
    /// Which name first got an address here, for addresses without a reverse name.
    owners: HashMap<IpAddr, Name>,
    /// The last labels of all owners, in wire form and lower case: most names have another one, and are done with one
    /// look.
    tops: Vec<Box<[u8]>>,
    /// Whether any owner begins with `*`; without, a name that is not here takes one look.
    wildcards: bool,
}

/// The records of one name and type.
#[derive(Clone, Debug, PartialEq, Eq)]
struct RecordSet {
    rtype: RecordType,
    records: Vec<(u32, Box<[u8]>)>,
}

/// The answer to a question about a local name.
#[derive(Clone, Debug)]
pub struct LocalAnswer<'d> {
    /// NOERROR, with or without records, or SERVFAIL where aliases lead in a circle or on for too long.
    pub rcode: Rcode,
    /// The alias target outside local data, at which the answer goes on; `None`: it is complete.
    pub continue_at: Option<Name>,
    /// Aliases, and what the last of them leads to.
    chain: [Option<&'d RecordSet>; MAX_ALIASES + 1],
}

/// A record of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnswerRecord<'d> {
    /// Whose it is; `None`: of the name in question, as it was asked.
    pub owner: Option<Name>,
    /// Its type.
    pub rtype: RecordType,
    /// Its lifetime in seconds.
    pub ttl: u32,
    /// Its data in wire form.
    pub data: &'d [u8],
}

impl LocalData {
    /// Puts records and the contents of hosts files together. Each address of either also answers for its reverse name,
    /// with the first name that has it, unless a record says otherwise.
    #[must_use]
    pub fn new(records: &[LocalRecord], hosts: &[(Name, IpAddr)]) -> Self {
        let mut data = Self::default().with(records);
        for (name, address) in hosts {
            match address.to_canonical() {
                IpAddr::V4(v4) => data.add(name, RecordType::A, DEFAULT_TTL, &v4.octets()),
                IpAddr::V6(v6) => data.add(name, RecordType::AAAA, DEFAULT_TTL, &v6.octets()),
            }
            let reverse = reverse_name(*address);
            // Names at the unspecified address are there to be stopped; it is nobody's.
            if !address.to_canonical().is_unspecified() && data.set(&reverse, RecordType::PTR).is_none() {
                data.add(&reverse, RecordType::PTR, DEFAULT_TTL, name.wire());
            }
        }
        data
    }

    /// The same with more records, which add to what is there.
    #[must_use]
    pub fn with(mut self, records: &[LocalRecord]) -> Self {
        for record in records {
            self.add(&record.owner, record.rtype, record.ttl, &record.data);
            let is_wildcard = record.owner.labels().next() == Some(b"*");
            if let Some(address) = address(record.rtype, &record.data).filter(|_| !is_wildcard) {
                self.owners.entry(address).or_insert_with(|| record.owner.to_lowercase());
            }
        }
        for record in records {
            self.add_reverse(record);
        }
        self
    }

    /// Has the address that a record holds answer for its reverse name. Loopback addresses are not told apart by what
    /// they are given to: whoever writes one wants a name to lead nowhere.
    fn add_reverse(&mut self, record: &LocalRecord) {
        let Some(address) = address(record.rtype, &record.data).filter(|address| !address.is_loopback()) else {
            return;
        };
        let reverse = reverse_name(address);
        let first = self.owners.get(&address).copied().filter(|first| *first == record.owner.to_lowercase());
        let is_free = self.nodes.get(reverse.wire()).is_none_or(Vec::is_empty);
        if let Some(name) = first.filter(|_| is_free) {
            self.add(&reverse, RecordType::PTR, record.ttl, name.wire());
        }
    }

    /// The answer to a question for `rtype` of `name`; `None` when the name has no records here. A question for any type
    /// gets the records of one (RFC 8482, section 4.1).
    #[must_use]
    pub fn answer(&self, name: &Name, rtype: RecordType) -> Option<LocalAnswer<'_>> {
        let mut sets = self.sets(name)?;
        let mut answer = LocalAnswer { rcode: Rcode::NOERROR, continue_at: None, chain: [None; MAX_ALIASES + 1] };
        for place in &mut answer.chain {
            let of_type = |wanted: RecordType| sets.iter().find(|set| set.rtype == wanted);
            let found = if rtype == RecordType::ANY { sets.first() } else { of_type(rtype) };
            *place = found.or_else(|| of_type(RecordType::CNAME));
            let Some(target) =
                place.filter(|set| ![set.rtype, RecordType::ANY].contains(&rtype)).and_then(RecordSet::alias_target)
            else {
                return Some(answer);
            };
            let Some(next) = self.sets(&target) else {
                answer.continue_at = Some(target);
                return Some(answer);
            };
            sets = next;
        }
        Some(LocalAnswer { rcode: Rcode::SERVFAIL, continue_at: None, chain: [None; MAX_ALIASES + 1] })
    }

    /// What the host at `address` is called: its reverse name here, or else the first name that has the address.
    #[must_use]
    pub fn host_name(&self, address: IpAddr) -> Option<Name> {
        let address = address.to_canonical();
        let reverse = self.set(&reverse_name(address), RecordType::PTR);
        let named = reverse.and_then(|set| set.records.first()).and_then(|(_, data)| Name::from_wire(data).ok());
        named.or_else(|| self.owners.get(&address).copied())
    }

    /// Whether a name below `name` has records here. Such a name exists although it has no records of its own, so it
    /// must not be said not to exist (RFC 8020, section 2).
    #[must_use]
    pub fn has_below(&self, name: &Name) -> bool {
        self.nodes.get(name.to_lowercase().wire()).is_some_and(Vec::is_empty)
    }

    /// The records of `name`, or of the wildcard that stands for it.
    fn sets(&self, name: &Name) -> Option<&[RecordSet]> {
        let top = name.top();
        if !self.tops.iter().any(|owned| owned.eq_ignore_ascii_case(top)) {
            return None;
        }
        let name = name.to_lowercase();
        if let Some(sets) = self.nodes.get(name.wire()) {
            return Some(sets.as_slice()).filter(|sets| !sets.is_empty());
        }
        if !self.wildcards {
            return None;
        }
        // The wildcard right below the closest ancestor that exists, and no other (RFC 4592, section 3.3.1).
        let closest = name.suffixes().skip(1).find(|suffix| self.nodes.contains_key(*suffix))?;
        let wildcard = Name::from_wire(closest).and_then(|closest| closest.child(b"*")).ok()?;
        self.nodes.get(wildcard.wire()).map(Vec::as_slice)
    }

    fn set(&self, name: &Name, rtype: RecordType) -> Option<&RecordSet> {
        self.nodes.get(name.to_lowercase().wire())?.iter().find(|set| set.rtype == rtype)
    }

    fn add(&mut self, owner: &Name, rtype: RecordType, ttl: u32, data: &[u8]) {
        let owner = owner.to_lowercase();
        for ancestor in owner.suffixes().skip(1) {
            self.nodes.entry(ancestor.into()).or_default();
        }
        if !self.tops.iter().any(|top| **top == *owner.top()) {
            self.tops.push(owner.top().into());
        }
        self.wildcards |= owner.labels().next() == Some(b"*");
        let sets = self.nodes.entry(owner.wire().into()).or_default();
        let Some(set) = sets.iter_mut().find(|set| set.rtype == rtype) else {
            sets.push(RecordSet { rtype, records: vec![(ttl, data.into())] });
            return;
        };
        // A name has one alias at most (RFC 2181, section 10.1) and no record twice (section 5).
        if rtype != RecordType::CNAME && set.records.iter().all(|(_, other)| **other != *data) {
            set.records.push((ttl, data.into()));
        }
    }
}

impl RecordSet {
    /// Where the alias leads, if this is one.
    fn alias_target(&self) -> Option<Name> {
        let (_, data) = self.records.first().filter(|_| self.rtype == RecordType::CNAME)?;
        Name::from_wire(data).ok()
    }
}

impl<'d> LocalAnswer<'d> {
    /// The name that the last alias leads to; `None`: there is no alias, and the answer is about the name in question.
    #[must_use]
    pub fn last_target(&self) -> Option<Name> {
        self.chain.iter().rev().flatten().find_map(|set| set.alias_target())
    }

    /// The records in the order in which they belong into the answer section; none: no data.
    pub fn records(&self) -> impl Iterator<Item = AnswerRecord<'d>> {
        let mut owner = None;
        self.chain.into_iter().map_while(|set| set).flat_map(move |set| {
            let own = owner;
            owner = set.alias_target();
            set.records.iter().map(move |(ttl, data)| AnswerRecord { owner: own, rtype: set.rtype, ttl: *ttl, data })
        })
    }
}

/// The address that a record holds, unless it is nobody's.
fn address(rtype: RecordType, data: &[u8]) -> Option<IpAddr> {
    let address = match rtype {
        RecordType::A => IpAddr::from(<[u8; 4]>::try_from(data).ok()?),
        RecordType::AAAA => IpAddr::from(<[u8; 16]>::try_from(data).ok()?).to_canonical(),
        _ => return None,
    };
    Some(address).filter(|address| !address.is_unspecified())
}

/// The name that `address` is looked up by in reverse (RFC 1035, section 3.5, and RFC 3596, section 2.5).
///
/// # Panics
/// Never: digits and known labels make a name.
#[must_use]
pub fn reverse_name(address: IpAddr) -> Name {
    let text = match address.to_canonical() {
        IpAddr::V4(v4) => {
            let [a, b, c, d] = v4.octets();
            format!("{d}.{c}.{b}.{a}.in-addr.arpa")
        }
        IpAddr::V6(v6) => {
            let nibbles = v6.octets().into_iter().rev().map(|octet| format!("{:x}.{:x}.", octet & 0xF, octet >> 4));
            nibbles.collect::<String>() + "ip6.arpa"
        }
    };
    text.parse().expect("digits and known labels make a name of at most 74 octets")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        dns::rdata,
        local::{parse_hosts, parse_record},
    };

    fn data(records: &[&str], hosts: &str) -> LocalData {
        let records: Vec<_> = records.iter().map(|record| parse_record(record).unwrap()).collect();
        LocalData::new(&records, &parse_hosts(hosts).hosts)
    }

    /// The answer as text: rcode, records as `owner type ttl data`, and where it goes on. The data of `check` is given
    /// as text too.
    fn check(data: &LocalData, name: &str, rtype: &str, expected: Option<(Rcode, &[&str], &str)>) {
        let answer = data.answer(&name.parse().unwrap(), rtype.parse().unwrap());
        let Some((rcode, records, continue_at)) = expected else {
            assert!(answer.is_none(), "{name} {rtype}: {answer:?}");
            return;
        };
        let answer = answer.unwrap_or_else(|| panic!("{name} {rtype} has no answer"));
        let found: Vec<_> = answer
            .records()
            .map(|record| {
                (
                    record.owner.map_or("@".to_owned(), |owner| owner.to_string()),
                    record.rtype,
                    record.ttl,
                    record.data.to_vec(),
                )
            })
            .collect();
        let expected: Vec<_> = records
            .iter()
            .map(|text| {
                let (owner, rest) = text.split_once(' ').unwrap();
                let record = parse_record(&format!("x {rest}")).unwrap();
                (owner.to_owned(), record.rtype, record.ttl, record.data)
            })
            .collect();
        assert_eq!(found, expected, "{name} {rtype}");
        assert_eq!(answer.rcode, rcode, "{name} {rtype}");
        assert_eq!(answer.continue_at.map_or(String::new(), |name| name.to_string()), continue_at, "{name} {rtype}");
    }

    #[test]
    fn hosts_are_called_by_their_reverse_name_or_else_by_the_first_that_has_their_address() {
        let data = data(
            &[
                "Phone.home.arpa A 10.0.0.1",
                "other.home.arpa A 10.0.0.1",
                "tv.home.arpa A 10.0.0.2",
                "2.0.0.10.in-addr.arpa PTR telly.home.arpa",
                "*.home.arpa A 10.0.0.3",
                "stopped.example.org A 0.0.0.0",
                "nas.home.arpa AAAA fd00::5",
            ],
            "10.0.0.4 printer.lan\n0.0.0.0 ads.example.org",
        );
        let check = |address: &str, expected: Option<&str>| {
            let found = data.host_name(address.parse().unwrap()).map(|name| name.to_string());
            assert_eq!(found.as_deref(), expected, "{address}");
        };
        check("10.0.0.1", Some("phone.home.arpa"));
        check("::ffff:10.0.0.1", Some("phone.home.arpa"));
        check("10.0.0.2", Some("telly.home.arpa"));
        check("10.0.0.3", None);
        check("10.0.0.4", Some("printer.lan"));
        check("0.0.0.0", None);
        check("fd00::5", Some("nas.home.arpa"));
    }

    #[test]
    fn records_and_aliases() {
        let data = data(
            &[
                "nas.home.arpa A 192.168.1.5",
                "NAS.home.arpa 5 A 192.168.1.6",
                "nas.home.arpa A 192.168.1.5",
                "www.home.arpa CNAME nas.home.arpa",
                "w3.home.arpa CNAME WWW.home.arpa",
                "out.home.arpa CNAME www.example.org",
                "far.home.arpa CNAME out.home.arpa",
                "gone.home.arpa TXT gone",
                "gone.home.arpa CNAME nas.home.arpa",
                "gone.home.arpa CNAME www.example.org",
            ],
            "",
        );
        let ok = Rcode::NOERROR;
        let nas = ["@ A 192.168.1.5", "@ 5 A 192.168.1.6"];
        check(&data, "nas.home.arpa", "A", Some((ok, &nas, "")));
        check(&data, "Nas.Home.Arpa", "A", Some((ok, &nas, "")));
        check(&data, "nas.home.arpa", "AAAA", Some((ok, &[], "")));
        check(&data, "nas.home.arpa", "ANY", Some((ok, &nas, "")));
        check(&data, "nas.home.arpa", "CNAME", Some((ok, &[], "")));
        let www = ["@ CNAME nas.home.arpa", "nas.home.arpa A 192.168.1.5", "nas.home.arpa 5 A 192.168.1.6"];
        check(&data, "www.home.arpa", "A", Some((ok, &www, "")));
        check(&data, "www.home.arpa", "TXT", Some((ok, &["@ CNAME nas.home.arpa"], "")));
        check(&data, "www.home.arpa", "CNAME", Some((ok, &["@ CNAME nas.home.arpa"], "")));
        let w3 = [
            "@ CNAME WWW.home.arpa",
            "WWW.home.arpa CNAME nas.home.arpa",
            "nas.home.arpa A 192.168.1.5",
            "nas.home.arpa 5 A 192.168.1.6",
        ];
        check(&data, "w3.home.arpa", "A", Some((ok, &w3, "")));
        check(&data, "out.home.arpa", "A", Some((ok, &["@ CNAME www.example.org"], "www.example.org")));
        let far = ["@ CNAME out.home.arpa", "out.home.arpa CNAME www.example.org"];
        check(&data, "far.home.arpa", "HTTPS", Some((ok, &far, "www.example.org")));
        check(&data, "gone.home.arpa", "TXT", Some((ok, &["@ TXT gone"], "")));
        check(
            &data,
            "gone.home.arpa",
            "A",
            Some((ok, &["@ CNAME nas.home.arpa", "nas.home.arpa A 192.168.1.5", "nas.home.arpa 5 A 192.168.1.6"], "")),
        );
        check(&data, "home.arpa", "A", None);
        check(&data, "x.nas.home.arpa", "A", None);
        check(&data, "org", "A", None);
    }

    #[test]
    fn aliases_in_a_circle_fail() {
        let ring = data(&["a CNAME b", "b CNAME c", "c CNAME a", "d CNAME d"], "");
        for name in ["a", "b", "c", "d"] {
            check(&ring, name, "A", Some((Rcode::SERVFAIL, &[], "")));
        }
        let long: Vec<_> =
            (0..20).map(|at| format!("n{at} CNAME n{}", at + 1)).chain(["n20 A 1.2.3.4".to_owned()]).collect();
        let long = data(&long.iter().map(String::as_str).collect::<Vec<_>>(), "");
        assert_eq!(long.answer(&"n12".parse().unwrap(), RecordType::A).unwrap().records().count(), MAX_ALIASES + 1);
        check(&long, "n11", "A", Some((Rcode::SERVFAIL, &[], "")));
    }

    #[test]
    fn hosts_answer_both_ways() {
        let data = data(
            &["7.1.168.192.in-addr.arpa PTR own.lan"],
            "192.168.1.5 nas nas.lan\n192.168.1.5 later\nfd00::5 nas\n192.168.1.7 tv\n0.0.0.0 ads.example\n",
        );
        let ok = Rcode::NOERROR;
        check(&data, "nas", "A", Some((ok, &["@ A 192.168.1.5"], "")));
        check(&data, "nas", "AAAA", Some((ok, &["@ AAAA fd00::5"], "")));
        check(&data, "nas.lan", "AAAA", Some((ok, &[], "")));
        check(&data, "later", "A", Some((ok, &["@ A 192.168.1.5"], "")));
        check(&data, "5.1.168.192.in-addr.arpa", "PTR", Some((ok, &["@ PTR nas"], "")));
        check(&data, "7.1.168.192.in-addr.arpa", "PTR", Some((ok, &["@ PTR own.lan"], "")));
        check(&data, "ads.example", "A", Some((ok, &["@ A 0.0.0.0"], "")));
        check(&data, "0.0.0.0.in-addr.arpa", "PTR", None);
        let v6 = "5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa";
        check(&data, v6, "PTR", Some((ok, &["@ PTR nas"], "")));
    }

    #[test]
    fn own_addresses_answer_both_ways() {
        let data = data(
            &[
                "*.lan A 10.0.0.1",
                "NAS.lan 5 A 10.0.0.1",
                "later.lan A 10.0.0.1",
                "nas.lan AAAA fd00::5",
                "tv.lan A 10.0.0.2",
                "2.0.0.10.in-addr.arpa PTR telly.lan",
                "stick.lan A 10.0.0.3",
                "3.0.0.10.in-addr.arpa CNAME 3.rooms.lan",
                "nowhere.lan A 127.0.0.1",
                "ads.example A 0.0.0.0",
            ],
            "10.0.0.1 host\n10.0.0.4 host\n",
        );
        let ok = Rcode::NOERROR;
        check(&data, "1.0.0.10.in-addr.arpa", "PTR", Some((ok, &["@ 5 PTR nas.lan"], "")));
        let v6 = "5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa";
        check(&data, v6, "PTR", Some((ok, &["@ PTR nas.lan"], "")));
        check(&data, "2.0.0.10.in-addr.arpa", "PTR", Some((ok, &["@ PTR telly.lan"], "")));
        check(&data, "4.0.0.10.in-addr.arpa", "PTR", Some((ok, &["@ PTR host"], "")));
        check(&data, "1.0.0.127.in-addr.arpa", "PTR", None);
        check(&data, "0.0.0.0.in-addr.arpa", "PTR", None);
        check(&data, "3.0.0.10.in-addr.arpa", "A", Some((ok, &["@ CNAME 3.rooms.lan", "3.rooms.lan A 10.0.0.1"], "")));
    }

    #[test]
    fn wildcards_stand_for_names_without_records() {
        let data = data(&["*.lan A 10.0.0.1", "nas.lan TXT here", "a.b.lan TXT deep", "*.w CNAME nas.lan"], "");
        let ok = Rcode::NOERROR;
        check(&data, "x.lan", "A", Some((ok, &["@ A 10.0.0.1"], "")));
        check(&data, "y.x.lan", "A", Some((ok, &["@ A 10.0.0.1"], "")));
        check(&data, "x.lan", "AAAA", Some((ok, &[], "")));
        check(&data, "nas.lan", "A", Some((ok, &[], "")));
        check(&data, "x.nas.lan", "A", None);
        check(&data, "b.lan", "A", None);
        check(&data, "c.b.lan", "A", None);
        check(&data, "lan", "A", None);
        check(&data, "x.w", "TXT", Some((ok, &["@ CNAME nas.lan", "nas.lan TXT here"], "")));
    }

    #[test]
    fn names_above_local_ones_exist() {
        let data = data(&["a.b.home.arpa A 10.0.0.1"], "");
        let check = |name: &str, expected: bool| assert_eq!(data.has_below(&name.parse().unwrap()), expected, "{name}");
        check("B.home.arpa", true);
        check("home.arpa", true);
        check("a.b.home.arpa", false);
        check("c.home.arpa", false);
        check("x.a.b.home.arpa", false);
    }

    proptest! {
        #[test]
        fn every_chain_ends(
            aliases in prop::collection::vec((0_u8..6, 0_u8..6), 0..8),
            addresses in prop::collection::vec(0_u8..6, 0..3),
            asked in 0_u8..6,
        ) {
            let name = |number: u8| format!("n{number}.lan").parse::<Name>().unwrap();
            let alias = |(from, to): &(u8, u8)| LocalRecord {
                owner: name(*from), rtype: RecordType::CNAME, ttl: 1, data: name(*to).wire().to_vec(),
            };
            let address = |at: &u8| LocalRecord {
                owner: name(*at), rtype: RecordType::A, ttl: 1, data: rdata::from_text(RecordType::A, "10.0.0.1").unwrap(),
            };
            let records: Vec<_> = aliases.iter().map(alias).chain(addresses.iter().map(address)).collect();
            if let Some(answer) = LocalData::new(&records, &[]).answer(&name(asked), RecordType::A) {
                let shown: Vec<_> = answer.records().collect();
                // Each record belongs to the question or to the target of the alias before it.
                for pair in shown.windows(2) {
                    prop_assert_eq!(pair[1].owner, Name::from_wire(pair[0].data).ok());
                }
                prop_assert!(answer.continue_at.is_none_or(|target| Name::from_wire(shown[shown.len() - 1].data) == Ok(target)));
                prop_assert!(answer.rcode == Rcode::NOERROR || shown.is_empty());
            }
        }
    }
}
