//! What keys must agree on across sections.

use std::{collections::HashMap, hash::Hash, net::SocketAddr};

use super::{
    fault::{Origin, nearest},
    model::{Group, NamedDevice, Protocol, Route, ServerHost},
    section::{TableReader, element_path, is_id},
    server::parse_server,
    written::{Value, Written},
};

/// Ids of lists, and ids of groups, are unique.
pub(super) fn ids(table: &mut TableReader<'_>, key: &str) {
    let ids = sections(table, key).iter().filter_map(|section| section.get("id"));
    unique(table, key, ids.filter_map(|id| Some((text(id)?, id))));
}

/// `blocking.lists` and the groups' `lists` name lists that exist.
pub(super) fn selections(table: &mut TableReader<'_>) {
    if matches!(table.written("lists").map(|lists| &lists.value), Some(Value::Broken)) {
        return;
    }
    let ids = sections(table, "lists").iter().filter_map(|list| text(list.get("id")?));
    let known: Vec<&str> = ids.chain(["all"]).collect();
    let general = table.written("blocking.lists").map(|lists| ("blocking.lists".to_owned(), lists));
    let groups = sections(table, "groups").iter().enumerate();
    let groups = groups.filter_map(|(index, group)| {
        Some((format!("{}.lists", element_path("groups", index, group)), group.get("lists")?))
    });
    for (path, lists) in general.into_iter().chain(groups) {
        for id in lists.elements() {
            // Lists that were added while ponor runs are not known here, and can be named while it runs.
            let unknown = |wanted: &&str| id.origin != Origin::Setting && is_id(wanted) && !known.contains(wanted);
            let Some(wanted) = text(id).filter(unknown) else { continue };
            let suggestion = nearest(wanted, known.iter().copied());
            table.reader.contradiction(&id.origin, format!("`{path}`: there is no list \"{wanted}\""), suggestion);
        }
    }
}

/// A device is in one group at most.
pub(super) fn members(table: &mut TableReader<'_>, groups: &[Group]) {
    let written = sections(table, "groups").iter().filter_map(|group| group.get("devices"));
    let devices = groups.iter().zip(written).flat_map(|(group, written)| group.devices.iter().zip(written.elements()));
    unique(table, "groups", devices);
}

/// An address belongs to one of the named devices at most.
pub(super) fn named(table: &mut TableReader<'_>, named: &[NamedDevice]) {
    let written = sections(table, "named").iter().filter_map(|device| device.get("addresses"));
    let addresses = named.iter().zip(written);
    let addresses = addresses.flat_map(|(device, written)| device.addresses.iter().zip(written.elements()));
    unique(table, "devices.named", addresses);
}

/// A domain is in one route at most.
pub(super) fn routes(table: &mut TableReader<'_>, routes: &[Route]) {
    let written = sections(table, "routes").iter().filter_map(|route| route.get("domains"));
    let domains = routes.iter().zip(written).flat_map(|(route, written)| route.domains.iter().zip(written.elements()));
    unique(table, "upstream.routes", domains);
}

/// The names of servers are found out from the `bootstrap` servers, so that these cannot be none.
pub(super) fn bootstrap(table: &mut TableReader<'_>) {
    let Some(bootstrap) = table.written("bootstrap") else { return };
    for server in servers(table, "servers", "routes") {
        let parsed = text(server).and_then(|text| parse_server(text).ok());
        if let Some(ServerHost::Name(name)) = parsed.map(|server| server.host) {
            let message = format!("the address of {name} cannot be found out without `upstream.bootstrap`");
            table.reader.contradiction(blamed(&server.origin, &bootstrap.origin), message, None);
        }
    }
}

