//! Settings: values that people set while ponor runs, beneath what the configuration says and above the defaults.
//!
//! Which keys there are is declared where all keys are, in `keys`; what a value may be, their readers say.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Effective, Loaded, REFERENCE,
    fault::{Fault, Origin, did_you_mean, shown_id},
    model::Config,
    section::{self, Key, Kind, Section, join},
    takes::{self, Takes},
    written::{Value, Written},
};

/// A value that somebody sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The key: `cache.size`.
    pub key: String,
    /// Its value.
    pub value: SettingValue,
}

/// The value of a key: `true`, a whole number, a text, or several texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged, expecting = "expected true or false, a whole number, a text, or a list of texts")]
pub enum SettingValue {
    /// Whether something is so.
    Switch(bool),
    /// A number.
    Number(i64),
    /// A word, a duration, a size.
    Text(String),
    /// A list.
    Lines(Vec<String>),
}

/// A setting that does not hold, because it would make the configuration wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAside {
    /// Its key.
    pub key: String,
    /// What is wrong.
    pub faults: Vec<Fault>,
}

/// A key and its value, as people see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SettingStatus {
    /// The key: `upstream.servers`, `lists[vendors].source`.
    #[schema(example = "upstream.servers")]
    pub key: String,
    /// The value in force; `null`: none.
    #[schema(required)]
    pub value: Option<SettingValue>,
    /// The value when nobody sets one; `null`: none.
    #[schema(required)]
    pub default: Option<SettingValue>,
    /// Who set it.
    pub set_by: SetBy,
    /// Where it was set, if not here: `config.toml:12:1`, a variable, a flag.
    #[schema(required, example = "config.toml:12:1")]
    pub place: Option<String>,
    /// The line of the file.
    #[schema(required)]
    pub line: Option<usize>,
    /// Whether it may be set here: `null` if so, or else why not.
    #[schema(required)]
    pub fixed: Option<WhyFixed>,
    /// What was set here and does not hold.
    #[schema(required)]
    pub set_aside: Option<SetAsideStatus>,
    /// What it takes.
    pub kind: SettingKind,
    /// The words that it takes.
    pub choices: Vec<String>,
    /// The least that it takes, as it is written; `null` where nothing can be measured.
    #[schema(required, example = "10ms")]
    pub least: Option<String>,
    /// The most that it takes.
    #[schema(required, example = "1m")]
    pub most: Option<String>,
    /// What it is, as the reference of the configuration says it.
    pub about: String,
}

/// Who set a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SetBy {
    /// Nobody.
    Default,
    /// Somebody while ponor ran.
    Setting,
    /// The configuration file.
    File,
    /// The environment.
    Variable,
    /// The command line.
    Flag,
}

/// Why a key cannot be set while ponor runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WhyFixed {
    /// The configuration sets it.
    Configured,
    /// Only the configuration may: it needs a restart, names files of this machine, or could lock everybody out; or it is of
    /// lists, groups, rules and records, which are made in other places.
    Never,
}

/// A setting that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SetAsideStatus {
    /// What was set.
    pub value: SettingValue,
    /// Why it does not hold.
    pub why: String,
}

/// What a key takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SettingKind {
    /// `true` or `false`.
    Switch,
    /// A whole number.
    Number,
    /// One of `choices`.
    Choice,
    /// A duration or a size, such as `4s` or `8MiB`.
    Quantity,
    /// A text.
    Text,
    /// Several texts, or one of `choices`.
    Lines,
}

impl SettingValue {
    /// What somebody writes on a command line: a value in TOML or else a text; several words are a list.
    #[must_use]
    pub fn of_words(words: &[String]) -> Self {
        match words {
            [word] => Written::parse(word, &Origin::Setting)
                .and_then(|written| Self::of(&written))
                .unwrap_or_else(|| Self::Text(word.clone())),
            several => Self::Lines(several.to_vec()),
        }
    }

    /// How many octets its texts have.
    #[must_use]
    pub fn size(&self) -> usize {
        match self {
            Self::Switch(_) | Self::Number(_) => 0,
            Self::Text(text) => text.len(),
            Self::Lines(lines) => lines.iter().map(|line| line.len() + 1).sum(),
        }
    }

