//! Tables of texts and what they mean, and the laws.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::{
    catalog::{Class, Purpose},
    dns::{Rcode, RecordType},
    policy::Verdict,
    stats::{Attribution, RowCause, SourceKind, Transport},
    time::parse_instant,
};

/// 2026-11-26T06:00:00Z.
fn now() -> UnixTime {
    parse_instant("2026-11-26T06:00:00Z").unwrap()
}

fn row() -> Row {
    Row {
        id: 7,
        at: parse_instant("2026-11-26T05:00:00Z").unwrap(),
        device: [192, 168, 1, 23].into(),
        device_id: "192.168.1.23".parse().unwrap(),
        device_name: "Living-room TV".to_owned(),
        name: "Cooper.logs.roku.com".into(),
        rtype: RecordType::HTTPS,
        verdict: Verdict::Stopped,
        rcode: Rcode::NOERROR,
        transport: Transport::Udp,
        latency_us: 5,
        cause: Some(RowCause { source: SourceKind::List, id: Some("vendors".into()), rule: None, via: None }),
        attribution: Some(Attribution {
            vendor: Arc::from("Roku"),
            country: Some("US".into()),
            service: Arc::from("Roku TV logs"),
            purpose: Purpose::UsageAnalytics,
            class: Class::Block,
        }),
    }
}

#[test]
fn what_a_filter_admits() {
    let check = |text: &str, expected: bool| {
        let filter = parse(text, now()).unwrap_or_else(|faults| panic!("{text}: {faults:?}"));
        assert_eq!(filter.admits(&row()), expected, "{text}");
        if filter.since().or(filter.until()).is_none() {
            let aspects = [Aspect::Device, Aspect::Name, Aspect::Owner, Aspect::Cause, Aspect::Query];
            let together = aspects.into_iter().all(|aspect| filter.admits_aspect(aspect, &row()));
            assert_eq!(together, expected, "{text}, aspect by aspect");
        }
    };
    check("", true);
    check("stopped", true);
    check("-stopped", false);
    check("verdict:Stopped", true);
    check("cached", false);
    check("cached stopped", true);
    check("device:\"living-room tv\"", true);
    check("device:living*", true);
    check("device:192.168.1.23", true);
    check("device:192.168.1.0/24", true);
    check("device:192.168.2.0/24", false);
    check("device:192.168.1.2", false);
    check("-device:192.168.1.0/24", false);
    check("vendor:roku", true);
    check("vendor:ro", false);
    check("vendor:samsung vendor:roku", true);
    check("vendor:samsung", false);
    check("-vendor:samsung", true);
    check("service:*logs", true);
    check("purpose:usage-analytics", true);
    check("purpose:advertising", false);
    check("class:block", true);
    check("country:us", true);
    check("country:CN", false);
    check("name:cooper.logs.roku.com.", true);
    check("name:*.roku.com", true);
    check("name:roku.com", false);
    check("-name:*.apple.com", true);
    check("type:HTTPS", true);
    check("type:a type:https", true);
    check("type:A", false);
    check("list:vendors", true);
    check("list:v*", true);
    check("list:ads", false);
    check("transport:udp", true);
}

#[test]
fn what_a_filter_admits_by_time_and_in_all() {
    let check = |text: &str, expected: bool| {
        let filter = parse(text, now()).unwrap_or_else(|faults| panic!("{text}: {faults:?}"));
        assert_eq!(filter.admits(&row()), expected, "{text}");
    };
    check("since:2h", true);
    check("since:30m", false);
    check("until:30m", true);
    check("since:2026-11-26", true);
    check("since:2026-11-26T05:00:00Z", true);
    check("until:2026-11-26T05:00:00Z", false);
    check("until:2026-11-26", true);
    check("until:2026-11-25", false);
    check("group:vendor", true);
    check("vendor:roku stopped name:*.roku.com type:HTTPS since:2h group:vendor country:US list:vendors", true);
    check("vendor:roku stopped cached purpose:advertising", false);
    check("  vendor:roku\tstopped ", true);
}

