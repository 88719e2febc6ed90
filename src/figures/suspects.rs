//! What may have broken something on a device: the names that were stopped for it in the last minutes, the likeliest first.
//!
//! Pure: whoever asks has read the queries, and says what else is known of the names.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    likelihood::{Likelihood, Reason, weight},
    trace::{LetThrough, Trace},
};
use crate::{
    dns::Rcode,
    stats::{Attribution, Rhythm, Row, RowCause},
    time::UnixTime,
};

/// Names that are told at most, of those that were stopped and of those that failed.
const MOST: usize = 50;
/// A name that was stopped for a device.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Suspect {
    /// The name, in lower case.
    #[schema(example = "log-ingestion-eu.samsungacr.com")]
    pub name: String,
    /// How likely it is what broke something.
    pub likelihood: Likelihood,
    /// Why, what speaks for it first.
    pub reasons: Vec<Reason>,
    /// How often it was stopped; what follows within a second, such as the other record types, is not counted again.
    pub times: usize,
    /// When it was first stopped in this time, in milliseconds since 1970 UTC.
    #[schema(value_type = u64)]
    pub first: UnixTime,
    /// When it was last stopped.
    #[schema(value_type = u64)]
    pub last: UnixTime,
    /// When it was last let through after that; `null` when it was not.
    #[schema(required, value_type = Option<u64>)]
    pub let_through: Option<UnixTime>,
    /// What stopped it.
    #[schema(required)]
    pub cause: Option<RowCause>,
    /// Whose name it is and what it is for.
    #[schema(required)]
    pub attribution: Option<Attribution>,
    /// What breaks when it is stopped.
    #[schema(required)]
    pub breaks: Option<String>,
}

/// A name whose look-ups failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FailedName {
    /// The name, in lower case.
    pub name: String,
    /// How often it failed, counted as stops are.
    pub times: usize,
    /// When it last did, in milliseconds since 1970 UTC.
    #[schema(value_type = u64)]
    pub last: UnixTime,
    /// The code of the last reply.
    #[schema(value_type = String, example = "SERVFAIL")]
    pub rcode: Rcode,
}

/// What is known of a device and the names that it asked for.
pub struct Known<'k> {
    /// Where the time begins of which its queries are looked at.
    pub from: UnixTime,
    /// Where that ends.
    pub to: UnixTime,
    /// How regularly it asks.
    pub rhythms: &'k [Rhythm],
    /// Since when rhythms are counted.
    pub since: Option<UnixTime>,
    /// Whether of several lists one alone stops the name.
    pub is_on_one_list: &'k dyn Fn(&str) -> bool,
}

/// The names of `rows`, the queries of one device, newest first: those that were stopped, the likeliest first, and those that
/// failed at last, the latest first.
#[must_use]
pub fn suspects(rows: &[Arc<Row>], known: &Known<'_>) -> (Vec<Suspect>, Vec<FailedName>) {
    let traces = traces(rows);
    let through = LetThrough::of(&traces);
    let rhythms: HashMap<&str, &Rhythm> = known.rhythms.iter().map(|rhythm| (&*rhythm.name, rhythm)).collect();
    let stopped = traces.iter().filter_map(|trace| trace.suspect(known, rhythms.get(&*trace.name).copied(), &through));
    let mut suspects: Vec<Suspect> = stopped.collect();
    suspects
        .sort_by_cached_key(|suspect| (Reverse(weight(&suspect.reasons)), Reverse(suspect.last), suspect.name.clone()));
    suspects.truncate(MOST);
    let mut failed: Vec<FailedName> = traces.iter().filter_map(Trace::failed).collect();
    failed.sort_by(|one, other| other.last.cmp(&one.last).then_with(|| one.name.cmp(&other.name)));
    failed.truncate(MOST);
    (suspects, failed)
}

