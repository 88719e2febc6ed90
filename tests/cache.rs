//! The cache against a model without bounds, and while others write.

#![allow(clippy::unwrap_used, reason = "a test says by its panic what is wrong")]

use std::{
    collections::HashMap,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    thread,
};

use ponor::{
    cache::{Cache, Failure, Hit, Limits, Lookup},
    dns::{
        Answer, Ede, EdeCode, Name, Outcome, Question, Rcode, RecordType,
        reply::{Authority, Frame, ReplyWriter},
    },
    time::Moment,
};
use proptest::prelude::*;

const LIMITS: Limits = Limits { size: 1 << 20, min_ttl: 0, max_ttl: 86400, max_negative_ttl: 86400, stale: 20 };
const NAMES: [&str; 6] = ["b", "a.b", "x.a.b", "y.x.a.b", "c", "a.c"];
const TYPES: [RecordType; 2] = [RecordType::A, RecordType::TXT];

#[derive(Clone, Debug)]
enum Step {
    Put { name: usize, rtype: usize, outcome: Outcome, ttl: u32 },
    Fail { name: usize, rtype: usize },
    Get { name: usize, rtype: usize },
    Forget { name: usize },
    Wait { seconds: u64 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let outcome = prop_oneof![Just(Outcome::Positive), Just(Outcome::NoData), Just(Outcome::NxDomain)];
    let (name, rtype) = (0..NAMES.len(), 0..TYPES.len());
    let step = prop_oneof![
        3 => (name.clone(), rtype.clone(), outcome, 0_u32..30)
            .prop_map(|(name, rtype, outcome, ttl)| Step::Put { name, rtype, outcome, ttl }),
        1 => (name.clone(), rtype.clone()).prop_map(|(name, rtype)| Step::Fail { name, rtype }),
        6 => (name.clone(), rtype).prop_map(|(name, rtype)| Step::Get { name, rtype }),
        1 => name.prop_map(|name| Step::Forget { name }),
        2 => (0_u64..12).prop_map(|seconds| Step::Wait { seconds }),
    ];
    prop::collection::vec(step, 1..120)
}

fn question(name: &str, rtype: RecordType) -> Question {
    Question::plain(&name.parse().unwrap(), rtype)
}

/// An answer that carries `id`: in its data, or as the serial of its SOA.
fn answer(question: &Question, outcome: Outcome, ttl: u32, id: u32) -> Answer {
    let rcode = if outcome == Outcome::NxDomain { Rcode::NXDOMAIN } else { Rcode::NOERROR };
    let (query, mut wire) = (question.to_query(), Vec::new());
    let mut writer = ReplyWriter::new(&mut wire, &query, rcode, Authority::None);
    match outcome {
        Outcome::Positive => writer.answer(question.rtype, ttl, &id.to_be_bytes()),
        _ => writer.negative(ttl),
    }
    writer.finish(&query, rcode, Frame { limit: 65535, padded: false, ede: None });
    if outcome != Outcome::Positive {
        // Behind the SOA's serial are 16 octets, and OPT with 11.
        let at = wire.len() - 11 - 20;
        wire[at..at + 4].copy_from_slice(&id.to_be_bytes());
    }
    Answer::read(&wire).unwrap()
}

fn id_of(hit: &Hit, buffer: &[u8]) -> u32 {
    let answer = hit.answer(buffer);
    let record = answer.records().next().unwrap();
    let data = record.data();
    let octets = if answer.outcome() == Outcome::Positive { data } else { &data[data.len() - 20..] };
    u32::from_be_bytes(*octets.first_chunk().unwrap())
}

fn told(cache: &Cache, asked: &Question, now: u64) -> String {
    let mut buffer = b"before".to_vec();
    let name: Name = asked.name.to_string().to_ascii_uppercase().parse().unwrap();
    let lookup = cache.get((&Question { name, ..*asked }).into(), Moment(now * 1_000_000), &mut buffer);
    assert!(buffer.starts_with(b"before"));
    let shown = |hit: &Hit| format!("{} {}", id_of(hit, &buffer), hit.age);
    match lookup {
        Lookup::Fresh(hit) => format!("fresh {}", shown(&hit)),
        Lookup::Stale(hit) => format!("stale {}", shown(&hit)),
        Lookup::Failed(Failure { rcode, .. }, stale) => {
            format!("failed {rcode}, {}", stale.map_or("absent".to_owned(), |hit| format!("stale {}", shown(&hit))))
        }
        Lookup::Absent => "absent".to_owned(),
    }
}

/// A cache that forgets nothing by itself.
#[derive(Default)]
struct Model {
    exact: HashMap<(usize, usize), Known>,
    /// Names that do not exist, with the type that was asked.
    denied: HashMap<usize, (usize, Known)>,
    failed: HashMap<(usize, usize), u64>,
}

#[derive(Clone, Copy)]
struct Known {
    id: u32,
    at: u64,
    ttl: u32,
}

impl Known {
    fn told(self, now: u64) -> Option<String> {
        let (age, end) = (now - self.at, u64::from(self.ttl));
        let word = if age < end { "fresh" } else { "stale" };
        (age < end + u64::from(LIMITS.stale)).then(|| format!("{word} {} {age}", self.id))
    }
}

impl Model {
    fn put(&mut self, name: usize, rtype: usize, outcome: Outcome, known: Known) {
        if known.ttl == 0 {
            return;
        }
        self.failed.remove(&(name, rtype));
        if outcome == Outcome::NxDomain {
            self.exact.remove(&(name, rtype));
            self.denied.insert(name, (rtype, known));
        } else {
            self.denied.remove(&name);
            self.exact.insert((name, rtype), known);
        }
    }

