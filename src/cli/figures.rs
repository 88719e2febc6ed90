//! `ponor stats` and `ponor report`: who asked for what, over any time, as a running ponor tells it.

use anyhow::Context;
use serde_json::{Map, Value};

use super::{
    client::{Running, in_path, query},
    devices::as_sure_as_known,
    say,
    table::{age, counted, table},
};
use crate::{
    app::{Sources, clock},
    catalog::Purpose,
};

/// What is shown unless one thing is asked for, and how its column is headed.
const TABLES: [(&str, &str); 5] =
    [("vendor", "company"), ("device", "device"), ("purpose", "purpose"), ("name", "name"), ("list", "list")];
/// Lines of each table where several are shown.
const LINES: usize = 10;
/// Names of each kind in a report.
const NAMES: usize = 15;

/// Which figures are wanted.
pub(super) struct WantedFigures {
    pub(super) range: Option<String>,
    pub(super) filter: Vec<String>,
    pub(super) compare: bool,
}

/// Shows figures: by one thing when the filter has a `group`, by several otherwise.
pub(super) async fn stats(sources: &Sources, asked: WantedFigures, json: bool) -> anyhow::Result<()> {
    let running = running(sources).await?;
    let filter = filter_text(&asked.filter);
    let compare = asked.compare.then(|| "true".to_owned());
    let parameters = [("range", asked.range), ("filter", Some(filter.clone()).filter(|text| !text.is_empty()))];
    if filter.split_whitespace().any(|term| term.to_lowercase().starts_with("group:")) {
        let page: Value =
            running.get(&query("/api/v1/top", parameters.into_iter().chain([("compare", compare)]))).await?;
        if json {
            say(&page.to_string());
        } else {
            show_total(&page);
            show_top(&page, page["group"].as_str().unwrap_or_default());
        }
        return Ok(());
    }
    let mut pages = Map::new();
    for (group, _) in TABLES {
        let more =
            [("group", Some(group.to_owned())), ("limit", Some(LINES.to_string())), ("compare", compare.clone())];
        let path = query("/api/v1/top", parameters.clone().into_iter().chain(more));
        pages.insert(group.to_owned(), running.get(&path).await?);
    }
    if json {
        say(&Value::Object(pages).to_string());
        return Ok(());
    }
    pages.values().next().iter().for_each(|page| show_total(page));
    for (group, heading) in TABLES {
        say("");
        show_top(&pages[group], heading);
    }
    Ok(())
}

/// Shows the report of a device, given by its id, an address or its name.
pub(super) async fn report(sources: &Sources, device: &str, range: Option<String>, json: bool) -> anyhow::Result<()> {
    let running = running(sources).await?;
    let path = format!("/api/v1/devices/{}/report", in_path(device));
    let report: Value = running.get(&query(&path, [("range", range)])).await?;
    if json {
        say(&report.to_string());
    } else {
        show_report(&report);
    }
    Ok(())
}

/// The ponor that runs; only that one counts.
pub(super) async fn running(sources: &Sources) -> anyhow::Result<Running> {
    let data_dir = sources.load()?.config.data_dir;
    let running = Running::find(&data_dir).await?;
    running.with_context(|| format!("no ponor runs on `{}`; start one with `ponor`", data_dir.display()))
}

/// The words of a command line as one filter; a value with blanks, whose quotes the shell took, gets them back.
pub(super) fn filter_text(words: &[String]) -> String {
    let quoted = |word: &String| match word.split_once(':') {
        Some((key, value)) if value.contains(char::is_whitespace) && !value.contains('"') && !key.contains(' ') => {
            format!("{key}:\"{value}\"")
        }
        _ => word.clone(),
    };
    words.iter().map(quoted).collect::<Vec<_>>().join(" ")
}

fn show_total(page: &Value) {
    say(&total(&page["totals"]));
    if page["totals_before"].is_object() {
        say(&format!("before that {}", total(&page["totals_before"])));
    }
}

