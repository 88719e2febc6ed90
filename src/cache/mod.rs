//! Wire answers with lifetimes, bounded in bytes. All memory is laid out at the start and taken when it is first used; after
//! that, neither a hit nor a new answer allocates.
//!
//! Leaves to `resolver` what to do with a stale or a failed one, and when to ask again.

mod ahead;
mod entry;
mod index;
mod key;
mod metrics;
mod noted;
mod queues;
mod ring;
mod shard;

use std::{
    fmt,
    hash::{BuildHasher, RandomState},
    ops::RangeInclusive,
    sync::Arc,
    time::Duration,
};

use siphasher::sip::SipHasher13;

pub use ahead::Ahead;
use entry::Draft;
use key::Key;
use noted::Noted;
use shard::Shard;

use crate::{
    dns::{Answer, AnswerView, Asked, Ede, Name, Outcome, Question, Rcode, RecordType, Summary},
    time::Moment,
};

/// The most parts that are written to independently.
const MOST_SHARDS: usize = 16;
/// Bytes that are worth a part of their own.
const SHARD: usize = 256 * 1024;
/// How long a failure is remembered, in seconds (RFC 9520, section 3.2 asks for 1 s to 5 min).
const FAILURE_LIFETIME: u32 = 5;
/// The last part of a lifetime in which a popular answer is fetched anew: one tenth.
const PREFETCH_PART: u32 = 10;
/// Hits that make an answer popular.
const PREFETCH_HITS: u64 = 3;

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
#[derive(Clone)]
pub struct Cache {
    shards: Arc<[Shard]>,
    noted: Arc<Noted>,
    /// Keyed at random: clients choose the names, and must not be able to choose ones that fall into one place.
    secret: SipHasher13,
    limits: Limits,
}

/// An answer from memory, whose block was written to a buffer.
#[derive(Clone, Copy, Debug)]
pub struct Hit {
    /// What is known of the answer, its lifetime as it was when it was stored.
    pub summary: Summary,
    /// Whole seconds since then.
    pub age: u32,
    /// Whether it is popular and near its end: ask again now. Said once for each lifetime.
    pub prefetch: bool,
    /// Where in the buffer the block begins; it ends with the buffer.
    pub start: usize,
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

/// Where the answer to a question stands in one cache, if it is there.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The number of the shard.
    shard: usize,
    /// The hash of the key, by which it is found there.
    hash: u64,
}

/// How full the cache is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Answers and failures remembered.
    pub entries: usize,
    /// Memory they take, in bytes.
    pub bytes: usize,
}

impl Hit {
    /// The answer, in the buffer that it was written to; its TTLs are as they were when it was stored.
    #[must_use]
    pub fn answer<'b>(&self, buffer: &'b [u8]) -> AnswerView<'b> {
        AnswerView::of_block(self.summary, buffer.get(self.start..).unwrap_or_default())
    }

    /// Takes the answer out of the buffer.
    #[must_use]
    pub fn take(&self, buffer: &mut Vec<u8>) -> Answer {
        let answer = self.answer(buffer).to_owned();
        buffer.truncate(self.start);
        answer
    }

    fn is_fresh(&self) -> bool {
        self.summary.lifetime().is_some_and(|lifetime| self.age < lifetime)
    }
}

