//! The life of a query without sockets: a configuration, lists, a scripted upstream, and tables of question -> reply.

#![allow(clippy::unwrap_used, reason = "a test says by its panic what is wrong")]

use std::{
    collections::HashMap,
    future::Future,
    net::{IpAddr, Ipv4Addr},
    path::Path,
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use ponor::{
    app::clock,
    cache::{Cache, Limits},
    config::{self, Config, Overrides},
    dns::{
        Answer, Class, Ede, EdeCode, Edns, Name, Query, Question, Rcode, RecordType, Section,
        reply::{Authority, Frame, ReplyWriter},
    },
    local::{Ddr, LocalData},
    policy::{CauseSource, Exception, Ingredients, ListName, Pause, Policy, PolicyHandle, Scope, Standing, Verdict},
    resolver::{Backing, Foreseen, Outlook, Output, Progress, Request, Resolver},
    rules::{Action, LineOptions, ListKind, ListNumber, Rule, TableBuilder, parse_list},
    stats::{EventBuffer, Transport},
    time::{Moment, Now, Offset, UnixTime, WeekMinute, parse_instant},
    upstream::{Exchange, ExchangeError},
};

/// Answers from a table `name type -> records`, written `A 192.0.2.1`, `CNAME x.y`, `HTTPS target hint`, `NXDOMAIN`,
/// `SERVFAIL`, `BOGUS`, `REFUSED`, `MUTE` for a refusal with a reason that has no text, and `NEARBY 192.0.2.1` for an address of a name server in the additional section; counts
/// what it is asked. A name without a row times out.
#[derive(Default)]
struct Script {
    rows: Mutex<HashMap<String, Vec<String>>>,
    asked: AtomicUsize,
}

impl Script {
    fn set(&self, name: &str, rtype: &str, records: &[&str]) {
        let records = records.iter().map(ToString::to_string).collect();
        self.rows.lock().unwrap().insert(format!("{name} {rtype}"), records);
    }
}

impl Exchange for Script {
    fn exchange<'a>(
        &'a self,
        question: &'a Question,
    ) -> Pin<Box<dyn Future<Output = Result<Arc<Answer>, ExchangeError>> + Send + 'a>> {
        Box::pin(async move {
            self.asked.fetch_add(1, Ordering::Relaxed);
            let rows = self.rows.lock().unwrap();
            let records = rows.get(&format!("{} {}", question.name, question.rtype)).ok_or(ExchangeError::Timeout)?;
            Ok(Arc::new(Answer::read(&written(question, records)).unwrap()))
        })
    }
}

/// The wire form of an answer.
fn written(question: &Question, records: &[String]) -> Vec<u8> {
    let query = query(&question.name.to_string(), question.rtype);
    let rcode = match records.last().map(String::as_str) {
        Some("NXDOMAIN") => Rcode::NXDOMAIN,
        Some("SERVFAIL" | "BOGUS") => Rcode::SERVFAIL,
        Some("REFUSED" | "MUTE") => Rcode::REFUSED,
        _ => Rcode::NOERROR,
    };
    let mut wire = Vec::new();
    let mut writer = ReplyWriter::new(&mut wire, &query, rcode, Authority::None);
    let mut owner = question.name;
    for record in records {
        let mut words = record.split(' ');
        match (words.next().unwrap(), words.next()) {
            ("A" | "AAAA", Some(address)) => match address.parse().unwrap() {
                IpAddr::V4(v4) => writer.answer_of(&owner, RecordType::A, 60, &v4.octets()),
                IpAddr::V6(v6) => writer.answer_of(&owner, RecordType::AAAA, 60, &v6.octets()),
            },
            ("CNAME", Some(target)) => {
                let target: Name = target.parse().unwrap();
                writer.answer_of(&owner, RecordType::CNAME, 60, target.wire());
                owner = target;
            }
            ("HTTPS", Some(target)) => {
                let mut data = [&[0, 1], target.parse::<Name>().unwrap().wire()].concat();
                if let Some(Ok(IpAddr::V4(hint))) = words.next().map(str::parse) {
                    data.extend([0, 4, 0, 4]);
                    data.extend(hint.octets());
                }
                writer.answer_of(&owner, RecordType::HTTPS, 60, &data);
            }
            ("NXDOMAIN" | "NODATA", None) => writer.negative_of(&owner, 60),
            _ => {}
        }
    }
    let bogus = Ede::new(EdeCode(6), "a bad signature");
    let mute = Ede::new(EdeCode::NOT_AUTHORITATIVE, "");
    let ede = records.first().and_then(|record| match record.as_str() {
        "BOGUS" => Some(&bogus),
        "MUTE" => Some(&mute),
        _ => None,
    });
    writer.finish(&query, rcode, Frame { limit: 65535, padded: false, ede });
    for address in records.iter().filter_map(|record| record.strip_prefix("NEARBY ")) {
        let opt = wire.split_off(wire.len() - 11);
        wire.extend(b"\x02ns\x01x\0\0\x01\0\x01\0\0\0\x3c\0\x04");
        wire.extend(address.parse::<Ipv4Addr>().unwrap().octets());
        wire.extend(opt);
        wire[11] += 1;
    }
    wire
}

fn query(name: &str, rtype: RecordType) -> Query {
    Query {
        id: 1,
        recursion_desired: true,
        checking_disabled: false,
        authentic_data: false,
        name: name.parse().unwrap(),
        rtype,
        class: Class::IN,
        edns: Some(Edns { payload: 1232, dnssec_ok: false, padded: false }),
    }
}

/// A resolver with its configuration, its lists and its upstream.
struct House {
    script: Arc<Script>,
    policy: PolicyHandle,
    resolver: Resolver,
    config: Config,
    now: Moment,
}

impl House {
    /// `lists`: id and text; every list is a local file to the configuration.
    fn new(config: &str, lists: &[(&str, &str)]) -> Self {
        let entries = lists
            .iter()
            .fold(String::new(), |text, (id, _)| text + &format!("[[lists]]\nid = \"{id}\"\nsource = \"{id}.txt\"\n"));
        let text = format!("{config}\n{entries}");
        let config = config::load(Some((Path::new("config.toml"), &text)), [], &Overrides::default(), &["vendors"])
            .unwrap()
            .config;
        let policy = PolicyHandle::new(policy(&config, lists));
        let script = Arc::new(Script::default());
        let limits = Limits { size: 1 << 20, min_ttl: 0, max_ttl: 86400, max_negative_ttl: 3600, stale: 86400 };
        let backing = Backing { cache: Cache::new(limits), upstreams: Arc::<Script>::clone(&script) };
        let runtime = tokio::runtime::Handle::current();
        let resolver = Resolver::new(policy.clone(), backing, clock::system(), runtime);
        Self { script, policy, resolver, config, now: clock::system().now().moment }
    }

    fn later(&mut self, by: Duration) {
        self.now = self.now.after(by);
    }

    /// The reply, what is recorded, and the verdict.
    async fn answered(&self, query: &Query, client: &str) -> (Vec<u8>, EventBuffer, Verdict) {
        let now = Now { moment: self.now, unix: UnixTime(0) };
        let request = Request { query, client: client.parse().unwrap(), transport: Transport::Tcp, now };
        let (mut bytes, mut events) = (Vec::new(), EventBuffer::default());
        let mut out = Output { reply: &mut bytes, events: &mut events };
        let verdict =
            match self.resolver.answer_now(&self.resolver.snapshot(), &request, &mut Foreseen::default(), &mut out) {
                Progress::Done(verdict) => verdict,
                Progress::Later(pending) => self.resolver.answer_later(&pending, &mut out).await,
            };
        (bytes, events, verdict)
    }

