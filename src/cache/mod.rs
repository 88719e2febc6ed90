//! Wire answers with lifetimes, bounded in bytes.
//!
//! Leaves to `resolver` what to do with a stale or a failed one, and when to ask again.

mod key;
mod shard;

use std::{
    hash::{BuildHasher, RandomState},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use key::Key;
use shard::{Entry, Shard};

use crate::{
    dns::{Answer, Ede, Name, Outcome, Question, Rcode},
    time::Moment,
};

/// Independent parts, so that lanes seldom wait for each other. A power of two.
const SHARDS: usize = 16;
/// How long a failure is remembered (RFC 9520, section 3.2 asks for 1 s to 5 min).
const FAILURE_LIFETIME: Duration = Duration::from_secs(5);
/// The last part of a lifetime in which a popular answer is fetched anew: one tenth.
const PREFETCH_PART: u32 = 10;
/// Hits that make an answer popular.
const PREFETCH_HITS: u8 = 3;

/// What the cache keeps and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most memory it takes, in bytes; 0: nothing is kept.
    pub size: usize,
    /// Shorter lifetimes are raised to this many seconds.
    pub min_ttl: u32,
    /// Longer ones are cut to this many seconds.
    pub max_ttl: u32,
    /// Longer ones of negative answers are cut to this many seconds (RFC 2308, section 5).
    pub max_negative_ttl: u32,
    /// How long after its end an answer may still be used, in seconds (RFC 8767).
    pub stale: u32,
}

/// Remembers answers. A clone is the same cache.
#[derive(Clone, Debug)]
pub struct Cache {
    shards: Arc<[Mutex<Shard>; SHARDS]>,
    hasher: RandomState,
    limits: Limits,
}

/// An answer from memory.
#[derive(Clone, Debug)]
pub struct Hit {
    /// The answer, its TTLs as they were when it was stored.
    pub answer: Arc<Answer>,
    /// Whole seconds since then.
    pub age: u32,
    /// Whether it is popular and near its end: ask again now. Said once for each lifetime.
    pub prefetch: bool,
}

/// How a question failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The code that was answered.
    pub rcode: Rcode,
    /// The reason that an upstream gave.
    pub reason: Option<Ede>,
}

/// What the cache knows of a question.
#[derive(Clone, Debug)]
pub enum Lookup {
    /// An answer within its lifetime.
    Fresh(Hit),
    /// An answer after its end, still usable when no upstream answers.
    Stale(Hit),
    /// It failed a moment ago: do not ask again yet (RFC 9520). A stale answer may exist.
    Failed(Failure, Option<Hit>),
    /// Nothing.
    Absent,
}

/// How full the cache is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Answers and failures remembered.
    pub entries: usize,
    /// Memory they take, in bytes.
    pub bytes: usize,
}

