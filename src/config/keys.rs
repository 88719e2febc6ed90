//! Every key, once: its name, its default, how it is read, and what it must agree with.

use std::{ops::RangeInclusive, time::Duration};

use ipnet::IpNet;

use super::{
    agreement,
    fault::Origin,
    model::{
        AllowedClients, BlockMode, Blocking, Cache, Config, Devices, Dns, Dnssec, Geo, Group, Http, Journal,
        LeaseFiles, List, ListSelection, Listen, Local, Log, LogFormat, NamedDevice, Privacy, Route, SafeSearch,
        Server, Stats, Tls, Upstream,
    },
    offline::offline,
    reader::Reader,
    section::{TableReader, section},
    server::{WITHOUT_QUIC, host_name, parse_plain_server, parse_server},
    source::source,
    values::{
        boolean, days, domain, duration, id, integer, lifetime, list, map, path, size, socket, some, text, word,
        word_or,
    },
    written::{Value, Written},
};
use crate::{
    clients::{DeviceId, DeviceKind, DeviceSelector, MOST_LETTERS, first_unseen},
    dns::Name,
    dnssec::Anchor,
    local::parse_record,
    rules::{ListFormat, ListKind, OwnRule, parse_own_rule},
};

const MINUTE: Duration = Duration::from_mins(1);
const DAY: Duration = Duration::from_hours(24);
const YEAR: Duration = Duration::from_hours(8760);
const DECADE: Duration = Duration::from_hours(87_600);
const TIMEOUT: RangeInclusive<Duration> = Duration::from_millis(10)..=MINUTE;
const CACHE_SIZE: RangeInclusive<u64> = 64 << 10..=1 << 40;
const JOURNAL_SIZE: RangeInclusive<u64> = 1 << 20..=1 << 50;

section! {
    Config {
        config_version: default("1") => integer(1..=1_u32),
        data_dir: default("\"data\"") => path,
        dns: table<Dns>,
        tls: table<Option<Tls>>,
        upstream: table<Upstream>,
        cache: table<Cache>,
        blocking: table<Blocking>,
        local: table<Local>,
        lists: tables<List>("[{ id = \"vendors\", source = \"builtin:vendors\" }]"),
        groups: tables<Group>("[]"),
        devices: table<Devices>,
        geo: table<Geo>,
        journal: table<Journal>,
        stats: table<Stats>,
        http: table<Http>,
        log: table<Log>,
    } |table| {
        agreement::ids(table, "lists");
        agreement::ids(table, "groups");
        agreement::selections(table);
        agreement::members(table, groups.as_deref().unwrap_or_default());
        agreement::listeners(table);
        agreement::own_servers(table);
        config_version?;
        Some(Self {
            data_dir: data_dir?,
            dns: dns?,
            tls: tls?,
            upstream: upstream?,
            cache: cache?,
            blocking: blocking?,
            local: local?,
            lists: given_lists(table, lists?),
            groups: groups?,
            devices: devices?,
            geo: geo?,
            journal: journal?,
            stats: stats?,
            http: http?,
            log: log?,
        })
    }
}

section! {
    Dns {
        listen: default("\"auto\"") => word_or(
            &[("auto", Listen::Auto)],
            map(some("\"auto\" or at least one address", socket), Listen::Addresses),
        ),
        port: default("53") => integer(0..=u16::MAX),
        threads: default("0") => integer(0..=1024_usize),
        allowed_clients: default("\"private\"") => word_or(
            &[("private", AllowedClients::Private), ("any", AllowedClients::Any)],
            map(some("at least one network", network), AllowedClients::Networks),
        ),
        rate_limit: setting("0") => integer(0..=u32::MAX),
    }
}

section! {
    Option<Tls> {
        certificate: optional => path,
        key: optional => path,
        dot: default("[]") => list(socket),
        doh: default("[]") => list(socket),
        doq: default("[]") => list(socket),
    } |table| {
        let (certificate, key, dot, doh, doq) = (certificate?, key?, dot?, doh?, doq?);
        if !doq.is_empty() && !cfg!(feature = "quic") {
            table.contradiction("doq", WITHOUT_QUIC);
        }
        let listens = !(dot.is_empty() && doh.is_empty() && doq.is_empty());
        match (certificate, key) {
            (Some(certificate), Some(key)) if listens => return Some(Some(Tls { certificate, key, dot, doh, doq })),
            (Some(_), Some(_)) => {
                table.contradiction("certificate", "nobody is served with it: give addresses to `dot`, `doh` or `doq`");
            }
            (Some(_), None) => table.contradiction("certificate", "its `key` is missing"),
            (None, Some(_)) => table.contradiction("key", "its `certificate` is missing"),
            (None, None) => {
                for (name, addresses) in [("dot", &dot), ("doh", &doh), ("doq", &doq)] {
                    if !addresses.is_empty() {
                        table.contradiction(name, "encrypted DNS needs `tls.certificate` and `tls.key`");
                    }
                }
            }
        }
        Some(None)
    }
}

