//! The operator's records and hosts, looked up.

use std::{collections::HashMap, net::IpAddr, sync::Arc};

use super::{
    node::{Node, Record, RecordSet},
    record::{DEFAULT_TTL, LocalRecord},
};
use crate::dns::{Name, Rcode, RecordType};

/// Aliases followed for one question. Longer chains, and loops, fail.
const MAX_ALIASES: usize = 8;
/// Last labels that are gone through one by one; where there are more, looking a name up is sooner done.
const MAX_TOPS: usize = 8;

/// All records that are answered here.
///
/// A name that has a record of any type is wholly ours: other types of it have no data, and no upstream is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LocalData {
    /// What this adds to, shared with others: its nodes hold unless there is one here.
    base: Option<Arc<LocalData>>,
    /// By owner in wire form and lower case. A node without records is there because of something below it.
    nodes: HashMap<Box<[u8]>, Node>,
    /// Which name first got an address here, for addresses without a reverse name.
    owners: HashMap<IpAddr, Name>,
    /// The last labels of all owners, in wire form and lower case, unless these are more than [`MAX_TOPS`]: most names have
    /// another one, and are done with one look.
    tops: Vec<Box<[u8]>>,
    /// Whether any owner begins with `*`; without, a name that is not here takes one look.
    wildcards: bool,
}

