//! Configuration: text -> what was written -> what is valid, with all faults at once.
//!
//! `written` holds what the file, the environment and the flags say, each value with its origin; `layers` lays them over
//! each other, with the `settings` of a running ponor beneath. `keys` declares each key once, in the words of `section`, with
//! the readers of `values`, `server` and `source`, which also say what they take when `takes` asks them; `reader` gathers
//! what is wrong, `agreement` what contradicts across sections. `model` is the result. Opening files is left to `app`.

mod agreement;
mod fault;
mod keys;
mod layers;
mod model;
mod offline;
mod reader;
mod section;
mod server;
mod settings;
mod source;
mod takes;
mod values;
mod written;

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

pub use fault::{Fault, Origin, did_you_mean, nearest, no_such, shown_id};
pub use model::{
    AllowedClients, BlockMode, Blocking, Cache, Config, Devices, Dns, Dnssec, Geo, Group, Http, Journal, LeaseFiles,
    List, ListSelection, ListSource, Listen, Local, Log, LogFormat, NamedDevice, Privacy, Protocol, Route, SafeSearch,
    Server, ServerHost, Stats, Tls, Upstream,
};
pub use offline::parse_offline;
pub use section::is_id;
pub use server::parse_server;
pub use settings::{
    SetAside, SetAsideStatus, SetBy, Setting, SettingKind, SettingStatus, SettingValue, WhyFixed, is_key, is_setting,
    no_such_key, settings,
};

use reader::Reader;
use section::{Section, TableReader};
use written::{Value, Written};

/// The reference: every key, its default, one sentence each.
pub const REFERENCE: &str = include_str!("../../config.toml");

/// What the command line sets; it beats everything else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    /// `--data-dir`
    pub data_dir: Option<String>,
    /// `--listen`, each time it was given.
    pub listen: Vec<String>,
    /// `--http-listen`
    pub http_listen: Option<String>,
    /// `--log-format`
    pub log_format: Option<String>,
}

/// One value that is in force.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Effective {
    /// Its key: `dns.listen`, `lists[vendors].enabled`, `upstream.routes[0].servers`.
    pub key: String,
    /// Its value as TOML.
    pub value: String,
    /// Who set it.
    #[serde(flatten)]
    pub origin: Origin,
}

impl fmt::Display for Effective {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} = {}  # {}", self.key, self.value, self.origin)
    }
}

/// A configuration without faults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    /// What ponor works by.
    pub config: Config,
    /// Each value with its origin, in the order of the reference.
    pub effective: Vec<Effective>,
    /// Settings that do not hold, because they would make it wrong.
    pub set_aside: Vec<SetAside>,
    /// What it was made of, for other settings.
    pub layers: Arc<Layers>,
}

/// What the file, the environment and the flags say: what it comes to depends on the settings beneath.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layers {
    /// The file, as it was named to ponor.
    pub file: Option<PathBuf>,
    reader: Reader,
    written: Written,
}

impl Loaded {
    /// What is wrong with the value of `key`, told with where it was written: a fault that only shows when the file is looked
    /// at that the value names. An element of a list is blamed on the list.
    #[must_use]
    pub fn fault(&self, key: &str, message: &str) -> Fault {
        let written = self.effective.iter().find(|effective| effective.key == key);
        let origin = written.map_or(Origin::Default, |effective| effective.origin.clone());
        Fault { origin, message: format!("`{key}`: {message}"), suggestion: None }
    }
}

/// Reads a configuration: defaults, then the file (`text`, with the path that messages name and relative paths start
/// from), then `PONOR_` variables of the environment, then flags. `builtin_lists` are the ids that `builtin:` may name.
///
/// # Errors
/// All faults that were found, in the order of the file, then of the environment, then of the flags.
pub fn load(
    text: Option<(&Path, &str)>,
    environment: impl IntoIterator<Item = (String, String)>,
    flags: &Overrides,
    builtin_lists: &[&str],
) -> Result<Loaded, Vec<Fault>> {
    Arc::new(Layers::read(text, environment, flags, builtin_lists)).load(&[])
}

impl Layers {
    /// Reads what [`load`] reads.
    pub fn read(
        text: Option<(&Path, &str)>,
        environment: impl IntoIterator<Item = (String, String)>,
        flags: &Overrides,
        builtin_lists: &[&str],
    ) -> Self {
        let mut reader = Reader {
            folder: text.and_then(|(path, _)| path.parent()).map(Path::to_owned).unwrap_or_default(),
            known_paths: section::paths(Config::KEYS),
            builtin_lists: builtin_lists.iter().map(ToString::to_string).collect(),
            ..Reader::default()
        };
        let mut written = match text {
            Some((path, text)) => layers::file(&mut reader, path, text),
            None => Written { value: Value::Table(Vec::new()), origin: Origin::Default },
        };
        layers::environment(&mut reader, &mut written, environment);
        layers::flags(&mut written, flags);
        Self { file: text.map(|(path, _)| path.to_owned()), reader, written }
    }