/// How many queries there were, and how many of them were stopped.
fn total(totals: &Value) -> String {
    let (queries, stopped) = (number(totals, "queries"), number(totals, "stopped"));
    format!("{}, {stopped} of them stopped ({})", counted(queries, "query", "queries"), share(stopped, queries))
}

fn show_top(page: &Value, heading: &str) {
    let lines = array(page, "lines");
    let rows = lines.iter().map(|line| {
        let (queries, stopped) = (number(line, "queries"), number(line, "stopped"));
        let before = line["before"]["queries"].as_u64().map(|before| before.to_string()).unwrap_or_default();
        let home = text(line, "country");
        [text(line, "label"), home, queries.to_string(), stopped.to_string(), share(stopped, queries), before]
    });
    let before = if lines.iter().any(|line| line["before"].is_object()) { "before" } else { "" };
    let home = if matches!(page["group"].as_str(), Some("vendor" | "service")) { "home" } else { "" };
    say(&table([heading, home, "queries", "stopped", "share", before], rows));
    match page["more"].as_u64() {
        Some(more) if more > 0 => say(&format!("and {more} more")),
        _ => {}
    }
}

fn show_report(report: &Value) {
    let device = &report["device"];
    let name = device["name"].as_str().or(device["id"].as_str()).unwrap_or_default();
    let (vendor, kind) = (as_sure_as_known(device, "vendor"), as_sure_as_known(device, "kind"));
    say(format!("{name}  {} {vendor} {kind}", text(device, "id")).trim_end());
    for evidence in array(device, "evidence") {
        say(&format!("  because {} ({})", text(evidence, "text"), text(evidence, "confidence")));
    }
    let (queries, stopped) = (number(&report["totals"], "queries"), number(&report["totals"], "stopped"));
    let night = report["night_share"]
        .as_f64()
        .map(|night| format!(", {:.0} % at night (00-06 {})", night * 100.0, text(report, "zone")));
    say(&format!(
        "tried to look up names {}, {stopped} of them stopped ({}){}\n",
        counted(queries, "time", "times"),
        share(stopped, queries),
        night.unwrap_or_default()
    ));
    show_vendors(report);
    show_places(report);
    for (key, heading) in
        [("reports", "what it reports, stopped"), ("needs", "what it needs, let through"), ("unclear", "unclear")]
    {
        show_names(array(report, key), heading);
    }
    for finding in array(report, "findings") {
        say(&sentence(finding));
    }
    for way in array(report, "unseen") {
        let addresses: Vec<&str> = array(way, "addresses").iter().filter_map(Value::as_str).collect();
        say(&format!("  {}: {}", text(way, "used_by"), addresses.join(", ")));
    }
}

fn show_vendors(report: &Value) {
    let now = clock::system().now().unix.0;
    let rows = array(report, "vendors").iter().map(|vendor| {
        let (queries, stopped) = (number(vendor, "queries"), number(vendor, "stopped"));
        let purposes: Vec<String> = array(vendor, "purposes").iter().filter_map(Value::as_str).map(purpose).collect();
        let gap = vendor["gap"]["median"].as_f64().map(|gap| format!("{gap} s")).unwrap_or_default();
        let first = age(now.saturating_sub(number(vendor, "first_seen")));
        [
            text(vendor, "vendor"),
            text(vendor, "country"),
            purposes.join(", "),
            queries.to_string(),
            share(stopped, queries),
            gap,
            first,
        ]
    });
    say(&table(["company", "home", "purposes", "tries", "stopped", "usual gap", "first seen"], rows));
}

/// Where what was answered is at home: not where data goes.
fn show_places(report: &Value) {
    let places = array(report, "places");
    if places.is_empty() {
        return;
    }
    let rows = places.iter().take(LINES).map(|place| {
        let network = place["asn"].as_u64().map(|asn| format!("{} (AS{asn})", text(place, "as_name")));
        let network = network.unwrap_or_default().trim_start().to_owned();
        [text(place, "country"), network, number(place, "queries").to_string()]
    });
    say(&format!("\n{}", table(["answers registered in", "announced by", "let through"], rows)));
}

