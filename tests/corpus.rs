//! Lists as they are in the wild: every line is accounted for, and every rule is in the table afterwards.
//!
//! Runs over the small lists in `tests/lists`, and over a folder of real ones when `PONOR_CORPUS` names it: `lists/*`
//! and `names-1m-hosts.txt`, plain or packed by `xz`.
#![expect(clippy::unwrap_used, reason = "helpers of tests, which clippy does not take for tests")]
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "figures for whoever runs it with --nocapture")]

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use ponor::{
    dns::Name,
    rules::{LineOptions, ListFormat, ListNumber, ListSummary, Reach, Rule, TableBuilder, parse_list},
};

#[test]
fn our_own_lists() {
    let check = |file: &str, [rules, rule_lines, comments, rejected]: [u64; 4]| {
        let text = fs::read(Path::new("tests/lists").join(file)).unwrap();
        let (summary, _) = read_list(file, &text);
        let counts = [summary.rules, summary.rule_lines, summary.comments, summary.rejected];
        assert_eq!(counts, [rules, rule_lines, comments, rejected], "{file}: {:#?}", summary.rejects);
    };
    check("hosts.txt", [10, 7, 3, 4]);
    check("domains.txt", [4, 4, 1, 5]);
    check("adguard.txt", [5, 5, 2, 5]);
    check("dnsmasq.conf", [5, 4, 1, 2]);
    check("unbound.conf", [5, 5, 2, 1]);
    check("rpz.txt", [4, 4, 6, 2]);
}

#[test]
fn real_lists() {
    let Some(corpus) = corpus() else { return };
    let mut files: Vec<PathBuf> =
        fs::read_dir(corpus.join("lists")).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    for file in files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let Some(text) = read_file(&file) else { continue };
        let (summary, rules) = read_list(&name, &text);
        assert_eq!(summary.foreign, None, "{name}");
        let lost = names_by_eye(&text).difference(&rules.iter().map(|rule| rule.name).collect()).count();
        assert_eq!(lost, 0, "{name}");
        println!("{name}: {} lines, {} rules, {} rejected", summary.lines, summary.rules, summary.rejected);
        for (reason, count) in &summary.reasons {
            let example = summary.rejects.iter().find(|reject| reject.reason == *reason);
            println!("    {count:6}  {reason}: {}", example.map_or("", |reject| &reject.text));
        }
    }
}

#[test]
fn a_million_names() {
    let Some(corpus) = corpus() else { return };
    let Some(text) = read_file(&corpus.join("names-1m-hosts.txt.xz")) else { return };
    let begun = Instant::now();
    let mut builder = TableBuilder::new();
    let summary =
        parse_list(&text[..], &LineOptions::default(), &mut |rule: &Rule| builder.add(ListNumber(1), rule)).unwrap();
    let read = begun.elapsed();
    let table = builder.build();
    let built = begun.elapsed();
    assert_eq!(summary.rules + summary.rejected, 1_000_000, "{:#?}", summary.rejects);
    let mask = table.mask(|_| true);
    let mut rules = 0;
    parse_list(&text[..], &LineOptions::default(), &mut |rule: &Rule| {
        rules += 1;
        assert!(table.find(&rule.name, &mask).is_some(), "{}", rule.name);
    })
    .unwrap();
    assert_eq!(rules, summary.rules);
    let bytes = table.size() * 100 / usize::try_from(rules).unwrap();
    println!(
        "{rules} rules read in {read:?}, in the table after {built:?}, {}.{:02} bytes a rule",
        bytes / 100,
        bytes % 100
    );
}

