//! What stands after orders, ends, restarts and changes that were taken back.

use std::{net::IpAddr, path::Path, sync::LazyLock, time::Duration};

use proptest::prelude::*;

use super::{
    Author, Change, Changes, Edit, Fixed, GroupChange, Lasts, Ledger, ListRecord, NewException, NewGroup, NewPause,
    NewRecord, NewRule, NewSetting, Present, Request, Undo, Way, Whom,
};
use crate::{
    clients::DeviceId,
    config::{self, Overrides, SafeSearch, SettingValue},
    policy::Exception,
    rules::{Action, ListFormat, ListKind, MAX_PATTERNS},
    state::Refused,
    time::{Moment, Now, UnixTime},
};

/// So many seconds after the start, at which it is 1,000,000 s on the wall.
pub(super) fn at(seconds: u64) -> Now {
    clocks(seconds, 1_000_000 + seconds)
}

fn clocks(moment: u64, wall: u64) -> Now {
    Now { moment: Moment(moment * 1_000_000), unix: UnixTime(wall * 1000) }
}

pub(super) const CONFIG: &str = r#"
blocking.rules = ["||fixed.example^"]
local.records = ["nas.home.arpa A 192.168.1.5"]
groups = [{ id = "kids", devices = "10.0.0.2", rules = "||games.example^" }]
cache.max_ttl = "12h"
"#;

pub(super) fn fixed() -> Fixed {
    // Read once for the many orders of tests.
    static FIXED: LazyLock<Fixed> = LazyLock::new(|| fixed_by(CONFIG));
    FIXED.clone()
}

pub(super) fn fixed_by(text: &str) -> Fixed {
    let file = Some((Path::new("config.toml"), text));
    Fixed::new(config::load(file, [], &Overrides::default(), &["vendors"]).unwrap())
}

fn whom(text: &str) -> Whom {
    match text {
        "" => Whom::Everyone,
        group if group.starts_with("group ") => Whom::Group(group.trim_start_matches("group ").to_owned()),
        device => Whom::Device(device.to_owned()),
    }
}

/// An order in few words: `allow NAME [WHOM]`, `block NAME [WHOM]`, `end ID`, `pause [WHOM]`, `resume [WHOM]`,
/// `rule RULE [GROUP]`, `unrule ID`, `record RECORD`, `unrecord ID`, `set KEY VALUE...`, `reset KEY`, `group ID [HOW]`, `treat ID HOW`,
/// `ungroup ID`; how a group is treated is `off`, `on`, `all`, `search=MODE`, `never` or windows with `;` between, or ids of lists with
/// commas between; what has an end lasts for 100 s, or as long as in `allow/10`.
pub(super) fn request(text: &str) -> Request {
    let (verb, rest) = text.split_once(' ').unwrap_or((text, ""));
    let (name, who) = rest.split_once(' ').unwrap_or((rest, ""));
    let (verb, seconds) = verb.split_once('/').unwrap_or((verb, "100"));
    let lasts = Lasts::For(Duration::from_secs(seconds.parse().unwrap()));
    let except = |action| Request::Except(NewException { name: name.to_owned(), action, scope: whom(who), lasts });
    match verb {
        "allow" => except(Action::Allow),
        "block" => except(Action::Block),
        "end" => Request::EndException { id: name.parse().unwrap() },
        "pause" => Request::Pause(NewPause { scope: whom(rest), lasts }),
        "resume" => Request::Resume { scope: whom(rest) },
        "rule" => {
            let group = (!who.is_empty()).then(|| who.to_owned());
            Request::AddRule(NewRule { rule: name.to_owned(), group })
        }
        "unrule" => Request::RemoveRule { id: name.to_owned() },
        "record" => Request::AddRecord(NewRecord { record: rest.to_owned() }),
        "unrecord" => Request::RemoveRecord { id: rest.to_owned() },
        "set" => {
            let words: Vec<String> = who.split(' ').map(str::to_owned).collect();
            Request::Set(NewSetting { key: name.to_owned(), value: SettingValue::of_words(&words) })
        }
        "reset" => Request::Reset { key: name.to_owned() },
        "ungroup" => Request::RemoveGroup { id: name.to_owned() },
        "treat" => Request::ChangeGroup { id: name.to_owned(), change: treatment(who) },
        _ => {
            let how = treatment(who);
            Request::MakeGroup(NewGroup {
                id: name.to_owned(),
                blocking: how.blocking != Some(false),
                lists: how.lists.flatten(),
                safe_search: how.safe_search.flatten(),
                offline: how.offline.unwrap_or_default(),
            })
        }
    }
}

fn treatment(text: &str) -> GroupChange {
    let usual = GroupChange::default();
    match (text, text.strip_prefix("search=")) {
        ("", _) => usual,
        ("off" | "on", _) => GroupChange { blocking: Some(text == "on"), ..usual },
        ("all", _) => GroupChange { lists: Some(None), ..usual },
        (_, Some(word)) => {
            let mode = SafeSearch::WORDS.into_iter().find(|(known, _)| *known == word);
            GroupChange { safe_search: Some(mode.map(|(_, mode)| mode)), ..usual }
        }
        ("never", _) => GroupChange { offline: Some(Vec::new()), ..usual },
        (hours, _) if hours.contains(' ') => {
            GroupChange { offline: Some(hours.split(';').map(str::to_owned).collect()), ..usual }
        }
        (lists, None) => GroupChange { lists: Some(Some(lists.split(',').map(str::to_owned).collect())), ..usual },
    }
}