/// The answer to a question about a local name.
#[derive(Clone, Debug)]
pub struct LocalAnswer<'d> {
    /// NOERROR, with or without records, or SERVFAIL where aliases lead in a circle or on for too long.
    pub rcode: Rcode,
    /// The alias target outside local data, at which the answer goes on; `None`: it is complete.
    pub continue_at: Option<Name>,
    /// Aliases, and what the last of them leads to.
    chain: [RecordSet<'d>; MAX_ALIASES + 1],
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
        let mut data = Self::default();
        data.extend(records);
        for (name, address) in hosts {
            data.add_host(name, *address);
        }
        data
    }

    /// Adds what a hosts file says.
    pub fn add_host(&mut self, name: &Name, address: IpAddr) {
        match address.to_canonical() {
            IpAddr::V4(v4) => self.add(name, RecordType::A, DEFAULT_TTL, &v4.octets()),
            IpAddr::V6(v6) => self.add(name, RecordType::AAAA, DEFAULT_TTL, &v6.octets()),
        }
        // Names at the unspecified address are there to be stopped; it is nobody's.
        if address.to_canonical().is_unspecified() {
            return;
        }
        let reverse = reverse_name(address);
        if self.set(&reverse, RecordType::PTR).rtype().is_none() {
            self.add(&reverse, RecordType::PTR, DEFAULT_TTL, name.wire());
        }
    }

    /// The same with more records, which add to what is there; that is shared, and not copied.
    #[must_use]
    pub fn with(self: &Arc<Self>, records: &[LocalRecord]) -> Arc<Self> {
        if records.is_empty() {
            return Arc::clone(self);
        }
        let (tops, wildcards) = (self.tops.clone(), self.wildcards);
        let mut data = Self { base: Some(Arc::clone(self)), tops, wildcards, ..Self::default() };
        data.extend(records);
        Arc::new(data)
    }

    fn extend(&mut self, records: &[LocalRecord]) {
        for record in records {
            self.add(&record.owner, record.rtype, record.ttl, &record.data);
            let is_wildcard = record.owner.labels().next() == Some(b"*");
            if let Some(address) = address(record.rtype, &record.data).filter(|_| !is_wildcard)
                && self.owner(address).is_none()
            {
                self.owners.insert(address, record.owner.to_lowercase());
            }
        }
        for record in records {
            self.add_reverse(record);
        }
    }

    /// Has the address that a record holds answer for its reverse name. Loopback addresses are not told apart by what
    /// they are given to: whoever writes one wants a name to lead nowhere.
    fn add_reverse(&mut self, record: &LocalRecord) {
        let Some(address) = address(record.rtype, &record.data).filter(|address| !address.is_loopback()) else {
            return;
        };
        let reverse = reverse_name(address);
        let first = self.owner(address).filter(|first| *first == record.owner.to_lowercase());
        let is_free = self.node(reverse.wire()).is_none_or(Node::is_empty);
        if let Some(name) = first.filter(|_| is_free) {
            self.add(&reverse, RecordType::PTR, record.ttl, name.wire());
        }
    }

    /// The answer to a question for `rtype` of `name`; `None` when the name has no records here. A question for any type
    /// gets the records of one (RFC 8482, section 4.1).
    #[must_use]
    pub fn answer(&self, name: &Name, rtype: RecordType) -> Option<LocalAnswer<'_>> {
        let mut node = self.node_for(name)?;
        let nothing = [RecordSet::default(); MAX_ALIASES + 1];
        let mut answer = LocalAnswer { rcode: Rcode::NOERROR, continue_at: None, chain: nothing };
        for place in &mut answer.chain {
            *place = node.set(rtype);
            if place.rtype().is_none() {
                *place = node.set(RecordType::CNAME);
            }
            let leads_on = ![RecordType::CNAME, RecordType::ANY].contains(&rtype);
            let Some(target) = place.alias_target().filter(|_| leads_on) else {
                return Some(answer);
            };
            let Some(next) = self.node_for(&target) else {
                answer.continue_at = Some(target);
                return Some(answer);
            };
            node = next;
        }
        Some(LocalAnswer { rcode: Rcode::SERVFAIL, continue_at: None, chain: nothing })
    }

    /// What the host at `address` is called: its reverse name here, or else the first name that has the address.
    #[must_use]
    pub fn host_name(&self, address: IpAddr) -> Option<Name> {
        let address = address.to_canonical();
        let reverse = self.set(&reverse_name(address), RecordType::PTR);
        let named = reverse.records().next().and_then(|record| Name::from_wire(record.data()).ok());
        named.or_else(|| self.owner(address))
    }

    /// Whether a name below `name` has records here. Such a name exists although it has no records of its own, so it
    /// must not be said not to exist (RFC 8020, section 2).
    #[must_use]
    pub fn has_below(&self, name: &Name) -> bool {
        self.node(name.to_lowercase().wire()).is_some_and(Node::is_empty)
    }

    /// The records of `name`, or of the wildcard that stands for it.
    fn node_for(&self, name: &Name) -> Option<&Node> {
        if !self.may_have_below_top_of(name) {
            return None;
        }
        let name = name.to_lowercase();
        if let Some(node) = self.node(name.wire()) {
            return Some(node).filter(|node| !node.is_empty());
        }
        if !self.wildcards {
            return None;
        }
        // The wildcard right below the closest ancestor that exists, and no other (RFC 4592, section 3.3.1).
        let closest = name.suffixes().skip(1).find(|suffix| self.node(suffix).is_some())?;
        let wildcard = Name::from_wire(closest).and_then(|closest| closest.child(b"*")).ok()?;
        self.node(wildcard.wire())
    }

    /// Whether there may be names with the last label of `name`.
    fn may_have_below_top_of(&self, name: &Name) -> bool {
        match self.tops.len() {
            0 => false,
            1..=MAX_TOPS => {
                let top = name.top();
                self.tops.iter().any(|owned| owned.eq_ignore_ascii_case(top))
            }
            _ => true,
        }
    }

    /// What is known of a name in wire form and lower case.
    fn node(&self, name: &[u8]) -> Option<&Node> {
        self.nodes.get(name).or_else(|| self.base.as_ref()?.node(name))
    }

    fn owner(&self, address: IpAddr) -> Option<Name> {
        self.owners.get(&address).copied().or_else(|| self.base.as_ref()?.owner(address))
    }

    fn set(&self, name: &Name, rtype: RecordType) -> RecordSet<'_> {
        self.node(name.to_lowercase().wire()).map_or_else(RecordSet::default, |node| node.set(rtype))
    }

    fn add(&mut self, owner: &Name, rtype: RecordType, ttl: u32, data: &[u8]) {
        let owner = owner.to_lowercase();
        for ancestor in owner.suffixes().skip(1) {
            if self.node(ancestor).is_none() {
                self.nodes.insert(ancestor.into(), Node::default());
            }
        }
        if !self.may_have_below_top_of(&owner) {
            self.tops.push(owner.top().into());
        }
        self.wildcards |= owner.labels().next() == Some(b"*");
        let Self { base, nodes, .. } = self;
        let known = || base.as_ref().and_then(|base| base.node(owner.wire())).cloned().unwrap_or_default();
        nodes.entry(owner.wire().into()).or_insert_with(known).add(rtype, ttl, data);
    }
}

impl<'d> LocalAnswer<'d> {
    /// The name that the last alias leads to; `None`: there is no alias, and the answer is about the name in question.
    #[must_use]
    pub fn last_target(&self) -> Option<Name> {
        self.chain.iter().rev().find_map(|set| set.alias_target())
    }

