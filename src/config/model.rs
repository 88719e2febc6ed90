//! Configuration that cannot be wrong: every value parsed, every reference checked, every default filled in.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    clients::{DeviceId, DeviceKind, DeviceSelector},
    dns::Name,
    dnssec::Anchor,
    local::LocalRecord,
    rules::{ListFormat, ListKind, OwnRule},
    time::WeekHours,
};

/// The whole of a valid configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Where state is kept; absolute, or relative to the working directory.
    pub data_dir: PathBuf,
    /// `[dns]`
    pub dns: Dns,
    /// `[tls]`; `None` without a certificate.
    pub tls: Option<Tls>,
    /// `[upstream]`
    pub upstream: Upstream,
    /// `[cache]`
    pub cache: Cache,
    /// `[blocking]`
    pub blocking: Blocking,
    /// `[local]`
    pub local: Local,
    /// `[[lists]]`, ids unique.
    pub lists: Vec<List>,
    /// `[[groups]]`, ids unique.
    pub groups: Vec<Group>,
    /// `[devices]`
    pub devices: Devices,
    /// `[geo]`
    pub geo: Geo,
    /// `[journal]`
    pub journal: Journal,
    /// `[stats]`
    pub stats: Stats,
    /// `[http]`
    pub http: Http,
    /// `[log]`
    pub log: Log,
}

/// How queries come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dns {
    /// The addresses to answer on.
    pub listen: Listen,
    /// The port that [`Listen::Auto`] uses.
    pub port: u16,
    /// UDP lanes; 0: one a core.
    pub threads: usize,
    /// Who is answered.
    pub allowed_clients: AllowedClients,
    /// Queries a second from one address; 0: no limit.
    pub rate_limit: u32,
}

/// The addresses to answer on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listen {
    /// Each private or local address of this host.
    Auto,
    /// These, all or nothing.
    Addresses(Vec<SocketAddr>),
}

/// Who is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AllowedClients {
    /// Loopback, RFC 1918, 100.64/10, link-local, ULA and on-link IPv6 prefixes.
    Private,
    /// Everyone.
    Any,
    /// These networks.
    Networks(Vec<IpNet>),
}

/// Encrypted DNS for devices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tls {
    /// The certificate chain, PEM.
    pub certificate: PathBuf,
    /// Its key, PEM.
    pub key: PathBuf,
    /// DNS over TLS.
    pub dot: Vec<SocketAddr>,
    /// DNS over HTTPS: HTTP/2 over TCP and HTTP/3 over UDP.
    pub doh: Vec<SocketAddr>,
    /// DNS over QUIC.
    pub doq: Vec<SocketAddr>,
}

/// Whom ponor asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upstream {
    /// The servers for everything that no route names.
    pub servers: Vec<Server>,
    /// Plain servers that resolve the names of encrypted ones and of list addresses.
    pub bootstrap: Vec<SocketAddr>,
    /// All tries for one query together.
    pub timeout: Duration,
    /// Judging answers by their signatures.
    pub dnssec: Dnssec,
    /// Other servers for some domains.
    pub routes: Vec<Route>,
}

/// Judging answers by their signatures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dnssec {
    /// Whether ponor does it; otherwise the word of the upstreams is taken.
    pub validate: bool,
    /// Domains that are not judged.
    pub except: Vec<Name>,
    /// Keys that are believed; none: those of the root.
    pub anchors: Vec<Anchor>,
}

/// An upstream server.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Server {
    /// How it is spoken to.
    pub protocol: Protocol,
    /// Where it is.
    pub host: ServerHost,
    /// Its port.
    pub port: u16,
    /// The path of DNS over HTTPS; `/dns-query` unless given. Empty for other protocols.
    pub path: String,
}

/// Where a server is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ServerHost {
    /// At this address.
    Address(IpAddr),
    /// At the addresses of this name, which `bootstrap` resolves.
    Name(String),
}

/// How an upstream is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// UDP, and TCP for truncated answers.
    Udp,
    /// TCP alone.
    Tcp,
    /// DNS over TLS (RFC 7858).
    Tls,
    /// DNS over HTTPS (RFC 8484), HTTP/2.
    Https,
    /// DNS over QUIC (RFC 9250).
    Quic,
    /// DNS over HTTPS, HTTP/3.
    H3,
}

/// Other servers for some domains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The domains, everything below them included.
    pub domains: Vec<Name>,
    /// Their servers.
    pub servers: Vec<Server>,
}

/// What is remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cache {
    /// Whether anything is.
    pub enabled: bool,
    /// The most memory it takes, in bytes.
    pub size: u64,
    /// Shorter lifetimes are raised to this.
    pub min_ttl: Duration,
    /// Longer ones are cut to this.
    pub max_ttl: Duration,
    /// Longer ones of negative answers are cut to this.
    pub max_negative_ttl: Duration,
    /// How long after its end an answer may still be used when upstream fails; zero: never.
    pub serve_stale: Duration,
}

/// What is stopped, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocking {
    /// Whether anything is.
    pub enabled: bool,
    /// The answer to a stopped question.
    pub mode: BlockMode,
    /// The lists that govern devices in no group.
    pub lists: ListSelection,
    /// Whether search engines answer with their filters on, for devices in no group and those whose group does not say.
    pub safe_search: SafeSearch,
    /// The lifetime of the answer to a stopped question.
    pub ttl: Duration,
    /// Whether private addresses in answers from outside are removed.
    pub rebinding_protection: bool,
    /// Domains that may answer with private addresses.
    pub rebinding_allow: Vec<Name>,
    /// The operator's own rules.
    pub rules: Vec<OwnRule>,
}