impl Cache {
    /// An empty cache.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        // Rounded down to a power of two.
        let count = 1_usize << (limits.size / SHARD).clamp(1, MOST_SHARDS).ilog2();
        let noted = Arc::new(Noted::default());
        let shard = |_| Shard::new(limits.size / count, limits.stale, Arc::clone(&noted));
        let random = RandomState::new();
        let secret = SipHasher13::new_with_keys(random.hash_one(0), random.hash_one(1));
        Self { shards: (0..count).map(shard).collect(), noted, secret, limits }
    }

    /// What is known of what was asked. An NXDOMAIN for the name, or for one above it, answers every type (RFC 8020). The block
    /// of an answer is written behind what `buffer` holds.
    #[must_use]
    pub fn get(&self, asked: Asked<'_>, now: Moment, buffer: &mut Vec<u8>) -> Lookup {
        self.get_at(None, asked, now, buffer)
    }

    /// The same where the place was [found](Ahead::add) before.
    #[must_use]
    pub fn get_at(&self, place: Option<Place>, asked: Asked<'_>, now: Moment, buffer: &mut Vec<u8>) -> Lookup {
        let key = Key::of(asked);
        let known = self.find_at(place.unwrap_or_else(|| self.place(&key)), &key, now, buffer, |_, _| true);
        match known {
            Some(hit) if hit.is_fresh() => Lookup::Fresh(hit),
            _ if self.limits.size == 0 => Lookup::Absent,
            _ => self.get_otherwise(asked, known, now, buffer),
        }
    }

    /// `answer` with its lifetimes moved into the limits: the one to serve and to remember.
    #[must_use]
    pub fn limited(&self, answer: Arc<Answer>) -> Arc<Answer> {
        let bounds = self.bounds(answer.outcome());
        if answer.records().all(|record| bounds.contains(&record.ttl())) {
            return answer;
        }
        let mut changed = Arc::unwrap_or_clone(answer);
        changed.clamp_ttls(*bounds.start(), *bounds.end());
        Arc::new(changed)
    }

    /// Remembers an answer to `question` that is [`Self::limited`]. A failure is remembered for a moment, beside a stale answer
    /// that may be there. An answer about another name is not remembered.
    pub fn put(&self, question: &Question, answer: &Answer, now: Moment) {
        let outcome = answer.outcome();
        if outcome == Outcome::Failure {
            return self.put_failure(question, &Failure { rcode: answer.rcode(), reason: answer.ede() }, now);
        }
        let bounds = self.bounds(outcome);
        // That of a negative answer is also that of its SOA's minimum, which stays as it is.
        let lifetime = answer.lifetime().map(|seconds| seconds.clamp(*bounds.start(), *bounds.end()));
        let Some(lifetime) = lifetime.filter(|&seconds| seconds > 0) else {
            return;
        };
        if answer.name() != question.name || self.limits.size == 0 {
            return;
        }
        let (exact, denial) = (Key::of(question.into()), Key::denial(question.into(), question.name.wire()));
        // One entry says of all types that the name does not exist; of what it replaces, nothing must be left.
        let denies = outcome == Outcome::NxDomain && answer.answers().next().is_none();
        let (key, replaced) = if denies { (&denial, &exact) } else { (&exact, &denial) };
        if denies || self.noted.has_denials() {
            self.remove(replaced);
        }
        if self.noted.has_failures() {
            self.remove(&Key::failure(question.into()));
        }
        let place = self.place(key);
        self.shard(place).put(&Draft::answer(key, place.hash, answer, now, lifetime), now);
    }

    /// Remembers for a moment that nothing useful was answered to `question` (RFC 9520).
    pub fn put_failure(&self, question: &Question, failure: &Failure, now: Moment) {
        if self.limits.size > 0 {
            let key = Key::failure(question.into());
            let reason: Vec<u8> = failure.reason.iter().flat_map(Ede::octets).collect();
            let length = u16::try_from(reason.len()).unwrap_or(0);
            let summary = Summary::failure(&question.name, failure.rcode, FAILURE_LIFETIME, length);
            let (place, reason) = (self.place(&key), reason.get(..length.into()).unwrap_or_default());
            self.shard(place).put(&Draft::failure(&key, place.hash, summary, reason, now), now);
        }
    }

    /// Forgets every type of `name`.
    pub fn forget(&self, name: &Name) {
        let key = Key::of((&Question::plain(name, RecordType::A)).into());
        for shard in self.shards.iter() {
            shard.remove_name(&key);
        }
    }

    /// How full the cache is.
    #[must_use]
    pub fn usage(&self) -> Usage {
        self.shards.iter().map(Shard::usage).fold(Usage::default(), |sum, part| Usage {
            entries: sum.entries + part.entries,
            bytes: sum.bytes + part.bytes,
        })
    }

    /// The shortest and the longest lifetime of answers that end so, in seconds.
    fn bounds(&self, outcome: Outcome) -> RangeInclusive<u32> {
        let longest = match outcome {
            Outcome::NoData | Outcome::NxDomain => self.limits.max_negative_ttl.min(self.limits.max_ttl),
            Outcome::Positive | Outcome::Failure => self.limits.max_ttl,
        };
        self.limits.min_ttl.min(longest)..=longest
    }

    /// What is known when there is no fresh answer under the key itself: that the name does not exist, that it failed, or
    /// `known`, if it is still of use.
    fn get_otherwise(&self, asked: Asked<'_>, known: Option<Hit>, now: Moment, buffer: &mut Vec<u8>) -> Lookup {
        let mut stale = self.while_stale(known, buffer);
        if stale.is_none() && self.noted.has_denials() {
            match self.denial(asked, now, buffer) {
                Some(hit) if hit.is_fresh() => return Lookup::Fresh(hit),
                denial => stale = denial,
            }
        }
        match (self.failure(asked, now, buffer), stale) {
            (Some(failure), stale) => Lookup::Failed(failure, stale),
            (None, Some(hit)) => Lookup::Stale(hit),
            (None, None) => Lookup::Absent,
        }
    }

    fn while_stale(&self, hit: Option<Hit>, buffer: &mut Vec<u8>) -> Option<Hit> {
        let hit = hit?;
        if !self.is_of_use(&hit) {
            buffer.truncate(hit.start);
            return None;
        }
        Some(hit)
    }

    fn is_of_use(&self, hit: &Hit) -> bool {
        hit.age < hit.summary.lifetime().unwrap_or(0).saturating_add(self.limits.stale)
    }

    /// A fresh NXDOMAIN at the name itself or at one above it, or one past its end that answered this very question.
    fn denial(&self, asked: Asked<'_>, now: Moment, buffer: &mut Vec<u8>) -> Option<Hit> {
        let start = buffer.len();
        asked.name.suffixes().filter(|suffix| suffix.len() > 1).find_map(|suffix| {
            let is_same = |hit: &Hit, buffer: &[u8]| {
                suffix.len() == asked.name.wire().len() && hit.answer(buffer).rtype() == asked.rtype
            };
            // Who asks something else cannot renew it.
            let hit = self.find(&Key::denial(asked, suffix), now, buffer, is_same)?;
            if hit.is_fresh() || is_same(&hit, buffer) && self.is_of_use(&hit) {
                return Some(hit);
            }
            buffer.truncate(start);
            None
        })
    }

    /// The failure of a moment ago.
    fn failure(&self, asked: Asked<'_>, now: Moment, buffer: &mut Vec<u8>) -> Option<Failure> {
        if !self.noted.has_failures() {
            return None;
        }
        let hit = self.find(&Key::failure(asked), now, buffer, |_, _| false)?;
        let reason = entry::reason(buffer.get(hit.start..).unwrap_or_default(), &hit.summary);
        buffer.truncate(hit.start);
        hit.is_fresh().then(|| Failure { rcode: hit.summary.rcode(), reason })
    }

    fn find(&self, key: &Key, now: Moment, buffer: &mut Vec<u8>, renews: impl Fn(&Hit, &[u8]) -> bool) -> Option<Hit> {
        self.find_at(self.place(key), key, now, buffer, renews)
    }

    /// What is kept under `key` at `place`. `renews` says whether whoever asks can be told to renew it.
    #[inline]
    fn find_at(
        &self,
        place: Place,
        key: &Key,
        now: Moment,
        buffer: &mut Vec<u8>,
        renews: impl Fn(&Hit, &[u8]) -> bool,
    ) -> Option<Hit> {
        let (shard, start) = (self.shard(place), buffer.len());
        let found = shard.read(place.hash, key, buffer)?;
        let age = seconds(now.since(found.since));
        let lifetime = found.summary.lifetime().unwrap_or(0);
        let near_end = age < lifetime && lifetime - age < lifetime / PREFETCH_PART;
        let hit = Hit { summary: found.summary, age, prefetch: false, start };
        let is_popular = found.slot.used().hits() >= PREFETCH_HITS;
        let renew = near_end && is_popular && !found.slot.is_renewing() && renews(&hit, buffer);
        Some(Hit { prefetch: shard.used(&found, renew), ..hit })
    }

    fn remove(&self, key: &Key) {
        let place = self.place(key);
        self.shard(place).remove(place.hash, key);
    }

    #[inline]
    fn place(&self, key: &Key) -> Place {
        let (choice, hash) = key.hash(&self.secret);
        Place { shard: choice & (self.shards.len() - 1), hash }
    }

    fn shard(&self, place: Place) -> &Shard {
        &self.shards[place.shard]
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Cache").field("limits", &self.limits).field("usage", &self.usage()).finish_non_exhaustive()
    }
}