    /// What is recorded as the cause, and the alias target that it is about.
    async fn cause(&self, query: &Query, client: &str) -> (Option<CauseSource>, Option<Name>) {
        let (_, events, _) = self.answered(query, client).await;
        let event = events.events().next().unwrap();
        (event.source(), event.via())
    }

    async fn reply(&self, query: &Query, client: &str) -> (Answer, Verdict, Vec<u8>) {
        let (bytes, events, verdict) = self.answered(query, client).await;
        let reply = Answer::read(&bytes).unwrap();
        assert_eq!((reply.id(), reply.name().wire(), reply.rtype()), (query.id, query.name.wire(), query.rtype));
        let recorded: Vec<_> = events.events().map(|event| (event.rcode(), event.verdict())).collect();
        assert_eq!(recorded, [(reply.rcode(), verdict)], "what is recorded is what was said");
        (reply, verdict, bytes)
    }

    async fn ask(&self, name: &str, rtype: &str, client: &str) -> String {
        let (reply, verdict, _) = self.reply(&query(name, rtype.parse().unwrap()), client).await;
        summary(&reply, verdict)
    }
}

fn policy(config: &Config, lists: &[(&str, &str)]) -> Policy {
    let mut builder = TableBuilder::new();
    let mut names = Vec::new();
    for ((id, text), number) in lists.iter().zip(0..) {
        let number = ListNumber(number);
        let kind = if id.starts_with("allow") { ListKind::Allow } else { ListKind::Block };
        let options = LineOptions { kind, ..LineOptions::default() };
        parse_list(text.as_bytes(), &options, &mut |rule: &Rule| builder.add(number, rule)).unwrap();
        names.push(ListName { number, id: (*id).into() });
    }
    Policy::new(Ingredients {
        config,
        table: Arc::new(builder.build()),
        lists: names,
        local: LocalData::new(&config.local.records, &[]).into(),
        ddr: Ddr::none(),
    })
}

/// `verdict RCODE record record; ede text`, a negative answer with its SOA as `SOA ttl`. That is always of a zone in which
/// the name lies that the aliases lead to (RFC 2308, section 2).
fn summary(reply: &Answer, verdict: Verdict) -> String {
    let verdict = format!("{verdict:?}").to_lowercase();
    let mut words = vec![verdict, reply.rcode().to_string()];
    let last = reply.targets().last().unwrap_or(reply.name()).to_lowercase();
    for record in reply.records().filter(|record| record.section() != Section::Additional) {
        let value = match record.rtype() {
            RecordType::A => <[u8; 4]>::try_from(record.data()).map(|v4| IpAddr::from(v4).to_string()).unwrap(),
            RecordType::AAAA => <[u8; 16]>::try_from(record.data()).map(|v6| IpAddr::from(v6).to_string()).unwrap(),
            RecordType::CNAME => record.target().unwrap().to_string(),
            RecordType::SOA => {
                let zone = record.owner().to_lowercase();
                assert!(last.suffixes().any(|suffix| suffix == zone.wire()), "{zone} is no zone of {last}");
                format!("SOA {}", record.ttl())
            }
            other => other.to_string(),
        };
        words.push(value);
    }
    let ede = reply.ede().map(|ede| format!("; {} {}", ede.code.0, ede.text)).unwrap_or_default();
    words.join(" ") + &ede
}

const LAPTOP: &str = "192.168.1.10";

/// Asks each question of the table.
async fn check(house: &House, table: &[(&str, &str, &str)]) {
    for (name, rtype, expected) in table {
        assert_eq!(house.ask(name, rtype, LAPTOP).await, *expected, "{name} {rtype}");
    }
}

#[tokio::test]
async fn every_type_of_a_stopped_name_is_stopped() {
    let house = House::new("", &[("ads", "||tracker.net^\n0.0.0.0 only.this.one")]);
    house.script.set("below.only.this.one", "A", &["A 192.0.2.1"]);
    check(
        &house,
        &[
            ("tracker.net", "A", "stopped NOERROR 0.0.0.0; 15 stopped by list ads"),
            ("a.B.Tracker.NET", "AAAA", "stopped NOERROR ::; 15 stopped by list ads"),
            ("tracker.net", "HTTPS", "stopped NOERROR SOA 10; 15 stopped by list ads"),
            ("tracker.net", "TXT", "stopped NOERROR SOA 10; 15 stopped by list ads"),
            ("tracker.net", "MX", "stopped NOERROR SOA 10; 15 stopped by list ads"),
            ("tracker.net", "TYPE65280", "stopped NOERROR SOA 10; 15 stopped by list ads"),
            ("only.this.one", "A", "stopped NOERROR 0.0.0.0; 15 stopped by list ads"),
            ("below.only.this.one", "A", "allowed NOERROR 192.0.2.1"),
        ],
    )
    .await;
    assert_eq!(house.script.asked.load(Ordering::Relaxed), 1, "a stopped question is never asked upstream");
}

#[tokio::test]
async fn modes() {
    for (mode, a, aaaa, txt) in [
        ("mode = \"null\"", "NOERROR 0.0.0.0", "NOERROR ::", "NOERROR SOA 10"),
        ("mode = \"nxdomain\"", "NXDOMAIN SOA 10", "NXDOMAIN SOA 10", "NXDOMAIN SOA 10"),
        ("mode = \"nodata\"\nttl = \"7s\"", "NOERROR SOA 7", "NOERROR SOA 7", "NOERROR SOA 7"),
        ("mode = \"refused\"", "REFUSED", "REFUSED", "REFUSED"),
        ("mode = \"addresses\"\naddresses = [\"10.0.0.9\"]", "NOERROR 10.0.0.9", "NOERROR SOA 10", "NOERROR SOA 10"),
    ] {
        let house = House::new(&format!("[blocking]\n{mode}"), &[("ads", "x.y")]);
        for (rtype, expected) in [("A", a), ("AAAA", aaaa), ("TXT", txt)] {
            let expected = format!("stopped {expected}; 15 stopped by list ads");
            assert_eq!(house.ask("x.y", rtype, LAPTOP).await, expected, "{mode} {rtype}");
        }
    }
}

#[tokio::test]
async fn a_stopped_name_above_own_records_is_not_said_not_to_exist() {
    let config = "blocking.mode = \"nxdomain\"\nlocal.records = [\"nas.home.tracker.net A 192.168.1.5\"]";
    let house = House::new(config, &[("ads", "||tracker.net^")]);
    let stopped = |code: &str| format!("stopped {code} SOA 10; 15 stopped by list ads");
    check(
        &house,
        &[
            ("nas.home.tracker.net", "A", "local NOERROR 192.168.1.5"),
            ("HOME.tracker.net", "A", &stopped("NOERROR")),
            ("tracker.net", "TXT", &stopped("NOERROR")),
            ("other.home.tracker.net", "A", &stopped("NXDOMAIN")),
        ],
    )
    .await;
}

