//! The names that are asked for: what stands in the configuration and on lists, and what the Internet says of them.

use std::time::Duration;

use ponor::dns::{Name, Query, RecordType};

use crate::support::upstream::{Asked, Over, Reply, Step};

/// Lists by their ids; those whose ids begin with `allow` allow.
pub(crate) const LISTS: [(&str, &str); 3] = [
    ("ads", "||ads.example^\n0.0.0.0 exact.example\n||vip.example^$important\n||cloud.ads.example^"),
    ("games", "||games.example^"),
    ("allow", "||fine.ads.example^\n||vip.example^\n||mask.icloud.com^"),
];

/// Names of every kind. What the Internet says of those that it is asked for stands in [`script`], by their first label.
#[rustfmt::skip]
pub(crate) const NAMES: [&str; 85] = [
    // From upstream.
    "plain.example", "zero.example", "long.example", "alias.example", "twice.example", "capitals.example",
    "extras.example", "signed.example", "many.example", "big.example", "huge.example", "truncated.example",
    "slow.example", "nowhere.example", "below.nowhere.example", "bare-nowhere.example", "empty.example",
    "bare-empty.example", "alias-nowhere.example", "compressed.example", "host.lan", "nowhere.lan",
    // Failures.
    "failed.example", "bogus.example", "refused.example", "refused-because.example", "odd-code.example",
    "failed-with-records.example", "x.dead.example", "dead.example",
    // Rules.
    "ads.example", "x.ads.example", "exact.example", "below.exact.example", "fine.ads.example", "vip.example",
    "x.games.example", "own.example", "group.example", "own-allowed.ads.example",
    // Where answers lead.
    "cloaked.example", "deep-cloaked.example", "service-cloaked.example", "fine-cloaked.example", "private.example",
    "spared.example", "private-hint.example", "unspecified.example", "own-allowed.cloaked.example",
    // Kept here.
    "nas.home.arpa", "www.home.arpa", "any.wild.home.arpa", "out.home.arpa", "out-nowhere.home.arpa", "out-ads.home.arpa",
    "out-cloaked.home.arpa", "out-dead.home.arpa", "out-bogus.home.arpa", "out-big.home.arpa", "out-private.home.arpa",
    "out-out.home.arpa", "out-ring.home.arpa", "text.home.arpa", "long-text.home.arpa", "5.1.168.192.in-addr.arpa",
    // Special.
    "localhost", "x.localhost", "x.test", "x.local", "home.arpa", "other.home.arpa", "1.0.0.127.in-addr.arpa",
    "9.9.168.192.in-addr.arpa", "_dns.resolver.arpa", "resolver.arpa", "use-application-dns.net", "mask.icloud.com", "com",
    "router", ".",
    // Safe search, for who is in the group.
    "www.google.com", "google.de", "m.youtube.com", "www.bing.com", "search.home.arpa",
];

/// The configuration that stops by `mode` and asks an Internet at this port.
pub(crate) fn configuration(mode: &str, internet: u16) -> String {
    let lists = LISTS.map(|(id, _)| format!("[[lists]]\nid = \"{id}\"\nsource = \"{id}.txt\"\n")).concat();
    let long_text = "x".repeat(200);
    format!(
        r#"
[upstream]
servers = ["127.0.0.1:{internet}"]
timeout = "20s"
[[upstream.routes]]
domains = ["lan"]
servers = ["127.0.0.1:{internet}"]
[[upstream.routes]]
domains = ["dead.example"]
servers = ["127.0.0.1:1"]
[blocking]
mode = "{mode}"
addresses = ["192.168.1.2", "192.168.1.3"]
lists = ["ads", "allow"]
rebinding_allow = ["spared.example"]
rules = ["||own.example^", "@@||own-allowed.ads.example^", "@@||own-allowed.cloaked.example^"]
[local]
records = [
    "nas.home.arpa A 192.168.1.5", "nas.home.arpa AAAA fd00::5", "5.1.168.192.in-addr.arpa PTR nas.home.arpa",
    "www.home.arpa CNAME nas.home.arpa", "*.wild.home.arpa A 192.168.1.6", "out.home.arpa CNAME plain.example",
    "out-nowhere.home.arpa CNAME nowhere.example", "out-ads.home.arpa CNAME x.ads.example",
    "out-cloaked.home.arpa CNAME cloaked.example", "out-dead.home.arpa CNAME x.dead.example",
    "out-bogus.home.arpa CNAME bogus.example", "out-big.home.arpa CNAME big.example",
    "out-private.home.arpa CNAME private.example", "out-out.home.arpa CNAME out.home.arpa",
    "out-ring.home.arpa CNAME out-ring.home.arpa", "search.home.arpa CNAME www.google.com", "text.home.arpa TXT short",
    "long-text.home.arpa TXT {long_text} {long_text} {long_text} {long_text} {long_text} {long_text} {long_text}",
]
[[groups]]
id = "kids"
devices = ["127.0.0.2"]
lists = ["ads", "games"]
safe_search = "strict"
rules = ["||group.example^"]
{lists}"#
    )
}