/// What there is to know at a time: one device has a name.
pub(super) fn present(now: Now) -> Present<'static> {
    let called = &|id: DeviceId| (id.to_string() == "10.0.0.1").then(|| format!("Telly ({id})"));
    Present { now, until_tomorrow: Duration::from_hours(5), called }
}

pub(super) fn order(ledger: &mut Ledger, text: &str, now: Now) -> Result<Change, Refused> {
    let present = present(now);
    ledger.order(&request(text), &fixed(), Author::COMMAND, &present)
}

pub(super) fn undo(ledger: &mut Ledger, id: u64, now: Now) -> Result<Change, Refused> {
    match ledger.undo(id, &fixed(), Author::COMMAND, now)? {
        Undo::Done(change) => Ok(change),
        Undo::Elsewhere(edit) => panic!("{edit:?}"),
    }
}

/// What stands, in few words: of exceptions for the same names and devices, those that come afterwards behind the first.
fn told(ledger: &Ledger) -> String {
    let standing = ledger.standing();
    let verb = |exception: &Exception| if exception.action == Action::Allow { "allow" } else { "block" };
    let exceptions = standing.exceptions.iter().map(|exception| {
        let later: Vec<_> = exception.later().map(|later| format!(", then {}", verb(later))).collect();
        format!("{} {} {}{}", verb(exception), exception.rule, exception.scope, later.concat())
    });
    let pauses = standing.pauses.iter().map(|pause| format!("pause {}", pause.scope));
    let rules = standing.rules.iter().map(|rule| format!("{} {}", rule.rule, rule.group.as_deref().unwrap_or("all")));
    let groups = standing.groups.iter().map(|group| {
        let lists = group.lists.as_ref().map_or("all".to_owned(), |lists| lists.join(","));
        let search = group.safe_search.map(|mode| format!(" search={mode}")).unwrap_or_default();
        let hours: Vec<String> = group.offline.0.iter().map(|window| format!(" {window}")).collect();
        let hours = hours.concat();
        format!("group {} {}{search}{hours}", group.id, if group.blocking { &lists } else { "off" })
    });
    let records = standing.records.iter().map(|made| made.record.clone());
    exceptions.chain(pauses).chain(rules).chain(groups).chain(records).collect::<Vec<_>>().join("; ")
}

/// Gives orders one after the other, a second apart; `undo ID` takes a change back. The last one comes to what is
/// expected: what stands then, or a part of the reason of the refusal, which changes nothing.
fn check(orders: &[&str], expected: Result<&str, &str>) {
    let mut ledger = Ledger::default().started(at(0));
    let (last, before) = orders.split_last().unwrap();
    let give = |ledger: &mut Ledger, text: &str, now| match text.strip_prefix("undo ") {
        Some(id) => undo(ledger, id.parse().unwrap(), now),
        None => order(ledger, text, now),
    };
    for (second, text) in (1..).zip(before) {
        give(&mut ledger, text, at(second)).unwrap();
    }
    let (stood, changes) = (told(&ledger), ledger.changes().len());
    let outcome = give(&mut ledger, last, at(50));
    match expected {
        Ok(stands) => {
            assert_eq!(told(&ledger), stands, "{orders:?}");
            assert_eq!(ledger.changes().last(), outcome.ok().as_ref());
        }
        Err(reason) => {
            let error = outcome.unwrap_err().to_string();
            assert!(error.contains(reason), "{orders:?}: {error}");
            assert_eq!((told(&ledger), ledger.changes().len()), (stood, changes), "{orders:?}");
        }
    }
}

#[test]
fn what_is_ordered_stands() {
    check(&["allow Ads.Example"], Ok("allow ||ads.example^ everyone"));
    check(&["block ||ads*.example^ group kids"], Ok("block ||ads*.example^ group kids"));
    check(
        &["allow a.example 10.0.0.1", "block a.example"],
        Ok("allow ||a.example^ device 10.0.0.1; block ||a.example^ everyone"),
    );
    check(&["allow a.example", "block a.example"], Ok("block ||a.example^ everyone"));
    check(&["allow a.example", "end 1"], Ok(""));
    check(&["pause", "pause 10.0.0.1", "pause"], Ok("pause device 10.0.0.1; pause everyone"));
    check(&["pause", "pause group kids", "resume"], Ok("pause group kids"));
    check(&["rule @@||a.example^ kids", "rule a.example"], Ok("@@||a.example^ kids; |a.example^ all"));
    check(&["rule a.example", "unrule 1"], Ok(""));
    check(&["rule a.example", "rule ||b.example^ kids", "unrule |a.example^"], Ok("||b.example^ kids"));
    check(&["rule a.example", "unrule a.example"], Ok(""));
}