/// No two listeners want the same port of the same address. Port 0 is another one each time.
pub(super) fn listeners(table: &mut TableReader<'_>) {
    const LISTENERS: [(&str, &[&str]); 5] = [
        ("dns.listen", &["UDP", "TCP"]),
        ("tls.dot", &["TCP"]),
        ("tls.doh", &["TCP", "UDP"]),
        ("tls.doq", &["UDP"]),
        ("http.listen", &["TCP"]),
    ];
    let mut taken: HashMap<(SocketAddr, &str), (&str, &Origin)> = HashMap::new();
    for (key, transports) in LISTENERS {
        for written in table.written(key).into_iter().flat_map(Written::elements) {
            let Some(address) = address(written).filter(|address| address.port() != 0) else { continue };
            if let Some((other, first)) = transports.iter().find_map(|transport| taken.get(&(address, transport))) {
                let message = format!("both `{other}` and `{key}` want {address}");
                table.reader.contradiction(blamed(&written.origin, first), message, None);
            }
            taken.extend(transports.iter().map(|&transport| ((address, transport), (key, &written.origin))));
        }
    }
}

/// No plain server is ponor itself, as far as addresses tell: it would wait for its own answer until the time is over.
pub(super) fn own_servers(table: &mut TableReader<'_>) {
    let own = table.written("dns.listen").into_iter().flat_map(Written::elements);
    let own: Vec<(SocketAddr, &Origin)> =
        own.filter_map(|written| Some((address(written)?, &written.origin))).collect();
    let bootstrap = table.written("upstream.bootstrap").into_iter().flat_map(Written::elements);
    for server in servers(table, "upstream.servers", "upstream.routes").chain(bootstrap) {
        let Some(place) = text(server).and_then(plain_place) else { continue };
        if let Some((_, listener)) = own.iter().find(|(listener, _)| is_heard_at(*listener, place)) {
            let message = format!("ponor itself answers at {place}, by `dns.listen`: expected another server");
            table.reader.contradiction(blamed(&server.origin, listener), message, None);
        }
    }
}

/// The servers that are asked, those of routes behind the general ones.
fn servers<'w>(table: &TableReader<'w>, general: &str, routes: &str) -> impl Iterator<Item = &'w Written> + use<'w> {
    let of_routes = sections(table, routes).iter().filter_map(|route| route.get("servers"));
    table.written(general).into_iter().chain(of_routes).flat_map(Written::elements)
}

/// The address with its port that somebody wrote.
fn address(written: &Written) -> Option<SocketAddr> {
    text(written)?.parse().ok()
}

/// Where a server is that is asked without encryption.
fn plain_place(server: &str) -> Option<SocketAddr> {
    let server = parse_server(server).ok().filter(|server| matches!(server.protocol, Protocol::Udp | Protocol::Tcp))?;
    match server.host {
        ServerHost::Address(address) => Some(SocketAddr::new(address, server.port)),
        ServerHost::Name(_) => None,
    }
}

/// Whether who asks at `place` asks the listener at `listener`. One at all addresses has those of loopback for certain.
fn is_heard_at(listener: SocketAddr, place: SocketAddr) -> bool {
    let everywhere = listener.ip().is_unspecified() && (listener.is_ipv6() || place.is_ipv4());
    listener == place || everywhere && place.ip().is_loopback() && listener.port() == place.port()
}

/// Of two values that contradict each other, the one that somebody wrote.
fn blamed<'a>(one: &'a Origin, other: &'a Origin) -> &'a Origin {
    if *one == Origin::Default { other } else { one }
}

/// Reports each of `things` that was there before.
fn unique<'a, T: Eq + Hash>(table: &mut TableReader<'_>, key: &str, things: impl Iterator<Item = (T, &'a Written)>) {
    let mut seen = HashMap::new();
    for (thing, written) in things {
        if let Some(first) = seen.get(&thing) {
            let message = format!("`{key}`: {} is already given at {first}", written.value);
            table.reader.contradiction(&written.origin, message, None);
        } else {
            seen.insert(thing, &written.origin);
        }
    }
}

/// What is written in the sections `key`; nothing when they could not be read.
fn sections<'a>(table: &TableReader<'a>, key: &str) -> &'a [Written] {
    match table.written(key).map(|written| &written.value) {
        Some(Value::Array(sections)) => sections,
        _ => &[],
    }
}

fn text(written: &Written) -> Option<&str> {
    if let Value::Text(text) = &written.value { Some(text) } else { None }
}