#[tokio::test]
async fn allow_beats_block_and_own_rules_come_first() {
    let config = "[blocking]\nrules = [\"||own.x^\", \"@@||good.own.x^\", \"@@||listed.x^\"]";
    let house = House::new(config, &[("ads", "||bad.x^\n||listed.x^\n||both.x^"), ("allow", "||both.x^")]);
    for name in ["good.own.x", "listed.x", "both.x"] {
        house.script.set(name, "A", &["A 192.0.2.1"]);
    }
    check(
        &house,
        &[
            ("bad.x", "A", "stopped NOERROR 0.0.0.0; 15 stopped by list ads"),
            ("own.x", "A", "stopped NOERROR 0.0.0.0; 15 stopped by an own rule"),
            ("good.own.x", "A", "allowed NOERROR 192.0.2.1"),
            ("listed.x", "A", "allowed NOERROR 192.0.2.1"),
            ("both.x", "A", "allowed NOERROR 192.0.2.1"),
        ],
    )
    .await;
}

#[tokio::test]
async fn aliases_and_service_targets_are_inspected() {
    let house =
        House::new("[blocking]\nrules = [\"@@||asked.x^\"]", &[("ads", "||tracker.net^"), ("allow", "fine.net")]);
    house.script.set("www.x", "A", &["CNAME mid.x", "CNAME a.tracker.net", "A 192.0.2.1"]);
    house.script.set("svc.x", "HTTPS", &["HTTPS t.tracker.net"]);
    house.script.set("asked.x", "A", &["CNAME a.tracker.net", "A 192.0.2.1"]);
    house.script.set("half.x", "A", &["CNAME fine.net", "CNAME a.tracker.net", "A 192.0.2.1"]);
    house.script.set("clean.x", "A", &["CNAME fine.net", "A 192.0.2.1"]);
    check(
        &house,
        &[
            ("www.x", "A", "stopped NOERROR 0.0.0.0; 15 stopped by list ads"),
            ("www.x", "A", "stopped NOERROR 0.0.0.0; 15 stopped by list ads"),
            ("svc.x", "HTTPS", "stopped NOERROR SOA 10; 15 stopped by list ads"),
            ("asked.x", "A", "allowed NOERROR a.tracker.net 192.0.2.1"),
            ("half.x", "A", "stopped NOERROR 0.0.0.0; 15 stopped by list ads"),
            ("clean.x", "A", "allowed NOERROR fine.net 192.0.2.1"),
        ],
    )
    .await;
    assert_eq!(house.script.asked.load(Ordering::Relaxed), 5, "the second answer for www.x came from memory");
}

#[tokio::test]
async fn a_new_list_acts_on_what_is_remembered() {
    let house = House::new("", &[("ads", "")]);
    house.script.set("www.x", "A", &["CNAME a.tracker.net", "A 192.0.2.1"]);
    assert_eq!(house.ask("www.x", "A", LAPTOP).await, "allowed NOERROR a.tracker.net 192.0.2.1");
    assert_eq!(house.ask("www.x", "A", LAPTOP).await, "cached NOERROR a.tracker.net 192.0.2.1");
    house.policy.publish(policy(&house.config, &[("ads", "a.tracker.net")]));
    assert_eq!(house.ask("www.x", "A", LAPTOP).await, "stopped NOERROR 0.0.0.0; 15 stopped by list ads");
    house.policy.publish(policy(&house.config, &[("ads", "")]));
    assert_eq!(house.ask("www.x", "A", LAPTOP).await, "cached NOERROR a.tracker.net 192.0.2.1");
}

#[tokio::test]
async fn canaries_get_nxdomain_whatever_the_mode() {
    let lists = [("ads", "||mask.icloud.com^")];
    let canary = "; 15 a canary name: this network answers DNS itself";
    let house = House::new("", &lists);
    for name in ["use-application-dns.net", "mask.icloud.com", "MASK-H2.icloud.com"] {
        assert_eq!(house.ask(name, "A", LAPTOP).await, format!("stopped NXDOMAIN SOA 10{canary}"), "{name}");
    }
    let allowed = House::new("[blocking]\nrules = [\"@@||mask.icloud.com^\"]", &lists);
    allowed.script.set("mask.icloud.com", "A", &["A 192.0.2.1"]);
    assert_eq!(allowed.ask("mask.icloud.com", "A", LAPTOP).await, "allowed NOERROR 192.0.2.1");
    let off = House::new("[blocking]\nenabled = false", &lists);
    off.script.set("use-application-dns.net", "A", &["A 192.0.2.1"]);
    assert_eq!(off.ask("use-application-dns.net", "A", LAPTOP).await, "allowed NOERROR 192.0.2.1");
}

#[tokio::test]
async fn private_addresses_from_outside_are_removed() {
    let config = "[blocking]\nrebinding_allow = [\"spared.x\"]\nrules = [\"@@||allowed.x^\"]\n\
        [[upstream.routes]]\ndomains = [\"lan\"]\nservers = [\"192.0.2.53\"]";
    let house = House::new(config, &[]);
    house.script.set("evil.x", "A", &["A 192.0.2.1", "A 192.168.1.1"]);
    house.script.set("evil.x", "AAAA", &["AAAA fd00::1"]);
    house.script.set("mapped.x", "AAAA", &["AAAA ::ffff:10.0.0.1"]);
    house.script.set("blank.x", "AAAA", &["AAAA ::ffff:0.0.0.0"]);
    house.script.set("hint.x", "HTTPS", &["HTTPS . 127.0.0.1"]);
    house.script.set("filtered.x", "A", &["A 0.0.0.0"]);
    house.script.set("filtered.x", "AAAA", &["AAAA ::"]);
    house.script.set("half.x", "A", &["A 0.0.0.0", "A 192.168.1.1"]);
    house.script.set("allowed.x", "A", &["A 10.0.0.1"]);
    house.script.set("a.spared.x", "A", &["A 10.0.0.1"]);
    house.script.set("nas.lan", "A", &["A 10.0.0.1"]);
    house.script.set("glue.x", "A", &["A 192.0.2.1", "NEARBY 192.168.1.1"]);
    let removed = "stopped NOERROR SOA 10; 17 a private address in an answer from outside";
    let filtered = "stopped NOERROR SOA 10; 17 the upstream gave no address but 0.0.0.0 or ::";
    check(
        &house,
        &[
            ("evil.x", "A", removed),
            ("evil.x", "AAAA", removed),
            ("mapped.x", "AAAA", removed),
            ("blank.x", "AAAA", filtered),
            ("hint.x", "HTTPS", removed),
            ("filtered.x", "A", filtered),
            ("filtered.x", "AAAA", filtered),
            ("half.x", "A", removed),
            ("allowed.x", "A", removed),
            ("a.spared.x", "A", "allowed NOERROR 10.0.0.1"),
            ("nas.lan", "A", "allowed NOERROR 10.0.0.1"),
            ("glue.x", "A", "allowed NOERROR 192.0.2.1"),
            ("glue.x", "A", "cached NOERROR 192.0.2.1"),
        ],
    )
    .await;
}