#[test]
fn groups_are_made_and_treated() {
    check(&["group cats"], Ok("group cats all"));
    check(&["group cats off", "treat cats on"], Ok("group cats all"));
    check(&["group cats ads,games", "treat cats all"], Ok("group cats all"));
    check(&["group cats", "treat cats games"], Ok("group cats games"));
    check(&["group cats search=strict"], Ok("group cats all search=strict"));
    check(&["group cats search=strict", "treat cats off"], Ok("group cats off search=strict"));
    check(&["group cats off", "treat cats search=off"], Ok("group cats off search=off"));
    check(&["group cats search=strict", "treat cats search=default"], Ok("group cats all"));
    check(&["group cats search=strict", "treat cats search=moderate", "undo 2"], Ok("group cats all search=strict"));
    check(&["group cats search=strict", "treat cats search=strict"], Err("treated like that already"));
    check(&["group cats", "ungroup cats"], Ok(""));
    // It can be told from then on.
    check(&["group cats", "pause group cats", "resume group cats"], Ok("group cats all"));
    check(&["group cats", "rule a.example cats"], Ok("|a.example^ cats; group cats all"));
    check(&["group cats", "rule a.example cats", "ungroup cats"], Ok("|a.example^ cats"));
    check(&["group cats", "group dogs off", "ungroup cats", "undo 3"], Ok("group dogs off; group cats all"));
    check(&["group cats", "treat cats off", "undo 2"], Ok("group cats all"));
    check(&["group cats", "treat cats off", "undo 1"], Err("change 2 came after it"));
    check(&["group cats", "ungroup cats", "group cats off", "undo 2"], Err("change 3 came after it"));
    check(&["group cats", "group cats"], Err("there is such a group: `cats`"));
    check(&["group cats", "treat cats on"], Err("`cats` is treated like that already"));
    check(&["group cats", "treat cast off"], Err("there is no group `cast`; did you mean `cats`?"));
    check(&["group Cats"], Err("`Cats` is no id of a group: expected 1 to 64 lower-case letters"));
    check(&["group all"], Err("and not `all`"));
    // A list counts once, and their order does not matter.
    check(&["group cats games,ads,games"], Ok("group cats ads,games"));
    check(&["group cats ads,games", "treat cats games,ads"], Err("treated like that already"));
    check(&["group cats", "treat cats"], Err("expected how to treat it"));
    check(&[&format!("ungroup {}", "x".repeat(999))], Err(&format!("there is no group `{}`", "x".repeat(64))));
    // What is for a group that is gone can be ended, and nothing new is for it.
    check(&["group cats", "pause group cats", "ungroup cats", "resume group cats"], Ok(""));
    check(&["group cats", "ungroup cats", "pause group cats"], Err("there is no group `cats`"));
    check(&["group kids"], Err("the group `kids` is set in config.toml"));
    check(&["treat kids off"], Err("the group `kids` is set in config.toml"));
    check(&["ungroup kids"], Err("the group `kids` is set in config.toml"));
    check(&["ungroup dogs"], Err("there is no group `dogs`"));
}

#[test]
fn a_group_has_hours_in_which_it_is_offline() {
    check(&["group cats mon-Thu 20:30-6:30"], Ok("group cats all mon-thu 20:30-06:30"));
    let both = "treat cats daily 22:00-24:00;sat 13:00-14:00";
    check(&["group cats off", both], Ok("group cats off daily 22:00-24:00 sat 13:00-14:00"));
    check(&["group cats mon 20:30-06:30", "treat cats games"], Ok("group cats games mon 20:30-06:30"));
    check(&["group cats mon 20:30-06:30", "treat cats never"], Ok("group cats all"));
    check(&["group cats mon 20:30-06:30", "treat cats never", "undo 2"], Ok("group cats all mon 20:30-06:30"));
    check(
        &["group cats moon 20:30-06:30"],
        Err("\"moon\" is no day; expected mon, tue, wed, thu, fri, sat, sun or daily; did you mean `mon`?"),
    );
    check(&["group cats", "treat cats mon 8-9"], Err("\"8\" is no time of day"));
    check(&["group cats", "treat cats never"], Err("`cats` is treated like that already"));
    check(&["group cats", &format!("treat cats {}", ["mon 1:00-2:00"; 33].join(";"))], Err("at most 32 windows"));
    check(&["treat kids mon 20:30-06:30"], Err("the group `kids` is set in config.toml"));
}

#[test]
fn a_group_that_the_configuration_has_by_now_is_the_configurations() {
    let mut ledger = Ledger::default();
    let without = fixed_by("");
    let make = request("group kids off");
    ledger.order(&make, &without, Author::COMMAND, &present(at(0))).unwrap();
    let ids = |fixed: &Fixed| ledger.groups(fixed).into_iter().map(|group| (group.id, group.fixed)).collect::<Vec<_>>();
    assert_eq!((ids(&without), ids(&fixed())), (vec![("kids".into(), false)], vec![("kids".into(), true)]));
    let removed = ledger.order(&request("ungroup kids"), &without, Author::COMMAND, &present(at(1))).unwrap();
    assert!(undo(&mut ledger, removed.id, at(2)).unwrap_err().to_string().contains("set in config.toml"));
}

