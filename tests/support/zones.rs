//! A root and zones below it, signed by Debian's tools, served by nsd, and two unbounds before it: one hands all through as
//! a provider's resolver does, the other judges.

use std::{fmt::Write, fs, path::Path, process::Command};

use tempfile::TempDir;

use super::{daemon::Daemon, port::free_port};

/// How a zone is signed.
pub enum Signed {
    /// Not at all.
    Not,
    /// By this algorithm, with these options of `dnssec-signzone` beside.
    With(&'static str, &'static [&'static str]),
    /// Signed, and then changed by hand.
    Changed(&'static str, &'static str),
    /// So that the zone above says that it is signed, but nothing in it is.
    Missing,
}

/// Zones below the root, each before the one above it.
const ZONES: [(&str, &str, Signed); 10] = [
    (
        "signed.lab",
        "www A 192.0.2.1\nwww TXT x\n*.w A 192.0.2.2\na.b.ent A 192.0.2.3\nalias CNAME www.nsec3.lab.\n\
         toinsecure CNAME www.insecure.lab.\ntobogus CNAME www.bogus.lab.\nnodata CNAME txt.nsec3.lab.\n\
         nx CNAME nowhere.nsec3.lab.\nd DNAME below.nsec3.lab.\nmail MX 10 WWW.signed.lab.\n\
         srv SRV 0 0 443 wWw.signed.lab.\nhttps HTTPS 1 . alpn=h2\n",
        Signed::With("ECDSAP256SHA256", &[]),
    ),
    (
        "nsec3.lab",
        "www A 192.0.2.11\ntxt TXT y\n*.w A 192.0.2.12\nx.below A 192.0.2.13\na.b.ent A 192.0.2.3\n",
        Signed::With("ED25519", &["-3", "abcd", "-H", "1"]),
    ),
    ("costly.lab", "www A 192.0.2.15\n", Signed::With("ECDSAP256SHA256", &["-3", "abcd", "-H", "150"])),
    ("plain.opt.lab", "www A 192.0.2.22\n", Signed::Not),
    (
        "opt.lab",
        "www A 192.0.2.21\nplain NS ns.lab.\na.b.deep NS ns.lab.\n",
        Signed::With("ECDSAP384SHA384", &["-3", "-", "-H", "0", "-A"]),
    ),
    ("insecure.lab", "www A 192.0.2.31\nback CNAME www.signed.lab.\n", Signed::Not),
    ("bogus.lab", "www A 192.0.2.41\n", Signed::Changed("192.0.2.41", "192.0.2.42")),
    (
        "expired.lab",
        "www A 192.0.2.51\n",
        Signed::With("ECDSAP256SHA256", &["-s", "20200101000000", "-e", "20200201000000"]),
    ),
    (
        "future.lab",
        "www A 192.0.2.52\n",
        Signed::With("ECDSAP256SHA256", &["-s", "20600101000000", "-e", "20600201000000"]),
    ),
    ("missing.lab", "www A 192.0.2.61\n", Signed::Missing),
];

/// The servers; they end when this is dropped.
pub struct Laboratory {
    /// The DS record of the root.
    pub anchor: String,
    /// The port that hands through.
    pub port: u16,
    /// The port that judges.
    pub judging: u16,
    _servers: [Daemon; 3],
    _directory: TempDir,
}

impl Laboratory {
    /// The server that hands through, as the configuration writes it.
    pub fn server(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Makes the zones and starts the servers.
    pub fn start() -> Self {
        let directory = TempDir::new().unwrap();
        let place = directory.path();
        let mut above = "ns A 192.0.2.9\n".to_owned();
        let mut files = String::new();
        for (zone, records, signed) in &ZONES {
            let ds = make(place, zone, records, signed);
            if zone.split('.').count() == 2 {
                writeln!(above, "{zone}. NS ns.lab.\n{ds}").unwrap();
            }
            writeln!(files, "zone:\n name: {zone}\n zonefile: {zone}.served").unwrap();
        }
        let ds = make(place, "lab", &above, &Signed::With("RSASHA256", &[]));
        let anchor = make(place, ".", &format!("lab. NS ns.lab.\n{ds}"), &Signed::With("ECDSAP256SHA256", &[]));
        files += "zone:\n name: lab\n zonefile: lab.served\nzone:\n name: .\n zonefile: root.served\n";
        let (served, port, judging) = (free_port(), free_port(), free_port());
        let nsd = nsd(place, served, &files);
        fs::write(place.join("anchor"), &anchor).unwrap();
        let through = unbound(place, "through", port, served, "iterator", "");
        let judges = format!(" trust-anchor-file: \"{}/anchor\"\n trust-anchor-signaling: no\n", place.display());
        let judges = unbound(place, "judging", judging, port, "validator iterator", &judges);
        let anchor = anchor.trim().replace('\t', " ");
        Self { anchor, port, judging, _servers: [nsd, through, judges], _directory: directory }
    }
}

/// Makes a zone; returns its DS record for the zone above, if there is to be one.
fn make(place: &Path, zone: &str, records: &str, signed: &Signed) -> String {
    let origin = if zone == "." { ".".to_owned() } else { format!("{zone}.") };
    let file = if zone == "." { "root" } else { zone };
    let head = format!("$ORIGIN {origin}\n$TTL 300\n@ SOA ns.lab. host.lab. 1 3600 600 86400 60\n@ NS ns.lab.\n");
    let served = place.join(format!("{file}.served"));
    let (algorithm, options): (_, &[&str]) = match signed {
        Signed::Not => {
            fs::write(served, head + records).unwrap();
            return String::new();
        }
        Signed::With(algorithm, options) => (algorithm, options),
        Signed::Changed(..) | Signed::Missing => (&"ECDSAP256SHA256", &[]),
    };
    let bits: &[&str] = if algorithm.starts_with("RSA") { &["-b", "2048"] } else { &[] };
    let key =
        |more: &[&str]| tool(place, "dnssec-keygen", &[&["-q", "-a", algorithm], bits, more, &[&origin]].concat());
    let (entry, signing) = (key(&["-f", "KSK"]), key(&[]));
    let keys: String =
        [&entry, &signing].map(|key| fs::read_to_string(place.join(format!("{key}.key"))).unwrap()).concat();
    fs::write(place.join(file), format!("{head}{records}\n{keys}")).unwrap();
    let served = served.to_str().unwrap();
    let signzone = [&["-q", "-P", "-o", &origin, "-f", served, "-k", &entry][..], options, &[file, &signing]].concat();
    tool(place, "dnssec-signzone", &signzone);
    let signed_zone = fs::read_to_string(served).unwrap();
    match signed {
        Signed::Changed(from, to) => fs::write(served, signed_zone.replace(from, to)).unwrap(),
        Signed::Missing => fs::write(served, head + records).unwrap(),
        Signed::Not | Signed::With(..) => {}
    }
    tool(place, "dnssec-dsfromkey", &["-2", &format!("{entry}.key")])
}

/// What a program of Debian's `bind9-utils` says.
fn tool(place: &Path, program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).current_dir(place).output();
    let output =
        output.unwrap_or_else(|_| panic!("`{program}` is missing: install it with `apt-get install bind9-utils`"));
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn nsd(place: &Path, port: u16, zones: &str) -> Daemon {
    let settings = format!(
        "server:\n ip-address: 127.0.0.1@{port}\n username: \"\"\n zonesdir: \"{0}\"\n zonelistfile: \"{0}/zone.list\"\n \
         xfrdfile: \"\"\n xfrdir: \"{0}\"\n database: \"\"\n pidfile: \"\"\n verbosity: 1\n server-count: 1\n rrl-ratelimit: 0\n\
         remote-control:\n control-enable: no\n{zones}",
        place.display()
    );
    let path = place.join("nsd.conf");
    fs::write(&path, settings).unwrap();
    Daemon::start("nsd", &["-d", "-c", path.to_str().unwrap()], place, "nsd started")
}

fn unbound(place: &Path, name: &str, port: u16, asks: u16, modules: &str, more: &str) -> Daemon {
    let settings = format!(
        "server:\n directory: \"{}\"\n chroot: \"\"\n username: \"\"\n pidfile: \"\"\n use-syslog: no\n logfile: \"\"\n \
         verbosity: 1\n num-threads: 1\n do-daemonize: no\n interface: 127.0.0.1@{port}\n do-not-query-localhost: no\n \
         access-control: 127.0.0.0/8 allow\n module-config: \"{modules}\"\n{more}\
         remote-control:\n control-enable: no\nforward-zone:\n name: .\n forward-addr: 127.0.0.1@{asks}\n",
        place.display()
    );
    let path = place.join(format!("{name}.conf"));
    fs::write(&path, settings).unwrap();
    Daemon::start("unbound", &["-d", "-c", path.to_str().unwrap()], place, "start of service")
}
