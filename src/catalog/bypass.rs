//! What devices do so that the resolver of their network does not see it: canary names, relays, resolvers of others, and
//! addresses compiled in. Files of their own in `blocklists/bypass`, read when first asked for.
//!
//! Leaves stopping to `policy` and to the router's firewall: this is what reports say of it.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, LazyLock},
};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{FileFault, Reason, file::plain_name, find::shipped_files};
use crate::dns::Name;

/// Where the files lie.
const FOLDER: &str = "bypass/";

/// A way past the resolver of the network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Way {
    /// What kind of way.
    pub kind: WayKind,
    /// Who runs it; `null` where several do or it is not known.
    #[schema(required, value_type = Option<String>, example = "Xiaomi")]
    pub operator: Option<Arc<str>>,
    /// The vendor of the catalogue whose devices take it.
    #[schema(required, value_type = Option<String>, example = "Xiaomi")]
    pub vendor: Option<Arc<str>>,
    /// Which devices and programs take it, as far as it is known.
    #[schema(required, value_type = Option<String>)]
    pub used_by: Option<Arc<str>>,
    /// The name that is looked up otherwise.
    #[schema(required, value_type = Option<String>, example = "resolver.msg.global.xiaomi.net")]
    pub instead_of: Option<Arc<str>>,
    /// What stops working when it is closed.
    #[schema(required, value_type = Option<String>, example = "Notifications")]
    pub cost: Option<Arc<str>>,
    /// Where this is known from.
    #[schema(value_type = Vec<String>)]
    pub sources: Vec<Arc<str>>,
    /// Its addresses.
    #[serde(default)]
    #[schema(value_type = Vec<String>, example = json!(["161.117.97.14"]))]
    pub addresses: Vec<IpAddr>,
    /// Its names.
    #[serde(default)]
    pub names: Vec<String>,
    /// Its names for DNS over HTTPS.
    #[serde(default)]
    pub doh: Vec<String>,
    /// Its names for DNS over TLS.
    #[serde(default)]
    pub dot: Vec<String>,
    /// Its names for DNS over QUIC.
    #[serde(default)]
    pub doq: Vec<String>,
}

/// What kind of way past the resolver it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WayKind {
    /// A name whose absence tells a device that the network answers DNS itself.
    Canary,
    /// A name by which a device learns of the encrypted form of its resolver (RFC 9462).
    Designation,
    /// A way into a relay that hides what is looked up.
    Relay,
    /// A resolver that anybody may ask.
    Resolver,
    /// A resolver that apps ask over HTTP.
    AppResolver,
    /// Addresses that are used without a look-up: DNS can neither see nor stop it.
    CompiledIn,
}

impl WayKind {
    /// The kind in words that people use.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Canary => "canary name",
            Self::Designation => "designation of resolvers",
            Self::Relay => "relay",
            Self::Resolver => "public resolver",
            Self::AppResolver => "resolver of apps",
            Self::CompiledIn => "addresses compiled in",
        }
    }
}

impl Way {
    /// All its names, whatever they are for.
    pub fn all_names(&self) -> impl Iterator<Item = &str> {
        [&self.names, &self.doh, &self.dot, &self.doq].into_iter().flatten().map(String::as_str)
    }
}

/// The ways that are known.
#[derive(Debug, Default)]
pub struct Bypass {
    ways: Vec<Way>,
    names: HashMap<Box<[u8]>, usize>,
    addresses: HashMap<IpAddr, usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFile {
    ways: Vec<Way>,
}

impl Bypass {
    /// What is embedded in the program.
    ///
    /// # Panics
    /// Never in a program whose tests passed: they read the same files.
    #[must_use]
    pub fn built_in() -> &'static Self {
        static BYPASS: LazyLock<Bypass> = LazyLock::new(|| {
            Bypass::read(shipped_files(FOLDER)).expect("the embedded files are those that the tests have read")
        });
        &BYPASS
    }