fn seconds(duration: Duration) -> u32 {
    u32::try_from(duration.as_secs()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::Class;

    const LIMITS: Limits = Limits { size: 1 << 20, min_ttl: 0, max_ttl: 86400, max_negative_ttl: 60, stale: 100 };

    const FAILED: Failure = Failure { rcode: Rcode::SERVFAIL, reason: None };

    fn question(name: &str, rtype: RecordType) -> Question {
        Question { name: name.parse().unwrap(), rtype, class: Class::IN, dnssec_ok: false, checking_disabled: false }
    }

    fn get(cache: &Cache, asked: &Question, seconds: u64) -> Lookup {
        cache.get(asked.into(), at(seconds), &mut Vec::new())
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
    fn looking_ahead_changes_nothing() {
        for (size, expected) in [(0, "absent"), (1 << 20, "fresh 1")] {
            let cache = Cache::new(Limits { size, ..LIMITS });
            let asked = question("a.b", RecordType::A);
            cache.put(&asked, &answer(&asked, 0, 60), at(0));
            let before = cache.usage();
            let mut ahead = cache.ahead();
            let places: Vec<_> = (0..100)
                .map(|number| {
                    ahead.add((&question(&format!("{number}.b"), RecordType::A)).into());
                    ahead.add((&asked).into())
                })
                .collect();
            ahead.read();
            for place in places {
                let found = cache.get_at(place, (&asked).into(), at(1), &mut Vec::new());
                assert_eq!((cache.usage(), word(&found).as_str()), (before, expected), "{place:?}");
            }
        }
    }

    #[test]
    fn an_answer_ages_goes_stale_and_is_gone() {
        let cache = Cache::new(LIMITS);
        let asked = question("a.b", RecordType::A);
        let check =
            |seconds: u64, expected: &str| assert_eq!(word(&get(&cache, &asked, seconds)), expected, "{seconds}");
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
        let check = |other: Question, expected: &str| assert_eq!(word(&get(&cache, &other, 0)), expected, "{other:?}");
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
            assert_eq!(word(&get(&cache, &question(name, RecordType::TXT), seconds)), expected, "{name}");
        };
        check("no.b", 1, "fresh 1");
        check("deep.no.b", 1, "fresh 1");
        check("b", 1, "absent");
        check("no.b", 60, "absent");
        assert_eq!(word(&get(&cache, &asked, 60)), "stale 60", "cut to the negative limit");
    }

    #[test]
    fn failures_are_remembered_for_a_moment() {
        let cache = Cache::new(LIMITS);
        let asked = question("a.b", RecordType::A);
        let check =
            |seconds: u64, expected: &str| assert_eq!(word(&get(&cache, &asked, seconds)), expected, "{seconds}");
        cache.put(&asked, &answer(&asked, 2, 0), at(0));
        check(4, "failed SERVFAIL false");
        check(5, "absent");
        cache.put(&asked, &answer(&asked, 0, 10), at(10));
        cache.put_failure(&asked, &FAILED, at(15));
        check(16, "fresh 6");
        cache.put_failure(&asked, &FAILED, at(30));
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
        let asked = question("a.b", RecordType::A);
        cache.put(&asked, &cache.limited(answer(&asked, 3, 1)), at(0));
        assert_eq!(word(&get(&cache, &asked, 29)), "fresh 29", "whatever the minimum of its SOA");
        assert_eq!(word(&get(&cache, &asked, 30)), "stale 30");
    }

    #[test]
    fn popular_answers_are_fetched_before_their_end() {
        let cache = Cache::new(LIMITS);
        let asked = question("a.b", RecordType::A);
        let check =
            |seconds: u64, expected: &str| assert_eq!(word(&get(&cache, &asked, seconds)), expected, "{seconds}");
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
    fn a_popular_denial_is_renewed_by_who_asks_the_same() {
        let cache = Cache::new(LIMITS);
        let asked = question("a.b", RecordType::A);
        let (below, other) = (question("x.a.b", RecordType::A), question("a.b", RecordType::AAAA));
        let check = |asked: &Question, seconds: u64, expected: &str| {
            assert_eq!(word(&get(&cache, asked, seconds)), expected, "{seconds}");
        };
        cache.put(&asked, &answer(&asked, 3, 50), at(0));
        for seconds in 1..4 {
            check(&below, seconds, &format!("fresh {seconds}"));
        }
        check(&below, 46, "fresh 46");
        check(&other, 47, "fresh 47");
        check(&asked, 48, "fresh 48 prefetch");
        check(&asked, 49, "fresh 49");
    }

    #[test]
    fn memory_is_bounded_and_popular_answers_stay() {
        let cache = Cache::new(Limits { size: 256 * 1024, ..LIMITS });
        let popular = question("popular", RecordType::A);
        cache.put(&popular, &answer(&popular, 0, 1000), at(0));
        for number in 0..20_000 {
            let asked = question(&format!("n{number}.b"), RecordType::A);
            cache.put(&asked, &answer(&asked, 0, 1000), at(1));
            assert!(matches!(get(&cache, &popular, 1), Lookup::Fresh(_)), "after {number}");
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
        assert_eq!((word(&get(&cache, &asked, 0)), cache.usage()), ("absent".to_owned(), Usage::default()));
        let off = Cache::new(Limits { size: 0, ..LIMITS });
        off.put(&asked, &answer(&asked, 0, 50), at(0));
        off.put_failure(&asked, &FAILED, at(0));
        assert_eq!(word(&get(&off, &asked, 0)), "absent");
    }

    #[test]
    fn answers_without_a_lifetime_are_not_kept() {
        let cache = Cache::new(LIMITS);
        let asked = question("a.b", RecordType::A);
        cache.put(&asked, &answer(&asked, 0, 0), at(0));
        assert_eq!(word(&get(&cache, &asked, 0)), "absent");
    }
}