section! {
    Upstream {
        servers: setting("[\"tls://dns.quad9.net\"]") => servers,
        bootstrap: setting("[\"9.9.9.9\", \"149.112.112.112\"]") => list(text(
            "the address of a plain DNS server such as \"9.9.9.9\"",
            |text| parse_plain_server(text).ok_or(""),
        )),
        timeout: setting("\"4s\"") => duration(TIMEOUT),
        dnssec: setting("\"trust\"") => word(&[("trust", false), ("validate", true)]),
        dnssec_except: setting("[]") => list(domain),
        trust_anchors: default("[]") => list(text("a DS or DNSKEY record such as \". DS 20326 8 2 E06D...\"", str::parse::<Anchor>)),
        routes: tables<Route>("[]"),
    } |table| {
        if bootstrap.as_ref().is_some_and(Vec::is_empty) {
            agreement::bootstrap(table);
        }
        agreement::routes(table, routes.as_deref().unwrap_or_default());
        Some(Self {
            servers: servers?,
            bootstrap: bootstrap?,
            timeout: timeout?,
            dnssec: Dnssec { validate: dnssec?, except: dnssec_except?, anchors: trust_anchors? },
            routes: routes?,
        })
    }
}

/// A domain that has servers of its own. The root is no such domain: it would take the special-use names with it, which are
/// nobody's business outside.
fn routed_domain(reader: &mut Reader, path: &str, written: &Written) -> Option<Name> {
    match &written.value {
        Value::Text(text) if matches!(text.as_str(), "." | "*") => {
            let reason = "everything that no route names is asked of `upstream.servers`: write the servers there";
            reader.unexpected_because(path, written, "a domain such as \"example.org\"", reason, None);
            None
        }
        _ => domain(reader, path, written),
    }
}

section! {
    Route {
        domains: required => some("at least one domain", routed_domain),
        servers: required => servers,
    }
}

section! {
    Cache {
        enabled: setting("true") => boolean,
        size: setting("\"8MiB\"") => size(CACHE_SIZE),
        min_ttl: setting("\"0s\"") => lifetime(DAY),
        max_ttl: setting("\"1d\"") => lifetime(YEAR),
        max_negative_ttl: setting("\"1h\"") => lifetime(YEAR),
        serve_stale: setting("\"1d\"") => lifetime(YEAR),
    } |table| {
        let (min_ttl, max_ttl) = (min_ttl?, max_ttl?);
        if min_ttl > max_ttl {
            table.contradiction("min_ttl", "is longer than `cache.max_ttl`");
        }
        Some(Self {
            enabled: enabled?,
            size: size?,
            min_ttl,
            max_ttl,
            max_negative_ttl: max_negative_ttl?,
            serve_stale: serve_stale?,
        })
    }
}

section! {
    Blocking {
        enabled: default("true") => boolean,
        mode: setting("\"null\"") => word(&[
            ("null", Some(BlockMode::Null)),
            ("nxdomain", Some(BlockMode::Nxdomain)),
            ("nodata", Some(BlockMode::Nodata)),
            ("refused", Some(BlockMode::Refused)),
            ("addresses", None),
        ]),
        addresses: setting("[]") => list(text("an IP address", |text| text.parse().map_err(|_| ""))),
        lists: setting("\"all\"") => selection,
        safe_search: setting("\"off\"") => word(&SafeSearch::WORDS),
        ttl: setting("\"10s\"") => lifetime(DAY),
        rebinding_protection: setting("true") => boolean,
        rebinding_allow: setting("[]") => list(domain),
        rules: default("[]") => list(rule),
    } |table| {
        if mode == Some(None) && addresses.as_ref().is_some_and(Vec::is_empty) {
            table.contradiction("mode", "\"addresses\" needs at least one address in `blocking.addresses`");
        }
        let addresses = addresses?;
        Some(Self {
            enabled: enabled?,
            mode: mode?.unwrap_or(BlockMode::Addresses(addresses)),
            lists: lists?,
            safe_search: safe_search?,
            ttl: ttl?,
            rebinding_protection: rebinding_protection?,
            rebinding_allow: rebinding_allow?,
            rules: rules?,
        })
    }
}

section! {
    Local {
        records: default("[]") => list(text("a record such as \"nas.home.arpa A 192.168.1.5\"", parse_record)),
        hosts_files: default("[]") => list(path),
    }
}

/// Lists that nobody wrote are a beginning, which the page may change.
fn given_lists(table: &TableReader<'_>, lists: Vec<List>) -> Vec<List> {
    let fixed = table.written("lists").is_some_and(|written| written.origin != Origin::Default);
    lists.into_iter().map(|list| List { fixed, ..list }).collect()
}