/// The answer to a stopped question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BlockMode {
    /// 0.0.0.0 and ::, NODATA for other types.
    Null,
    /// NXDOMAIN.
    Nxdomain,
    /// NODATA.
    Nodata,
    /// REFUSED.
    Refused,
    /// These addresses; NODATA for other types and for a family that has none.
    Addresses(Vec<IpAddr>),
}

/// Which lists govern a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListSelection {
    /// All that are enabled.
    All,
    /// Those with these ids.
    Only(Vec<String>),
}

/// Whether search engines answer with their filters on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SafeSearch {
    /// As they do otherwise.
    #[default]
    Off,
    /// With the milder filter of those that have two.
    Moderate,
    /// With the filter that leaves out most.
    Strict,
}

impl SafeSearch {
    /// Each with the word that stands for it.
    pub const WORDS: [(&'static str, Self); 3] =
        [("off", Self::Off), ("moderate", Self::Moderate), ("strict", Self::Strict)];
}

impl fmt::Display for SafeSearch {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = Self::WORDS.into_iter().find(|(_, mode)| mode == self);
        out.write_str(word.map_or("", |(word, _)| word))
    }
}

/// Names answered here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Local {
    /// Records of the operator.
    pub records: Vec<LocalRecord>,
    /// Files in hosts format.
    pub hosts_files: Vec<PathBuf>,
}

/// A list of rules.
#[expect(clippy::struct_excessive_bools, reason = "each is a key that the operator sets by itself")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// Its id: lower-case letters, digits, `-` and `_`.
    pub id: String,
    /// Whether it is used.
    pub enabled: bool,
    /// Where it comes from.
    pub source: ListSource,
    /// What its plain names mean.
    pub kind: ListKind,
    /// How its lines are read.
    pub format: ListFormat,
    /// Whether a bare name also means everything below it.
    pub subdomains: bool,
    /// Whether single labels (`zip`) are meant as written; otherwise they are refused.
    pub tlds: bool,
    /// How often it is fetched.
    pub update_every: Duration,
    /// Whether the configuration says so, and not ponor's defaults or the page: then only the configuration changes it.
    pub fixed: bool,
}

/// Where a list comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListSource {
    /// The binary, by the name of a built-in list.
    Builtin(String),
    /// A file.
    File(PathBuf),
    /// An `http://` or `https://` URL.
    Url(String),
}

/// Devices that are treated differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its id.
    pub id: String,
    /// Its devices.
    pub devices: Vec<DeviceSelector>,
    /// Whether anything is stopped for them.
    pub blocking: bool,
    /// The lists that govern them.
    pub lists: ListSelection,
    /// Whether search engines answer with their filters on; `None`: as for devices in no group.
    pub safe_search: Option<SafeSearch>,
    /// Their own rules, before the general ones.
    pub rules: Vec<OwnRule>,
    /// When they are offline, by the clocks of the house.
    pub offline: WeekHours,
}

/// Where addresses are at home.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Geo {
    /// A database of the operator's own, in the `.mmdb` format.
    pub database: Option<PathBuf>,
}

/// How ponor finds out which devices there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Devices {
    /// The lease files of DHCP servers.
    pub lease_files: LeaseFiles,
    /// Whether devices are asked what they are by multicast DNS.
    pub probe_mdns: bool,
    /// Whether the router is asked for the reverse names of devices.
    pub probe_reverse: bool,
    /// `[[devices.named]]`, no address in two of them.
    pub named: Vec<NamedDevice>,
}

/// Where leases are read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeaseFiles {
    /// From the places where DHCP servers usually keep them, as far as they are there.
    Usual,
    /// From these files.
    These(Vec<PathBuf>),
}

/// A device that the operator named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedDevice {
    /// What it is called.
    pub name: String,
    /// Its hardware addresses and addresses, at least one; it is known by the first.
    pub addresses: Vec<DeviceId>,
    /// What kind of device it is.
    pub kind: Option<DeviceKind>,
}

/// The dashboard and the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Http {
    /// Where they are served; `None`: not at all.
    pub listen: Option<SocketAddr>,
    /// Names, beside its addresses, that the dashboard may be called by.
    pub names: Vec<String>,
}

/// The queries that are kept on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journal {
    /// Whether any are.
    pub enabled: bool,
    /// How long; whole days.
    pub keep: Duration,
    /// The most space they and the sums take, in bytes; the oldest days go first, and the sums take half at most.
    pub max_size: u64,
    /// How often they are written.
    pub flush_every: Duration,
    /// What is kept of each.
    pub privacy: Privacy,
    /// Devices whose queries are not kept.
    pub except: Vec<DeviceSelector>,
}

/// What is kept of a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Privacy {
    /// Everything.
    Full,
    /// Who asked, but not for what.
    NoNames,
    /// What was asked for, but not by whom.
    NoDevices,
    /// Nothing.
    Off,
}

/// The sums that are kept on disk beside the queries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stats {
    /// How long; whole days.
    pub keep: Duration,
}

/// What ponor says of itself while it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// For people or for programs.
    pub format: LogFormat,
    /// `error`, `warn`, `info`, `debug` or `trace`.
    pub level: tracing::Level,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}