    fn forget(&mut self, name: usize) {
        self.exact.retain(|&(other, _), _| other != name);
        self.failed.retain(|&(other, _), _| other != name);
        self.denied.remove(&name);
    }

    /// What is known, the best first: the answer itself, that the name does not exist, that one above it does not.
    fn known(&self, name: usize, rtype: usize, now: u64) -> Vec<String> {
        let exact = self.exact.get(&(name, rtype)).and_then(|known| known.told(now));
        let denials = (0..NAMES.len()).rev().filter_map(|other| {
            let (asked, known) = self.denied.get(&other)?;
            let covers = NAMES[name] == NAMES[other] || NAMES[name].ends_with(&format!(".{}", NAMES[other]));
            let same = other == name && *asked == rtype;
            known.told(now).filter(|word| covers && (same || word.starts_with("fresh")))
        });
        exact.into_iter().chain(denials).collect()
    }

    /// All that may be said, first what is said when nothing is lost.
    fn allowed(&self, name: usize, rtype: usize, now: u64) -> Vec<String> {
        let mut words = Vec::new();
        let failed = self.failed.get(&(name, rtype)).is_some_and(|&at| now < at + 5);
        for word in self.known(name, rtype, now).into_iter().chain(["absent".to_owned()]) {
            if failed && !word.starts_with("fresh") {
                words.push(format!("failed SERVFAIL, {word}"));
            }
            words.push(word);
        }
        words
    }
}

/// Takes the steps with a cache of `size` bytes, and has `check` compare each word of it with what the model allows.
fn compare(size: usize, steps: &[Step], check: impl Fn(&str, &[String])) {
    let (cache, mut model, mut now) = (Cache::new(Limits { size, ..LIMITS }), Model::default(), 100);
    for (step, id) in steps.iter().zip(0..) {
        match *step {
            Step::Put { name, rtype, outcome, ttl } => {
                let asked = question(NAMES[name], TYPES[rtype]);
                cache.put(&asked, &answer(&asked, outcome, ttl, id), Moment(now * 1_000_000));
                model.put(name, rtype, outcome, Known { id, at: now, ttl });
            }
            Step::Fail { name, rtype } => {
                let failure = Failure { rcode: Rcode::SERVFAIL, reason: Some(Ede::new(EdeCode::OTHER, "because")) };
                cache.put_failure(&question(NAMES[name], TYPES[rtype]), &failure, Moment(now * 1_000_000));
                model.failed.insert((name, rtype), now);
            }
            Step::Get { name, rtype } => {
                let word = told(&cache, &question(NAMES[name], TYPES[rtype]), now);
                check(&word, &model.allowed(name, rtype, now));
            }
            Step::Forget { name } => {
                cache.forget(&NAMES[name].parse().unwrap());
                model.forget(name);
            }
            Step::Wait { seconds } => now += seconds,
        }
        assert!(cache.usage().bytes <= size);
    }
}

proptest! {
    #[test]
    fn with_room_for_all_it_knows_what_the_model_knows(steps in steps()) {
        compare(LIMITS.size, &steps, |word, allowed| assert_eq!(word, allowed[0]));
    }

    #[test]
    fn with_room_for_little_it_says_nothing_that_the_model_does_not_allow(steps in steps(), size in 0_usize..2500) {
        compare(size, &steps, |word, allowed| assert!(allowed.iter().any(|other| other == word), "{word} of {allowed:?}"));
    }

    #[test]
    fn an_answer_comes_back_as_it_was(octets in 0_usize..260, records in 0_usize..20, reason in "[a-z]{0,9}", name in 1_usize..60) {
        let asked = question(&vec!["abc"; name].join("."), RecordType::TXT);
        let (query, mut wire) = (asked.to_query(), Vec::new());
        let mut writer = ReplyWriter::new(&mut wire, &query, Rcode::NOERROR, Authority::None);
        for record in 0..records {
            writer.answer(RecordType::TXT, 1000, &vec![u8::try_from(record).unwrap(); octets]);
        }
        writer.negative(50);
        let ede = Ede::new(EdeCode::OTHER, "");
        let ede = Ede { text: reason.into(), ..ede };
        writer.finish(&query, Rcode::NOERROR, Frame { limit: 65535, padded: false, ede: Some(&ede) });
        let answer = Answer::read(&wire).unwrap();
        let cache = Cache::new(LIMITS);
        cache.put(&asked, &answer, Moment(0));
        let mut buffer = vec![1; 3];
        let Lookup::Fresh(hit) = cache.get((&asked).into(), Moment(0), &mut buffer) else { panic!("not remembered") };
        prop_assert_eq!(hit.answer(&buffer), answer.view());
        prop_assert_eq!(hit.answer(&buffer).ede(), Some(ede));
        prop_assert_eq!(hit.take(&mut buffer), answer);
        prop_assert_eq!(buffer, [1; 3]);
    }
}

/// An answer to the name of `number` whose records are all filled with its last octet, as many as `version` says.
fn uniform(number: usize, version: usize) -> (Question, Answer) {
    let asked = question(&format!("n{number}.example"), RecordType::TXT);
    let (query, mut wire) = (asked.to_query(), Vec::new());
    let mut writer = ReplyWriter::new(&mut wire, &query, Rcode::NOERROR, Authority::None);
    for _ in 0..=version % 5 {
        writer.answer(RecordType::TXT, 1000, &[number.to_le_bytes()[0]; 30]);
    }
    writer.finish(&query, Rcode::NOERROR, Frame { limit: 65535, padded: false, ede: None });
    (asked, Answer::read(&wire).unwrap())
}

#[test]
fn what_is_read_while_others_write_is_whole() {
    const NUMBERS: usize = 400;
    let cache = Cache::new(Limits { size: 40_000, ..LIMITS });
    let (ended, hits) = (AtomicBool::new(false), AtomicUsize::new(0));
    thread::scope(|scope| {
        for reader in 0..2 {
            let (cache, ended, hits) = (&cache, &ended, &hits);
            scope.spawn(move || {
                let asked: Vec<Question> = (0..NUMBERS).map(|number| uniform(number, 0).0).collect();
                let mut buffer = Vec::new();
                for turn in reader.. {
                    let number = turn * 7 % NUMBERS;
                    buffer.clear();
                    if let Lookup::Fresh(hit) = cache.get((&asked[number]).into(), Moment(1), &mut buffer) {
                        let answer = Answer::read(hit.answer(&buffer).wire()).unwrap();
                        assert_eq!(answer.name(), asked[number].name);
                        let octet = number.to_le_bytes()[0];
                        assert!(answer.records().all(|record| record.data() == [octet; 30]));
                        hits.fetch_add(1, Relaxed);
                    }
                    if ended.load(Relaxed) {
                        break;
                    }
                }
            });
        }
        let answers: Vec<_> = (0..5 * NUMBERS).map(|each| uniform(each % NUMBERS, each / NUMBERS)).collect();
        for (turn, (asked, answer)) in answers.iter().cycle().take(60_000).enumerate() {
            cache.put(asked, answer, Moment(1));
            if turn % 1000 == 0 {
                cache.forget(&asked.name);
            }
        }
        ended.store(true, Relaxed);
    });
    assert!(hits.into_inner() > 0);
}