#[tokio::test]
async fn groups_have_their_own_lists_and_rules() {
    let config = "[blocking]\nlists = [\"ads\"]\n\
        [[groups]]\nid = \"kids\"\ndevices = [\"192.168.1.40\", \"192.168.2.0/24\"]\nlists = [\"ads\", \"games\"]\nrules = [\"@@||ad.x^\", \"||own.x^\"]\n\
        [[groups]]\nid = \"free\"\ndevices = [\"192.168.2.7\"]\nblocking = false";
    let house = House::new(config, &[("ads", "ad.x"), ("games", "game.x")]);
    for name in ["ad.x", "game.x", "own.x"] {
        house.script.set(name, "A", &["A 192.0.2.1"]);
    }
    let verdict =
        async |name: &str, client: &str| house.ask(name, "A", client).await.split(' ').next().unwrap().to_owned();
    for (client, ad, game, own) in [
        ("192.168.1.10", "stopped", "allowed", "allowed"),
        ("192.168.1.40", "cached", "stopped", "stopped"),
        ("192.168.2.9", "cached", "stopped", "stopped"),
        ("192.168.2.7", "cached", "cached", "cached"),
    ] {
        // The first group member is who asks upstream for ad.x.
        let expected_ad = if client == "192.168.1.40" { "allowed" } else { ad };
        assert_eq!(verdict("ad.x", client).await, expected_ad, "{client}");
        assert_eq!(verdict("game.x", client).await, game, "{client}");
        assert_eq!(verdict("own.x", client).await, own, "{client}");
    }
}

/// A house in which the device at .40 searches safely and the one at .41 less so; nothing is stopped for .42, which searches
/// safely too.
fn safe_house(rest: &str, lists: &[(&str, &str)]) -> House {
    let groups = "[[groups]]\nid = \"kids\"\ndevices = [\"192.168.1.40\"]\nsafe_search = \"strict\"\n\
        [[groups]]\nid = \"teens\"\ndevices = [\"192.168.1.41\"]\nsafe_search = \"moderate\"\n\
        [[groups]]\nid = \"free\"\ndevices = [\"192.168.1.42\"]\nblocking = false\nsafe_search = \"strict\"";
    let house = House::new(&format!("{rest}\n{groups}"), lists);
    for (name, last) in [("www.google.com", 1), ("www.youtube.com", 2), ("forcesafesearch.google.com", 11)] {
        house.script.set(name, "A", &[&format!("A 192.0.2.{last}")]);
    }
    house.script.set("forcesafesearch.google.com", "AAAA", &["AAAA 2001:db8::11"]);
    house.script.set("www.google.com", "HTTPS", &["HTTPS www.google.com 192.0.2.1"]);
    house.script.set("www.google.com", "TXT", &["NODATA"]);
    house.script.set("restrict.youtube.com", "A", &["A 192.0.2.12"]);
    house.script.set("restrictmoderate.youtube.com", "A", &["A 192.0.2.13"]);
    house.script.set("strict.bing.com", "A", &["CNAME edge.tracker.net", "A 192.0.2.14"]);
    house
}

const KID: &str = "192.168.1.40";

#[tokio::test]
async fn who_searches_safely_gets_the_addresses_at_which_engines_filter() {
    let house = safe_house("", &[]);
    let safe = |rest: &str| format!("local NOERROR {rest}; 4 safe search");
    for (client, name, rtype, expected) in [
        (LAPTOP, "www.google.com", "A", "allowed NOERROR 192.0.2.1".to_owned()),
        (LAPTOP, "www.google.com", "HTTPS", "allowed NOERROR HTTPS".to_owned()),
        (KID, "www.google.com", "A", safe("forcesafesearch.google.com 192.0.2.11")),
        // From memory, and in whatever case.
        (KID, "wWw.GooGle.com", "A", safe("forcesafesearch.google.com 192.0.2.11")),
        (KID, "google.co.uk", "A", safe("forcesafesearch.google.com 192.0.2.11")),
        (KID, "www.google.com", "AAAA", safe("forcesafesearch.google.com 2001:db8::11")),
        (KID, "www.google.com", "CNAME", safe("forcesafesearch.google.com")),
        (KID, "www.google.com", "HTTPS", safe("forcesafesearch.google.com SOA 10")),
        (KID, "www.google.com", "SVCB", safe("forcesafesearch.google.com SOA 10")),
        (KID, "www.google.com", "TXT", "allowed NOERROR SOA 60".to_owned()),
        (KID, "www.google.com", "ANY", "local NOERROR HINFO".to_owned()),
        (KID, "forcesafesearch.google.com", "A", "cached NOERROR 192.0.2.11".to_owned()),
        (KID, "www.youtube.com", "A", safe("restrict.youtube.com 192.0.2.12")),
        ("192.168.1.41", "www.youtube.com", "A", safe("restrictmoderate.youtube.com 192.0.2.13")),
        ("192.168.1.41", "www.google.com", "A", safe("forcesafesearch.google.com 192.0.2.11")),
        ("192.168.1.42", "www.google.com", "A", safe("forcesafesearch.google.com 192.0.2.11")),
        (LAPTOP, "www.google.com", "A", "cached NOERROR 192.0.2.1".to_owned()),
        (LAPTOP, "www.youtube.com", "A", "allowed NOERROR 192.0.2.2".to_owned()),
        (KID, "duckduckgo.com", "A", "failed SERVFAIL; 22 no upstream answered in time".to_owned()),
    ] {
        assert_eq!(house.ask(name, rtype, client).await, expected, "{name} {rtype} for {client}");
    }
}

#[tokio::test]
async fn a_group_that_does_not_say_searches_as_everyone_does() {
    let config = |enabled: bool| {
        format!(
            "[blocking]\nsafe_search = \"strict\"\nenabled = {enabled}\n\
             [[groups]]\nid = \"tv\"\ndevices = [\"192.168.1.50\"]\n\
             [[groups]]\nid = \"parents\"\ndevices = [\"192.168.1.51\"]\nsafe_search = \"off\""
        )
    };
    for (enabled, client, safely) in [
        (true, LAPTOP, true),
        (true, "192.168.1.50", true),
        (true, "192.168.1.51", false),
        // What is switched off changes nothing.
        (false, LAPTOP, false),
        (false, "192.168.1.50", false),
    ] {
        let house = House::new(&config(enabled), &[]);
        house.script.set("www.bing.com", "A", &["A 192.0.2.1"]);
        house.script.set("strict.bing.com", "A", &["A 192.0.2.2"]);
        let said = house.ask("www.bing.com", "A", client).await;
        assert_eq!(said.contains("192.0.2.2"), safely, "{enabled} {client}: {said}");
    }
}