    /// The records in the order in which they belong into the answer section; none: no data.
    pub fn records(&self) -> impl Iterator<Item = AnswerRecord<'d>> {
        let mut owner = None;
        self.chain.into_iter().flat_map(move |set| {
            let own = owner;
            owner = set.alias_target();
            let shown = move |record: &'d Record| AnswerRecord {
                owner: own,
                rtype: record.rtype,
                ttl: record.ttl,
                data: record.data(),
            };
            set.records().map(shown)
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
    fn names_with_any_number_of_last_labels_are_found() {
        for count in [1, MAX_TOPS, MAX_TOPS + 1, 5 * MAX_TOPS] {
            let hosts: Vec<String> = (0..count).map(|number| format!("10.0.0.1 a.top{number}\n")).collect();
            let data = data(&[], &hosts.concat());
            for number in 0..count {
                check(&data, &format!("A.top{number}"), "A", Some((Rcode::NOERROR, &["@ A 10.0.0.1"], "")));
            }
            check(&data, "a.other", "A", None);
            assert!(data.tops.len() <= MAX_TOPS + 1, "{count}");
        }
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

    #[test]
    fn records_are_added_to_what_is_shared() {
        let base = Arc::new(data(&["nas.lan A 10.0.0.1", "*.w.lan A 10.0.0.9"], "10.0.0.4 printer.lan\n"));
        assert!(Arc::ptr_eq(&base, &base.with(&[])), "nothing is copied");
        let records = ["nas.lan A 10.0.0.2", "x.w.lan TXT here", "deep.tv.lan A 10.0.0.4", "a.other A 10.0.0.5"];
        let made = records.map(|record| parse_record(record).unwrap());
        let all = base.with(&made);
        assert_eq!(all, base.with(&made), "made of the same");
        assert!(all.nodes.len() < 12, "nor what no record is added to");
        let ok = Rcode::NOERROR;
        check(&all, "nas.lan", "A", Some((ok, &["@ A 10.0.0.1", "@ A 10.0.0.2"], "")));
        check(&base, "nas.lan", "A", Some((ok, &["@ A 10.0.0.1"], "")));
        check(&all, "printer.lan", "A", Some((ok, &["@ A 10.0.0.4"], "")));
        check(&all, "4.0.0.10.in-addr.arpa", "PTR", Some((ok, &["@ PTR printer.lan"], "")));
        check(&all, "y.w.lan", "A", Some((ok, &["@ A 10.0.0.9"], "")));
        check(&all, "x.w.lan", "A", Some((ok, &[], "")));
        check(&all, "a.other", "A", Some((ok, &["@ A 10.0.0.5"], "")));
        assert!(all.has_below(&"tv.lan".parse().unwrap()) && !base.has_below(&"tv.lan".parse().unwrap()));
    }

    proptest! {
        #[test]
        fn what_is_shared_answers_like_what_is_not(
            records in prop::collection::vec((0_u8..5, 0_u8..5, 0_u8..4), 0..10),
            shared in 0_usize..10,
        ) {
            let name = |number: u8| ["a.lan", "b.a.lan", "*.a.lan", "c.lan", "*.lan"][usize::from(number)];
            let records: Vec<_> = records.iter().map(|(owner, other, kind)| match kind {
                0 => parse_record(&format!("{} A 10.0.0.{other}", name(*owner))).unwrap(),
                1 => parse_record(&format!("{} CNAME {}", name(*owner), name(*other))).unwrap(),
                2 => parse_record(&format!("{} TXT {other}", name(*owner))).unwrap(),
                _ => parse_record(&format!("{other}.0.0.10.in-addr.arpa PTR {}", name(*owner))).unwrap(),
            }).collect();
            let (first, second) = records.split_at(shared.min(records.len()));
            let base = LocalData::new(first, &[]);
            let mut copied = base.clone();
            copied.extend(second);
            let shared = Arc::new(base).with(second);
            let reverse = (0_u8..5).map(|number| format!("{number}.0.0.10.in-addr.arpa"));
            for asked in ["lan", "a.lan", "b.a.lan", "c.b.a.lan", "d.a.lan", "c.lan", "e.lan"].map(str::to_owned).into_iter().chain(reverse) {
                let asked: Name = asked.parse().unwrap();
                for rtype in [RecordType::A, RecordType::TXT, RecordType::PTR, RecordType::ANY] {
                    let told = |data: &LocalData| format!("{:?}", data.answer(&asked, rtype));
                    prop_assert_eq!(told(&copied), told(&shared), "{} {}", asked, rtype);
                }
                prop_assert_eq!(copied.has_below(&asked), shared.has_below(&asked));
            }
            for number in 0_u8..5 {
                let address = IpAddr::from([10, 0, 0, number]);
                prop_assert_eq!(copied.host_name(address), shared.host_name(address));
            }
        }

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