#[test]
fn records_are_made_beside_those_of_the_configuration() {
    check(&["record TV.lan.   300 IN a 10.0.0.7"], Ok("TV.lan 300 A 10.0.0.7"));
    check(&["record nas.home.arpa A 192.168.1.6"], Ok("nas.home.arpa A 192.168.1.6"));
    check(&["record tv.lan A 10.0.0.7", "unrecord 1"], Ok(""));
    check(
        &["record tv.lan A 10.0.0.7", "record tv.lan AAAA fd00::7", "unrecord TV.lan A 10.0.0.7"],
        Ok("tv.lan AAAA fd00::7"),
    );
    check(&["record tv.lan A 10.0.0.7", "unrecord 1", "undo 2"], Ok("tv.lan A 10.0.0.7"));
    check(&["record tv.lan A 10.0.0.7", "undo 1", "record tv.lan A 10.0.0.7"], Ok("tv.lan A 10.0.0.7"));
    check(
        &["record tv.lan A 10.0.0.7", "record TV.lan 5 A 10.0.0.7"],
        Err("there is such a record: `tv.lan A 10.0.0.7`"),
    );
    check(&["record nas.home.arpa 5 A 192.168.1.5"], Err("`nas.home.arpa A 192.168.1.5` is set in config.toml"));
    check(&["unrecord config-1"], Err("`nas.home.arpa A 192.168.1.5` is set in config.toml"));
    check(&["unrecord nas.home.arpa A 192.168.1.5"], Err("`nas.home.arpa A 192.168.1.5` is set in config.toml"));
    check(&["unrecord config-2"], Err("there is no record `config-2`"));
    check(&["record tv.lan A 10.0.0.7", "unrecord tv.lan A 10.0.0.8"], Err("did you mean `tv.lan A 10.0.0.7`?"));
    check(&["record tv.lan 10.0.0.7"], Err("`tv.lan 10.0.0.7`: `10.0.0.7` is not a record type"));
    check(&[&format!("record {}.lan A 10.0.0.7", "a".repeat(1025))], Err("1024 octets at most"));
    let alias = "a name that is an alias has no other records";
    check(&["record nas.home.arpa CNAME tv.lan"], Err(alias));
    check(&["record tv.lan CNAME nas.home.arpa", "record tv.lan A 10.0.0.7"], Err(alias));
    check(&["record tv.lan CNAME nas.home.arpa", "record tv.lan CNAME other.lan"], Err(alias));
    check(&["record tv.lan A 10.0.0.7", "unrecord 1", "record tv.lan CNAME nas.home.arpa", "undo 2"], Err(alias));
}

#[test]
fn what_makes_no_sense_is_refused_with_the_reason() {
    check(&["allow a..b"], Err("`a..b`"));
    check(&["allow @@||a.example^"], Err("without `@@`"));
    check(&["allow a.example group cats"], Err("there is no group `cats`"));
    check(&["pause group cats"], Err("there is no group `cats`"));
    check(&["end 7"], Err("there is no exception 7"));
    check(&["pause group kids", "resume"], Err("not paused for everyone, but for group kids"));
    check(&["pause 10.0.0.1", "resume 10.0.0.2"], Err("not paused for device 10.0.0.2, but for Telly (10.0.0.1)"));
    check(&["rule ||a.example^$dnsrewrite=1.2.3.4"], Err("`||a.example^$dnsrewrite=1.2.3.4`"));
    check(&["rule (^|\\.)ads\\.example$"], Err("`(^|\\.)ads\\.example$`: a regular expression without"));
    check(&["rule a\u{1b}[31m.example"], Err("`a\\u{1b}[31m.example`"));
    check(&["unrule /ads\\.\"/"], Err("no own rule `/ads\\.\"/`"));
    check(&["rule a.example cats"], Err("there is no group `cats`"));
    check(&["rule a.example", "rule |a.example^"], Err("there is such a rule"));
    check(&["unrule 9"], Err("there is no own rule `9`"));
    check(&["rule ||fixed.example^"], Err("`||fixed.example^` is set in config.toml"));
    check(&["unrule config-1"], Err("`||fixed.example^` is set in config.toml"));
    check(&["unrule config-2"], Err("`||games.example^` is set in config.toml"));
    check(&["unrule config-3"], Err("there is no own rule"));
    check(&["rule ||b.example^ kids", "unrule ||fixed.example^"], Err("`||fixed.example^` is set in config.toml"));
    check(&["rule ||ads.example^", "unrule ||asd.example^"], Err("`||asd.example^`; did you mean `||ads.example^`?"));
    check(
        &["rule ||a.example^", "rule ||a.example^ kids", "unrule ||a.example^"],
        Err("2 own rules read `||a.example^`: 1 for everyone, 2 for kids; give the id of one"),
    );
    check(&[&format!("rule {}", "a".repeat(1025))], Err("1024 octets at most"));
}