#[tokio::test]
async fn records_and_rules_come_before_safe_search_and_lists_that_allow_do_not() {
    let check = async |rest: &str, lists: &[(&str, &str)], name: &str, expected: &str| {
        let house = safe_house(rest, lists);
        assert_eq!(house.ask(name, "A", KID).await, expected, "{rest} {lists:?}");
    };
    let safe = "local NOERROR forcesafesearch.google.com 192.0.2.11; 4 safe search";
    let google = "www.google.com";
    check("local.records = [\"www.google.com A 192.168.1.9\"]", &[], google, "local NOERROR 192.168.1.9").await;
    check("blocking.rules = [\"@@||google.com^\"]", &[], google, "allowed NOERROR 192.0.2.1").await;
    let stopped = "stopped NOERROR 0.0.0.0; 15 stopped by an own rule";
    check("blocking.rules = [\"||google.com^\"]", &[], google, stopped).await;
    check("", &[("ads", "||google.com^")], google, "stopped NOERROR 0.0.0.0; 15 stopped by list ads").await;
    check("", &[("allow", "||google.com^")], google, safe).await;
    check("", &[("allow", "||google.com^"), ("ads", "||google.com^")], google, safe).await;
    // Where engines filter is looked at like where any alias leads.
    check("blocking.rules = [\"||forcesafesearch.google.com^\"]", &[], google, stopped).await;
    check("", &[("ads", "||tracker.net^")], "bing.com", "stopped NOERROR 0.0.0.0; 15 stopped by list ads").await;
    check("", &[], "bing.com", "local NOERROR strict.bing.com edge.tracker.net 192.0.2.14; 4 safe search").await;
    // So are records of this house for it, and own aliases that lead to an engine.
    let own = "local.records = [\"forcesafesearch.google.com A 192.168.1.8\", \"g.lan CNAME www.google.com\"]";
    let own_safe = "local NOERROR forcesafesearch.google.com 192.168.1.8; 4 safe search";
    check(own, &[], google, own_safe).await;
    check(own, &[], "g.lan", &own_safe.replace("force", "www.google.com force")).await;
    let alias = "local.records = [\"g.lan CNAME www.google.com\"]";
    check(alias, &[], "g.lan", &safe.replace("force", "www.google.com force")).await;
    let freed = "local NOERROR www.google.com 192.0.2.1";
    check(&format!("{alias}\nblocking.rules = [\"@@||g.lan^\"]"), &[], "g.lan", freed).await;
    check(&format!("{alias}\nblocking.rules = [\"@@||google.com^\"]"), &[], "g.lan", freed).await;
    check(alias, &[("allow", "||g.lan^")], "g.lan", &safe.replace("force", "www.google.com force")).await;
}

#[tokio::test]
async fn a_pause_lifts_safe_search_and_an_exception_frees_a_name_of_it() {
    let house = safe_house("", &[]);
    let scope = || Scope::Device(KID.parse().unwrap());
    let (made, until) = (UnixTime(0), None);
    let pause = Standing { pauses: vec![Pause { id: 1, scope: scope(), made, until }], ..Standing::default() };
    let rule = "||www.google.com^".to_owned();
    let exception = Exception { id: 1, action: Action::Allow, rule, scope: scope(), made, until, afterwards: None };
    let excepted = Standing { exceptions: vec![exception], ..Standing::default() };
    for (standing, google, youtube) in
        [(Standing::default(), "local", "local"), (pause, "allowed", "allowed"), (excepted, "cached", "local")]
    {
        house.policy.publish(policy(&house.config, &[]).with_orders(&standing, &[]));
        assert!(house.ask("www.google.com", "A", KID).await.starts_with(google), "{standing:?}");
        assert!(house.ask("www.youtube.com", "A", KID).await.starts_with(youtube), "{standing:?}");
    }
}

#[tokio::test]
async fn safe_search_is_recorded_and_explained_as_what_it_is_also_when_it_fails() {
    let mut house = safe_house("", &[]);
    let cause = Some(CauseSource::SafeSearch);
    let target: Name = "forcesafesearch.google.com".parse().unwrap();
    let google = Some(target);
    for rtype in [RecordType::A, RecordType::HTTPS] {
        for _ in ["from upstream", "from memory"] {
            assert_eq!(house.cause(&query("www.google.com", rtype), KID).await, (cause, google), "{rtype}");
        }
        let question = Question::of(&query("www.google.com", rtype));
        let explained = house.resolver.explain(&question, KID.parse().unwrap()).await;
        let told = explained.cause.map(|cause| cause.source);
        assert_eq!((explained.outlook, told, explained.via), (Outlook::SafeSearch, cause, google), "{rtype}");
        assert_eq!(explained.chain, [target], "{rtype}");
    }
    let safe = Some("safe.duckduckgo.com".parse().unwrap());
    assert_eq!(house.cause(&query("duckduckgo.com", RecordType::A), KID).await, (cause, safe));
    // Old answers help out here too.
    house.script.rows.lock().unwrap().clear();
    house.later(Duration::from_mins(2));
    let stale =
        "local NOERROR forcesafesearch.google.com 192.0.2.11; 3 no upstream answered; this is what it said before";
    assert_eq!(house.ask("google.com", "A", KID).await, stale);
    // And nobody is led inside.
    house.script.set("strict.bing.com", "A", &["A 192.168.1.1"]);
    assert!(house.ask("bing.com", "A", KID).await.starts_with("stopped NOERROR SOA 10; 17"));
}

#[tokio::test]
async fn names_answered_here() {
    let config = "[local]\nrecords = [\"nas.home.arpa A 192.168.1.5\", \"www.home.arpa CNAME nas.home.arpa\", \"out.home.arpa CNAME cdn.x\", \"nas.deep.home.arpa A 192.168.1.6\", \"nas.house.example A 192.168.1.7\", \"nas.gone.example A 192.168.1.8\"]";
    let house = House::new(config, &[("ads", "||home.arpa^\n||localhost^")]);
    house.script.set("cdn.x", "A", &["CNAME cdn.y", "A 192.0.2.1"]);
    house.script.set("house.example", "A", &["A 192.0.2.2"]);
    house.script.set("gone.example", "A", &["NXDOMAIN"]);
    house.script.set("other.gone.example", "A", &["NXDOMAIN"]);
    check(
        &house,
        &[
            ("nas.home.arpa", "A", "local NOERROR 192.168.1.5"),
            ("nas.home.arpa", "AAAA", "local NOERROR SOA 10"),
            ("WWW.home.arpa", "A", "local NOERROR nas.home.arpa 192.168.1.5"),
            ("www.home.arpa", "AAAA", "local NOERROR nas.home.arpa SOA 10"),
            ("out.home.arpa", "ANY", "local NOERROR cdn.x"),
            ("out.home.arpa", "A", "local NOERROR cdn.x cdn.y 192.0.2.1"),
            ("other.home.arpa", "A", "local NXDOMAIN SOA 300"),
            // What lies above own records exists, and is otherwise whatever it is elsewhere.
            ("deep.home.arpa", "A", "local NOERROR SOA 300"),
            ("house.example", "A", "allowed NOERROR 192.0.2.2"),
            ("gone.example", "A", "allowed NOERROR SOA 60"),
            ("gone.example", "A", "cached NOERROR SOA 60"),
            ("other.gone.example", "A", "allowed NXDOMAIN SOA 60"),
            ("localhost", "A", "local NOERROR 127.0.0.1"),
            ("x.localhost", "AAAA", "local NOERROR ::1"),
            ("secret.onion", "A", "local NXDOMAIN SOA 300"),
            ("printer.local", "A", "local NXDOMAIN SOA 300"),
            ("1.1.168.192.in-addr.arpa", "PTR", "local NXDOMAIN SOA 300"),
            ("_dns.resolver.arpa", "SVCB", "local NOERROR SOA 300"),
        ],
    )
    .await;
}

#[tokio::test]
async fn who_asks_for_the_names_of_a_check_is_answered_here_whatever_else_holds() {
    let route = "[[upstream.routes]]\ndomains = [\"internal\", \"check.ponor.internal\"]\nservers = [\"192.0.2.53\"]";
    let (name, above) = ("0123456789abcdef-7.check.ponor.internal", "www.ponor.internal");
    for (config, rules, elsewhere) in [
        ("", "||other.x^", "allowed NOERROR 192.0.2.1"),
        ("blocking.enabled = false", "||ponor.internal^", "allowed NOERROR 192.0.2.1"),
        (route, "||other.x^", "allowed NOERROR 192.0.2.1"),
        ("", "||ponor.internal^", "stopped NOERROR 0.0.0.0; 15 stopped by list ads"),
        ("blocking.mode = \"nxdomain\"", "||check.ponor.internal^", "allowed NOERROR 192.0.2.1"),
    ] {
        let house = House::new(config, &[("ads", rules)]);
        house.script.set(name, "A", &["A 192.0.2.66"]);
        house.script.set(above, "A", &["A 192.0.2.1"]);
        check(&house, &[(name, "A", "local NOERROR SOA 300"), (name, "HTTPS", "local NOERROR SOA 300")]).await;
        assert_eq!(house.script.asked.load(Ordering::Relaxed), 0, "{config} {rules}");
        check(&house, &[(above, "A", elsewhere)]).await;
    }
}

