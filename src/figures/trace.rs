//! The queries of one device for one name, and what they tell of whether stopping it broke something.

use std::{cmp::Reverse, collections::HashMap, time::Duration};

use super::{FailedName, Known, Likelihood, Reason, Suspect, ledger::is_let_through, owner::owner};
use crate::{
    catalog::{Catalog, Class, Entry},
    policy::Verdict,
    stats::{Attribution, Rhythm, Row, SourceKind},
};

/// What comes so soon, in milliseconds, belongs to the same asking: the other record types, and repeats.
const SAME: u64 = 1000;
/// Who asks so often within so long, in milliseconds, tries again and again.
const RETRIES: usize = 3;
const BURST: u64 = 60_000;
/// What is let through within so long before or after a stop, in milliseconds, is of the same page or app.
const BESIDE: u64 = 10_000;
/// What was stopped so long ago at most, in milliseconds, was stopped just now.
const JUST_NOW: u64 = 120_000;
/// So long before, in milliseconds, and in so many hours of the day, somebody asks who asks at all hours.
const HOUR: u64 = 3_600_000;
const HOURS: u32 = 6;

/// What was asked for one name, the earliest first.
pub(super) struct Trace<'r> {
    pub(super) name: String,
    pub(super) rows: Vec<&'r Row>,
}

/// Names that were let through, by their owner, each with its time.
pub(super) struct LetThrough<'t>(HashMap<&'t str, Vec<(u64, &'t str)>>);

impl<'t> LetThrough<'t> {
    pub(super) fn of(traces: &'t [Trace<'_>]) -> Self {
        let mut owners: HashMap<&str, Vec<(u64, &str)>> = HashMap::new();
        for trace in traces {
            let through =
                trace.rows.iter().filter(|row| is_let_through(row.verdict)).map(|row| (row.at.0, &*trace.name));
            if let Some(owner) = owner(&trace.name) {
                owners.entry(owner).or_default().extend(through);
            }
        }
        Self(owners)
    }

    /// Another name of the same owner that was let through when `name` was stopped.
    fn beside(&self, name: &str, askings: &[u64]) -> Option<&'t str> {
        let others = self.0.get(owner(name)?)?;
        let is_beside = |at: u64| askings.iter().any(|asked| asked.abs_diff(at) <= BESIDE);
        others.iter().find(|(at, other)| *other != name && is_beside(*at)).map(|(_, other)| *other)
    }
}

impl Trace<'_> {
    pub(super) fn suspect(
        &self,
        known: &Known<'_>,
        rhythm: Option<&Rhythm>,
        through: &LetThrough<'_>,
    ) -> Option<Suspect> {
        let first = self.rows.iter().position(|row| is_stopped(row))?;
        let behind = self.rows.iter().rposition(|row| is_stopped(row))? + 1;
        let (before, after) = (self.rows.get(..first)?, self.rows.get(behind..)?);
        let (first, last) = (*self.rows.get(first)?, *self.rows.get(behind - 1)?);
        let askings = askings(self.rows.iter().filter(|row| is_stopped(row)));
        let via = last.cause.as_ref().and_then(|cause| cause.via.as_deref());
        let entry = entry_of(&self.name).or_else(|| entry_of(via?));
        let worked =
            before.iter().rfind(|row| is_let_through(row.verdict) && source(row) != Some(SourceKind::Exception));
        let beside = through.beside(&self.name, &askings);
        let of_name = [
            entry.map(by_catalog),
            worked.map(|row| Reason::WorkedBefore { at: row.at }),
            beside.map(|name| Reason::Beside { name: name.to_owned() }),
        ];
        let mut reasons: Vec<Reason> = of_name.into_iter().flatten().chain(by_habit(&askings, rhythm, known)).collect();
        reasons.extend(self.by_cause(last, via, known));
        reasons.sort_by_key(|reason| Reverse(reason.weight()));
        Some(Suspect {
            name: self.name.clone(),
            likelihood: Likelihood::of(&reasons),
            reasons,
            times: askings.len(),
            first: first.at,
            last: last.at,
            let_through: after.iter().rfind(|row| is_let_through(row.verdict)).map(|row| row.at),
            cause: last.cause.clone(),
            attribution: entry.map(Attribution::from),
            breaks: entry.and_then(|entry| entry.breaks.as_deref()).map(str::to_owned),
        })
    }

    /// What is told by how the name was stopped last.
    fn by_cause(&self, last: &Row, via: Option<&str>, known: &Known<'_>) -> impl Iterator<Item = Reason> {
        let is_listed = source(last) == Some(SourceKind::List);
        let reasons = [
            via.map(|_| Reason::Alias),
            (is_listed && (known.is_on_one_list)(via.unwrap_or(&self.name))).then_some(Reason::OneList),
            (known.to.0.saturating_sub(last.at.0) <= JUST_NOW).then_some(Reason::JustNow),
            (source(last) == Some(SourceKind::Canary)).then_some(Reason::Canary),
        ];
        reasons.into_iter().flatten()
    }

    pub(super) fn failed(&self) -> Option<FailedName> {
        let is_failed = |row: &&Row| row.verdict == Verdict::Failed;
        let last = *self.rows.last().filter(|row| is_failed(row))?;
        let times = askings(self.rows.iter().filter(|row| is_failed(row))).len();
        Some(FailedName { name: self.name.clone(), times, last: last.at, rcode: last.rcode })
    }
}