impl Cache {
    /// An empty cache.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        let size = limits.size / SHARDS;
        let shards = std::array::from_fn(|_| Mutex::new(Shard::new(size)));
        Self { shards: Arc::new(shards), hasher: RandomState::new(), limits }
    }

    /// What is known of `question`. An NXDOMAIN for the name, or for one above it, answers every type (RFC 8020).
    #[must_use]
    pub fn get(&self, question: &Question, now: Moment) -> Lookup {
        if self.limits.size == 0 {
            return Lookup::Absent;
        }
        match self.find(&Key::of(question), now) {
            Lookup::Absent => self.nxdomain_above(question, now),
            known => known,
        }
    }

    /// `answer` with its lifetimes moved into the limits: the one to serve and to remember.
    #[must_use]
    pub fn limited(&self, answer: Arc<Answer>) -> Arc<Answer> {
        let longest = self.longest(answer.outcome());
        let bounds = self.limits.min_ttl.min(longest)..=longest;
        if answer.records().all(|record| bounds.contains(&record.ttl())) {
            return answer;
        }
        let mut changed = Arc::unwrap_or_clone(answer);
        changed.clamp_ttls(*bounds.start(), longest);
        Arc::new(changed)
    }

    /// Remembers an answer that is [`Self::limited`]. A failure is remembered for a moment, beside a stale answer that may
    /// be there.
    pub fn put(&self, question: &Question, answer: &Arc<Answer>, now: Moment) {
        let outcome = answer.outcome();
        if outcome == Outcome::Failure {
            return self.put_failure(question, Failure { rcode: answer.rcode(), reason: answer.ede().cloned() }, now);
        }
        let Some(lifetime) = answer.lifetime().filter(|&seconds| seconds > 0) else {
            return;
        };
        let lifetime = lifetime.min(self.longest(outcome));
        let entry = |key: &Key| Entry::answered(key, Arc::clone(answer), now, lifetime);
        self.insert(entry(&Key::of(question)));
        if outcome == Outcome::NxDomain && answer.answers().next().is_none() {
            self.insert(entry(&Key::nxdomain(question, question.name.wire())));
        }
    }

    /// Remembers for a moment that nothing useful was answered to `question` (RFC 9520).
    pub fn put_failure(&self, question: &Question, failure: Failure, now: Moment) {
        let key = &Key::of(question);
        let hash = self.hasher.hash_one(key);
        self.shard(hash).fail(hash, key, failure, now.after(FAILURE_LIFETIME), |key| self.hasher.hash_one(key));
    }

    /// Forgets every type of `name`.
    pub fn forget(&self, name: &Name) {
        for shard in self.shards.iter() {
            lock(shard).remove_if(|key| key.is_of(name), |key| self.hasher.hash_one(key));
        }
    }

    /// How full the cache is.
    #[must_use]
    pub fn usage(&self) -> Usage {
        self.shards.iter().map(|shard| lock(shard).usage()).fold(Usage::default(), |sum, part| Usage {
            entries: sum.entries + part.entries,
            bytes: sum.bytes + part.bytes,
        })
    }

    fn longest(&self, outcome: Outcome) -> u32 {
        match outcome {
            Outcome::NoData | Outcome::NxDomain => self.limits.max_negative_ttl.min(self.limits.max_ttl),
            Outcome::Positive | Outcome::Failure => self.limits.max_ttl,
        }
    }

    fn find(&self, key: &Key, now: Moment) -> Lookup {
        let hash = self.hasher.hash_one(key);
        self.shard(hash).get(hash, key, now, self.limits.stale)
    }

    /// Looks for an NXDOMAIN at the name itself and at each name above it.
    fn nxdomain_above(&self, question: &Question, now: Moment) -> Lookup {
        question
            .name
            .suffixes()
            .filter(|suffix| suffix.len() > 1)
            .map(|suffix| self.find(&Key::nxdomain(question, suffix), now))
            .find_map(|known| match known {
                Lookup::Fresh(hit) if hit.answer.outcome() == Outcome::NxDomain => {
                    Some(Lookup::Fresh(Hit { prefetch: false, ..hit }))
                }
                _ => None,
            })
            .unwrap_or(Lookup::Absent)
    }

    fn insert(&self, entry: Entry) {
        if self.limits.size > 0 {
            let hash = self.hasher.hash_one(entry.key());
            self.shard(hash).insert(hash, entry, |key| self.hasher.hash_one(key));
        }
    }

    fn shard(&self, hash: u64) -> std::sync::MutexGuard<'_, Shard> {
        let shard = usize::try_from(hash >> 60).unwrap_or(0) % SHARDS;
        lock(&self.shards[shard])
    }
}