#[tokio::test]
async fn what_an_alias_kept_here_leads_to_is_reviewed() {
    let config = "[blocking]\nrebinding_allow = [\"spared.x\"]\nrules = [\"@@||asked.x^\"]\n[local]\nrecords = [\
        \"stopped.lan CNAME tracker.net\", \"led.lan CNAME www.x\", \"evil.lan CNAME evil.x\", \"fine.lan CNAME a.spared.x\", \
        \"asked.lan CNAME asked.x\", \"gone.lan CNAME gone.x\", \"dead.lan CNAME dead.x\", \"special.lan CNAME a.local\", \
        \"me.lan CNAME localhost\"]";
    let house = House::new(config, &[("ads", "||tracker.net^")]);
    house.script.set("www.x", "A", &["CNAME a.tracker.net", "A 192.0.2.1"]);
    house.script.set("evil.x", "A", &["A 10.0.0.1"]);
    house.script.set("a.spared.x", "A", &["A 10.0.0.1"]);
    house.script.set("asked.x", "A", &["CNAME a.tracker.net", "A 192.0.2.1"]);
    house.script.set("gone.x", "A", &["NXDOMAIN"]);
    for _ in 0..2 {
        check(
            &house,
            &[
                ("stopped.lan", "A", "stopped NOERROR 0.0.0.0; 15 stopped by list ads"),
                ("led.lan", "A", "stopped NOERROR 0.0.0.0; 15 stopped by list ads"),
                ("evil.lan", "A", "stopped NOERROR SOA 10; 17 a private address in an answer from outside"),
                ("fine.lan", "A", "local NOERROR a.spared.x 10.0.0.1"),
                ("asked.lan", "A", "local NOERROR asked.x a.tracker.net 192.0.2.1"),
                ("gone.lan", "A", "local NXDOMAIN gone.x SOA 60"),
                ("special.lan", "A", "local NXDOMAIN a.local SOA 300"),
                ("me.lan", "A", "local NOERROR localhost 127.0.0.1"),
            ],
        )
        .await;
    }
    assert_eq!(house.script.asked.load(Ordering::Relaxed), 5, "the second round came from memory");
    assert_eq!(house.ask("dead.lan", "A", LAPTOP).await, "failed SERVFAIL; 22 no upstream answered in time");
    let question = Question::of(&query("led.lan", RecordType::A));
    let explained = house.resolver.explain(&question, LAPTOP.parse().unwrap()).await;
    assert_eq!((explained.outlook, explained.chain.len()), (Outlook::Stopped, 2));
}

#[tokio::test]
async fn a_name_that_does_not_exist_answers_for_all_its_types_and_all_below() {
    let config = "[[upstream.routes]]\ndomains = [\"lan.gone.x\"]\nservers = [\"192.0.2.53\"]";
    let house = House::new(config, &[]);
    house.script.set("gone.x", "A", &["NXDOMAIN"]);
    house.script.set("end.x", "A", &["CNAME end.y", "NXDOMAIN"]);
    house.script.set("end.x", "TXT", &["CNAME end.y", "NXDOMAIN"]);
    house.script.set("nas.lan.gone.x", "A", &["A 192.0.2.1"]);
    check(
        &house,
        &[
            ("gone.x", "A", "allowed NXDOMAIN SOA 60"),
            ("Gone.x", "HTTPS", "cached NXDOMAIN SOA 60"),
            ("far.below.GONE.x", "AAAA", "cached NXDOMAIN SOA 60"),
            ("nas.lan.gone.x", "A", "allowed NOERROR 192.0.2.1"),
            ("end.x", "A", "allowed NXDOMAIN end.y SOA 60"),
            ("end.x", "TXT", "allowed NXDOMAIN end.y SOA 60"),
        ],
    )
    .await;
}

#[tokio::test]
async fn questions_beyond_what_is_answered() {
    let house = House::new("", &[("ads", "x.y")]);
    let ask = async |query: &Query| {
        let (reply, verdict, _) = house.reply(query, LAPTOP).await;
        summary(&reply, verdict)
    };
    let plain = query("free.x", RecordType::A);
    let with = |change: fn(&mut Query)| {
        let mut query = plain.clone();
        change(&mut query);
        query
    };
    for (query, expected) in [
        (with(|q| q.class = Class(3)), "local REFUSED; 21 only class IN is answered"),
        (with(|q| q.rtype = RecordType::AXFR), "local REFUSED; 18 there are no zones to transfer"),
        (with(|q| q.rtype = RecordType::OPT), "local FORMERR; 21 not a type that can be asked for"),
        (with(|q| q.rtype = RecordType(0)), "local FORMERR; 21 not a type that can be asked for"),
        (with(|q| q.rtype = RecordType::ANY), "local NOERROR HINFO"),
        (with(|q| q.recursion_desired = false), "local REFUSED; 20 only recursive questions are answered"),
        (
            with(|q| (q.rtype, q.name) = (RecordType::ANY, "x.y".parse().unwrap())),
            "stopped NOERROR SOA 10; 15 stopped by list ads",
        ),
    ] {
        assert_eq!(ask(&query).await, expected, "{query:?}");
    }
}

#[tokio::test]
async fn failures_are_told_and_stale_answers_help() {
    let mut house = House::new("", &[]);
    let silent = "failed SERVFAIL; 22 no upstream answered in time";
    assert_eq!(house.ask("dead.x", "A", LAPTOP).await, silent);
    assert_eq!(house.ask("dead.x", "A", LAPTOP).await, "failed SERVFAIL; 13 this failed a moment ago");
    house.script.set("www.x", "A", &["A 192.0.2.1"]);
    assert_eq!(house.ask("www.x", "A", LAPTOP).await, "allowed NOERROR 192.0.2.1");
    house.script.rows.lock().unwrap().clear();
    house.later(Duration::from_secs(61));
    house.script.set("bogus.x", "A", &["BOGUS"]);
    for _ in 0..2 {
        assert_eq!(house.ask("bogus.x", "A", LAPTOP).await, "failed SERVFAIL; 6 a bad signature", "its reason is kept");
    }
    let stale = "cached NOERROR 192.0.2.1; 3 no upstream answered; this is what it said before";
    assert_eq!(house.ask("www.x", "A", LAPTOP).await, stale);
    for failure in ["SERVFAIL", "REFUSED"] {
        house.script.set("www.x", "A", &[failure]);
        house.later(Duration::from_mins(1));
        assert_eq!(house.ask("www.x", "A", LAPTOP).await, stale, "{failure}");
    }
    house.later(Duration::from_hours(25));
    assert_eq!(house.ask("www.x", "A", LAPTOP).await, "failed REFUSED");
}