/// Reads a list and checks what holds for all: each line counts once, each reject has a reason, its own format reads
/// it like `auto`, and the table knows every rule.
fn read_list(name: &str, text: &[u8]) -> (ListSummary, Vec<Rule>) {
    let mut rules = Vec::new();
    let mut builder = TableBuilder::new();
    let summary = parse_list(text, &LineOptions::default(), &mut |rule: &Rule| {
        rules.push(*rule);
        builder.add(ListNumber(3), rule);
    })
    .unwrap();
    let lines = text.split(|&octet| octet == b'\n').count() - usize::from(text.ends_with(b"\n"));
    assert_eq!(summary.lines, u64::try_from(lines).unwrap(), "{name}");
    assert_eq!(summary.rule_lines + summary.comments + summary.rejected, summary.lines, "{name}");
    assert_eq!(summary.rules, u64::try_from(rules.len()).unwrap(), "{name}");
    assert_eq!(summary.reasons.values().sum::<u64>(), summary.rejected, "{name}");
    assert!(summary.rejects.iter().all(|reject| !reject.reason.is_empty()), "{name}");
    let table = builder.build();
    let mask = table.mask(|_| true);
    for rule in &rules {
        let asked = if rule.reach == Reach::Below { rule.name.child(b"x").unwrap() } else { rule.name };
        let found = table.find_all(&asked, &mask);
        let labels = rule.name.label_count();
        assert!(
            found.iter().any(|found| usize::from(found.labels) == labels
                && (found.action, found.important, found.reach) == (rule.action, rule.important, rule.reach)),
            "{name}: {rule:?} is not in the table"
        );
    }
    if let Some(format) = format_of(name) {
        let options = LineOptions { format, ..LineOptions::default() };
        let mut by_format = Vec::new();
        parse_list(text, &options, &mut |rule: &Rule| by_format.push(*rule)).unwrap();
        assert!(by_format == rules, "{name}: {format:?} reads {} rules, auto {}", by_format.len(), rules.len());
    }
    (summary, rules)
}

/// The format of files that keep to one.
fn format_of(name: &str) -> Option<ListFormat> {
    let formats = [
        ("hosts-adservers", ListFormat::Hosts),
        ("hosts-crlf", ListFormat::Hosts),
        ("hosts.txt", ListFormat::Hosts),
        ("domains", ListFormat::Domains),
        ("wildcards", ListFormat::Domains),
        ("dnsmasq", ListFormat::Dnsmasq),
        ("unbound", ListFormat::Unbound),
        ("rpz", ListFormat::Rpz),
    ];
    formats.into_iter().find(|(start, _)| name.starts_with(start)).map(|(_, format)| format)
}

/// The names of lines of the usual shapes, found without the parser: what stands between the signs of a dialect, when
/// it looks like a name with a dot.
fn names_by_eye(text: &[u8]) -> HashSet<Name> {
    let text = String::from_utf8_lossy(text);
    text.lines().filter_map(name_by_eye).filter_map(|name| name.to_ascii_lowercase().parse().ok()).collect()
}

fn name_by_eye(line: &str) -> Option<&str> {
    let line = line.trim_end();
    let inside = |start: &str, end: &str| line.strip_prefix(start)?.strip_suffix(end);
    let name = inside("||", "^")
        .or_else(|| inside("@@||", "^"))
        .or_else(|| inside("0.0.0.0 ", ""))
        .or_else(|| inside("127.0.0.1 ", ""))
        .or_else(|| inside("server=/", "/"))
        .or_else(|| inside("local-zone: \"", ".\" always_null"))
        .or_else(|| inside("*.", " CNAME ."))
        .or_else(|| inside("", " CNAME ."))
        .or_else(|| inside("", " CNAME rpz-passthru."))
        .or_else(|| inside("*.", ""))
        .unwrap_or(line);
    let looks_like_a_name = name.contains('.')
        && name.split('.').all(|label| !label.is_empty() && label.len() < 64)
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(letter))
        && name.chars().last().is_some_and(|letter| letter.is_ascii_alphabetic());
    looks_like_a_name.then_some(name)
}

fn corpus() -> Option<PathBuf> {
    let folder = std::env::var_os("PONOR_CORPUS").map(PathBuf::from);
    if folder.is_none() {
        println!("skipped: `PONOR_CORPUS` names no folder of real lists");
    }
    folder
}

/// The text of a file, unpacked when its name ends in `.xz`; nothing, with a word why, when that cannot be done.
fn read_file(path: &Path) -> Option<Vec<u8>> {
    let unpacked = path.with_extension("");
    match path.extension() {
        Some(extension) if extension == "xz" && unpacked.exists() => Some(fs::read(unpacked).unwrap()),
        Some(extension) if extension == "xz" => match Command::new("xz").arg("-dc").arg(path).output() {
            Ok(output) if output.status.success() => Some(output.stdout),
            outcome => {
                println!("skipped: {}: xz: {outcome:?}", path.display());
                None
            }
        },
        _ => Some(fs::read(path).unwrap()),
    }
}