#[test]
fn what_is_not_known_of_a_query_is_not_admitted() {
    let check = |text: &str, expected: bool| {
        let row = Row { attribution: None, cause: None, ..row() };
        assert_eq!(parse(text, now()).unwrap().admits(&row), expected, "{text}");
    };
    check("vendor:*", false);
    check("-vendor:*", true);
    check("list:*", false);
    check("country:US", false);
}

#[test]
fn only_lists_are_lists() {
    let cause = RowCause { source: SourceKind::GroupRules, id: Some("vendors".into()), rule: None, via: None };
    let row = Row { cause: Some(cause), ..row() };
    assert!(!parse("list:vendors", now()).unwrap().admits(&row));
}

#[test]
fn whose_word_decided_is_asked_for() {
    let check = |text: &str, source: Option<SourceKind>, expected: bool| {
        let cause = source.map(|source| RowCause { source, id: Some("kids".into()), rule: None, via: None });
        let filter = parse(text, now()).unwrap();
        assert_eq!(filter.admits(&Row { cause, ..row() }), expected, "{text} {source:?}");
        assert_eq!(parse(&filter.to_string(), now()).unwrap(), filter);
    };
    check("reason:offline", Some(SourceKind::Offline), true);
    check("reason:offline", Some(SourceKind::List), false);
    check("reason:offline", None, false);
    check("stopped -reason:offline", Some(SourceKind::Offline), false);
    check("stopped -reason:offline", Some(SourceKind::List), true);
    check("reason:own-rules reason:group_rules", Some(SourceKind::GroupRules), true);
    check("reason:safe_search", Some(SourceKind::SafeSearch), true);
    check("list:kids", Some(SourceKind::Offline), false);
}

#[test]
fn faults_name_the_column_and_what_was_meant() {
    let check = |text: &str, expected: &[&str]| {
        let faults = parse(text, now()).err().unwrap_or_default();
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert_eq!(faults, expected, "{text}");
    };
    check("vendr:samsung", &["column 1: unknown key `vendr`; did you mean `vendor`?"]);
    let keys = "`device`, `vendor`, `service`, `purpose`, `class`, `country`, `registered`, `network`, `name`, `type`, `verdict`, \
                `list`, `reason`, `transport`, `since`, `until` or `group`";
    let unknown = format!("column 1: unknown key `é`; expected {keys}");
    check("é:x vendr:y", &[&unknown, "column 5: unknown key `vendr`; did you mean `vendor`?"]);
    check(
        "stoped",
        &["column 1: `stoped` is no verdict; to look for a name, write `name:*stoped*`; did you mean `stopped`?"],
    );
    check("vendor", &["column 1: `vendor` has no value: write `vendor:` and what it should be"]);
    check("vendor:", &["column 1: `vendor` has no value"]);
    check("stopped -vendor:\"\"", &["column 10: `vendor` has no value"]);
    check(
        "verdict:blocked",
        &["column 9: `blocked` is no verdict; expected `stopped`, `allowed`, `cached`, `local` or `failed`"],
    );
    check(
        "class:functionl",
        &["column 7: `functionl` is no class; expected `block`, `mixed` or `functional`; did you mean `functional`?"],
    );
    check("country:China", &["column 9: `China` is no country; expected two letters such as CN (ISO 3166-1)"]);
    check("type:HTPS", &["column 6: `HTPS` is no record type such as A, AAAA or HTTPS"]);
    check("device:\"tv", &["column 8: the closing quote is missing"]);
    check("device:\"tv\"x stopped", &["column 8: a blank is missing behind the closing quote"]);
    check("device:t\"v", &["column 8: a quote stands within a value; put the whole value in quotes"]);
    check("-since:2h", &["column 2: a minus cannot stand before `since`"]);
    check("since:2h since:3h", &["column 10: `since` stands there twice"]);
    check("group:vendor group:name", &["column 14: `group` stands there twice"]);
    check("since:1h until:2h", &["column 1: `until` is not behind `since`: no query is both"]);
    check(
        "since:yesterday",
        &[
            "column 7: `yesterday` is no time; expected how long ago, such as `2h`, a day such as `2026-11-20`, or a time \
           of UTC such as `2026-11-20T18:30:00Z`",
        ],
    );
    check(&"stopped ".repeat(65), &["column 1: a filter has at most 64 terms"]);
    check(&"x".repeat(2049), &["column 1: a filter has at most 2048 octets"]);
}

