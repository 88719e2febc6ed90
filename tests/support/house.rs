//! A front without sockets, with rules, a record of its own and an answer in its memory: for benches, and for tests that
//! count what one query costs.

use std::{cell::RefCell, future::Future, net::IpAddr, path::Path, pin::Pin, sync::Arc};

use ponor::{
    app::clock,
    cache::{Cache, Limits},
    config::{self, Overrides},
    dns::{Answer, Class, Name, Question, RecordType},
    journal::{self, Recorder},
    local::{Ddr, LocalData},
    policy::{Ingredients, ListName, Policy, PolicyHandle, Standing},
    resolver::{Backing, Output, Resolver},
    rules::{LineOptions, ListNumber, Rule, TableBuilder, parse_list},
    server::{Front, Heard},
    stats::{EventBuffer, Transport},
    time::{Offset, UnixTime, WeekMinute},
    upstream::{Exchange, ExchangeError},
};

/// A name on the list.
pub(crate) const STOPPED: &str = "metrics.Example-Vendor.com";
/// A name whose answer is remembered.
pub(crate) const CACHED: &str = "www.Example.org";
/// A name with a record of its own.
pub(crate) const LOCAL: &str = "nas.home.arpa";

/// The device that asks.
pub(crate) const CLIENT: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 168, 1, 23));

/// A front with a household's rules and an answer in its memory.
pub(crate) struct House {
    /// The front.
    pub(crate) front: Front,
    events: RefCell<EventBuffer>,
    _runtime: tokio::runtime::Runtime,
}

impl House {
    /// A front that knows ten thousand rules and one answer.
    pub(crate) fn new() -> Self {
        Self::with_orders(&Standing::default())
    }

    /// The same, with what somebody ordered.
    pub(crate) fn with_orders(standing: &Standing) -> Self {
        Self::with_policy(policy("").with_orders(standing, &[]))
    }

    /// The same, with more of a configuration.
    #[allow(dead_code, reason = "benches have no use for it")]
    pub(crate) fn with(more: &str) -> Self {
        Self::with_policy(policy(more))
    }

    /// The same while the device that asks is offline.
    #[allow(dead_code, reason = "benches have no use for it")]
    pub(crate) fn offline() -> Self {
        Self::with(&format!("[[groups]]\nid = \"kids\"\ndevices = [\"{CLIENT}\"]\noffline = [\"daily 00:00-24:00\"]\n"))
    }

    fn with_policy(policy: Policy) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime starts");
        let clock = clock::system();
        let cache =
            Cache::new(Limits { size: 1 << 20, min_ttl: 0, max_ttl: 86400, max_negative_ttl: 3600, stale: 86400 });
        let question = Question {
            name: CACHED.parse().expect("a name"),
            rtype: RecordType::A,
            class: Class::IN,
            dnssec_ok: false,
            checking_disabled: false,
        };
        cache.put(&question, &answer(&query(CACHED)), clock.now().moment);
        let backing = Backing { cache, upstreams: Arc::new(Nobody) };
        let resolver = Resolver::new(PolicyHandle::new(policy), backing, clock, runtime.handle().clone());
        let front = Front::new(Arc::new(resolver), Recorder::new(journal::CAPACITY), clock);
        Self { front, events: RefCell::default(), _runtime: runtime }
    }

    /// Answers `query` as a lane does, the record of it included.
    pub(crate) fn answer(&self, query: &[u8], out: &mut Vec<u8>) {
        out.clear();
        let events = &mut *self.events.borrow_mut();
        match self.front.hear(query, CLIENT, Transport::Udp, &mut Output { reply: out, events }) {
            Heard::Answered(_) => self.front.record(events),
            Heard::Refused => {}
            other => panic!("not answered from memory: {other:?}"),
        }
    }
}

/// Upstreams that nothing is asked of.
struct Nobody;

impl Exchange for Nobody {
    fn exchange<'a>(
        &'a self,
        _: &'a Question,
    ) -> Pin<Box<dyn Future<Output = Result<Arc<Answer>, ExchangeError>> + Send + 'a>> {
        Box::pin(async { Err(ExchangeError::Unreachable) })
    }
}

/// Ten thousand names on a list, a few records, no own rules, and what else is configured, at some minute.
fn policy(more: &str) -> Policy {
    const LIST: ListNumber = ListNumber(1);
    let text = "[[lists]]\nid = \"ads\"\nsource = \"ads.txt\"\n[local]\nrecords = [\"nas.home.arpa A 192.168.1.5\"]\n"
        .to_owned()
        + more;
    let config = config::load(Some((Path::new("config.toml"), &text)), [], &Overrides::default(), &["vendors"])
        .expect("the configuration is valid")
        .config;
    let names = (0..10_000).map(|number| format!("||n{number}.tracker{}.net^\n", number % 977));
    let list: String = names.chain([format!("||{STOPPED}^\n")]).collect();
    let mut builder = TableBuilder::new();
    parse_list(list.as_bytes(), &LineOptions::default(), &mut |rule: &Rule| builder.add(LIST, rule))
        .expect("text can be read");
    Policy::new(Ingredients {
        config: &config,
        table: Arc::new(builder.build()),
        lists: vec![ListName { number: LIST, id: "ads".into() }],
        local: LocalData::new(&config.local.records, &[]).into(),
        ddr: Ddr::none(),
    })
    .at(&config.groups, Some(WeekMinute::at(UnixTime(0), Offset(0))))
}

/// A question for A of `name` with EDNS, as stubs send it.
pub(crate) fn query(name: &str) -> Vec<u8> {
    let mut bytes = b"\x12\x34\x01\x00\x00\x01\0\0\0\0\0\x01".to_vec();
    bytes.extend_from_slice(name.parse::<Name>().expect("a name").wire());
    bytes.extend_from_slice(b"\0\x01\0\x01\0\0\x29\x04\xd0\0\0\0\0\0\0");
    bytes
}

/// An alias and two addresses as the answer to `query`.
fn answer(query: &[u8]) -> Answer {
    let mut bytes = query[..query.len() - 11].to_vec();
    bytes[2..4].copy_from_slice(&[0x81, 0x80]);
    bytes[6..12].copy_from_slice(&[0, 3, 0, 0, 0, 0]);
    bytes.extend_from_slice(b"\xc0\x0c\0\x05\0\x01\0\0\x0e\x10\0\x06\x03cdn\xc0\x10");
    let target = u16::try_from(bytes.len() - 6).expect("a short message") | 0xC000;
    for last in [7, 8] {
        bytes.extend(target.to_be_bytes());
        bytes.extend_from_slice(&[0, 1, 0, 1, 0, 0, 0x0e, 0x10, 0, 4, 192, 0, 2, last]);
    }
    Answer::read(&bytes).expect("an answer")
}