#[test]
fn there_is_room_for_as_many_as_a_table_takes() {
    let mut ledger = Ledger::default();
    for number in 0..MAX_PATTERNS {
        order(&mut ledger, &format!("allow ||ads{number}*.example^"), at(0)).unwrap();
        order(&mut ledger, &format!("rule ||ads{number}*.example^ kids"), at(0)).unwrap();
    }
    assert!(order(&mut ledger, "allow one.more.example", at(0)).is_err());
    assert!(order(&mut ledger, "block ||ads7*.example^", at(0)).is_ok());
    assert!(order(&mut ledger, "rule ||more*.example^ kids", at(0)).is_err());
}

#[test]
fn what_is_taken_back_needs_room_like_anything_else() {
    for (make, end) in [
        ("rule ||ads{}*.example^ kids", "unrule 1"),
        ("rule ads{}.example", "unrule 1"),
        ("allow ads{}.example", "end 1"),
        ("pause fd00::{}", "resume fd00::0"),
        ("record host{}.example A 192.168.1.1", "unrecord 1"),
        ("group g{}", "ungroup g0"),
    ] {
        let mut ledger = Ledger::default();
        let make = |number: usize| make.replace("{}", &number.to_string());
        for number in 0..MAX_PATTERNS {
            order(&mut ledger, &make(number), at(0)).unwrap();
        }
        let ended = order(&mut ledger, end, at(0)).unwrap().id;
        let another = order(&mut ledger, &make(MAX_PATTERNS), at(0)).unwrap().id;
        let before = told(&ledger);
        let refused = undo(&mut ledger, ended, at(0)).unwrap_err().to_string();
        assert!(refused.contains("which is the most"), "{end}: {refused}");
        assert_eq!(told(&ledger), before, "{end}");
        undo(&mut ledger, another, at(0)).unwrap();
        undo(&mut ledger, ended, at(0)).unwrap();
    }
}

#[test]
fn a_change_is_taken_back_while_what_it_left_stands() {
    check(&["allow a.example", "undo 1"], Ok(""));
    check(&["allow a.example", "block a.example", "undo 2"], Ok("allow ||a.example^ everyone"));
    check(&["allow a.example", "end 1", "undo 2"], Ok("allow ||a.example^ everyone"));
    check(&["pause", "resume", "undo 2"], Ok("pause everyone"));
    check(&["rule a.example", "unrule 1", "undo 2"], Ok("|a.example^ all"));
    // Taking back a change can be taken back, and then the change itself again.
    check(&["allow a.example", "undo 1", "undo 2"], Ok("allow ||a.example^ everyone"));
    check(&["allow a.example", "undo 1", "undo 2", "undo 1"], Ok(""));
    check(&["allow a.example", "undo 1", "undo 1"], Err("change 1 was taken back by change 2"));
    check(&["allow a.example", "block a.example", "undo 1"], Err("change 2 came after it"));
    check(&["rule a.example", "unrule 1", "rule a.example", "undo 2"], Err("change 3 came after it"));
    check(&["undo 1"], Err("no change 1 is remembered"));
}

#[test]
fn what_is_over_is_not_brought_back() {
    let mut ledger = Ledger::default();
    let made = order(&mut ledger, "allow a.example", at(0)).unwrap();
    let ended = order(&mut ledger, "end 1", at(10)).unwrap();
    assert!(undo(&mut ledger, ended.id, at(101)).unwrap_err().to_string().contains("is over"));
    order(&mut ledger, "pause", at(110)).unwrap();
    let again = order(&mut ledger, "pause", at(150)).unwrap();
    // The former pause is over, but the later one can still be ended.
    undo(&mut ledger, again.id, at(220)).unwrap();
    assert_eq!(told(&ledger), "");
    assert!(undo(&mut ledger, made.id, at(230)).is_err());
}

#[test]
fn things_end_by_themselves() {
    let mut ledger = Ledger::default();
    order(&mut ledger, "allow a.example", at(0)).unwrap();
    order(&mut ledger, "pause", at(50)).unwrap();
    order(&mut ledger, "rule b.example", at(50)).unwrap();
    assert_eq!(ledger.next_look(at(50).moment), Some(at(60).moment));
    assert_eq!(ledger.next_look(at(95).moment), Some(at(100).moment));
    assert!(!ledger.expire(at(99)));
    assert!(ledger.expire(at(100)));
    assert_eq!(
        (told(&ledger).as_str(), ledger.next_look(at(145).moment)),
        ("pause everyone; |b.example^ all", Some(at(150).moment))
    );
    // The clock on the wall may jump: what lasts for 100 s does so by the other one, and its end is told by the new time.
    assert!(ledger.expire(clocks(149, 9_000_000)));
    assert_eq!(ledger.standing().pauses[0].until, Some(clocks(0, 9_000_001).unix));
    assert!(!ledger.expire(clocks(149, 9_000_000)));
    assert!(ledger.expire(clocks(150, 7)));
    assert_eq!((told(&ledger).as_str(), ledger.next_look(at(150).moment)), ("|b.example^ all", None));
}