fn traces(rows: &[Arc<Row>]) -> Vec<Trace<'_>> {
    let mut traces: BTreeMap<String, Vec<&Row>> = BTreeMap::new();
    for row in rows.iter().rev() {
        traces.entry(row.name.to_ascii_lowercase()).or_default().push(row);
    }
    traces.into_iter().map(|(name, rows)| Trace { name, rows }).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        clients::DeviceId,
        dns::RecordType,
        figures::{Household, askers},
        policy::Verdict,
        stats::{Gap, SourceKind, Transport},
    };

    /// 2026-11-23 20:00 UTC.
    const NOW: u64 = 1_795_464_000_000;
    const HOUR: u64 = 3_600_000;
    const FROM: u64 = NOW - 600_000;

    /// A query so many seconds ago; `end` says how it ended, behind a blank by whom or by way of what.
    fn row(ago: u64, name: &str, end: &str) -> Arc<Row> {
        let (end, by) = end.split_once(' ').unwrap_or((end, ""));
        let verdict = match end {
            "stopped" => Verdict::Stopped,
            "failed" => Verdict::Failed,
            _ => Verdict::Allowed,
        };
        let cause = |source, via| Some(RowCause { source, id: None, rule: None, via });
        let cause = match (verdict, by) {
            (_, "exception") => cause(SourceKind::Exception, None),
            (_, "canary") => cause(SourceKind::Canary, None),
            (Verdict::Stopped, via) => cause(SourceKind::List, Some(via.to_owned()).filter(|via| !via.is_empty())),
            _ => None,
        };
        let device = [10, 0, 0, 1].into();
        Arc::new(Row {
            id: NOW / 1000 - ago,
            at: UnixTime(NOW - ago * 1000),
            device,
            device_id: DeviceId::at(device),
            device_name: "tv".to_owned(),
            name: name.into(),
            rtype: RecordType::A,
            verdict,
            rcode: if verdict == Verdict::Failed { Rcode::SERVFAIL } else { Rcode::NOERROR },
            transport: Transport::Udp,
            latency_us: 1,
            cause,
            attribution: None,
        })
    }

    fn rhythm(name: &str, began: u64, hours: u32, every: Option<f64>) -> Rhythm {
        Rhythm {
            device_id: DeviceId::at([10, 0, 0, 1].into()),
            name: name.into(),
            asked: 100,
            first_seen: UnixTime(NOW - began),
            last_seen: UnixTime(NOW),
            night_share: 0.0,
            hours,
            gap: every.map(|median| Gap { median, lower: median, upper: median }),
            regular: every.is_some(),
            day_and_night: false,
        }
    }

    /// What is told of queries, given oldest first.
    fn told(asked: &[(u64, &str, &str)], rhythms: &[Rhythm]) -> (Vec<Suspect>, Vec<FailedName>) {
        let rows: Vec<_> = asked.iter().rev().map(|(ago, name, end)| row(*ago, name, end)).collect();
        let known = Known {
            from: UnixTime(FROM),
            to: UnixTime(NOW),
            rhythms,
            since: Some(UnixTime(FROM - HOUR)),
            is_on_one_list: &|name| name == "rare.example",
        };
        suspects(&rows, &known)
    }

    #[test]
    fn each_reason_is_told_where_it_holds() {
        let (ad, needed) = ("samsungads.com", "de.ot.io.mi.com");
        let check = |asked: &[(u64, &str, &str)], rhythms: &[Rhythm], likelihood: &str, reasons: &str| {
            let suspect = &told(asked, rhythms).0[0];
            let told = serde_json::to_value(suspect).unwrap();
            let kinds: Vec<_> =
                told["reasons"].as_array().unwrap().iter().map(|it| it["kind"].as_str().unwrap()).collect();
            assert_eq!((told["likelihood"].as_str().unwrap(), &*kinds.join(" ")), (likelihood, reasons), "{asked:?}");
        };
        check(&[(300, "a.example", "stopped")], &[], "possible", "");
        check(&[(30, "a.example", "stopped")], &[], "possible", "just_now");
        check(&[(300, needed, "stopped")], &[], "likely", "needed");
        check(&[(300, ad, "stopped")], &[], "unlikely", "reports");
        check(&[(300, "rare.example", "stopped")], &[], "possible", "one_list");
        check(&[(300, "a.example", "stopped tracker.example")], &[], "possible", "alias");
        check(&[(300, "a.example", "stopped rare.example")], &[], "likely", "alias one_list");
        check(&[(300, "use-application-dns.net", "stopped canary")], &[], "unlikely", "canary");
        // Again and again: the other record types of one asking are none.
        let four = [(340, "a.example", "stopped"), (330, "a.example", "stopped"), (310, "a.example", "stopped")];
        check(&four, &[], "likely", "retried");
        check(
            &[(300, "A.example", "stopped"), (300, "a.example", "stopped"), (299, "a.example", "stopped")],
            &[],
            "possible",
            "",
        );
        // Beside what was let through, of the same owner and at the same time.
        let beside = |ago, name, end| [(300, "cdn.shop.example", "stopped"), (ago, name, end)];
        check(&beside(291, "www.shop.example", "allowed"), &[], "possible", "beside");
        check(&beside(289, "www.shop.example", "allowed"), &[], "possible", "");
        check(&beside(299, "www.other.example", "allowed"), &[], "possible", "");
        check(&beside(299, "cdn.shop.example", "allowed"), &[], "possible", "");
        check(&[(300, "a.cloudfront.net", "stopped"), (299, "b.cloudfront.net", "allowed")], &[], "possible", "");
        // What worked before, unless by an exception.
        check(&[(400, "a.example", "allowed"), (300, "a.example", "stopped")], &[], "likely", "worked_before");
        check(&[(400, "a.example", "allowed exception"), (300, "a.example", "stopped")], &[], "possible", "");
        // Habits.
        let once = [(300, "a.example", "stopped")];
        check(&once, &[rhythm("a.example", 300_000, 1, None)], "possible", "new");
        check(&once, &[rhythm("a.example", HOUR, 1, None)], "possible", "");
        check(&once, &[rhythm("a.example", 20 * HOUR, 6, None)], "unlikely", "steady");
        check(&once, &[rhythm("a.example", 20 * HOUR, 5, None)], "possible", "");
        check(&once, &[rhythm("a.example", 20 * HOUR, 5, Some(300.0))], "unlikely", "steady");
        check(&four, &[rhythm("a.example", 20 * HOUR, 20, Some(20.0))], "unlikely", "steady");
        check(&four, &[rhythm("a.example", 20 * HOUR, 20, Some(300.0))], "unlikely", "retried steady");
    }

    #[test]
    fn the_likeliest_come_first_and_what_fits_alike_by_when_it_was() {
        let (names, failed) = told(
            &[
                (500, "old.example", "stopped"),
                (400, "samsungads.com", "stopped"),
                (360, "c.shop.example", "stopped"),
                (355, "www.shop.example", "allowed"),
                (350, "gone.example", "failed"),
                (349, "gone.example", "failed"),
                (300, "back.example", "failed"),
                (290, "back.example", "allowed"),
                (200, "new.example", "stopped"),
            ],
            &[],
        );
        let names: Vec<_> = names.iter().map(|suspect| &*suspect.name).collect();
        assert_eq!(names, ["c.shop.example", "new.example", "old.example", "samsungads.com"]);
        let expected = FailedName {
            name: "gone.example".to_owned(),
            times: 2,
            last: UnixTime(NOW - 349_000),
            rcode: Rcode::SERVFAIL,
        };
        assert_eq!(failed, [expected]);
    }

    #[test]
    fn what_became_of_a_name_after_its_last_stop_is_told() {
        let check = |asked: &[(u64, &str, &str)], expected: Option<u64>| {
            let let_through = told(asked, &[]).0[0].let_through;
            assert_eq!(let_through, expected.map(|ago| UnixTime(NOW - ago * 1000)), "{asked:?}");
        };
        let stopped = (300, "a.example", "stopped");
        check(&[stopped], None);
        check(&[(400, "a.example", "allowed"), stopped], None);
        check(&[stopped, (200, "a.example", "failed")], None);
        check(&[stopped, (200, "a.example", "allowed exception"), (100, "a.example", "allowed")], Some(100));
        check(&[stopped, (200, "a.example", "allowed"), (100, "a.example", "stopped")], None);
    }

    #[test]
    fn devices_that_were_stopped_last_come_first() {
        let mut rows =
            vec![row(50, "a.example", "allowed"), row(60, "b.example", "stopped"), row(70, "b.example", "stopped")];
        for (row, host) in rows.iter_mut().zip([2, 3, 1]) {
            Arc::make_mut(row).device_id = DeviceId::at([10, 0, 0, host].into());
        }
        let told = askers(&rows, &Household::default());
        let told: Vec<_> = told.iter().map(|asker| (&*asker.device_name, asker.queries, asker.stopped)).collect();
        assert_eq!(told, [("10.0.0.3", 1, 1), ("10.0.0.1", 1, 1), ("10.0.0.2", 1, 0)]);
    }

    proptest! {
        /// Whatever is asked: each stopped name is told once, in the order of weights, and a rhythm never makes it likelier.
        #[test]
        fn all_that_was_stopped_is_told_in_order(asked in prop::collection::vec((0..600_u64, 0..6_usize, 0..4_usize), 0..60)) {
            const NAMES: [&str; 6] =
                ["a.x.example", "b.x.example", "c.y.example", "de.ot.io.mi.com", "samsungads.com", "d.y.example"];
            const ENDS: [&str; 4] = ["stopped", "allowed", "failed", "stopped tracker.example"];
            let mut asked: Vec<_> = asked.into_iter().map(|(ago, name, end)| (ago, NAMES[name], ENDS[end])).collect();
            asked.sort_by_key(|(ago, ..)| Reverse(*ago));
            let (names, _) = told(&asked, &[]);
            let weights: Vec<_> = names.iter().map(|suspect| weight(&suspect.reasons)).collect();
            prop_assert!(weights.is_sorted_by_key(|weight| Reverse(*weight)));
            let stopped: std::collections::BTreeSet<_> =
                asked.iter().filter(|(.., end)| end.starts_with("stopped")).map(|(_, name, _)| *name).collect();
            let mut found: Vec<_> = names.iter().map(|suspect| &*suspect.name).collect();
            found.sort_unstable();
            prop_assert_eq!(found, stopped.into_iter().collect::<Vec<_>>());
            for suspect in &names {
                let habit = [rhythm(&suspect.name, 20 * HOUR, 20, Some(60.0))];
                let again = told(&asked, &habit).0.into_iter().find(|again| again.name == suspect.name).unwrap();
                prop_assert!(weight(&again.reasons) < weight(&suspect.reasons));
            }
        }
    }
}