#[tokio::test]
async fn popular_answers_are_asked_for_again_before_their_end() {
    let mut house = House::new("", &[]);
    house.script.set("www.x", "A", &["A 192.0.2.1"]);
    for _ in 0..4 {
        house.ask("www.x", "A", LAPTOP).await;
    }
    assert_eq!(house.script.asked.load(Ordering::Relaxed), 1);
    house.later(Duration::from_secs(57));
    assert_eq!(house.ask("www.x", "A", LAPTOP).await, "cached NOERROR 192.0.2.1", "nobody waits for it");
    house.resolver.finish().await;
    assert_eq!(house.script.asked.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn lifetimes_count_down() {
    let mut house = House::new("", &[]);
    house.script.set("www.x", "A", &["A 192.0.2.1"]);
    house.ask("www.x", "A", LAPTOP).await;
    house.later(Duration::from_secs(25));
    let (reply, _, _) = house.reply(&query("WWW.X", RecordType::A), LAPTOP).await;
    assert!((35..=36).contains(&reply.lifetime().unwrap()), "{:?}", reply.lifetime());
}

#[tokio::test]
async fn explanations_say_what_an_answer_does() {
    let house =
        House::new("blocking.rules = [\"@@||good.x^\"]", &[("ads", "||tracker.net^"), ("more", "a.tracker.net")]);
    house.script.set("www.x", "A", &["CNAME a.tracker.net", "A 192.0.2.1"]);
    house.script.set("free.x", "A", &["A 192.0.2.1"]);
    let explain = async |name: &str| {
        let question = Question::of(&query(name, RecordType::A));
        house.resolver.explain(&question, LAPTOP.parse().unwrap()).await
    };
    let aliased = explain("www.x").await;
    assert_eq!((aliased.outlook, aliased.rulings.len(), aliased.chain.len()), (Outlook::Stopped, 2, 1));
    assert_eq!(aliased.via, Some("a.tracker.net".parse().unwrap()));
    let free = explain("free.x").await;
    assert_eq!((free.outlook, free.rulings.len()), (Outlook::LetThrough(Rcode::NOERROR), 0));
    assert_eq!(explain("localhost").await.outlook, Outlook::SpecialUse("RFC 6761"));
    let (dead, allowed) = (explain("dead.x").await, explain("good.x").await);
    assert!(matches!((&dead.outlook, dead.cause), (Outlook::Failed(_), None)));
    // What lets a name through is told even where there is no answer.
    assert!(matches!(&allowed.outlook, Outlook::Failed(_)));
    assert_eq!(allowed.cause.map(|cause| cause.source), Some(CauseSource::OwnRules));
    house.script.set("mute.x", "A", &["MUTE"]);
    let mute = Outlook::Failed("the upstream says REFUSED (Not Authoritative)".to_owned());
    assert_eq!(explain("mute.x").await.outlook, mute);
}

#[tokio::test]
async fn explanations_of_questions_beyond_what_is_answered_ask_nobody() {
    let house = House::new("", &[("ads", "tracker.net")]);
    let check = async |name: &str, rtype: &str, expected: Outlook| {
        let question = Question::of(&query(name, rtype.parse().unwrap()));
        let found = house.resolver.explain(&question, LAPTOP.parse().unwrap()).await;
        assert_eq!(found.outlook, expected, "{name} {rtype}");
    };
    check("free.x", "AXFR", Outlook::SpecialUse("there are no zones to transfer")).await;
    check("tracker.net", "AXFR", Outlook::SpecialUse("there are no zones to transfer")).await;
    check("free.x", "ANY", Outlook::SpecialUse("RFC 8482")).await;
    check("tracker.net", "ANY", Outlook::Stopped).await;
    assert_eq!(house.script.asked.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn an_explanation_of_an_own_alias_is_about_where_it_leads() {
    let config = "local.records = [\"www.lan CNAME a.tracker.net\", \"nas.lan CNAME inside.x\"]\n\
                  blocking.rules = [\"||tracker.net^\", \"@@||a.tracker.net^\"]";
    let house = House::new(config, &[]);
    house.script.set("a.tracker.net", "A", &["A 192.0.2.1"]);
    house.script.set("inside.x", "A", &["A 192.168.1.1"]);
    let check = async |name: &str, outlook: Outlook, via: &str| {
        let question = Question::of(&query(name, RecordType::A));
        let explained = house.resolver.explain(&question, LAPTOP.parse().unwrap()).await;
        assert_eq!((explained.outlook, explained.via), (outlook, Some(via.parse().unwrap())), "{name}");
    };
    check("www.lan", Outlook::Local, "a.tracker.net").await;
    check("nas.lan", Outlook::Stopped, "inside.x").await;
}

#[tokio::test]
async fn a_rule_that_lets_an_own_alias_through_lets_through_where_it_leads() {
    let config = "local.records = [\"ads.lan CNAME a.tracker.net\"]\n\
                  blocking.rules = [\"||tracker.net^\", \"@@||lan^\"]\n\
                  [[groups]]\nid = \"strict\"\ndevices = [\"127.0.0.9\"]\nrules = [\"||ads.lan^\"]";
    let house = House::new(config, &[]);
    house.script.set("a.tracker.net", "A", &["A 192.0.2.1"]);
    check(&house, &[("ads.lan", "A", "local NOERROR a.tracker.net 192.0.2.1")]).await;
    assert!(house.ask("ads.lan", "A", "127.0.0.9").await.starts_with("stopped"));
}

#[tokio::test]
async fn a_failure_behind_an_own_alias_is_told_alike_when_it_is_remembered() {
    let house = House::new("local.records = \"www.home.arpa CNAME bad.example\"", &[]);
    house.script.set("bad.example", "A", &["BOGUS"]);
    for _ in ["from upstream", "from memory"] {
        check(&house, &[("www.home.arpa", "A", "failed SERVFAIL; 6 a bad signature")]).await;
    }
    assert_eq!(house.script.asked.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn own_aliases_that_lead_in_a_circle_fail_with_the_reason() {
    let house =
        House::new("local.records = [\"a.home.arpa CNAME b.home.arpa\", \"b.home.arpa CNAME a.home.arpa\"]", &[]);
    let failed = "failed SERVFAIL; 0 the aliases kept here lead in a circle, or on for too long";
    check(&house, &[("a.home.arpa", "A", failed), ("b.home.arpa", "TXT", failed)]).await;
    assert_eq!(house.script.asked.load(Ordering::Relaxed), 0);
}

/// The hours of the groups in [`OFFLINE`].
const OFFLINE: &str = "local.records = [\"nas.home.arpa A 192.168.1.5\", \"out.home.arpa CNAME www.x\"]
[blocking]\nrules = [\"@@||own.x^\"]
[[groups]]\nid = \"kids\"\ndevices = [\"192.168.1.40\", \"192.168.1.41\"]\nrules = [\"@@||school.x^\"]
offline = [\"daily 20:30-06:30\"]
[[groups]]\nid = \"free\"\ndevices = [\"192.168.1.50\"]\nblocking = false\noffline = [\"sat 13:00-14:00\", \"thu-fri 21:00-24:00\"]
[[groups]]\nid = \"never\"\ndevices = [\"192.168.1.60\"]\noffline = [\"daily 00:00-24:00\"]
";

/// A house in which it is `at` by the clocks of UTC, a Thursday; nobody knows what time it is without. `orders` are an exception or a
/// pause each: `allow news.x group kids`, `pause everyone`.
fn house_with_hours(at: Option<&str>, orders: &[&str]) -> House {
    let house = House::new(OFFLINE, &[("ads", "||ads.x^")]);
    for name in ["www.x", "school.x", "own.x", "news.x", "sub.news.x", "ads.x"] {
        house.script.set(name, "A", &["A 192.0.2.1"]);
    }
    house.script.set("alias.x", "A", &["CNAME www.x", "A 192.0.2.1"]);
    let minute = at.map(|time| WeekMinute::at(parse_instant(&format!("2026-11-26T{time}:00Z")).unwrap(), Offset(0)));
    let mut standing = Standing::default();
    for (id, order) in (1..).zip(orders) {
        let (what, whom) = order.split_once(" for ").unwrap();
        let scope = match whom.split_once(' ') {
            None => Scope::Everyone,
            Some(("group", group)) => Scope::Group(group.to_owned()),
            Some((_, device)) => Scope::Device(device.parse().unwrap()),
        };
        let made = UnixTime(0);
        match what.split_once(' ') {
            None => standing.pauses.push(Pause { id, scope, made, until: None }),
            Some((verb, name)) => standing.exceptions.push(Exception {
                id,
                action: if verb == "allow" { Action::Allow } else { Action::Block },
                rule: format!("||{name}^"),
                scope,
                made,
                until: None,
                afterwards: None,
            }),
        }
    }
    let policy = policy(&house.config, &[("ads", "||ads.x^")]).at(&house.config.groups, minute);
    house.policy.publish(policy.with_orders(&standing, &[]));
    house
}

const OTHER_KID: &str = "192.168.1.41";
const FREE: &str = "192.168.1.50";
const PASSED: &str = "NOERROR 192.0.2.1";
const NIGHT: &str = "stopped NOERROR 0.0.0.0; 15 stopped: offline until 06:30";

/// Asks each question twice, so that what is remembered is judged, too; how the first was answered is left out where it passed.
async fn check_hours(at: Option<&str>, orders: &[&str], table: &[(&str, &str, &str)]) {
    let house = house_with_hours(at, orders);
    for (client, name, expected) in table.iter().chain(table) {
        let told = house.ask(name, "A", client).await;
        let told = told.strip_prefix("allowed ").or(told.strip_prefix("cached ")).unwrap_or(&told);
        assert_eq!(told, *expected, "{name} for {client} at {at:?} with {orders:?}");
    }
}

#[tokio::test]
async fn every_name_is_stopped_for_a_group_in_its_hours() {
    check_hours(
        Some("20:30"),
        &[],
        &[
            (KID, "www.x", NIGHT),
            (KID, "ads.x", NIGHT),
            (KID, "alias.x", NIGHT),
            // Rules are about lists, not about hours.
            (KID, "school.x", NIGHT),
            (KID, "own.x", NIGHT),
            // The house itself stays, and what its aliases lead to does not.
            (KID, "nas.home.arpa", "local NOERROR 192.168.1.5"),
            (KID, "out.home.arpa", NIGHT),
            (KID, "localhost", "local NOERROR 127.0.0.1"),
            (KID, "x.check.ponor.internal", "local NOERROR SOA 300"),
            (
                KID,
                "use-application-dns.net",
                "stopped NXDOMAIN SOA 10; 15 a canary name: this network answers DNS itself",
            ),
            (LAPTOP, "www.x", PASSED),
            (LAPTOP, "ads.x", "stopped NOERROR 0.0.0.0; 15 stopped by list ads"),
            (FREE, "ads.x", PASSED),
            ("192.168.1.60", "www.x", "stopped NOERROR 0.0.0.0; 15 stopped: offline at all hours"),
        ],
    )
    .await;
    let by_list = "stopped NOERROR 0.0.0.0; 15 stopped by list ads";
    let day = [(KID, "www.x", PASSED), (KID, "ads.x", by_list), (KID, "school.x", PASSED)];
    check_hours(Some("06:30"), &[], &day).await;
    check_hours(Some("20:29"), &[], &day).await;
    check_hours(Some("06:29"), &[], &[(KID, "www.x", NIGHT)]).await;
    // Where nothing is stopped otherwise, it is then.
    let until = "stopped NOERROR 0.0.0.0; 15 stopped: offline until 24:00";
    check_hours(
        Some("21:00"),
        &[],
        &[(FREE, "www.x", &until.replace("24:00", "00:00")), (FREE, "ads.x", &until.replace("24:00", "00:00"))],
    )
    .await;
    // A clock that is wrong takes nobody offline.
    check_hours(None, &[], &[(KID, "www.x", PASSED), ("192.168.1.60", "www.x", PASSED)]).await;
}

#[tokio::test]
async fn what_is_ordered_for_a_device_or_its_group_comes_before_its_hours() {
    let check = async |order: &str, kid: &str, other: &str, name: &str| {
        check_hours(Some("23:00"), &[order], &[(KID, name, kid), (OTHER_KID, name, other), (KID, "www.x", NIGHT)])
            .await;
    };
    check("allow news.x for device 192.168.1.40", PASSED, NIGHT, "sub.news.x").await;
    check("allow news.x for group kids", PASSED, PASSED, "news.x").await;
    check("allow news.x for everyone", NIGHT, NIGHT, "news.x").await;
    check("allow alias.x for device 192.168.1.40", "NOERROR www.x 192.0.2.1", NIGHT, "alias.x").await;
    check(
        "allow out.home.arpa for group kids",
        "local NOERROR www.x 192.0.2.1",
        "local NOERROR www.x 192.0.2.1",
        "out.home.arpa",
    )
    .await;
    let block = "stopped NOERROR 0.0.0.0; 15 stopped by an exception";
    check("block news.x for device 192.168.1.40", block, NIGHT, "news.x").await;
    check("pause for everyone", NIGHT, NIGHT, "ads.x").await;
    let paused = async |order: &str, other: &str| {
        check_hours(
            Some("23:00"),
            &[order],
            &[(KID, "www.x", PASSED), (KID, "ads.x", PASSED), (OTHER_KID, "www.x", other)],
        )
        .await;
    };
    paused("pause for device 192.168.1.40", NIGHT).await;
    paused("pause for group kids", PASSED).await;
}

#[tokio::test]
async fn hours_are_recorded_as_their_own_reason() {
    let house = house_with_hours(Some("23:00"), &[]);
    let query = query("ads.x", RecordType::A);
    let now = Now { moment: house.now, unix: UnixTime(0) };
    let request = Request { query: &query, client: KID.parse().unwrap(), transport: Transport::Udp, now };
    let (mut bytes, mut events) = (Vec::new(), EventBuffer::default());
    let mut out = Output { reply: &mut bytes, events: &mut events };
    house.resolver.answer_now(&house.resolver.snapshot(), &request, &mut Foreseen::default(), &mut out);
    let sources: Vec<_> = events.events().map(|event| event.source()).collect();
    assert_eq!(sources, [Some(CauseSource::Offline(0))]);
    let explained = house.resolver.explain(&Question::plain(&query.name, query.rtype), KID.parse().unwrap()).await;
    assert_eq!(explained.outlook, Outlook::Stopped);
    assert_eq!(explained.cause.map(|cause| cause.source), Some(CauseSource::Offline(0)));
    let policy = house.policy.snapshot();
    assert_eq!(policy.source_id(CauseSource::Offline(0)).map(|id| &**id), Some("kids"));
    assert_eq!(policy.offline_groups().collect::<Vec<_>>(), ["kids", "free", "never"]);
}