#[test]
fn the_opposite_that_lasts_longer_comes_back() {
    check(&["block a.example", "allow/10 a.example"], Ok("allow ||a.example^ everyone, then block"));
    check(
        &["block a.example", "allow/80 a.example", "block/5 a.example"],
        Ok("block ||a.example^ everyone, then allow, then block"),
    );
    // The same once more changes the end, and what would be over is no more.
    check(&["block a.example", "block/10 a.example"], Ok("block ||a.example^ everyone"));
    check(
        &["block a.example", "allow/40 a.example", "allow/5 a.example"],
        Ok("allow ||a.example^ everyone, then block"),
    );
    check(&["block a.example", "allow/40 a.example", "block/90 a.example"], Ok("block ||a.example^ everyone"));
    check(&["block/10 a.example", "allow a.example"], Ok("allow ||a.example^ everyone"));
    check(
        &["block a.example 10.0.0.1", "allow/10 a.example"],
        Ok("block ||a.example^ device 10.0.0.1; allow ||a.example^ everyone"),
    );
    // It comes back too when somebody ends the other, or takes it back; and that can be taken back.
    check(&["block a.example", "allow/90 a.example", "end 2"], Ok("block ||a.example^ everyone"));
    check(&["block a.example", "allow/90 a.example", "undo 2"], Ok("block ||a.example^ everyone"));
    // What waits can be ended as well, so that it does not come back.
    check(&["block a.example", "allow/90 a.example", "end 1"], Ok("allow ||a.example^ everyone"));
    check(&["block a.example", "allow/90 a.example", "end 1", "undo 3"], Ok("allow ||a.example^ everyone, then block"));
    check(&["block a.example", "allow/90 a.example", "end 1", "end 1"], Err("there is no exception 1"));
    check(&["block a.example", "allow/90 a.example", "end 2", "undo 3"], Ok("allow ||a.example^ everyone, then block"));
    check(
        &["block a.example", "allow/90 a.example", "allow a.example", "undo 3"],
        Ok("allow ||a.example^ everyone, then block"),
    );
    check(&["block a.example", "allow/90 a.example", "undo 1"], Err("change 2 came after it"));
    let mut many: Vec<String> =
        (0..9).map(|step| format!("{}/{} a.example", ["block", "allow"][step % 2], 90 - 2 * step)).collect();
    many.push("allow/5 a.example".to_owned());
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    check(&many, Err("wait for each other to end"));
}

#[test]
fn what_comes_back_ends_when_it_would_have() {
    let mut ledger = Ledger::default();
    order(&mut ledger, "block a.example", at(0)).unwrap();
    order(&mut ledger, "allow/10 a.example", at(5)).unwrap();
    assert!(!ledger.expire(at(14)));
    // The clock on the wall is set meanwhile.
    assert!(ledger.expire(clocks(15, 5_000)));
    assert_eq!(
        (told(&ledger).as_str(), ledger.standing().exceptions[0].until),
        ("block ||a.example^ everyone", Some(clocks(0, 5_085).unix))
    );
    assert!(!ledger.expire(clocks(99, 5_084)));
    assert!(ledger.expire(clocks(100, 5_085)));
    assert_eq!((told(&ledger).as_str(), ledger.next_look(at(100).moment)), ("", None));
    // Over a restart, too, that takes longer than the first.
    order(&mut ledger, "block a.example", at(200)).unwrap();
    order(&mut ledger, "allow/10 a.example", at(205)).unwrap();
    let read = |seconds: u64| {
        let read: Ledger = serde_json::from_str(&serde_json::to_string(&ledger).unwrap()).unwrap();
        told(&read.started(clocks(7, 1_000_000 + seconds)))
    };
    assert_eq!(read(214), "allow ||a.example^ everyone, then block");
    assert_eq!(read(215), "block ||a.example^ everyone");
    assert_eq!(read(300), "");
    // What would come back may be over when a change is taken back, and what stands stays.
    let ended = order(&mut ledger, "end 4", at(206)).unwrap();
    let error = undo(&mut ledger, ended.id, at(220)).unwrap_err().to_string();
    assert!(error.contains("is over"), "{error}");
    assert_eq!((told(&ledger).as_str(), ledger.changes().len()), ("block ||a.example^ everyone", 5));
    assert!(ledger.expire(at(300)));
    assert!(undo(&mut ledger, ended.id, at(300)).is_err());
    // A file that was written before there was anything to come afterwards.
    let former = r#"{"last":1,"exceptions":[{"id":1,"action":"block","rule":"||a.example^","scope":"everyone","made":0,"until":null}],
        "pauses":[],"rules":[],"changes":[]}"#;
    let former: Ledger = serde_json::from_str(former).unwrap();
    assert_eq!(told(&former.started(at(0))), "block ||a.example^ everyone");
}