/// What the Internet does about a question.
pub(crate) fn script(asked: &Asked) -> Vec<Step> {
    let name = asked.query.name.to_string().to_ascii_lowercase();
    let first = name.split('.').next().unwrap_or_default();
    let send = |message: Message| vec![Step::Send(Reply::Bytes(message.0))];
    match first {
        "truncated" | "huge" if asked.over == Over::Udp => vec![Step::Send(Reply::Truncated)],
        "slow" => vec![Step::Wait(Duration::from_millis(10)), Step::Send(Reply::Bytes(answer(asked, first).0))],
        "failed" => send(Message::new(asked, 2)),
        "bogus" => vec![Step::Send(Reply::CodeBecause(2, 6))],
        "refused" => send(Message::new(asked, 5)),
        "refused-because" => vec![Step::Send(Reply::CodeBecause(5, 15))],
        "odd-code" => send(Message::new(asked, 7)),
        "failed-with-records" => send(Message::new(asked, 2).with(1, "example", RecordType::SOA, 60, &SOA)),
        "nowhere" | "below" => send(Message::new(asked, 3).with(1, "example", RecordType::SOA, 90, &SOA)),
        "bare-nowhere" => send(Message::new(asked, 3)),
        "bare-empty" => send(Message::new(asked, 0)),
        _ => send(answer(asked, first)),
    }
}

/// The answer of a server that means well.
fn answer(asked: &Asked, first: &str) -> Message {
    let Query { name, rtype, .. } = &asked.query;
    let message = Message::new(asked, 0);
    let owner = &name.to_string();
    match first {
        "alias" => message.alias(owner, "plain.example").addresses("plain.example", *rtype, 60),
        "twice" => message.alias(owner, "mid.example").alias("mid.example", "pLaIn.example").addresses(
            "plain.example",
            *rtype,
            30,
        ),
        "capitals" => message.alias(owner, "TarGet.Example").addresses("TarGet.Example", *rtype, 60),
        "cloaked" => message.alias(owner, "x.ads.example").addresses("x.ads.example", *rtype, 60),
        "deep-cloaked" => {
            message.alias(owner, "mid.example").alias("mid.example", "ads.example").addresses("ads.example", *rtype, 60)
        }
        "fine-cloaked" => message.alias(owner, "fine.ads.example").addresses("fine.ads.example", *rtype, 60),
        "alias-nowhere" => {
            Message::new(asked, 3).alias(owner, "nowhere.example").with(1, "example", RecordType::SOA, 90, &SOA)
        }
        "empty" => message.with(1, "example", RecordType::SOA, 90, &SOA),
        "private" | "spared" | "host" => message.with(0, owner, RecordType::A, 60, &[192, 168, 1, 7]),
        "unspecified" => message.with(0, owner, RecordType::A, 60, &[0; 4]),
        "service-cloaked" if *rtype == RecordType::HTTPS => message.service(owner, "x.ads.example", [192, 0, 2, 9]),
        "private-hint" if *rtype == RecordType::HTTPS => message.service(owner, ".", [192, 168, 1, 9]),
        "zero" => message.addresses(owner, *rtype, 0),
        "long" => message.addresses(owner, *rtype, 10 * 86400),
        "extras" => message
            .addresses(owner, *rtype, 60)
            .with(1, "example", RecordType::NS, 600, b"\x02ns\x07example\0")
            .with(2, "ns.example", RecordType::A, 600, &[192, 0, 2, 3]),
        "signed" if asked.query.dnssec_ok() => {
            message.addresses(owner, *rtype, 60).with(0, owner, RecordType::RRSIG, 60, &[7; 60]).secure()
        }
        "many" => (0..20).fold(message, |message, last| message.with(0, owner, RecordType::A, 60, &[192, 0, 2, last])),
        "big" | "truncated" => {
            (0..200).fold(message, |message, last| message.with(0, owner, RecordType::A, 60, &[192, 0, 2, last]))
        }
        "huge" => (0..230).fold(message, |message, _| message.with(0, owner, RecordType::TXT, 60, &[b'x'; 240])),
        // A pointer into the question, as servers write it.
        "compressed" => message.pointing(),
        _ => match first.strip_prefix('s').and_then(|size| size.parse::<usize>().ok()) {
            Some(size) => message.with(0, owner, RecordType::TXT, 60, b"").grown(size),
            None => message.addresses(owner, *rtype, 300),
        },
    }
}

