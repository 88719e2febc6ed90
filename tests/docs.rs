//! What the documents say holds: commands and flags are there, keys are keys, files exist.

#![allow(clippy::unwrap_used, reason = "a test says by its panic what is wrong")]

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use ponor::rules::{LineOptions, ListFormat, Rule, parse_line};

const DOCUMENTS: [&str; 14] = [
    "README.md",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "blocklists/README.md",
    "docs/install.md",
    "docs/lists.md",
    "docs/monitoring.md",
    "docs/performance.md",
    "docs/router.md",
    "fingerprints/README.md",
    "geo/README.md",
    "pkg/ponor.service",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Each line of the documents with the place where it stands.
fn lines() -> Vec<(String, String)> {
    let read = |document: &str| fs::read_to_string(root().join(document)).unwrap();
    let numbered = |document: &'static str| {
        let lines: Vec<_> = read(document).lines().map(str::to_owned).enumerate().collect();
        lines.into_iter().map(move |(number, line)| (format!("{document}:{}", number + 1), line))
    };
    DOCUMENTS.into_iter().flat_map(numbered).collect()
}

/// What stands between single backticks.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// The arguments of each ponor that a document tells its reader to run: lines of its blocks of code, and what stands
/// between backticks.
fn commands() -> Vec<(String, Vec<String>)> {
    let mut in_code = false;
    let mut found = Vec::new();
    for (place, line) in lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        } else if in_code || line.starts_with("ExecStart=") {
            found.extend(arguments(&line).map(|arguments| (place, arguments)));
        } else {
            found.extend(quoted(&line).filter_map(arguments).map(|arguments| (place.clone(), arguments)));
        }
    }
    found
}

fn arguments(command: &str) -> Option<Vec<String>> {
    // A remark, or what reads its output, ends it.
    let command = command.split(" #").next()?.split(" | ").next()?.trim_start_matches("ExecStart=");
    let beside = |word: &&str| word.starts_with("PONOR_") || ["$", "sudo"].contains(word);
    // What stands between quotation marks is one word. What may be left out is left out.
    let words = command
        .split('"')
        .enumerate()
        .flat_map(|(place, part)| if place % 2 == 1 { vec![part] } else { part.split_whitespace().collect() });
    let words: Vec<&str> = words.skip_while(beside).filter(|word| !word.starts_with('[')).collect();
    let arguments = match words.as_slice() {
        ["ponor", arguments @ ..] => arguments,
        ["cargo", "run", rest @ ..] => &rest[rest.iter().position(|word| *word == "--")? + 1..],
        _ => return None,
    };
    Some(arguments.iter().map(ToString::to_string).collect())
}

#[test]
fn every_command_is_understood() {
    let commands = commands();
    for (place, arguments) in &commands {
        let output = Command::new(env!("CARGO_BIN_EXE_ponor")).args(arguments).arg("--help").output().unwrap();
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{place}: {arguments:?}: {complaint}");
        let help = String::from_utf8_lossy(&output.stdout);
        for flag in arguments.iter().filter(|argument| argument.starts_with("--")) {
            assert!(help.contains(flag.as_str()), "{place}: {arguments:?}: there is no `{flag}`");
        }
    }
    assert!(commands.len() >= 15, "only these were found: {commands:?}");
}

#[test]
fn every_key_is_in_the_reference() {
    let mut sections = HashSet::new();
    let mut keys = HashSet::new();
    let mut section = String::new();
    for line in ponor::config::REFERENCE.lines().map(|line| line.trim_start_matches('#')) {
        if let Some(header) = line.strip_prefix('[') {
            section = header.trim_matches(['[', ']']).to_owned() + ".";
            sections.insert(section.split('.').next().unwrap().to_owned());
        } else if let Some((key, _)) = line.split_once(" = ") {
            keys.insert(format!("{section}{key}"));
        }
    }
    let is_word = |word: &str| word.bytes().all(|octet| octet.is_ascii_lowercase() || octet == b'_');
    let mut seen = 0;
    for (place, line) in lines() {
        for text in quoted(&line) {
            let Some((head, key)) = text.split_once('.') else { continue };
            if sections.contains(head) && is_word(key) && !["toml", "json"].contains(&key) {
                assert!(keys.contains(text), "{place}: `{text}` is no key of config.toml");
                seen += 1;
            }
        }
    }
    assert!(seen >= 4, "only {seen} keys were found");
}

#[test]
fn every_link_leads_to_a_file() {
    for (place, line) in lines() {
        for target in line.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let folder = Path::new(place.split(':').next().unwrap()).parent().unwrap();
            let is_file = target.contains("://") || root().join(folder).join(target).exists();
            assert!(is_file, "{place}: there is no `{target}`");
        }
    }
}