#[test]
fn a_clock_that_was_set_costs_nothing_of_what_comes_afterwards() {
    let stands = |ledger: &Ledger| (told(ledger), ledger.standing().exceptions[0].until);
    let after = |ledger: &mut Ledger, text: &str| {
        // The clock on the wall was years behind, and is set.
        let now = clocks(20, 90_000_020);
        match text.strip_prefix("undo ") {
            Some(id) => undo(ledger, id.parse().unwrap(), now),
            None => order(ledger, text, now),
        }
    };
    let mut blocked = Ledger::default();
    order(&mut blocked, "block/500 a.example", at(0)).unwrap();
    let mut lifted = blocked.clone();
    order(&mut lifted, "allow/100 a.example", at(10)).unwrap();
    let mut ended = lifted.clone();
    order(&mut ended, "end 2", at(15)).unwrap();
    // Whether the clock on the wall was looked at since, or not.
    for looks in [false, true] {
        let check = |before: &Ledger, text: &str, expected: &str, until: u64| {
            let mut ledger = before.clone();
            if looks {
                assert!(ledger.expire(clocks(20, 90_000_020)));
            }
            let change = after(&mut ledger, text).unwrap();
            assert_eq!(stands(&ledger), (expected.to_owned(), Some(clocks(0, until).unix)), "{text} {looks}");
            let Edit::Exception { after: Some(left), .. } = change.edit else { panic!("{text}") };
            assert_eq!(left, ledger.standing().exceptions[0], "{text} {looks}");
            assert!(!ledger.expire(clocks(20, 90_000_020)));
        };
        check(&blocked, "allow/100 a.example", "allow ||a.example^ everyone, then block", 90_000_120);
        check(&lifted, "end 2", "block ||a.example^ everyone", 90_000_500);
        check(&lifted, "undo 2", "block ||a.example^ everyone", 90_000_500);
        let mut ended = ended.clone();
        assert!(after(&mut ended, "undo 3").unwrap_err().to_string().contains("is over"));
        assert_eq!(told(&ended), "block ||a.example^ everyone");
    }
}

#[test]
fn what_was_ended_after_a_clock_was_set_can_be_brought_back() {
    let check = |made: &str, ended: &str, expected: &str| {
        let mut ledger = Ledger::default();
        order(&mut ledger, made, at(0)).unwrap();
        // Nobody has looked at the clock on the wall since.
        let ended = order(&mut ledger, ended, clocks(20, 90_000_020)).unwrap();
        undo(&mut ledger, ended.id, clocks(25, 90_000_025)).unwrap();
        assert!(!ledger.expire(clocks(99, 90_000_099)));
        assert_eq!(told(&ledger), expected);
        assert!(ledger.expire(clocks(100, 90_000_100)));
        assert_eq!(told(&ledger), "");
    };
    check("allow a.example", "end 1", "allow ||a.example^ everyone");
    check("allow a.example", "block a.example", "allow ||a.example^ everyone");
    check("pause group kids", "resume group kids", "pause group kids");
    check("pause", "pause/200", "pause everyone");
}

#[test]
fn a_restart_changes_nothing_but_the_time() {
    let folder = tempfile::tempdir().unwrap();
    let open = |now| Changes::open(folder.path(), fixed(), now);
    let changes = open(at(0));
    let present = present(at(0));
    let by = Author { way: Way::Token, address: Some(IpAddr::from([10, 0, 0, 9])) };
    for text in ["allow a.example aa:bb:cc:dd:ee:ff", "pause", "rule @@||b.example^ kids", "unrule 3"] {
        changes.order(&request(text), by, &present).unwrap();
    }
    changes.save().unwrap();
    // The other clock begins anew with each start.
    let (early, late) = (open(clocks(3, 1_000_099)), open(clocks(3, 1_000_100)));
    assert_eq!(early.standing(), changes.standing());
    assert_eq!(early.ledger().changes(), changes.ledger().changes());
    assert_eq!(early.next_look(at(3).moment), Some(at(4).moment));
    assert_eq!(told(&late.ledger()), "");
    // Numbers are never given again.
    assert_eq!(early.order(&request("pause"), by, &present).unwrap().id, 5);
}

#[test]
fn a_file_that_cannot_be_used_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("changes.json");
    std::fs::write(&path, "{\"version\":99}").unwrap();
    let changes = Changes::open(folder.path(), fixed(), at(0));
    let present = present(at(0));
    let error = changes.order(&request("pause"), Author::COMMAND, &present).unwrap_err().to_string();
    assert!(error.contains("it has version 99"), "{error}");
    assert!(changes.save().is_err());
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "{\"version\":99}");
    // Where nothing can be written, that is the reason.
    let nowhere = Changes::open(Path::new("/proc/nowhere"), fixed(), at(0));
    assert!(nowhere.save().unwrap_err().to_string().contains("cannot write"));
}

#[test]
fn changes_are_remembered_for_ninety_days() {
    let mut ledger = Ledger::default();
    let day = 86_400;
    order(&mut ledger, "rule a.example", at(0)).unwrap();
    order(&mut ledger, "rule b.example", at(day)).unwrap();
    order(&mut ledger, "rule c.example", at(90 * day)).unwrap();
    let ids: Vec<_> = ledger.changes().iter().map(|change| change.id).collect();
    assert_eq!(ids, [2, 3]);
    assert_eq!(ledger.standing().rules.len(), 3);
}

