//! The map of ARCHITECTURE.md holds: every folder of `src` has a row, imports only what its row names, and a pure folder
//! names nothing that reaches outside.

#![allow(clippy::unwrap_used, reason = "a test says by its panic what is wrong")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// What a pure folder may not name: sockets, files, threads, clocks, and the libraries that bring them.
const IMPURE: &[&str] = &[
    "tokio",
    "axum",
    "hyper",
    "reqwest",
    "hickory_server",
    "hickory_net",
    "nix",
    "socket2",
    "rustix",
    "std::fs",
    "std::thread",
    "std::process",
    "std::env",
    "UdpSocket",
    "TcpStream",
    "TcpListener",
    "File::open",
    "Instant::now",
    "SystemTime::now",
];

/// Libraries that only one folder may name.
const RESERVED: &[(&str, &str)] = &[("hickory_server", "server"), ("axum", "http"), ("clap", "cli")];

/// Folders that may import everything above them.
const EVERYTHING_ABOVE: &str = "all above";

struct Row {
    folder: String,
    pure: bool,
    imports: Vec<String>,
}

/// The rows of the table of folders, in order.
fn map() -> Vec<Row> {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let mut rows: Vec<Row> = Vec::new();
    let mut pure = false;
    for line in text.lines().filter(|line| line.starts_with('|')) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [layer, folder, _, imports] = cells[..] else { continue };
        if !layer.is_empty() {
            pure = layer.contains("pure");
        }
        let Some(folder) = folder.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')) else { continue };
        let above = rows.iter().map(|row| row.folder.clone());
        let imports = match imports.split_once(" but ") {
            _ if imports == EVERYTHING_ABOVE => above.collect(),
            Some((EVERYTHING_ABOVE, except)) => above.filter(|name| !except.contains(&format!("`{name}`"))).collect(),
            _ => imports.split(',').map(|name| name.trim().to_owned()).collect(),
        };
        rows.push(Row { folder: folder.to_owned(), pure, imports });
    }
    rows
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The code of a folder: file -> text without comments and without its tests.
fn code(folder: &str) -> BTreeMap<PathBuf, String> {
    let mut files = BTreeMap::new();
    let mut open = vec![root().join("src").join(folder)];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
            let text = fs::read_to_string(&path).unwrap();
            let lines = product(&text).lines().filter(|line| !line.trim_start().starts_with("//"));
            let code = lines.collect::<Vec<_>>().join("\n");
            files.insert(path, code);
        }
    }
    files
}

/// The text of a file up to the tests that are written in it; a module of tests in another file ends nothing.
fn product(text: &str) -> &str {
    let inline = text.match_indices("\n#[cfg(test)]\nmod ").map(|(at, _)| text.split_at(at)).find(|(_, tests)| {
        let module = tests.lines().find(|line| line.starts_with("mod "));
        module.is_some_and(|line| line.ends_with('{'))
    });
    inline.map_or(text, |(product, _)| product)
}

/// The folders that `text` names by `crate::folder` or within `use crate::{...}`.
fn imported(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(group) => names.extend(first_words(group)),
            None => names.extend(word(rest)),
        }
    }
    names
}

/// The first word of each item of a use group, up to its closing brace.
fn first_words(group: &str) -> Vec<String> {
    let (mut depth, mut names, mut expect) = (1, Vec::new(), true);
    for (at, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => expect = true,
            _ if expect && depth == 1 && character.is_alphabetic() => {
                names.extend(word(&group[at..]));
                expect = false;
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    names
}

fn is_part_of_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

fn word(text: &str) -> Option<String> {
    let end = text.find(|character| !is_part_of_word(character)).unwrap_or(text.len());
    (end > 0).then(|| text[..end].to_owned())
}

fn names(text: &str, what: &str) -> bool {
    text.match_indices(what).any(|(at, _)| {
        let before = text[..at].chars().next_back().is_some_and(is_part_of_word);
        let after = text[at + what.len()..].chars().next().is_some_and(is_part_of_word);
        !before && !after
    })
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

#[test]
fn every_folder_has_a_row_and_lib_keeps_the_order() {
    let rows: Vec<String> = map().into_iter().map(|row| row.folder).collect();
    let folders = fs::read_dir(root().join("src")).unwrap().map(|entry| entry.unwrap().path());
    for folder in folders.filter(|path| path.is_dir()) {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        assert!(rows.contains(&name), "src/{name} has no row in ARCHITECTURE.md");
    }
    let lib = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let modules: Vec<&str> = lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let expected: Vec<&str> = rows.iter().map(String::as_str).filter(|row| modules.contains(row)).collect();
    assert_eq!(modules, expected);
}

#[test]
fn folders_import_only_what_their_row_names() {
    let rows = map();
    assert!(rows.len() > 10, "the table of folders was found");
    let folders: Vec<&str> = rows.iter().map(|row| row.folder.as_str()).collect();
    let mut faults = Vec::new();
    for row in &rows {
        for (path, text) in code(&row.folder) {
            for name in imported(&text).iter().filter(|name| folders.contains(&name.as_str()) && **name != row.folder) {
                if !row.imports.contains(name) {
                    faults.push(format!("{}: {} may not import {name}", relative(&path), row.folder));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn pure_folders_reach_nothing_outside() {
    let mut faults = Vec::new();
    for row in map().iter().filter(|row| row.pure) {
        for (path, text) in code(&row.folder) {
            let reached = IMPURE.iter().filter(|what| names(&text, what));
            faults.extend(reached.map(|what| format!("{}: {what}", relative(&path))));
        }
    }
    assert!(faults.is_empty(), "pure folders that reach outside:\n{}", faults.join("\n"));
}

#[test]
fn reserved_libraries_stay_in_their_folder() {
    let mut faults = Vec::new();
    for row in map() {
        for (path, text) in code(&row.folder) {
            let strays = RESERVED.iter().filter(|(library, folder)| *folder != row.folder && names(&text, library));
            faults
                .extend(strays.map(|(library, folder)| format!("{}: {library} belongs to {folder}", relative(&path))));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_scanner_sees_imports() {
    let check = |text: &str, expected: &[&str]| assert_eq!(imported(text), expected, "{text}");
    check("use crate::dns::Name;", &["dns"]);
    check("use crate::{\n    dns::{Answer, Name},\n    time::Moment,\n};", &["dns", "time"]);
    check("let x = crate::rules::parse(y);", &["rules"]);
    let check = |text: &str, expected: &str| assert_eq!(product(text), expected, "{text}");
    check("use a;\n#[cfg(test)]\nmod tests {\n    use b;\n}", "use a;");
    check("#[cfg(test)]\nmod tests;\nuse a;", "#[cfg(test)]\nmod tests;\nuse a;");
    check("mod a;\n#[cfg(test)]\nmod b;\nuse c;\n#[cfg(test)]\nmod tests {", "mod a;\n#[cfg(test)]\nmod b;\nuse c;");
    assert!(names("use tokio::sync;", "tokio") && !names("use tokiox::sync;", "tokio"));
}