#[test]
fn every_module_that_is_named_exists() {
    let check = |place: &str, path: &str| {
        let path = path.split('{').next().unwrap().trim_end_matches("::").replace("::", "/");
        let file = root().join("src").join(&path);
        let is_there = file.is_dir() || file.with_extension("rs").exists();
        assert!(is_there, "{place}: there is no module `{path}`");
    };
    let folders: Vec<String> = fs::read_dir(root().join("src"))
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    for (place, line) in lines().into_iter().filter(|(place, _)| place.starts_with("ARCHITECTURE.md")) {
        for text in quoted(&line) {
            let Some((folder, rest)) = text.split_once("::") else { continue };
            // `cache::Cache::get` names an item of the folder; its small first letters tell modules from items.
            let modules =
                rest.split("::").take_while(|part| part.starts_with(|first: char| first.is_ascii_lowercase()));
            if folders.iter().any(|known| known == folder) {
                check(&place, &modules.fold(folder.to_owned(), |path, module| format!("{path}::{module}")));
            }
        }
    }
}

#[test]
fn lines_of_lists_stop_what_the_table_of_formats_says() {
    let table = fs::read_to_string(root().join("docs/lists.md")).unwrap().replace("\\|", "\u{0}");
    let mut seen = 0;
    for row in table.lines().filter(|row| row.starts_with("| `")) {
        let cells: Vec<String> =
            row.split('|').map(|cell| cell.trim().trim_matches('`').replace('\u{0}', "|")).collect();
        let [_, format, line, own, below, _] = cells.as_slice() else { panic!("{row}") };
        let format: ListFormat = serde_json::from_value(format.as_str().into()).unwrap();
        for format in [format, ListFormat::Auto] {
            let mut rules = Vec::new();
            let options = LineOptions { format, ..LineOptions::default() };
            parse_line(line.as_bytes(), &options, &mut |rule: &Rule| rules.push(*rule)).unwrap();
            let stops = |name: &str| rules.iter().any(|rule| rule.covers(&name.parse().unwrap()));
            for (name, said) in [("x.example", own), ("a.x.example", below)] {
                assert_eq!(said, if stops(name) { "yes" } else { "no" }, "{line} as {format:?}: {name}");
            }
        }
        seen += 1;
    }
    assert!(seen >= 12, "only {seen} lines were found");
}

#[test]
fn the_package_has_what_is_there() {
    let read = |file: &str| fs::read_to_string(root().join(file)).unwrap();
    let manifest: toml::Table = toml::from_str(&read("Cargo.toml")).unwrap();
    let assets = manifest["package"]["metadata"]["deb"]["assets"].as_array().unwrap();
    let made = read("pkg/deb").replace("$shell", "bash ponor.zsh ponor.fish");
    let mut places = Vec::new();
    for asset in assets {
        let [source, place] = [0, 1].map(|at| asset[at].as_str().unwrap());
        let is_there = match source.strip_prefix("target/release/") {
            Some(file) => file == "ponor" || made.contains(file.trim_start_matches("deb/")),
            None => root().join(source.trim_end_matches("*.md")).exists(),
        };
        assert!(is_there, "there is no `{source}`, and `pkg/deb` does not make it");
        let name = Path::new(source).file_name().unwrap().to_str().unwrap();
        places.push(format!("/{place}{}", if place.ends_with('/') { name } else { "" }));
    }
    // What the documents and the file that it installs say of the places.
    let conffile = "pkg/debian/config.toml";
    for (place, line) in lines().into_iter().chain([(conffile.to_owned(), read(conffile))]) {
        let words = line.split(|letter: char| letter.is_whitespace() || letter == '`');
        for word in words.filter(|word| word.starts_with("/usr/share/") || *word == "/usr/bin/ponor") {
            let word = word.trim_end_matches(['.', ',', ':']);
            assert!(places.iter().any(|place| place == word), "{place}: the package has no `{word}`");
        }
    }
}

#[test]
fn the_package_knows_the_state_folder_of_the_service() {
    let read = |file: &str| fs::read_to_string(root().join(file)).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_ponor"))
        .args(["check", "--print-effective", "--config", "pkg/debian/config.toml"])
        .current_dir(root())
        .output()
        .unwrap();
    let effective = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && effective.contains("\"/var/lib/ponor\""), "{effective}");
    assert!(read("pkg/ponor.service").contains("--data-dir /var/lib/ponor\n"));
    assert!(read("pkg/debian/postrm").contains("rm -rf /var/lib/ponor /var/lib/private/ponor\n"));
}
