//! The layers: what the file, the environment and the flags say, as one table of written values.

use std::{path::Path, sync::Arc};

use toml::de::DeTable;

use super::{
    Overrides,
    fault::{Origin, nearest},
    reader::Reader,
    written::{Value, Written},
};

/// Variables that are no keys: the file itself, and the folder of the dashboard's files.
const OTHER_VARIABLES: [&str; 2] = ["PONOR_CONFIG", "PONOR_WEB_DIR"];

/// What the parser says of a line such as `port: 53`, at which it stops.
const NO_VALUE: &str = "key with no value";

/// What it says of a backslash that begins nothing, as in a pattern between double quotes; and the way out.
const BACKSLASH: &str = "missing escaped value";
const BACKSLASH_WAY_OUT: &str = "; between single quotes a backslash stands for itself";

/// So many of these lines are left out, so that it reads on behind them.
const MAX_STOPS: usize = 32;

/// Faults of syntax that the parser reads on from as if nothing had happened. After any other one it has lost its place,
/// and what it finds from there on may be a consequence.
const HARMLESS: [&str; 8] = [
    NO_VALUE,
    "duplicate key",
    "invalid basic string",
    "invalid float",
    "invalid integer",
    "invalid literal string",
    BACKSLASH,
    "string values must be quoted",
];

/// Reads the file. Faults of syntax go to `reader`, one a line.
pub(super) fn file(reader: &mut Reader, path: &Path, text: &str) -> Written {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let places = Places::new(path, text);
    let (text, stops) = without_stops(text);
    let (table, mut errors) = DeTable::parse_recoverable(&text);
    errors.extend(stops);
    errors.sort_by_key(|error| error.span().map(|span| span.start));
    for error in errors {
        let origin = places.at(error.span().map_or(0, |span| span.start));
        let harmless = HARMLESS.iter().any(|harmless| error.message().starts_with(harmless));
        if reader.faults.last().is_some_and(|fault| fault.origin.line() == origin.line()) {
            if harmless {
                continue;
            }
            reader.faults.pop();
        }
        let way_out = if error.message().starts_with(BACKSLASH) { BACKSLASH_WAY_OUT } else { "" };
        reader.fault(&origin, error.message().to_owned() + way_out, None);
        if !harmless {
            reader.lost_from = origin.line();
            break;
        }
    }
    reader.syntax_faults = reader.faults.len();
    Written::from_table(table.get_ref(), places.at(0), &|position| places.at(position))
}

/// Blanks out the lines at which the parser would stop; every position stays what it was.
fn without_stops(text: &str) -> (String, Vec<toml::de::Error>) {
    let (mut text, mut stops) = (text.to_owned(), Vec::new());
    while stops.len() < MAX_STOPS {
        let (_, errors) = DeTable::parse_recoverable(&text);
        let Some(stop) = errors.into_iter().find(|error| error.message().starts_with(NO_VALUE)) else { break };
        let Some((before, behind)) = stop.span().and_then(|span| text.split_at_checked(span.start)) else { break };
        let start = before.rfind('\n').map_or(0, |position| position + 1);
        let end = before.len() + behind.find('\n').unwrap_or(behind.len());
        text.replace_range(start..end, &" ".repeat(end - start));
        stops.push(stop);
    }
    (text, stops)
}

/// Lays the environment over `written`. `PONOR_DNS__PORT=53` sets `dns.port`; a value is TOML, or else text.
pub(super) fn environment(
    reader: &mut Reader,
    written: &mut Written,
    variables: impl IntoIterator<Item = (String, String)>,
) {
    let known: Vec<(String, String)> = reader.known_paths.iter().map(|path| (variable(path), path.clone())).collect();
    for (name, value) in variables {
        if !name.starts_with("PONOR_") || OTHER_VARIABLES.contains(&name.as_str()) {
            continue;
        }
        let origin = Origin::Variable { name: name.as_str().into() };
        if let Some((_, path)) = known.iter().find(|(known, _)| *known == name) {
            let value = Written::parse(&value, &origin).unwrap_or_else(|| Written::text(value, origin));
            written.set(path, value);
        } else {
            let names = known.iter().map(|(name, _)| name.as_str()).chain(OTHER_VARIABLES);
            let suggestion = nearest(&name, names);
            reader.fault(&origin, "unknown variable".to_owned(), suggestion);
        }
    }
}

/// Lays the flags over `written`.
pub(super) fn flags(written: &mut Written, flags: &Overrides) {
    let single = [
        ("--data-dir", "data_dir", &flags.data_dir),
        ("--http-listen", "http.listen", &flags.http_listen),
        ("--log-format", "log.format", &flags.log_format),
    ];
    for (name, path, value) in single {
        if let Some(value) = value {
            written.set(path, Written::text(value, Origin::Flag { name }));
        }
    }
    let origin = Origin::Flag { name: "--listen" };
    match flags.listen.as_slice() {
        [] => {}
        [one] => written.set("dns.listen", Written::text(one, origin)),
        several => {
            let several = several.iter().map(|one| Written::text(one, origin.clone())).collect();
            written.set("dns.listen", Written { value: Value::Array(several), origin });
        }
    }
}

/// The variable that sets the key at `path`.
pub(super) fn variable(path: &str) -> String {
    format!("PONOR_{}", path.to_uppercase().replace('.', "__"))
}

/// Turns byte positions of a text into lines and columns.
struct Places<'a> {
    file: Arc<str>,
    text: &'a str,
    /// Where each line begins.
    lines: Vec<usize>,
    /// Whether octets are characters, so that long lines need no counting.
    ascii: bool,
}

impl<'a> Places<'a> {
    fn new(path: &Path, text: &'a str) -> Self {
        let breaks = text.bytes().enumerate().filter(|&(_, octet)| octet == b'\n').map(|(position, _)| position + 1);
        Self {
            file: path.display().to_string().into(),
            text,
            lines: std::iter::once(0).chain(breaks).collect(),
            ascii: text.is_ascii(),
        }
    }

    fn at(&self, position: usize) -> Origin {
        let line = self.lines.partition_point(|&start| start <= position);
        let start = line.checked_sub(1).and_then(|line| self.lines.get(line)).copied().unwrap_or(0);
        let before = self.text.get(start..position).unwrap_or_default();
        let characters = if self.ascii { before.len() } else { before.chars().count() };
        Origin::File { file: Arc::clone(&self.file), line, column: characters + 1 }
    }
}