/// A panic while a shard was locked leaves it whole: every step on it ends in a valid state.
fn lock(shard: &Mutex<Shard>) -> std::sync::MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::{Class, RecordType};

    const LIMITS: Limits = Limits { size: 1 << 20, min_ttl: 0, max_ttl: 86400, max_negative_ttl: 60, stale: 100 };

    const FAILED: Failure = Failure { rcode: Rcode::SERVFAIL, reason: None };

    fn question(name: &str, rtype: RecordType) -> Question {
        Question { name: name.parse().unwrap(), rtype, class: Class::IN, dnssec_ok: false, checking_disabled: false }
    }

    fn at(seconds: u64) -> Moment {
        Moment(seconds * 1_000_000)
    }

    /// An answer to `question` with one record of `ttl` seconds, or with `rcode` and an SOA of that lifetime.
    fn answer(question: &Question, rcode: u8, ttl: u32) -> Arc<Answer> {
        let negative = rcode == 3;
        let mut wire = vec![0, 0, 0x80, 0x80 | rcode, 0, 1, 0, u8::from(rcode == 0), 0, u8::from(negative), 0, 0];
        wire.extend_from_slice(question.name.wire());
        wire.extend(question.rtype.0.to_be_bytes());
        wire.extend([0, 1]);
        let mut record = |rtype: u8, data: &[u8]| {
            wire.extend([0xC0, 12, 0, rtype, 0, 1]);
            wire.extend(ttl.to_be_bytes());
            wire.extend([0, u8::try_from(data.len()).unwrap()]);
            wire.extend(data);
        };
        match rcode {
            0 => record(question.rtype.0.to_be_bytes()[1], &[1, 2, 3, 4]),
            3 => record(6, &[&[0; 18][..], &ttl.to_be_bytes()].concat()),
            _ => {}
        }
        Arc::new(Answer::read(&wire).unwrap())
    }

    fn word(lookup: &Lookup) -> String {
        match lookup {
            Lookup::Fresh(hit) => format!("fresh {}{}", hit.age, if hit.prefetch { " prefetch" } else { "" }),
            Lookup::Stale(hit) => format!("stale {}", hit.age),
            Lookup::Failed(Failure { rcode, .. }, stale) => format!("failed {rcode} {}", stale.is_some()),
            Lookup::Absent => "absent".to_owned(),
        }
    }

    #[test]
    fn an_answer_ages_goes_stale_and_is_gone() {
        let cache = Cache::new(LIMITS);
        let asked = question("a.b", RecordType::A);
        let check =
            |seconds: u64, expected: &str| assert_eq!(word(&cache.get(&asked, at(seconds))), expected, "{seconds}");
        check(0, "absent");
        cache.put(&asked, &answer(&asked, 0, 50), at(10));
        check(10, "fresh 0");
        check(59, "fresh 49");
        check(60, "stale 50");
        check(159, "stale 149");
        check(160, "absent");
    }

    #[test]
    fn questions_that_differ_do_not_share() {
        let cache = Cache::new(LIMITS);
        let asked = question("a.b", RecordType::A);
        cache.put(&asked, &answer(&asked, 0, 50), at(0));
        let check =
            |other: Question, expected: &str| assert_eq!(word(&cache.get(&other, at(0))), expected, "{other:?}");
        check(asked, "fresh 0");
        check(question("b", RecordType::A), "absent");
        check(question("a.b", RecordType::AAAA), "absent");
        check(Question { dnssec_ok: true, ..asked }, "absent");
        check(Question { checking_disabled: true, ..asked }, "absent");
    }

    #[test]
    fn a_name_that_does_not_exist_has_no_types_and_nothing_below() {
        let cache = Cache::new(LIMITS);
        let asked = question("no.b", RecordType::A);
        cache.put(&asked, &answer(&asked, 3, 500), at(0));
        let check = |name: &str, seconds: u64, expected: &str| {
            assert_eq!(word(&cache.get(&question(name, RecordType::TXT), at(seconds))), expected, "{name}");
        };
        check("no.b", 1, "fresh 1");
        check("deep.no.b", 1, "fresh 1");
        check("b", 1, "absent");
        check("no.b", 60, "absent");
        assert_eq!(word(&cache.get(&asked, at(60))), "stale 60", "cut to the negative limit");
    }

    #[test]
    fn failures_are_remembered_for_a_moment() {
        let cache = Cache::new(LIMITS);
        let asked = question("a.b", RecordType::A);
        let check =
            |seconds: u64, expected: &str| assert_eq!(word(&cache.get(&asked, at(seconds))), expected, "{seconds}");
        cache.put(&asked, &answer(&asked, 2, 0), at(0));
        check(4, "failed SERVFAIL false");
        check(5, "absent");
        cache.put(&asked, &answer(&asked, 0, 10), at(10));
        cache.put_failure(&asked, FAILED, at(15));
        check(16, "fresh 6");
        cache.put_failure(&asked, FAILED, at(30));
        check(31, "failed SERVFAIL true");
        check(36, "stale 26");
    }

    #[test]
    fn lifetimes_keep_to_the_limits() {
        let cache = Cache::new(Limits { min_ttl: 30, max_ttl: 100, max_negative_ttl: 40, ..LIMITS });
        let check = |rcode: u8, ttl: u32, expected: u32| {
            let asked = question("a.b", RecordType::A);
            assert_eq!(cache.limited(answer(&asked, rcode, ttl)).records().next().unwrap().ttl(), expected);
        };
        check(0, 1, 30);
        check(0, 50, 50);
        check(0, 5000, 100);
        check(3, 5000, 40);
    }

    #[test]
    fn popular_answers_are_fetched_before_their_end() {
        let cache = Cache::new(LIMITS);
        let asked = question("a.b", RecordType::A);
        let check =
            |seconds: u64, expected: &str| assert_eq!(word(&cache.get(&asked, at(seconds))), expected, "{seconds}");
        cache.put(&asked, &answer(&asked, 0, 100), at(0));
        check(91, "fresh 91");
        check(92, "fresh 92");
        check(93, "fresh 93 prefetch");
        check(94, "fresh 94");
        cache.put(&asked, &answer(&asked, 0, 100), at(95));
        check(96, "fresh 1");
        check(186, "fresh 91 prefetch");
    }

    #[test]
    fn memory_is_bounded_and_popular_answers_stay() {
        let cache = Cache::new(Limits { size: 256 * 1024, ..LIMITS });
        let popular = question("popular", RecordType::A);
        cache.put(&popular, &answer(&popular, 0, 1000), at(0));
        for number in 0..20_000 {
            let asked = question(&format!("n{number}.b"), RecordType::A);
            cache.put(&asked, &answer(&asked, 0, 1000), at(1));
            assert!(matches!(cache.get(&popular, at(1)), Lookup::Fresh(_)), "after {number}");
            assert!(cache.usage().bytes <= 256 * 1024);
        }
        assert!(cache.usage().entries > 300);
    }

    #[test]
    fn forgetting_and_being_switched_off() {
        let cache = Cache::new(LIMITS);
        let asked = question("a.b", RecordType::A);
        cache.put(&asked, &answer(&asked, 0, 50), at(0));
        cache.forget(&"A.b".parse().unwrap());
        assert_eq!((word(&cache.get(&asked, at(0))), cache.usage()), ("absent".to_owned(), Usage::default()));
        let off = Cache::new(Limits { size: 0, ..LIMITS });
        off.put(&asked, &answer(&asked, 0, 50), at(0));
        off.put_failure(&asked, FAILED, at(0));
        assert_eq!(word(&off.get(&asked, at(0))), "absent");
    }

    #[test]
    fn answers_without_a_lifetime_are_not_kept() {
        let cache = Cache::new(LIMITS);
        let asked = question("a.b", RecordType::A);
        cache.put(&asked, &answer(&asked, 0, 0), at(0));
        assert_eq!(word(&cache.get(&asked, at(0))), "absent");
    }
}