    /// What they come to with `settings` beneath, the former of which are preferred: one that would make the configuration
    /// wrong does not hold. Nothing keeps ponor from starting that was set while it ran.
    ///
    /// # Errors
    /// All faults that there are without any setting.
    pub fn load(self: &Arc<Self>, settings: &[Setting]) -> Result<Loaded, Vec<Fault>> {
        let mut left: Vec<&Setting> = settings.iter().collect();
        let mut read = match self.try_with(&left) {
            Ok(read) => return Ok(self.loaded(read, Vec::new())),
            Err(_) => self.try_with(&[])?,
        };
        let mut held = Vec::new();
        // One may be right only with another that comes behind it.
        loop {
            let before = left.len();
            left.retain(|setting| {
                held.push(*setting);
                if let Ok(now) = self.try_with(&held) {
                    read = now;
                    return false;
                }
                held.pop();
                true
            });
            if left.len() == before {
                break;
            }
        }
        let set_aside = left.into_iter().map(|setting| {
            let with = held.iter().copied().chain([setting]).collect::<Vec<_>>();
            SetAside { key: setting.key.clone(), faults: self.try_with(&with).err().unwrap_or_default() }
        });
        let set_aside = set_aside.collect();
        Ok(self.loaded(read, set_aside))
    }

    /// Where the configuration sets `key`, if it does.
    #[must_use]
    pub fn sets(&self, key: &str) -> Option<&Origin> {
        self.written.at(key).map(|written| &written.origin)
    }

    fn loaded(self: &Arc<Self>, (config, effective): (Config, Vec<Effective>), set_aside: Vec<SetAside>) -> Loaded {
        Loaded { config, effective, set_aside, layers: Arc::clone(self) }
    }

    fn try_with(&self, settings: &[&Setting]) -> Result<(Config, Vec<Effective>), Vec<Fault>> {
        let Self { mut reader, mut written, .. } = self.clone();
        for Setting { key, value } in settings {
            if !settings::is_setting(key) {
                reader.fault(&Origin::Setting, format!("`{key}`: only the configuration sets it"), None);
            } else if self.sets(key).is_none() {
                written.set(key, value.written());
            }
        }
        reader.settle(&mut written, Config::KEYS, "", "");
        let config = Config::read(&mut TableReader::new(&mut reader, &written, String::new()));
        match (config, reader.into_faults()) {
            (Some(config), faults) if faults.is_empty() => {
                let mut effective = Vec::new();
                list_effective(&written, "", &mut effective);
                Ok((config, effective))
            }
            (_, faults) => Err(faults),
        }
    }
}

