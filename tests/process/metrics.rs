//! Figures for programs, and the probes.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;

use crate::{
    house::{House, Ponor, RUNTIME, honest, nobody, send, wait_until},
    wire::ask_a,
};

fn scrape(ponor: &Ponor) -> String {
    let response = send(Method::GET, &format!("http://{}/metrics", ponor.page), None, &[]);
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/plain; version=0.0.4; charset=utf-8");
    RUNTIME.block_on(response.text()).unwrap()
}

/// A line with a value: its name, its labels as text, its value.
fn sample(line: &str) -> (&str, &str, f64) {
    let (series, value) = line.rsplit_once(' ').unwrap();
    let (name, labels) = series.split_once('{').unwrap_or((series, "}"));
    let labels = labels.strip_suffix('}').unwrap_or_else(|| panic!("labels without an end: {line}"));
    let is_name = |name: &str| {
        name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
    };
    assert!(is_name(name), "{line}");
    for label in labels.split(',').filter(|label| !label.is_empty()) {
        let (key, text) = label.split_once('=').unwrap();
        let text = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap();
        assert!(is_name(key) && !text.contains(['"', '\\', '\n']), "{line}");
    }
    (name, labels, value.parse().unwrap())
}

/// Reads a page of figures as strictly as Prometheus' own checker does, and returns the series with their values.
fn read(text: &str) -> BTreeMap<String, f64> {
    let (mut kinds, mut helped, mut series) = (BTreeMap::new(), BTreeSet::new(), BTreeMap::new());
    assert!(text.ends_with('\n'));
    for line in text.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, said) = help.split_once(' ').unwrap();
            assert!(helped.insert(name) && !said.is_empty(), "explained twice, or not: {line}");
        } else if let Some(kind) = line.strip_prefix("# TYPE ") {
            let (name, kind) = kind.split_once(' ').unwrap();
            assert!(matches!(kind, "counter" | "gauge" | "histogram"), "{line}");
            assert!(helped.contains(name) && kinds.insert(name, kind).is_none(), "{line}");
        } else {
            let (name, labels, value) = sample(line);
            let parts = ["_bucket", "_sum", "_count"].iter().find_map(|part| name.strip_suffix(part));
            let family = parts.filter(|family| kinds.get(family) == Some(&"histogram")).unwrap_or(name);
            let kind = *kinds.get(family).unwrap_or_else(|| panic!("a figure without a type: {line}"));
            assert_eq!(kind == "counter", name.ends_with("_total"), "{line}");
            assert!(kind == "gauge" || value >= 0.0, "{line}");
            let id = format!("{name}{{{labels}}}");
            assert!(series.insert(id, value).is_none(), "told twice: {line}");
        }
    }
    check_buckets(&series);
    series
}

/// Buckets hold what lies below their bound, and the last holds everything.
fn check_buckets(series: &BTreeMap<String, f64>) {
    let mut histograms: BTreeMap<String, Vec<(f64, f64)>> = BTreeMap::new();
    for (id, count) in series {
        let Some((name, labels)) = id.split_once("_bucket{") else { continue };
        let (bounds, others): (Vec<_>, Vec<_>) =
            labels.trim_end_matches('}').split(',').partition(|label| label.starts_with("le="));
        let bound = bounds[0].trim_start_matches("le=").trim_matches('"').parse().unwrap();
        histograms.entry(format!("{name}_count{{{}}}", others.join(","))).or_default().push((bound, *count));
    }
    assert!(!histograms.is_empty());
    for (total, mut buckets) in histograms {
        buckets.sort_by(|one, other| one.0.total_cmp(&other.0));
        assert!(buckets.is_sorted_by_key(|bucket| bucket.1), "{total}: {buckets:?}");
        assert_eq!(buckets.last(), Some(&(f64::INFINITY, series[&total])), "{total}");
    }
}

#[test]
fn figures_are_told_in_the_format_of_prometheus() {
    let upstream = honest();
    let ponor = House::new(upstream.address, "").start();
    ask_a(ponor.dns, "data.mistat.xiaomi.com");
    ask_a(ponor.dns, "www.example");
    ask_a(ponor.dns, "www.example");
    let counted = r#"ponor_queries_total{proto="udp",type="A",verdict="cached"}"#;
    wait_until(|| scrape(&ponor).contains(counted), || scrape(&ponor));
    let text = scrape(&ponor);
    let series = read(&text);
    let check = |id: &str, expected: f64| assert_eq!(series.get(id), Some(&expected), "{id} in\n{text}");
    check(counted, 1.0);
    check(r#"ponor_queries_total{proto="udp",type="A",verdict="stopped"}"#, 1.0);
    check(r#"ponor_query_duration_seconds_count{verdict="allowed"}"#, 1.0);
    check("ponor_cache_entries{}", 1.0);
    check("ponor_cache_hits_total{}", 1.0);
    check("ponor_cache_misses_total{}", 1.0);
    check(&format!(r#"ponor_upstream_queries_total{{server="udp://{}"}}"#, upstream.address), 1.0);
    check(r#"ponor_list_failed{list="vendors"}"#, 0.0);
    check("ponor_journal_dropped_total{}", 0.0);
    check("ponor_kernel_drops_total{}", 0.0);
    check(r#"ponor_turned_away_total{reason="not_allowed"}"#, 0.0);
    check(&format!(r#"ponor_build_info{{version="{}"}}"#, env!("CARGO_PKG_VERSION")), 1.0);
    let more_than = |id: &str, least: f64| assert!(series[id] > least, "{id} in\n{text}");
    more_than(r#"ponor_list_rules{list="vendors"}"#, 100.0);
    more_than("process_resident_memory_bytes{}", 1e6);
    more_than("process_start_time_seconds{}", 1.7e9);
    more_than("process_open_fds{}", 3.0);
    more_than("process_cpu_seconds_total{}", 0.0);
    for private in ["xiaomi", "www.example"] {
        assert!(!text.contains(private), "{private} in\n{text}");
    }
}

#[test]
fn what_does_not_work_is_told_beside_what_does() {
    let ponor = House::new(nobody(), "").start();
    assert_eq!(ponor.get("/readyz")["degraded"], serde_json::json!([]));
    let degraded = || ponor.get("/readyz")["degraded"].to_string();
    let told = || {
        ask_a(ponor.dns, "www.example");
        ask_a(ponor.dns, "other.example");
        degraded().contains("upstreams that do not answer: 1 of")
    };
    wait_until(told, degraded);
    assert_eq!(ponor.get("/readyz")["ready"], true);
}