#[test]
fn spans_mark_what_is_wrong() {
    let check = |text: &str, marked: &str| {
        let faults = parse(text, now()).unwrap_err();
        assert_eq!(&text[faults[0].span.clone()], marked, "{text}");
    };
    check("stopped vendr:x", "vendr");
    check("stopped -purpose:adds vendor:x", "adds");
    check("device:\"living room", "\"living room");
    check("type:\"a b\"", "\"a b\"");
}

#[test]
fn a_filter_is_printed_so_that_it_means_the_same_later() {
    let check = |text: &str, expected: &str| assert_eq!(parse(text, now()).unwrap().to_string(), expected, "{text}");
    check("  verdict:CACHED  -Vendor:Samsung ", "cached -vendor:samsung");
    check("device:\"Living-room TV\"", "device:\"living-room tv\"");
    check("device:\"a\\\"b\\\\\"", "device:\"a\\\"b\\\\\"");
    check("device:192.168.1.77/24 device:10.0.0.1", "device:192.168.1.0/24 device:10.0.0.1");
    check("name:*.bücher.example.", "name:*.xn--bcher-kva.example");
    check("type:type65 type:TYPE0", "type:HTTPS type:TYPE0");
    check("since:2h group:vendor stopped", "stopped since:2026-11-26T04:00:00.000Z group:vendor");
    check("until:2026-11-20", "until:2026-11-21T00:00:00.000Z");
}

/// Text that is often a filter.
fn text() -> impl Strategy<Value = String> {
    let term = "-?(stopped|cached|(device|vendor|service|name|list):([a-z*.\\\\]{1,8}|\"[a-zé \\\\]{0,3}( |\\\\\\\\|\\\\\")[A-Z]{0,3}\")\
                |device:(10\\.0\\.0\\.[0-9]|fe80::[0-9a-f]{1,3}|10\\.[0-9]\\.0\\.0/1[0-9])|purpose:(acr|push|usage-analytics)\
                |class:mixed|country:[a-zA-Z]{2}|type:(A|https|TYPE[0-9]{1,4})|transport:do[thq])";
    let time = "( since:([0-9]{1,4}[smhd]|20[0-9]{2}-0[1-9]-[12][0-9]))?( until:2[1-9][0-9]{2}-0[1-9]-[12][0-9])?( group:(name|list))?";
    (prop::collection::vec(term, 0..6), time).prop_map(|(terms, time)| terms.join(" ") + &time)
}

proptest! {
    #[test]
    fn a_filter_survives_its_text(text in text(), later in 0_u64..1_000_000_000_000) {
        let Ok(filter) = parse(&text, now()) else { return Ok(()) };
        prop_assert_eq!(parse(&filter.to_string(), UnixTime(later)), Ok(filter));
    }

    /// So that the law above says something.
    #[test]
    fn most_of_these_texts_are_filters(texts in prop::collection::vec(text(), 40)) {
        prop_assert!(texts.iter().filter(|text| parse(text, now()).is_ok()).count() > 20);
    }

    #[test]
    fn no_text_panics_and_every_fault_has_its_place(text in ".{0,60}|[a-z:\"\\\\ -]{0,40}", now in any::<u64>()) {
        match parse(&text, UnixTime(now)) {
            Ok(filter) => drop(filter.to_string()),
            Err(faults) => {
                prop_assert!(!faults.is_empty());
                for fault in faults {
                    prop_assert!(text.get(fault.span.clone()).is_some() && fault.column <= text.chars().count() + 1);
                }
            }
        }
    }
}