    pub(super) fn written(&self) -> Written {
        let text = |text: &String| Written::text(text, Origin::Setting);
        let value = match self {
            Self::Switch(boolean) => Value::Boolean(*boolean),
            Self::Number(integer) => Value::Integer(*integer),
            Self::Text(one) => return text(one),
            Self::Lines(lines) => Value::Array(lines.iter().map(text).collect()),
        };
        Written { value, origin: Origin::Setting }
    }

    fn of(written: &Written) -> Option<Self> {
        let text = |written: &Written| if let Value::Text(text) = &written.value { Some(text.clone()) } else { None };
        match &written.value {
            Value::Boolean(boolean) => Some(Self::Switch(*boolean)),
            Value::Integer(integer) => Some(Self::Number(*integer)),
            Value::Text(text) => Some(Self::Text(text.clone())),
            Value::Array(elements) => elements.iter().map(text).collect::<Option<_>>().map(Self::Lines),
            Value::Table(_) | Value::Other(_) | Value::Broken => None,
        }
    }

    fn of_toml(text: &str) -> Option<Self> {
        Self::of(&Written::parse(text, &Origin::Default)?)
    }
}

/// As TOML.
impl fmt::Display for SettingValue {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.written().value.fmt(out)
    }
}

impl From<&Origin> for SetBy {
    fn from(origin: &Origin) -> Self {
        match origin {
            Origin::File { .. } => Self::File,
            Origin::Variable { .. } => Self::Variable,
            Origin::Flag { .. } => Self::Flag,
            Origin::Setting => Self::Setting,
            Origin::Default => Self::Default,
        }
    }
}

/// Whether there is a key of this path, no section that there may be several of.
#[must_use]
pub fn is_key(key: &str) -> bool {
    section::find(Config::KEYS, key).is_some()
}

/// Whether a key may be set while ponor runs.
#[must_use]
pub fn is_setting(key: &str) -> bool {
    section::find(Config::KEYS, key).is_some_and(|key| key.is_setting)
}

/// What is said of a key that does not exist, and which was probably meant.
#[must_use]
pub fn no_such_key(key: &str) -> String {
    let known = section::paths(Config::KEYS);
    format!("there is no key `{}`{}", shown_id(key), did_you_mean(key, known.iter().map(String::as_str)))
}

/// Every key with its value, in the order of the reference; `made` are the settings.
#[must_use]
pub fn settings(loaded: &Loaded, made: &[Setting]) -> Vec<SettingStatus> {
    let takes = takes::ask();
    let mut all = Vec::new();
    each_key(Config::KEYS, "", &mut |path, key| {
        let whole = loaded.effective.iter().filter(|one| one.key == path);
        let parts = loaded.effective.iter().filter(|one| is_below(&one.key, path));
        let mut found: Vec<Option<&Effective>> = whole.chain(parts).map(Some).collect();
        if found.is_empty() {
            found.push(None);
        }
        all.extend(found.into_iter().map(|effective| {
            let made = made.iter().find(|setting| setting.key == path);
            status(path, key, effective, takes.get(path), made, loaded)
        }));
    });
    all
}

/// Whether `key` is of one of the sections `path`: `lists[vendors].id` of `lists`.
fn is_below(key: &str, path: &str) -> bool {
    key.strip_prefix(path).is_some_and(|rest| rest.starts_with('['))
}

/// Does something with every key, and its path; sections of which there may be several are one.
fn each_key(keys: &'static [Key], path: &str, with: &mut impl FnMut(&str, &Key)) {
    for key in keys {
        let path = join(path, key.name);
        match key.kind {
            Kind::Table(keys) => each_key(keys, &path, with),
            Kind::Value | Kind::Tables(_) => with(&path, key),
        }
    }
}