fn show_names(names: &[Value], heading: &str) {
    if names.is_empty() {
        return;
    }
    let rows = names.iter().take(NAMES).map(|name| {
        let (queries, stopped) = (number(name, "queries"), number(name, "stopped"));
        let whose = &name["attribution"];
        let region = name["region"].as_str().map(|region| format!(" [{region}]")).unwrap_or_default();
        let service = text(whose, "service") + &region;
        [text(name, "name"), service, purpose(&text(whose, "purpose")), queries.to_string(), stopped.to_string()]
    });
    say(&format!("\n{}", table([heading, "service", "purpose", "tries", "stopped"], rows)));
    if names.len() > NAMES {
        say(&format!("and {} more", names.len() - NAMES));
    }
}

/// A finding in English.
fn sentence(finding: &Value) -> String {
    let slots = &finding["slots"];
    let (name, vendor) = (text(slots, "name"), text(slots, "vendor"));
    let times = counted(number(slots, "tries"), "time", "times");
    let texts = |key: &str| array(slots, key).iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ");
    match finding["template"].as_str().unwrap_or_default() {
        "asks_regularly" => {
            let night = if slots["day_and_night"] == true { ", day and night" } else { "" };
            format!("asks for {name} every {} s{night}", slots["every_seconds"])
        }
        "new_vendor" => format!("{vendor} is new"),
        "got_through" => format!("{name} ({vendor}) got through {times}"),
        "needed_but_stopped" => format!("{name} ({vendor}) is needed, but was stopped {times}"),
        "regional_variants" => format!("{vendor}: names of the variants {}", texts("regions")),
        "dns_cannot_see" => {
            let addresses = number(slots, "addresses");
            let are = counted(addresses, "address that is", "addresses that are");
            format!("{vendor}: DNS cannot see {are} compiled in")
        }
        other => other.to_owned(),
    }
}

/// The values of a list in an answer; none where there is no list.
pub(super) fn array<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// A text of an answer; empty where there is none.
pub(super) fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}

/// A number of an answer; 0 where there is none.
pub(super) fn number(value: &Value, key: &str) -> u64 {
    value[key].as_u64().unwrap_or_default()
}

/// A purpose, by its word in the API, as people call it.
pub(super) fn purpose(word: &str) -> String {
    let known = Purpose::WORDS.iter().find(|(known, _)| *known == word);
    known.map_or_else(|| word.to_owned(), |(_, purpose)| purpose.title().to_owned())
}

#[expect(clippy::cast_precision_loss, reason = "a share of more than 2^53 queries may be off in its last digit")]
fn share(part: u64, whole: u64) -> String {
    if whole == 0 { "-".to_owned() } else { format!("{:.1} %", part as f64 * 100.0 / whole as f64) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_decides_the_word() {
        let check = |queries: u64, stopped: u64, expected: &str| {
            assert_eq!(total(&serde_json::json!({ "queries": queries, "stopped": stopped })), expected);
        };
        check(0, 0, "0 queries, 0 of them stopped (-)");
        check(1, 1, "1 query, 1 of them stopped (100.0 %)");
        check(2, 1, "2 queries, 1 of them stopped (50.0 %)");
    }

    #[test]
    fn quotes_that_the_shell_took_come_back() {
        let check = |words: &[&str], expected: &str| {
            let words: Vec<String> = words.iter().map(ToString::to_string).collect();
            assert_eq!(filter_text(&words), expected);
        };
        check(&["device:living-room tv", "stopped"], "device:\"living-room tv\" stopped");
        check(&["device:\"living-room tv\""], "device:\"living-room tv\"");
        check(&["device:tv stopped:"], "device:\"tv stopped:\"");
        check(&["stopped vendor:samsung"], "stopped vendor:samsung");
        check(&[], "");
    }
}