/// When was asked, in milliseconds: what follows at once is not told again.
fn askings<'r>(rows: impl Iterator<Item = &'r &'r Row>) -> Vec<u64> {
    let mut askings: Vec<u64> = Vec::new();
    for at in rows.map(|row| row.at.0) {
        if askings.last().is_none_or(|last| at.abs_diff(*last) >= SAME) {
            askings.push(at);
        }
    }
    askings
}

/// What is told by how often a device asks for a name, now and otherwise.
fn by_habit(askings: &[u64], rhythm: Option<&Rhythm>, known: &Known<'_>) -> impl Iterator<Item = Reason> {
    let steady = rhythm.and_then(|rhythm| steady(rhythm, known));
    let retried = retried(askings, steady.as_ref().and(rhythm));
    let new = rhythm.filter(|rhythm| is_new(rhythm, known)).map(|_| Reason::New);
    [retried, new, steady].into_iter().flatten()
}

fn by_catalog(entry: &Entry) -> Reason {
    match entry.class {
        Class::Functional => Reason::Needed,
        Class::Mixed => Reason::Breaks,
        Class::Block if entry.breaks.is_some() => Reason::Breaks,
        Class::Block => Reason::Reports,
    }
}

/// The densest minute of `askings`, if it tells of somebody who tries again and again: oftener than its `rhythm` alone.
fn retried(askings: &[u64], rhythm: Option<&Rhythm>) -> Option<Reason> {
    let within = |(start, first): (usize, &u64)| {
        let end = askings.partition_point(|at| at.saturating_sub(*first) < BURST);
        let last = askings.get(end.checked_sub(1)?)?;
        Some((end.checked_sub(start)?, last.saturating_sub(*first)))
    };
    let densest =
        askings.iter().enumerate().filter_map(within).max_by_key(|(times, length)| (*times, Reverse(*length)));
    let (times, length) = densest.filter(|(times, _)| *times >= RETRIES)?;
    let gap = rhythm.and_then(|rhythm| rhythm.gap).map_or(f64::INFINITY, |gap| gap.median);
    let usual = Duration::from_millis(BURST).as_secs_f64() / gap;
    let is_oftener = u32::try_from(times).is_ok_and(|times| f64::from(times) >= 2.0 * usual);
    is_oftener.then(|| Reason::Retried { times, seconds: length.div_ceil(1000) })
}

/// That a device asks at all hours, if it does.
fn steady(rhythm: &Rhythm, known: &Known<'_>) -> Option<Reason> {
    let every_seconds = rhythm.gap.filter(|_| rhythm.regular).map(|gap| gap.median);
    let began_before = rhythm.first_seen.0 + u64::from(HOURS) * HOUR <= known.from.0;
    let is_steady = every_seconds.is_some() || (rhythm.hours >= HOURS && began_before);
    is_steady.then_some(Reason::Steady { every_seconds, hours: rhythm.hours })
}

/// Whether a device first asked in this time, and would be known to have asked before.
fn is_new(rhythm: &Rhythm, known: &Known<'_>) -> bool {
    rhythm.first_seen >= known.from && known.since.is_some_and(|since| since.0 + HOUR <= known.from.0)
}

fn entry_of(name: &str) -> Option<&'static Entry> {
    Catalog::built_in().find(&name.parse().ok()?)
}

fn is_stopped(row: &Row) -> bool {
    row.verdict == Verdict::Stopped
}

fn source(row: &Row) -> Option<SourceKind> {
    row.cause.as_ref().map(|cause| cause.source)
}