fn status(
    path: &str,
    key: &Key,
    effective: Option<&Effective>,
    takes: Option<&Takes>,
    made: Option<&Setting>,
    loaded: &Loaded,
) -> SettingStatus {
    let origin = effective.map_or(&Origin::Default, |effective| &effective.origin);
    let set_by = SetBy::from(origin);
    let value = effective.and_then(|effective| value_of(&effective.value, takes));
    let default = key.default.and_then(|default| value_of(default, takes));
    let fixed = match set_by {
        _ if !key.is_setting => Some(WhyFixed::Never),
        SetBy::Default | SetBy::Setting => None,
        SetBy::File | SetBy::Variable | SetBy::Flag => Some(WhyFixed::Configured),
    };
    let place = !matches!(origin, Origin::Default | Origin::Setting);
    let name = effective.map_or(path, |effective| &effective.key);
    SettingStatus {
        key: name.to_owned(),
        kind: kind(value.as_ref().or(default.as_ref()), takes),
        value,
        default,
        set_by,
        place: place.then(|| origin.to_string()),
        line: origin.line(),
        fixed,
        set_aside: made.filter(|_| set_by != SetBy::Setting).map(|made| set_aside(made, origin, loaded)),
        choices: takes.map(|takes| takes.words.clone()).unwrap_or_default(),
        least: takes.and_then(|takes| Some(takes.bounds.as_ref()?.0.clone())),
        most: takes.and_then(|takes| Some(takes.bounds.as_ref()?.1.clone())),
        about: about(name),
    }
}

/// A value; a list of one that was written without brackets is a list.
fn value_of(toml: &str, takes: Option<&Takes>) -> Option<SettingValue> {
    match SettingValue::of_toml(toml)? {
        SettingValue::Text(text) if takes.is_some_and(|takes| takes.many && !takes.words.contains(&text)) => {
            Some(SettingValue::Lines(vec![text]))
        }
        value => Some(value),
    }
}

/// What was set, and why it does not hold.
fn set_aside(made: &Setting, origin: &Origin, loaded: &Loaded) -> SetAsideStatus {
    let aside = loaded.set_aside.iter().find(|aside| aside.key == made.key);
    let why = aside.map_or_else(|| format!("{origin} sets it"), SetAside::why);
    SetAsideStatus { value: made.value.clone(), why }
}

fn kind(value: Option<&SettingValue>, takes: Option<&Takes>) -> SettingKind {
    match (takes, value) {
        (Some(takes), _) if takes.many => SettingKind::Lines,
        (Some(takes), _) if !takes.words.is_empty() => SettingKind::Choice,
        (_, Some(SettingValue::Switch(_))) => SettingKind::Switch,
        (_, Some(SettingValue::Number(_))) => SettingKind::Number,
        (Some(Takes { bounds: Some(_), .. }), _) => SettingKind::Quantity,
        (_, Some(SettingValue::Lines(_))) => SettingKind::Lines,
        (_, Some(SettingValue::Text(_)) | None) => SettingKind::Text,
    }
}

impl SetAside {
    /// Why it does not hold: what is wrong, and where else, each on a line.
    #[must_use]
    pub fn why(&self) -> String {
        let told = self.faults.iter().map(|fault| match fault.origin {
            Origin::Setting | Origin::Default => fault.complaint().to_string(),
            // Something else contradicts it.
            _ => fault.to_string(),
        });
        told.collect::<Vec<_>>().join("\n")
    }
}