/// Lists the values of a settled table.
fn list_effective(table: &Written, path: &str, effective: &mut Vec<Effective>) {
    let Value::Table(entries) = &table.value else { return };
    for entry in entries {
        let (key, written) = (section::join(path, &entry.key), &entry.value);
        match &written.value {
            Value::Table(_) => list_effective(written, &key, effective),
            Value::Array(elements) if elements.iter().any(|element| matches!(element.value, Value::Table(_))) => {
                for (index, element) in elements.iter().enumerate() {
                    list_effective(element, &section::element_path(&key, index, element), effective);
                }
            }
            value => effective.push(Effective { key, value: value.to_string(), origin: written.origin.clone() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{path::PathBuf, time::Duration};

    use proptest::prelude::*;

    use super::*;

    const BUILTIN: [&str; 2] = ["vendors", "vendors-strict"];

    fn load_text(text: &str) -> Result<Loaded, Vec<Fault>> {
        load(Some((Path::new("config.toml"), text)), [], &Overrides::default(), &BUILTIN)
    }

    fn faults(text: &str) -> Vec<String> {
        load_text(text).err().unwrap_or_default().iter().map(ToString::to_string).collect()
    }

    fn environment(variables: &[(&str, &str)]) -> Vec<(String, String)> {
        variables.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    /// The reference with its commented keys in force. An example replaces the default above it.
    fn uncommented() -> String {
        let mut lines: Vec<&str> = Vec::new();
        for line in REFERENCE.lines() {
            let Some(code) = line.strip_prefix('#').filter(|code| code.starts_with(|first: char| first != ' ')) else {
                lines.push(line);
                continue;
            };
            if let Some((key, _)) = code.split_once(" = ") {
                let section = lines.iter().rposition(|line| line.starts_with('[')).unwrap_or(0);
                let written = |line: &&str| line.split_once(" = ").is_some_and(|(other, _)| other == key);
                if let Some(position) = lines.iter().skip(section).position(written) {
                    lines.remove(section + position);
                }
            }
            lines.push(code);
        }
        lines.join("\n")
    }

    #[test]
    fn the_reference_says_what_holds_without_it() {
        let mut none = load(None, [], &Overrides::default(), &BUILTIN).unwrap();
        let reference = load_text(REFERENCE).unwrap();
        for list in &mut none.config.lists {
            assert!(!list.fixed, "nobody wrote it");
            list.fixed = true;
        }
        assert_eq!(reference.config, none.config);
        let values = |loaded: &Loaded| -> Vec<(String, String)> {
            loaded.effective.iter().map(|one| (one.key.clone(), one.value.clone())).collect()
        };
        assert_eq!(values(&reference), values(&none));
        for one in &reference.effective {
            let examples_only = ["upstream.routes", "groups", "devices.named"].contains(&one.key.as_str());
            assert_eq!(one.origin == Origin::Default, examples_only, "{}", one.key);
        }
    }

    #[test]
    fn what_needs_quic_is_a_fault_for_a_program_without() {
        let text = "tls = { certificate = \"c.pem\", key = \"k.pem\", doq = \"127.0.0.1:8853\" }";
        let fault = "config.toml:1:53: `tls.doq`: this program was built without QUIC";
        assert_eq!(faults(text), if cfg!(feature = "quic") { vec![] } else { vec![fault.to_owned()] });
    }

    #[test]
    #[cfg_attr(not(feature = "quic"), ignore = "the examples need QUIC")]
    fn the_examples_of_the_reference_are_valid_and_name_every_key() {
        fn check(keys: &[section::Key], path: &str, whole: &str, own: &str) {
            for key in keys {
                let path = section::join(path, key.name);
                let below = |header: &str| section_text(whole, header);
                match key.kind {
                    section::Kind::Value => assert!(own.contains(&format!("\n{} = ", key.name)), "{path} is missing"),
                    section::Kind::Table(keys) => check(keys, &path, whole, below(&format!("\n[{path}]\n"))),
                    section::Kind::Tables(keys) => check(keys, &path, whole, below(&format!("\n[[{path}]]\n"))),
                }
            }
        }
        fn section_text<'a>(text: &'a str, header: &str) -> &'a str {
            let start = text.find(header).unwrap_or_else(|| panic!("{header} is missing"));
            let text = &text[start + header.len() - 1..];
            text.find("\n[").map_or(text, |end| &text[..=end])
        }
        let text = format!("\n{}", uncommented());
        assert_eq!(faults(&text), Vec::<String>::new());
        check(Config::KEYS, "", &text, text.split("\n[").next().unwrap());
        assert_eq!(load_text(&text).unwrap().config.groups.len(), 1);
    }

    #[test]
    fn faults_are_found() {
        let check = |text: &str, expected: &[&str]| assert_eq!(faults(text), expected, "\n{text}");
        // What is unknown.
        check("\n\ncahce = 3", &["config.toml:3:1: unknown key \"cahce\"; did you mean \"cache\"?"]);
        check("[dns]\nlisten_on = 3", &["config.toml:2:1: unknown key \"listen_on\"; did you mean \"listen\"?"]);
        check("port = 53", &["config.toml:1:1: unknown key \"port\"; did you mean \"dns.port\"?"]);
        check("[cache]\n  siez = 1", &["config.toml:2:3: unknown key \"siez\"; did you mean \"size\"?"]);
        check("dns.prot = 1", &["config.toml:1:5: unknown key \"prot\"; did you mean \"port\"?"]);
        check("é.x = 1", &["config.toml:1:1: invalid unquoted key, expected letters, numbers, `-`, `_`"]);
        check("data_dir = \"é\" # é\n\"é\" = 1", &["config.toml:2:1: unknown key \"é\""]);
        check(
            "dns = { \"é\" = 1, x = 2 }",
            &["config.toml:1:9: unknown key \"é\"", "config.toml:1:18: unknown key \"x\""],
        );
        // What is of another kind.
        check("dns = 5", &["config.toml:1:7: `dns`: expected a section `[dns]`, found 5"]);
        check("[lists]\nid = 1", &["config.toml:1:1: `lists`: expected sections `[[lists]]`, found a section"]);
        check("groups = [1]", &["config.toml:1:11: `groups[0]`: expected a section `[[groups]]`, found 1"]);
        check("[[dns]]", &["config.toml:1:1: `dns`: expected a section `[dns]`, found an array"]);
        check("cache.enabled = 1", &["config.toml:1:17: `cache.enabled`: expected true or false, found 1"]);
        check("dns.port = 65536", &["config.toml:1:12: `dns.port`: expected an integer from 0 to 65535, found 65536"]);
        check("dns.port = 1.5", &["config.toml:1:12: `dns.port`: expected an integer from 0 to 65535, found a float"]);
        check("config_version = 2", &["config.toml:1:18: `config_version`: expected 1, found 2"]);
        check("data_dir = \"\"", &["config.toml:1:12: `data_dir`: expected a path, found \"\": it is empty"]);
        check("data_dir = 5", &["config.toml:1:12: `data_dir`: expected a path, found 5"]);
    }

    #[test]
    fn faults_of_values_are_found() {
        let check = |text: &str, expected: &[&str]| assert_eq!(faults(text), expected, "\n{text}");
        check(
            "dns.listen = \"atuo\"",
            &["config.toml:1:14: `dns.listen`: expected an address with its port such as \"127.0.0.1:5300\" or \
               \"[::1]:5300\", found \"atuo\"; did you mean \"auto\"?"],
        );
        check(
            "dns.listen = [\"127.0.0.1:5300\", \"::1\"]",
            &["config.toml:1:33: `dns.listen`: expected an address with its port such as \"127.0.0.1:5300\" or \
               \"[::1]:5300\", found \"::1\": the port is missing"],
        );
        check(
            "dns.listen = []",
            &["config.toml:1:14: `dns.listen`: expected \"auto\" or at least one address, found none"],
        );
        check(
            "dns.allowed_clients = [\"10.0.0.0/8\", \"home\"]",
            &["config.toml:1:38: `dns.allowed_clients`: expected \"private\", \"any\" or networks such as \
               \"192.168.0.0/16\", found \"home\""],
        );
        check(
            "upstream.timeout = \"0s\"",
            &["config.toml:1:20: `upstream.timeout`: expected a duration from \"10ms\" to \"1m\", found \"0s\""],
        );
        check(
            "upstream.timeout = 4",
            &["config.toml:1:20: `upstream.timeout`: expected a duration from \"10ms\" to \"1m\", found 4"],
        );
        check(
            "cache.size = \"16 elephants\"",
            &["config.toml:1:14: `cache.size`: expected a size from \"64KiB\" to \"1TiB\", found \"16 elephants\""],
        );
        for key in ["journal.keep", "stats.keep"] {
            let (column, expected) = (key.len() + 4, "expected a duration of whole days from \"1d\" to \"3650d\"");
            check(
                &format!("{key} = \"36h\""),
                &[&format!("config.toml:1:{column}: `{key}`: {expected}, found \"36h\"")],
            );
            check(&format!("{key} = \"48h\""), &[]);
        }
    }

    #[test]
    fn faults_of_words_and_names_are_found() {
        let check = |text: &str, expected: &[&str]| assert_eq!(faults(text), expected, "\n{text}");
        check(
            "blocking.ttl = \"1500ms\"",
            &["config.toml:1:16: `blocking.ttl`: expected a duration of whole seconds from \"0s\" to \"1d\", found \
               \"1500ms\""],
        );
        check(
            "blocking.mode = \"nxdomian\"",
            &["config.toml:1:17: `blocking.mode`: expected one of \"null\", \"nxdomain\", \"nodata\", \"refused\", \
               \"addresses\", found \"nxdomian\"; did you mean \"nxdomain\"?"],
        );
        check(
            "blocking.rebinding_allow = \"*.plex.direct\"",
            &["config.toml:1:28: `blocking.rebinding_allow`: expected a domain such as \"example.org\", found \
               \"*.plex.direct\": everything below a domain is meant anyway: leave out the `*`"],
        );
        check(
            "blocking.rebinding_allow = \".\"",
            &[
                "config.toml:1:28: `blocking.rebinding_allow`: expected a domain such as \"example.org\", found \".\": the \
               root is no such name",
            ],
        );
        for root in [".", "*"] {
            let fault = format!(
                "config.toml:2:19: `upstream.routes[0].domains`: expected a domain such as \"example.org\", found \
                 \"{root}\": everything that no route names is asked of `upstream.servers`: write the servers there"
            );
            check(
                &format!("[[upstream.routes]]\ndomains = [\"lan\", \"{root}\"]\nservers = \"192.168.1.1\""),
                &[&fault],
            );
        }
        check(
            "log.level = \"\\u001b[31m\\n\"",
            &[
                "config.toml:1:13: `log.level`: expected one of \"error\", \"warn\", \"info\", \"debug\", \"trace\", found \
               \"\\u001B[31m\\n\"",
            ],
        );
        check(
            "http.names = [\"a b\"]",
            &[
                "config.toml:1:15: `http.names`: expected the name of a host such as \"ponor.lan\", found \"a b\": the name \
               has characters that no host name has",
            ],
        );
    }

    #[test]
    fn faults_of_servers_are_found() {
        let check = |text: &str, expected: &[&str]| assert_eq!(faults(text), expected, "\n{text}");
        let server = "expected a server such as \"tls://dns.quad9.net\" or \"192.168.1.1\", found";
        check(
            "upstream.servers = []",
            &["config.toml:1:20: `upstream.servers`: expected at least one server, found none"],
        );
        check(
            "upstream.servers = [\"9.9.9.9\", \"dot://x\"]",
            &[&format!(
                "config.toml:1:32: `upstream.servers`: {server} \"dot://x\": the protocols are udp, tcp, tls, https, quic \
                 and h3"
            )],
        );
        check(
            "[[upstream.routes]]\ndomains = [\"a..b\"]",
            &[
                "config.toml:1:1: `upstream.routes[0]`: the key `servers` is missing",
                "config.toml:2:12: `upstream.routes[0].domains`: expected a domain such as \"example.org\", found \
                 \"a..b\": a label is empty",
            ],
        );
    }

    #[test]
    fn faults_of_lists_and_groups_are_found() {
        let check = |text: &str, expected: &[&str]| assert_eq!(faults(text), expected, "\n{text}");
        check(
            "[[lists]]\nid = \"Ads\"\nsource = \"builtin:vendor\"\nkind = \"deny\"",
            &[
                "config.toml:2:6: `lists[0].id`: expected an id of lower-case letters, digits, `-` and `_`, found \"Ads\"",
                "config.toml:3:10: `lists[0].source`: expected one of the built-in lists (vendors, vendors-strict), found \
                 \"builtin:vendor\"; did you mean \"builtin:vendors\"?",
                "config.toml:4:8: `lists[0].kind`: expected one of \"block\", \"allow\", found \"deny\"",
            ],
        );
        check(
            "[[lists]]\nid = \"ads\"\nsource = \"ftp://example.org/ads\"",
            &["config.toml:3:10: `lists[ads].source`: expected `builtin:` with a name, an https URL or a path, found \
               \"ftp://example.org/ads\": lists are fetched over https or http"],
        );
        check(
            "[[lists]]\nid = \"all\"\nsource = 5\ntlds = \"yes\"\nupdate_every = \"1s\"",
            &[
                "config.toml:2:6: `lists[all].id`: expected an id of lower-case letters, digits, `-` and `_`, found \
                 \"all\": the word stands for all lists",
                "config.toml:3:10: `lists[all].source`: expected `builtin:` with a name, an https URL or a path, found 5",
                "config.toml:4:8: `lists[all].tlds`: expected true or false, found \"yes\"",
                "config.toml:5:16: `lists[all].update_every`: expected a duration from \"1m\" to \"365d\", found \"1s\"",
            ],
        );
        check(
            "blocking.rules = [\"||example.org^\", \"||a^$foo\"]",
            &[
                "config.toml:1:37: `blocking.rules`: expected a rule such as \"||example.org^\" or \"@@||example.org^\", found \
               \"||a^$foo\": an unknown modifier",
            ],
        );
        check(
            "local.records = \"nas.home.arpa A 192.168.1\"",
            &["config.toml:1:17: `local.records`: expected a record such as \"nas.home.arpa A 192.168.1.5\", found \
               \"nas.home.arpa A 192.168.1\": A: expected an IPv4 address"],
        );
        check("[[lists]]\nid = \"ads\"", &["config.toml:1:1: `lists[ads]`: the key `source` is missing"]);
        check(
            "[[groups]]\nid = \"kids\"\noffline = [\"mon-fri 20:30-06:30\", \"mno 8:00-9:00\", \"20:30\", 7]",
            &[
                "config.toml:3:35: `groups[kids].offline`: expected days and times such as \"mon-fri 20:30-06:30\", found \
                 \"mno 8:00-9:00\": \"mno\" is no day; expected mon, tue, wed, thu, fri, sat, sun or daily; did you mean `mon`?",
                "config.toml:3:52: `groups[kids].offline`: expected days and times such as \"mon-fri 20:30-06:30\", found \
                 \"20:30\"",
                "config.toml:3:61: `groups[kids].offline`: expected days and times such as \"mon-fri 20:30-06:30\", found 7",
            ],
        );
        check(
            "[[groups]]\nid = \"kids\"\ndevices = [\"192.168.1.40\", \"phone\"]",
            &[
                "config.toml:3:28: `groups[kids].devices`: expected an address, a network such as \"192.168.2.0/24\" or a \
               hardware address such as \"aa:bb:cc:dd:ee:ff\", found \"phone\"",
            ],
        );
    }

    #[test]
    fn faults_of_devices_are_found() {
        let check = |text: &str, expected: &[&str]| assert_eq!(faults(text), expected, "\n{text}");
        let device = "[[devices.named]]\nname = \"TV\"\naddresses = ";
        check(&format!("{device}[\"192.168.1.2\", \"aa:bb:cc:dd:ee:ff\"]"), &[]);
        check(
            &format!("{device}\"192.168.1.0/24\"\nkind = \"telly\""),
            &[
                "config.toml:3:13: `devices.named[0].addresses`: expected an address or a hardware address such as \
                 \"aa:bb:cc:dd:ee:ff\", found \"192.168.1.0/24\"",
                "config.toml:4:8: `devices.named[0].kind`: expected one of \"phone\", \"computer\", \"tv\", \"speaker\", \
                 \"console\", \"camera\", \"thermostat\", \"lamp\", \"appliance\", \"vacuum\", \"bridge\", \"printer\", \
                 \"wearable\", \"car\", \"router\", \"server\", \"other\", found \"telly\"",
            ],
        );
        check(
            "[[devices.named]]\nname = \" \"\naddresses = []",
            &[
                "config.toml:2:8: `devices.named[0].name`: expected a name of 1 to 64 characters, found \" \": it is empty",
                "config.toml:3:13: `devices.named[0].addresses`: expected at least one address or hardware address, found none",
            ],
        );
        check(
            &format!("{device}\"192.168.1.2\"\n{device}\"::ffff:192.168.1.2\""),
            &["config.toml:6:13: `devices.named`: \"::ffff:192.168.1.2\" is already given at config.toml:3:13"],
        );
        check("devices.lease_files = 5", &["config.toml:1:23: `devices.lease_files`: expected a path, found 5"]);
    }

    #[test]
    fn contradictions_are_found() {
        let check = |text: &str, expected: &[&str]| assert_eq!(faults(text), expected, "\n{text}");
        let tls = "[tls]\ncertificate = \"c\"\n";
        check("[tls]\nkey = \"k\"", &["config.toml:2:7: `tls.key`: its `certificate` is missing"]);
        check(tls, &["config.toml:2:15: `tls.certificate`: its `key` is missing"]);
        check(
            &format!("{tls}key = \"k\""),
            &["config.toml:2:15: `tls.certificate`: nobody is served with it: give addresses to `dot`, `doh` or `doq`"],
        );
        check(
            "tls.dot = \"[::]:853\"",
            &["config.toml:1:11: `tls.dot`: encrypted DNS needs `tls.certificate` and `tls.key`"],
        );
        check(
            "cache.min_ttl = \"2h\"\ncache.max_ttl = \"1h\"",
            &["config.toml:1:17: `cache.min_ttl`: is longer than `cache.max_ttl`"],
        );
        check(
            "blocking.mode = \"addresses\"",
            &["config.toml:1:17: `blocking.mode`: \"addresses\" needs at least one address in `blocking.addresses`"],
        );
        check(
            "blocking.lists = [\"vendors\", \"venodrs\"]\n[[groups]]\nid = \"kids\"\nlists = \"ads\"",
            &[
                "config.toml:1:30: `blocking.lists`: there is no list \"venodrs\"; did you mean \"vendors\"?",
                "config.toml:4:9: `groups[kids].lists`: there is no list \"ads\"",
            ],
        );
        check(
            "[[groups]]\nid = \"a\"\ndevices = \"10.0.0.1\"\n[[groups]]\nid = \"a\"\ndevices = [\"10.0.0.1/32\"]",
            &[
                "config.toml:5:6: `groups`: \"a\" is already given at config.toml:2:6",
                "config.toml:6:12: `groups`: \"10.0.0.1/32\" is already given at config.toml:3:11",
            ],
        );
        check(
            "[[upstream.routes]]\ndomains = [\"lan\", \"LAN.\"]\nservers = \"10.0.0.1\"",
            &["config.toml:2:19: `upstream.routes`: \"LAN.\" is already given at config.toml:2:12"],
        );
        check(
            "upstream.bootstrap = []",
            &["config.toml:1:22: the address of dns.quad9.net cannot be found out without `upstream.bootstrap`"],
        );
        check("upstream.bootstrap = []\nupstream.servers = \"9.9.9.9\"", &[]);
        check(
            "dns.listen = \"127.0.0.1:8053\"",
            &["config.toml:1:14: both `dns.listen` and `http.listen` want 127.0.0.1:8053"],
        );
        check("dns.listen = [\"127.0.0.1:0\", \"127.0.0.1:0\"]\nhttp.listen = \"127.0.0.1:0\"", &[]);
    }

    #[test]
    fn ponor_is_no_server_of_its_own() {
        let check = |listen: &str, upstream: &str, expected: &[&str]| {
            let text = format!("dns.listen = \"{listen}\"\n{upstream}");
            let expected: Vec<_> = expected.iter().map(|fault| format!("config.toml:2:{fault}")).collect();
            assert_eq!(faults(&text), expected, "{text}");
        };
        let itself = |column: u32, place: &str| {
            format!("{column}: ponor itself answers at {place}, by `dns.listen`: expected another server")
        };
        check("10.0.0.2:53", "upstream.servers = \"10.0.0.2\"", &[&itself(20, "10.0.0.2:53")]);
        check("10.0.0.2:53", "upstream.servers = [\"9.9.9.9\", \"tcp://10.0.0.2\"]", &[&itself(32, "10.0.0.2:53")]);
        check("10.0.0.2:53", "upstream.bootstrap = \"10.0.0.2\"", &[&itself(22, "10.0.0.2:53")]);
        check("[::]:53", "upstream.servers = \"127.0.0.1\"", &[&itself(20, "127.0.0.1:53")]);
        let route = "[[upstream.routes]]\ndomains = \"lan\"\nservers = \"10.0.0.2\"";
        let fault = "config.toml:4:11: ponor itself answers at 10.0.0.2:53, by `dns.listen`: expected another server";
        assert_eq!(faults(&format!("dns.listen = \"10.0.0.2:53\"\n{route}")), [fault]);
        check("10.0.0.2:53", "upstream.servers = [\"10.0.0.1\", \"10.0.0.2:5353\", \"tls://10.0.0.2\"]", &[]);
        check("0.0.0.0:53", "upstream.servers = [\"udp://[::1]\", \"127.0.0.1:5353\"]", &[]);
        check("auto", "upstream.servers = \"127.0.0.1\"", &[]);
    }

    #[test]
    fn faults_of_syntax_hide_no_others_and_invent_none() {
        let check = |text: &str, expected: &[&str]| assert_eq!(faults(text), expected, "\n{text}");
        let port = "config.toml:1:12: `dns.port`: expected an integer from 0 to 65535, found \"x\"";
        let first = "dns.port = \"x\"";
        check(
            &format!("{first}\nblocking.mode = refused\nblocking.ttl = 3"),
            &[
                port,
                "config.toml:2:17: string values must be quoted, expected literal string",
                "config.toml:3:16: `blocking.ttl`: expected a duration of whole seconds from \"0s\" to \"1d\", found 3",
            ],
        );
        check(
            &format!("{first}\ndata_dir = \"abc\nhttp.lsiten = 3"),
            &[
                port,
                "config.toml:2:16: invalid basic string, expected `\"`",
                "config.toml:3:6: unknown key \"lsiten\"; did you mean \"listen\"?",
            ],
        );
        let escape = "expected `b`, `e`, `f`, `n`, `r`, `\\`, `\"`, `x`, `u`, `U`";
        check(
            "data_dir = \"a\\qb\"",
            &[&format!(
                "config.toml:1:15: missing escaped value, {escape}; between single quotes a backslash stands for itself"
            )],
        );
        let prot = "config.toml:2:5: unknown key \"prot\"; did you mean \"port\"?";
        check("dns.port = null\ndns.prot = 5", &["config.toml:1:12: invalid float, expected `nan`", prot]);
        check(
            &format!("{first}\ndata_dir\nlsiten = 3"),
            &[port, "config.toml:2:9: key with no value, expected `=`", "config.toml:3:1: unknown key \"lsiten\""],
        );
        check(
            "[dns]\nport: 53\nlsiten = 3\n[log]\n  format text\nlevel = 3",
            &[
                "config.toml:2:7: key with no value, expected `=`",
                "config.toml:3:1: unknown key \"lsiten\"; did you mean \"listen\"?",
                "config.toml:5:10: key with no value, expected `=`",
                "config.toml:6:9: `log.level`: expected one of \"error\", \"warn\", \"info\", \"debug\", \"trace\", found 3",
            ],
        );
        check(&format!("{first}\n[log\nlevel = 3"), &[port, "config.toml:2:5: unclosed table, expected `]`"]);
        check(
            &format!("{first}\nupstream.servers = [\"9.9.9.9\"\nhttp.listen = 3\nlog.level = 4"),
            &[port, "config.toml:3:1: missing comma between array elements, expected `,`"],
        );
        check("[[lists]]\nid = ads", &["config.toml:2:6: string values must be quoted, expected literal string"]);
        check("log.level = \"info\"\r\nlog.level = \"warn\"\r\n", &["config.toml:2:5: duplicate key"]);
        check(
            "\u{feff}[dns]\nport = 5 port = 6",
            &["config.toml:2:15: unexpected key or value, expected newline, `#`"],
        );
    }

    #[test]
    fn later_layers_beat_earlier_ones() {
        let check = |text: &str, variables: &[(&str, &str)], flags: &Overrides, key: &str, expected: &str| {
            let file = Some((Path::new("/etc/ponor/config.toml"), text));
            let loaded = load(file, environment(variables), flags, &BUILTIN).unwrap();
            let found = loaded.effective.iter().find(|one| one.key == key).unwrap();
            assert_eq!(
                found.to_string().strip_prefix(&format!("{key} = ")),
                Some(expected),
                "{text} {variables:?} {flags:?}"
            );
        };
        let (none, file) = (Overrides::default(), "dns.listen = \"10.0.0.1:53\"");
        let listen = Overrides { listen: vec!["10.0.0.3:53".to_owned()], ..Overrides::default() };
        let variable: &[(&str, &str)] = &[("PONOR_DNS__LISTEN", "10.0.0.2:53"), ("HOME", "/root")];
        check("", &[], &none, "dns.listen", "\"auto\"  # default");
        check(file, &[], &none, "dns.listen", "\"10.0.0.1:53\"  # /etc/ponor/config.toml:1:14");
        check(file, variable, &none, "dns.listen", "\"10.0.0.2:53\"  # PONOR_DNS__LISTEN");
        check(file, variable, &listen, "dns.listen", "\"10.0.0.3:53\"  # --listen");
        let two = Overrides { listen: vec!["10.0.0.3:53".to_owned(), "[::1]:53".to_owned()], ..none.clone() };
        check("", &[], &two, "dns.listen", "[\"10.0.0.3:53\", \"[::1]:53\"]  # --listen");
        check("", &[("PONOR_DNS__PORT", "5300")], &none, "dns.port", "5300  # PONOR_DNS__PORT");
        check("", &[("PONOR_CONFIG", "x"), ("PONOR_WEB_DIR", "y")], &none, "dns.port", "53  # default");
        let lists = "[{ id = \"ads\", source = \"ads.txt\" }]";
        check("", &[("PONOR_LISTS", lists)], &none, "lists[ads].source", "\"ads.txt\"  # PONOR_LISTS");
        check("", &[("PONOR_LISTS", lists)], &none, "lists[ads].enabled", "true  # default");
        let routes = "[[upstream.routes]]\ndomains = \"lan\"\nservers = \"10.0.0.1\"";
        check(routes, &[], &none, "upstream.routes[0].domains", "\"lan\"  # /etc/ponor/config.toml:2:11");
        let log = Overrides { log_format: Some("json".to_owned()), http_listen: Some("off".to_owned()), ..none };
        check("", &[], &log, "log.format", "\"json\"  # --log-format");
        check("", &[], &log, "http.listen", "\"off\"  # --http-listen");
    }

    #[test]
    fn faults_in_variables_and_flags_name_them() {
        let flags = Overrides { listen: vec!["x".to_owned()], ..Overrides::default() };
        let variables = [("PONOR_DNS__PROT", "1"), ("PONOR_CACHE__SIZE", "1"), ("PONOR_DNS", "{}"), ("PONORX", "")];
        let faults = load(Some((Path::new("c.toml"), "a = 1")), environment(&variables), &flags, &BUILTIN).unwrap_err();
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert_eq!(
            faults,
            [
                "c.toml:1:1: unknown key \"a\"",
                "PONOR_CACHE__SIZE: `cache.size`: expected a size from \"64KiB\" to \"1TiB\", found 1",
                "PONOR_DNS: unknown variable",
                "PONOR_DNS__PROT: unknown variable; did you mean \"PONOR_DNS__PORT\"?",
                "--listen: `dns.listen`: expected an address with its port such as \"127.0.0.1:5300\" or \
                 \"[::1]:5300\", found \"x\"",
            ]
        );
    }

    #[test]
    fn paths_of_the_file_start_at_its_folder() {
        let check = |path: &str, text: &str, variables: &[(&str, &str)], expected: &str| {
            let file = Some((Path::new(path), text));
            let loaded = load(file, environment(variables), &Overrides::default(), &BUILTIN).unwrap();
            assert_eq!(loaded.config.data_dir, PathBuf::from(expected), "{path} {text}");
        };
        check("config.toml", "", &[], "data");
        check("/etc/ponor/config.toml", "", &[], "/etc/ponor/data");
        check("/etc/ponor/config.toml", "data_dir = \"state\"", &[], "/etc/ponor/state");
        check("/etc/ponor/config.toml", "data_dir = \"/var/lib/ponor\"", &[], "/var/lib/ponor");
        check("/etc/ponor/config.toml", "", &[("PONOR_DATA_DIR", "state")], "state");
    }

    #[test]
    fn judging_by_signatures() {
        let check = |text: &str, expected: &[&str]| assert_eq!(faults(text), expected, "\n{text}");
        check(
            "upstream.dnssec = \"yes\"",
            &["config.toml:1:19: `upstream.dnssec`: expected one of \"trust\", \"validate\", found \"yes\""],
        );
        check(
            "upstream.dnssec_except = [\"a..b\"]",
            &[
                "config.toml:1:27: `upstream.dnssec_except`: expected a domain such as \"example.org\", found \"a..b\": a label \
               is empty",
            ],
        );
        let anchor = "expected a DS or DNSKEY record such as \". DS 20326 8 2 E06D...\", found";
        check(
            "upstream.trust_anchors = [\". DS 1 8 2 ff\", \"x\"]",
            &[
                &format!(
                    "config.toml:1:27: `upstream.trust_anchors`: {anchor} \". DS 1 8 2 ff\": its digest is not as long as its \
                     kind says, or its key does not sign zones"
                ),
                &format!("config.toml:1:44: `upstream.trust_anchors`: {anchor} \"x\": not a DS or DNSKEY record"),
            ],
        );
        assert_eq!(load_text("").unwrap().config.upstream.dnssec, Dnssec::default());
        let written = "upstream = { dnssec = \"validate\", dnssec_except = \"Corp.example\" }";
        let Dnssec { validate, except, anchors } = load_text(written).unwrap().config.upstream.dnssec;
        assert_eq!((validate, except, anchors), (true, vec!["corp.example".parse().unwrap()], Vec::new()));
    }

    #[test]
    fn values_are_read() {
        let config = load_text(
            "dns.listen = \"127.0.0.1:0\"\ndns.allowed_clients = [\"10.1.2.3/8\", \"::1\"]\nhttp.listen = \"off\"\n\
             blocking = { mode = \"addresses\", addresses = [\"10.0.0.1\"], lists = [], rules = \"@@||example.org^\" }\nupstream.timeout = \"1.5s\"\n\
             tls = { certificate = \"c.pem\", key = \"k.pem\", doh = [\"[::]:443\"] }\nlists = [{ id = \"own\", source = \"own.txt\", kind = \"allow\" }]\n\
             local.records = \"nas.home.arpa A 192.168.1.5\"",
        )
        .unwrap()
        .config;
        assert_eq!(config.dns.listen, Listen::Addresses(vec!["127.0.0.1:0".parse().unwrap()]));
        let networks = vec!["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
        assert_eq!(config.dns.allowed_clients, AllowedClients::Networks(networks));
        assert_eq!(config.http.listen, None);
        assert_eq!(config.blocking.mode, BlockMode::Addresses(vec!["10.0.0.1".parse().unwrap()]));
        assert_eq!(config.blocking.lists, ListSelection::Only(Vec::new()));
        assert_eq!(config.upstream.timeout, Duration::from_millis(1500));
        assert_eq!(config.tls.map(|tls| tls.certificate), Some(PathBuf::from("c.pem")));
        assert_eq!(config.lists.len(), 1);
        assert_eq!(config.lists[0].source, ListSource::File(PathBuf::from("own.txt")));
        assert_eq!(config.lists[0].kind, crate::rules::ListKind::Allow);
        assert_eq!(config.local.records.len(), 1);
        assert_eq!(config.blocking.rules, [crate::rules::parse_own_rule("@@||example.org^").unwrap()]);
    }

    /// Whatever is written, the outcome is a configuration or at least one fault.
    fn check_outcome(text: &str, variable: &str) {
        let variables = environment(&[("PONOR_DNS__LISTEN", variable), (variable, text)]);
        if let Err(faults) = load(Some((Path::new("config.toml"), text)), variables, &Overrides::default(), &BUILTIN) {
            assert!(!faults.is_empty(), "refused without a fault: {text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in any::<String>(), variable in any::<String>()) {
            check_outcome(&text, &variable);
        }

        #[test]
        fn no_mutilated_reference_panics(
            cuts in prop::collection::vec((0..REFERENCE.len(), 0..40_usize, "[\\[\\]{}\"'=.#\n a0]{0,3}"), 0..6),
        ) {
            let mut text = uncommented().into_bytes();
            for (start, length, insert) in cuts {
                let start = start.min(text.len());
                let end = (start + length).min(text.len());
                text.splice(start..end, insert.into_bytes());
            }
            check_outcome(&String::from_utf8_lossy(&text), "");
        }
    }
}