section! {
    List {
        id: required => id,
        enabled: default("true") => boolean,
        source: required => source,
        kind: default("\"block\"") => word(&[("block", ListKind::Block), ("allow", ListKind::Allow)]),
        format: default("\"auto\"") => word(&[
            ("auto", ListFormat::Auto),
            ("hosts", ListFormat::Hosts),
            ("domains", ListFormat::Domains),
            ("adguard", ListFormat::Adguard),
            ("dnsmasq", ListFormat::Dnsmasq),
            ("unbound", ListFormat::Unbound),
            ("rpz", ListFormat::Rpz),
        ]),
        subdomains: default("false") => boolean,
        tlds: default("false") => boolean,
        update_every: default("\"1d\"") => duration(MINUTE..=YEAR),
    } |_table| {
        Some(Self {
            id: id?,
            enabled: enabled?,
            source: source?,
            kind: kind?,
            format: format?,
            subdomains: subdomains?,
            tlds: tlds?,
            update_every: update_every?,
            fixed: true,
        })
    }
}

section! {
    Group {
        id: required => id,
        devices: default("[]") => list(device),
        blocking: default("true") => boolean,
        lists: default("\"all\"") => selection,
        safe_search: optional => word(&SafeSearch::WORDS),
        rules: default("[]") => list(rule),
        offline: default("[]") => offline,
    }
}

section! {
    Geo {
        database: optional => path,
    }
}

section! {
    Journal {
        enabled: default("true") => boolean,
        keep: default("\"30d\"") => days(DAY..=DECADE),
        max_size: default("\"256MiB\"") => size(JOURNAL_SIZE),
        flush_every: default("\"5m\"") => duration(Duration::from_secs(1)..=DAY),
        privacy: default("\"full\"") => word(&[
            ("full", Privacy::Full),
            ("no_names", Privacy::NoNames),
            ("no_devices", Privacy::NoDevices),
            ("off", Privacy::Off),
        ]),
        except: default("[]") => list(device),
    }
}

section! {
    Devices {
        lease_files: default("\"auto\"") => word_or(
            &[("auto", LeaseFiles::Usual)],
            map(list(path), LeaseFiles::These),
        ),
        probe_mdns: setting("false") => boolean,
        probe_reverse: setting("false") => boolean,
        named: tables<NamedDevice>("[]"),
    } |table| {
        agreement::named(table, named.as_deref().unwrap_or_default());
        Some(Self {
            lease_files: lease_files?,
            probe_mdns: probe_mdns?,
            probe_reverse: probe_reverse?,
            named: named?,
        })
    }
}

section! {
    NamedDevice {
        name: required => text("a name of 1 to 64 characters", device_name),
        addresses: required => some("at least one address or hardware address", text(
            "an address or a hardware address such as \"aa:bb:cc:dd:ee:ff\"",
            |text| text.parse::<DeviceId>().map_err(|_| ""),
        )),
        kind: optional => word(&DeviceKind::WORDS),
    }
}

section! {
    Stats {
        keep: default("\"365d\"") => days(DAY..=DECADE),
    }
}

section! {
    Http {
        listen: default("\"127.0.0.1:8053\"") => word_or(&[("off", None)], map(socket, Some)),
        names: default("[]") => list(text("the name of a host such as \"ponor.lan\"", host_name)),
    }
}

section! {
    Log {
        format: default("\"text\"") => word(&[("text", LogFormat::Text), ("json", LogFormat::Json)]),
        level: setting("\"info\"") => word(&[
            ("error", tracing::Level::ERROR),
            ("warn", tracing::Level::WARN),
            ("info", tracing::Level::INFO),
            ("debug", tracing::Level::DEBUG),
            ("trace", tracing::Level::TRACE),
        ]),
    }
}

/// What a device is called; the name stands in tables and on pages.
fn device_name(text: &str) -> Result<String, &'static str> {
    match text.trim() {
        "" => Err("it is empty"),
        name if name.chars().count() > MOST_LETTERS => Err("it is too long"),
        name if first_unseen(name).is_some() => Err("it has characters that cannot be shown"),
        name => Ok(name.to_owned()),
    }
}

fn servers(reader: &mut Reader, path: &str, written: &Written) -> Option<Vec<Server>> {
    some("at least one server", text("a server such as \"tls://dns.quad9.net\" or \"192.168.1.1\"", parse_server))(
        reader, path, written,
    )
}

fn selection(reader: &mut Reader, path: &str, written: &Written) -> Option<ListSelection> {
    word_or(&[("all", ListSelection::All)], map(list(id), ListSelection::Only))(reader, path, written)
}

fn network(reader: &mut Reader, path: &str, written: &Written) -> Option<IpNet> {
    text("\"private\", \"any\" or networks such as \"192.168.0.0/16\"", |text| match text.parse() {
        Ok(DeviceSelector::Network(network)) => Ok(network),
        _ => Err(""),
    })(reader, path, written)
}

fn device(reader: &mut Reader, path: &str, written: &Written) -> Option<DeviceSelector> {
    let expected =
        "an address, a network such as \"192.168.2.0/24\" or a hardware address such as \"aa:bb:cc:dd:ee:ff\"";
    text(expected, |text| text.parse().map_err(|_| ""))(reader, path, written)
}

fn rule(reader: &mut Reader, path: &str, written: &Written) -> Option<OwnRule> {
    text("a rule such as \"||example.org^\" or \"@@||example.org^\"", parse_own_rule)(reader, path, written)
}