/// What the reference says of a key: the comment above it.
fn about(key: &str) -> String {
    let mut plain = String::new();
    let mut is_inside = false;
    for letter in key.chars() {
        match letter {
            '[' => is_inside = true,
            ']' => is_inside = false,
            letter if !is_inside => plain.push(letter),
            _ => {}
        }
    }
    let (section, name) = plain.rsplit_once('.').unwrap_or(("", &plain));
    let (mut at, mut comment) = ("", String::new());
    for line in REFERENCE.lines() {
        // Examples stand behind a single `#`.
        let code = line.strip_prefix('#').filter(|code| !code.starts_with(' ')).unwrap_or(line);
        if let Some(words) = line.strip_prefix("# ") {
            comment = if comment.is_empty() { words.to_owned() } else { format!("{comment} {words}") };
        } else if let Some(header) = code.strip_prefix('[') {
            at = header.trim_matches(['[', ']']);
            if plain == at {
                return comment;
            }
            comment.clear();
        } else if at == section && code.split_once(" = ").is_some_and(|(key, _)| key == name) {
            return comment;
        } else {
            comment.clear();
        }
    }
    String::new()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::{Overrides, load};

    fn loaded(text: &str) -> Loaded {
        load(Some((Path::new("config.toml"), text)), [], &Overrides::default(), &["vendors"]).unwrap()
    }

    fn find(loaded: &Loaded, made: &[Setting], key: &str) -> SettingStatus {
        settings(loaded, made).into_iter().find(|setting| setting.key == key).unwrap()
    }

    #[test]
    fn the_environment_and_flags_beat_settings_too_and_are_named() {
        let variables = [("PONOR_CACHE__SIZE".to_owned(), "2MiB".to_owned())];
        let loaded = load(None, variables, &Overrides::default(), &["vendors"]).unwrap();
        let made = [Setting { key: "cache.size".to_owned(), value: SettingValue::Text("4MiB".to_owned()) }];
        let loaded = loaded.layers.load(&made).unwrap();
        let told = find(&loaded, &made, "cache.size");
        assert_eq!(told.value, Some(SettingValue::Text("2MiB".to_owned())));
        assert_eq!((told.set_by, told.place.as_deref()), (SetBy::Variable, Some("PONOR_CACHE__SIZE")));
        assert_eq!(told.set_aside.unwrap().why, "PONOR_CACHE__SIZE sets it");
    }

    #[test]
    fn every_key_says_what_it_takes() {
        let loaded = loaded("");
        let check = |key: &str, kind: SettingKind, choices: &[&str], bounds: Option<(&str, &str)>| {
            let told = find(&loaded, &[], key);
            let has = told.least.as_deref().zip(told.most.as_deref());
            assert_eq!((told.kind, has, told.fixed), (kind, bounds, None), "{key}");
            assert_eq!(told.choices, choices, "{key}");
        };
        check("upstream.servers", SettingKind::Lines, &[], None);
        check("upstream.timeout", SettingKind::Quantity, &[], Some(("10ms", "1m")));
        check("upstream.dnssec", SettingKind::Choice, &["trust", "validate"], None);
        check("cache.enabled", SettingKind::Switch, &[], None);
        check("cache.size", SettingKind::Quantity, &[], Some(("64KiB", "1TiB")));
        check("blocking.lists", SettingKind::Lines, &["all"], None);
        check("dns.rate_limit", SettingKind::Number, &[], Some(("0", "4294967295")));
    }

    #[test]
    fn all_keys_are_told_with_their_sentence_and_who_set_them() {
        let text = "[dns]\nport = 5300\n[[lists]]\nid = \"own\"\nsource = \"own.txt\"\n";
        let loaded = loaded(text);
        let all = settings(&loaded, &[]);
        let told = |key: &str| all.iter().find(|setting| setting.key == key).unwrap();
        assert_eq!((told("dns.port").line, told("dns.port").fixed), (Some(2), Some(WhyFixed::Never)));
        assert_eq!(told("lists[own].source").about, "\"builtin:\" and a name, a path relative to this file, or a URL.");
        assert_eq!((&told("tls.key").value, &*told("tls.key").about), (&None, "The key of the certificate, PEM."));
        assert_eq!(told("cache.min_ttl").about, "Shorter lifetimes are raised to this.");
        let silent: Vec<&str> = all.iter().filter(|one| one.about.is_empty()).map(|one| one.key.as_str()).collect();
        assert!(silent.is_empty(), "{silent:?}");
    }

    #[test]
    fn what_stands_on_a_command_line_is_a_value() {
        let check = |words: &[&str], expected: &str| {
            let words: Vec<String> = words.iter().map(ToString::to_string).collect();
            assert_eq!(SettingValue::of_words(&words).to_string(), expected, "{words:?}");
        };
        check(&["true"], "true");
        check(&["12"], "12");
        check(&["nxdomain"], "\"nxdomain\"");
        check(&["\"12\""], "\"12\"");
        check(&["9.9.9.9"], "\"9.9.9.9\"");
        check(&["9.9.9.9", "1"], "[\"9.9.9.9\", \"1\"]");
        check(&["[]"], "[]");
        check(&["2024-01-01"], "\"2024-01-01\"");
    }
}