    /// Reads ways from files, each given by its name and its text.
    ///
    /// # Errors
    /// All faults of all files.
    pub fn read<'t>(files: impl IntoIterator<Item = (&'t str, impl AsRef<str>)>) -> Result<Self, Vec<FileFault>> {
        let (mut bypass, mut faults) = (Self::default(), Vec::new());
        for (file, text) in files {
            let mut fault = |reason| faults.push(FileFault { file: file.to_owned(), reason });
            match toml::from_str::<WrittenFile>(text.as_ref()) {
                Ok(written) => written.ways.into_iter().for_each(|way| bypass.enter(way, &mut fault)),
                Err(error) => fault(Reason::Shape(error.to_string())),
            }
        }
        if faults.is_empty() { Ok(bypass) } else { Err(faults) }
    }

    fn enter(&mut self, way: Way, fault: &mut impl FnMut(Reason)) {
        let number = self.ways.len();
        let title = way.operator.as_deref().or(way.used_by.as_deref()).unwrap_or_default().to_owned();
        if way.sources.is_empty() {
            fault(Reason::NoSources(title.clone()));
        }
        if way.all_names().next().is_none() && way.addresses.is_empty() {
            fault(Reason::NoNames(title));
        }
        for text in way.all_names() {
            match plain_name(text) {
                // A resolver has the same name for several protocols.
                Some(name) => {
                    self.names.entry(name.wire().into()).or_insert(number);
                }
                None => fault(Reason::BadName(text.to_owned())),
            }
        }
        for address in &way.addresses {
            if self.addresses.insert(*address, number).is_some() {
                fault(Reason::Twice { name: address.to_string(), other: "another way".to_owned() });
            }
        }
        self.ways.push(way);
    }

    /// The way that this name belongs to; names below it are others.
    #[must_use]
    pub fn find_name(&self, name: &Name) -> Option<&Way> {
        self.ways.get(*self.names.get(name.to_lowercase().wire())?)
    }

    /// The way that this address belongs to.
    #[must_use]
    pub fn find_address(&self, address: IpAddr) -> Option<&Way> {
        self.ways.get(*self.addresses.get(&address.to_canonical())?)
    }

    /// What DNS cannot see of the devices and apps of a vendor.
    pub fn unseen(&self, vendor: &str) -> impl Iterator<Item = &Way> {
        self.ways.iter().filter(move |way| way.kind == WayKind::CompiledIn && way.vendor.as_deref() == Some(vendor))
    }

    /// All ways, as the files have them.
    #[must_use]
    pub fn ways(&self) -> &[Way] {
        &self.ways
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;

    #[test]
    fn the_shipped_files_are_good() {
        let faults = Bypass::read(shipped_files(FOLDER)).err().unwrap_or_default();
        assert!(faults.is_empty(), "{faults:?}");
    }

    /// So that what is lost in an edit is missed.
    #[test]
    fn the_shipped_files_hold_this_much() {
        let count = |of: &dyn Fn(&Way) -> usize| Bypass::built_in().ways().iter().map(of).sum::<usize>();
        let names = |kind: WayKind| count(&|way| if way.kind == kind { way.names.len() } else { 0 });
        assert_eq!([names(WayKind::Canary), names(WayKind::Designation), names(WayKind::Relay)], [4, 1, 4]);
        assert_eq!(names(WayKind::AppResolver), 54);
        assert_eq!(
            [count(&|way| way.doh.len()), count(&|way| way.dot.len()), count(&|way| way.doq.len())],
            [149, 115, 16]
        );
        let addresses = |kind: WayKind| count(&|way| if way.kind == kind { way.addresses.len() } else { 0 });
        assert_eq!([addresses(WayKind::Resolver), addresses(WayKind::CompiledIn)], [112, 16]);
    }

    #[test]
    fn what_the_files_say_of_some_names_and_addresses() {
        use WayKind::*;
        let check = |text: &str, expected: Option<(WayKind, Option<&str>)>| {
            let bypass = Bypass::built_in();
            let found = match text.parse() {
                Ok(address) => bypass.find_address(address),
                Err(_) => bypass.find_name(&text.parse().unwrap()),
            };
            assert_eq!(found.map(|way| (way.kind, way.operator.as_deref())), expected, "{text}");
        };
        check("Use-Application-DNS.net", Some((Canary, Some("Mozilla"))));
        check("mask.icloud.com", Some((Canary, Some("Apple"))));
        check("_dns.resolver.arpa", Some((Designation, Some("IETF"))));
        check("mask-api.icloud.com", Some((Relay, Some("Apple"))));
        check("dns.google", Some((Resolver, Some("Google"))));
        check("x.dns.google", None);
        check("8.8.8.8", Some((Resolver, Some("Google"))));
        check("2620:fe::fe", Some((Resolver, Some("Quad9"))));
        check("httpdns.browser.miui.com", Some((AppResolver, None)));
        check("161.117.97.14", Some((CompiledIn, Some("Xiaomi"))));
        check("110.43.0.85", Some((CompiledIn, Some("Xiaomi"))));
        check("192.168.1.1", None);
    }

    #[test]
    fn what_dns_cannot_see_of_a_vendor() {
        let check = |vendor: &str, addresses: usize| {
            let found = Bypass::built_in().unseen(vendor).map(|way| way.addresses.len()).sum::<usize>();
            assert_eq!(found, addresses, "{vendor}");
        };
        check("Xiaomi", 16);
        check("Tuya", 0);
        check("Samsung", 0);
    }

    #[test]
    fn vendors_are_those_of_the_catalogue() {
        for vendor in Bypass::built_in().ways().iter().filter_map(|way| way.vendor.as_deref()) {
            assert!(Catalog::built_in().entries().iter().any(|entry| &*entry.vendor == vendor), "{vendor}");
        }
    }

    #[test]
    fn faults_of_a_file() {
        let check = |text: &str, expected: &str| {
            let faults = Bypass::read([("x.toml", text)]).err().unwrap_or_default();
            assert!(faults.len() == 1 && faults[0].to_string().contains(expected), "{text}: {faults:?}");
        };
        let way = |rest: &str| format!("[[ways]]\nkind = \"relay\"\noperator = \"X\"\nsources = [\"a\"]\n{rest}");
        check(&way(""), "`X` has no names");
        check(&way("names = [\"A.b\"]"), "`A.b` is not a name");
        check(&way("name = [\"a.b\"]"), "unknown field `name`");
        check(&way("addresses = [\"1.2.3.4\", \"1.2.3.4\"]"), "`1.2.3.4` is in another way too");
        check(&way("names = [\"a.b\"]").replace("relay", "tunnel"), "unknown variant `tunnel`");
        check(&way("names = [\"a.b\"]").replace("[\"a\"]", "[]"), "`X` has no sources");
    }
}