#[test]
fn what_others_keep_is_taken_back_by_them() {
    let mut ledger = Ledger::default();
    let list = ListRecord {
        id: "ads".to_owned(),
        source: "https://lists.example/ads".to_owned(),
        kind: ListKind::Block,
        format: ListFormat::Auto,
        subdomains: false,
        enabled: true,
    };
    let added = Edit::List { before: None, after: Some(list.clone()) };
    let added = ledger.record(added, Author::COMMAND, None, at(0).unix);
    let removal = ledger.undo(added.id, &fixed(), Author::COMMAND, at(1)).unwrap();
    assert_eq!(removal, Undo::Elsewhere(Edit::List { before: Some(list.clone()), after: None }));
    assert_eq!(ledger.changes()[0].undone_by, None);
    let removed = Edit::List { before: Some(list), after: None };
    ledger.record(removed, Author::COMMAND, Some(added.id), at(1).unix);
    assert_eq!(ledger.changes()[0].undone_by, Some(2));
}

#[test]
fn changes_are_told_in_a_few_words() {
    let mut ledger = Ledger::default();
    let mut check = |text: &str, expected: &str| {
        let change = order(&mut ledger, text, at(0)).unwrap();
        assert_eq!(change.edit.in_words(&|_| None), expected);
    };
    check("allow ads.example", "allowed ads.example for everyone");
    check("block /^ads[0-9]+/ 10.0.0.1", "blocked /^ads[0-9]+/ for device 10.0.0.1");
    check("end 1", "ended the exception for ads.example, everyone");
    check("pause group kids", "paused blocking for group kids");
    check("block/200 b.example", "blocked b.example for everyone");
    check("allow b.example", "allowed b.example for everyone");
    check("end 6", "blocked b.example again for everyone");
    check("resume group kids", "resumed blocking for group kids");
    check("rule @@||a.example^ kids", "added the own rule @@||a.example^ of group kids");
    check("unrule 9", "removed the own rule @@||a.example^ of group kids");
    check("group cats", "made the group cats");
    check("treat cats off", "changed the group cats: nothing is stopped for it");
    check("treat cats ads,games", "changed the group cats: governed by ads, games");
    check("treat cats on", "changed the group cats: blocking is on for it again");
    check("treat cats all", "changed the group cats: all lists govern it");
    check("treat cats search=strict", "changed the group cats: safe search is strict");
    check("treat cats search=default", "changed the group cats: safe search as for devices in no group");
    check("ungroup cats", "removed the group cats");
    check("group dogs ads", "made the group dogs: governed by ads");
    check("record tv.lan A 10.0.0.7", "added the record tv.lan A 10.0.0.7");
    check("unrecord 20", "removed the record tv.lan A 10.0.0.7");
}

proptest! {
    /// Whatever was ordered: taking everything back, the latest first, leaves nothing; and a file holds all of it.
    #[test]
    fn taking_everything_back_leaves_nothing(orders in prop::collection::vec((0_u8..12, 0_u8..3, 0_u8..3), 1..30)) {
        let mut ledger = Ledger::default();
        for (verb, name, whom) in orders {
            let whom = ["", " group kids", " 10.0.0.1"][usize::from(whom)];
            let name = ["a.example", "b.example", "||c*.example^"][usize::from(name)];
            let text = match verb {
                0 => format!("allow/{} {name}{whom}", 100 - ledger.changes().len()),
                1 => format!("block {name}{whom}"),
                2 => format!("pause{whom}"),
                3 => format!("resume{whom}"),
                4 => format!("rule {name}"),
                5 => format!("end {}", ledger.standing().exceptions.first().map_or(0, |first| first.id)),
                6 => format!("unrule {}", ledger.standing().rules.first().map_or(0, |first| first.id)),
                7 => format!("group {}", &name[..1]),
                8 => {
                    let treatment = ["off", "on", "ads", "search=strict"][ledger.changes().len() % 4];
                    format!("treat {} {treatment}", &name[..1])
                }
                9 => format!("ungroup {}", &name[..1]),
                10 => format!("record {}.lan {}", &name[..1], ["A 10.0.0.7", "A 10.0.0.8", "CNAME b.lan"][whom.len() % 3]),
                _ => format!("unrecord {}", ledger.standing().records.first().map_or(0, |first| first.id)),
            };
            // What is refused changes nothing.
            let before = ledger.standing().clone();
            if order(&mut ledger, &text, at(1)).is_err() {
                prop_assert_eq!(ledger.standing(), &before);
            }
        }
        let text = serde_json::to_string(&ledger).unwrap();
        let read: Ledger = serde_json::from_str(&text).unwrap();
        let started = read.started(at(2));
        prop_assert_eq!(started.standing(), ledger.standing());
        let ids: Vec<_> = ledger.changes().iter().map(|change| change.id).rev().collect();
        for id in ids {
            prop_assert!(undo(&mut ledger, id, at(3)).is_ok());
        }
        prop_assert_eq!(told(&ledger), "");
    }
}