/// The data of an SOA record: two names and five numbers.
const SOA: [u8; 31] = *b"\x02ns\0\x05admin\0\0\0\0\x01\0\0\x0E\x10\0\0\x04\xB0\0\x09\x3A\x80\0\0\0\x3C";

/// A message on its way back.
struct Message(Vec<u8>);

impl Message {
    /// Header and question.
    fn new(asked: &Asked, code: u8) -> Self {
        let mut bytes = asked.bytes[..12 + asked.query.name.wire().len() + 4].to_vec();
        bytes[2] |= 0x80;
        bytes[3] = 0x80 | code;
        bytes[4..12].copy_from_slice(&[0, 1, 0, 0, 0, 0, 0, 0]);
        Self(bytes)
    }

    /// Adds a record to section 0, 1 or 2; sections come in order.
    fn with(mut self, section: usize, owner: &str, rtype: RecordType, ttl: u32, data: &[u8]) -> Self {
        self.0.extend(owner.parse::<Name>().unwrap().wire());
        self.0.extend(rtype.0.to_be_bytes());
        self.0.extend([0, 1]);
        self.0.extend(ttl.to_be_bytes());
        self.0.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        self.0.extend(data);
        self.count(section);
        self
    }

    fn count(&mut self, section: usize) {
        let at = 6 + 2 * section;
        let count = u16::from_be_bytes([self.0[at], self.0[at + 1]]) + 1;
        self.0[at..at + 2].copy_from_slice(&count.to_be_bytes());
    }

    fn alias(self, owner: &str, target: &str) -> Self {
        self.with(0, owner, RecordType::CNAME, 120, target.parse::<Name>().unwrap().wire())
    }

    /// Two addresses, a text, or a service; no data of other types.
    fn addresses(self, owner: &str, rtype: RecordType, ttl: u32) -> Self {
        match rtype {
            RecordType::A => {
                self.with(0, owner, rtype, ttl, &[192, 0, 2, 53]).with(0, owner, rtype, ttl, &[192, 0, 2, 54])
            }
            RecordType::AAAA => self.with(0, owner, rtype, ttl, b"\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x35"),
            RecordType::TXT => self.with(0, owner, rtype, ttl, b"\x04true"),
            RecordType::HTTPS => self.service(owner, ".", [192, 0, 2, 53]),
            _ => self.with(1, "example", RecordType::SOA, 90, &SOA),
        }
    }

    fn service(self, owner: &str, target: &str, hint: [u8; 4]) -> Self {
        let data = [&[0, 1], target.parse::<Name>().unwrap().wire(), &[0, 4, 0, 4], &hint].concat();
        self.with(0, owner, RecordType::HTTPS, 300, &data)
    }

    /// An alias to a name below the one in question, whose owner and target are pointers.
    fn pointing(mut self) -> Self {
        self.0.extend(b"\xC0\x0C\0\x05\0\x01\0\0\0\x3C\0\x06\x03cdn\xC0\x0C");
        self.count(0);
        self
    }

    fn secure(mut self) -> Self {
        self.0[3] |= 0x20;
        self
    }

    /// Makes the last record, which is empty, fill the message up to `size` octets.
    fn grown(mut self, size: usize) -> Self {
        let length = size.saturating_sub(self.0.len());
        let at = self.0.len() - 2;
        self.0.truncate(at);
        self.0.extend(u16::try_from(length).unwrap().to_be_bytes());
        self.0.resize(at + 2 + length, b'x');
        self
    }
}
