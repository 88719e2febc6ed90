//! The command line as clap reads it.

use std::{net::IpAddr, path::PathBuf, str::FromStr};

use clap::{Args, Parser, Subcommand, ValueEnum, builder::NonEmptyStringValueParser};
use clap_complete::Shell;

use crate::{
    changes::{self, Lasts},
    clients::DeviceId,
    dns::{Name, NameError, RecordType},
    local::reverse_name,
};

/// A DNS sinkhole for the home network: it stops what devices report, and says who tried to report what to whom.
#[derive(Debug, Parser)]
#[command(name = "ponor", version, propagate_version = true, max_term_width = 100)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) common: Common,
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

/// What every command may be told.
#[derive(Args, Debug)]
#[command(next_help_heading = "Options of every command")]
pub(super) struct Common {
    /// The configuration file; without it ./config.toml, then /etc/ponor/config.toml, then the defaults
    #[arg(long, short, global = true, value_name = "FILE", env = "PONOR_CONFIG")]
    pub(super) config: Option<PathBuf>,
    /// Where ponor keeps its state
    #[arg(long, global = true, value_name = "DIR")]
    pub(super) data_dir: Option<PathBuf>,
    /// An address and port to answer DNS on, such as 127.0.0.1:5300; may be given several times
    #[arg(long, global = true, value_name = "ADDR")]
    pub(super) listen: Vec<String>,
    /// The address and port of the dashboard, such as 127.0.0.1:8053
    #[arg(long, global = true, value_name = "ADDR")]
    pub(super) http_listen: Option<String>,
    /// How log lines are written
    #[arg(long, global = true, value_name = "FORMAT")]
    pub(super) log_format: Option<LogFormat>,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum LogFormat {
    /// For people
    Text,
    /// One JSON object a line
    Json,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Answer queries (what happens without a command)
    Run,
    /// Choose the password of the dashboard: it is asked for, or read as a line where no terminal is
    Password {
        /// Have no password: only the token opens the dashboard
        #[arg(long)]
        remove: bool,
    },
    /// Check the configuration and start nothing
    Check {
        /// Show every value and where it comes from
        #[arg(long)]
        print_effective: bool,
        /// Write JSON
        #[arg(long)]
        json: bool,
    },
    /// Show the lists, update them, add and remove them
    Lists {
        #[command(subcommand)]
        action: Option<ListAction>,
        /// Write JSON
        #[arg(long, global = true)]
        json: bool,
    },
    /// Show the devices: what they are, and how that is known; name, merge and split them
    Devices {
        #[command(subcommand)]
        action: Option<DeviceAction>,
        /// Write JSON
        #[arg(long, global = true)]
        json: bool,
    },
    /// Let a name through for a while
    Allow {
        #[command(flatten)]
        what: Excepted,
        /// Write JSON
        #[arg(long)]
        json: bool,
    },
    /// Stop a name for a while
    Block {
        #[command(flatten)]
        what: Excepted,
        /// Write JSON
        #[arg(long)]
        json: bool,
    },
    /// Stop nothing for a while
    Pause {
        /// For how long, such as 10m; until `ponor resume` unless given
        #[arg(long = "for", value_name = "TIME")]
        lasts: Option<Lasts>,
        #[command(flatten)]
        whom: Whom,
        /// Write JSON
        #[arg(long)]
        json: bool,
    },
    /// End a pause
    Resume {
        #[command(flatten)]
        whom: Whom,
        /// Write JSON
        #[arg(long)]
        json: bool,
    },
    /// Show exceptions, pauses and own rules; add and remove own rules
    Rules {
        #[command(subcommand)]
        action: Option<RuleAction>,
        /// Write JSON
        #[arg(long, global = true)]
        json: bool,
    },
    /// Show the records that are answered here; add and remove some
    Records {
        #[command(subcommand)]
        action: Option<RecordAction>,
        /// Write JSON
        #[arg(long, global = true)]
        json: bool,
    },
    /// Show the settings that can be changed while ponor runs, and who set them; change some
    Settings {
        #[command(subcommand)]
        action: Option<SettingAction>,
        /// Write JSON, with all other keys of the configuration
        #[arg(long, global = true)]
        json: bool,
    },
    /// Show the groups of devices that are treated differently, or change them
    Groups {
        #[command(subcommand)]
        action: Option<GroupAction>,
        /// Write JSON
        #[arg(long, global = true)]
        json: bool,
    },
    /// Show what was changed while ponor ran, by whom and when
    Changes {
        /// Write JSON
        #[arg(long)]
        json: bool,
    },
    /// Take a change back
    Undo {
        /// Its number, as `ponor changes` shows it
        change: u64,
        /// Write JSON
        #[arg(long)]
        json: bool,
    },
    /// Show who asked for what, over a time: companies, devices, purposes, names, lists
    Stats {
        /// Which queries, such as `stopped vendor:samsung name:*.roku.com since:2h`; with group:vendor or the like, counted
        /// by that alone; what begins with a minus stands behind --
        filter: Vec<String>,
        /// The time, a day unless given
        #[arg(long, value_name = "RANGE", value_parser = ["1h", "24h", "7d", "30d", "1y"])]
        range: Option<String>,
        /// Show as much time before beside it
        #[arg(long)]
        compare: bool,
        /// Write JSON
        #[arg(long)]
        json: bool,
    },
    /// Report what a device tries to tell whom, what of that is stopped, and what DNS cannot see
    Report {
        /// The device: its name, a hardware address, or an address
        device: String,
        /// The time, a day unless given
        #[arg(long, value_name = "RANGE", value_parser = ["1h", "24h", "7d", "30d", "1y"])]
        range: Option<String>,
        /// Write JSON
        #[arg(long)]
        json: bool,
    },
    /// Show what may have broken something on a device: what was stopped in the last minutes, the likeliest first
    Fix {
        /// The device: its name, a hardware address, or an address
        device: String,
        /// Write JSON
        #[arg(long)]
        json: bool,
    },
    /// Show queries as they happen
    Tail {
        /// Which queries, such as `stopped device:tv`; what begins with a minus stands behind --
        filter: Vec<String>,
        /// Write JSON, one object a line
        #[arg(long)]
        json: bool,
    },
    /// Say what would happen to a query
    Query {
        /// The name; or an address, whose reverse name is asked for
        name: Subject,
        /// The record type: A, or PTR for an address, unless given
        rtype: Option<RecordType>,
        /// Say why: list, line, alias chain, vendor, purpose
        #[arg(long)]
        explain: bool,
        /// The device that would ask: its name, a hardware address, or an address
        #[arg(long, value_name = "DEVICE")]
        device: Option<String>,
        /// Write JSON
        #[arg(long)]
        json: bool,
    },
    /// Say whose a name is, what it is for and how that is known; without a name, which vendors are known
    Catalog {
        /// A name, an address, or a vendor
        name: Option<String>,
        /// Show lists that can be subscribed to
        #[arg(long, conflicts_with = "name")]
        lists: bool,
        /// Write JSON
        #[arg(long)]
        json: bool,
    },
    /// Show ponor with a made-up household, on loopback, without root or network
    Demo,
    /// Write the completions of a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Write the manual page
    Man,
    /// Say which version this is
    Version {
        /// Write JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum ListAction {
    /// Fetch lists now
    Update {
        /// The list; all of them unless given
        #[arg(value_parser = word())]
        id: Option<String>,
    },
    /// Believe a download that was held back because it had shrunk
    Accept {
        /// The list
        #[arg(value_parser = word())]
        id: String,
    },
    /// Subscribe to a list
    Add {
        /// What to call it: lower-case letters, digits, `-` and `_`
        id: String,
        /// An http:// or https:// URL, or builtin: and a name; files are named in config.toml
        source: String,
        /// Its names are let through instead of stopped
        #[arg(long)]
        allow: bool,
        /// A bare name also means everything below it
        #[arg(long)]
        subdomains: bool,
    },
    /// Use a list again
    Enable {
        /// The list
        #[arg(value_parser = word())]
        id: String,
    },
    /// Stop using a list, but keep it
    Disable {
        /// The list
        #[arg(value_parser = word())]
        id: String,
    },
    /// Forget a list
    Remove {
        /// The list
        #[arg(value_parser = word())]
        id: String,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum DeviceAction {
    /// Show one device with all that points to what it is
    Show {
        /// The device: its name, a hardware address, or an address
        #[arg(value_parser = word())]
        device: String,
    },
    /// Give a device a name
    Name {
        /// The device: its name, a hardware address, or an address
        #[arg(value_parser = word())]
        device: String,
        /// Its name; without, the given name is taken back
        name: Option<String>,
    },
    /// Put a device in a group
    Group {
        /// The device: its name, a hardware address, or an address
        #[arg(value_parser = word())]
        device: String,
        /// The id of the group; without, the device is taken out
        group: Option<String>,
    },
    /// Make two devices one
    Merge {
        /// The device that stays: its name, a hardware address, or an address
        #[arg(value_parser = word())]
        device: String,
        /// The one that becomes a part of it, likewise
        #[arg(value_parser = word())]
        other: String,
    },
    /// Make an address of a device a device of its own
    Split {
        /// The device: its name, a hardware address, or an address
        #[arg(value_parser = word())]
        device: String,
        /// The address or hardware address
        address: DeviceId,
    },
}

/// What an exception is for.
#[derive(Args, Debug)]
pub(super) struct Excepted {
    /// A name, which means everything below it too, or a pattern such as `||ads*.example.org^`
    pub(super) name: String,
    #[command(flatten)]
    pub(super) lasts: HowLong,
    #[command(flatten)]
    pub(super) whom: Whom,
}

/// What a query is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    /// A name.
    Name(Name),
    /// An address, looked up in reverse.
    Address(IpAddr),
}

impl FromStr for Subject {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(address) = text.parse() {
            return Ok(Self::Address(address));
        }
        let Some(stray) = stray(text) else {
            return text.parse().map(Self::Name).map_err(|error: NameError| error.to_string());
        };
        // DNS could carry it, but whoever types it has copied more than the name, and would be told about a name that nobody
        // asks for.
        let escaped = format!("or write `\\{:03}` where it is part of one", u32::from(stray));
        let usual = |host: &&str| host.chars().all(|found| found.is_alphanumeric() || matches!(found, '.' | '-' | '_'));
        let host = host(text).filter(usual).filter(|host| host.parse().is_ok_and(|name: Name| !name.is_root()));
        Err(match host {
            Some(host) => format!("`{stray}` is in no usual name; did you mean `{host}`? Take that, {escaped}"),
            None => format!("`{stray}` is in no usual name; give the name alone, {escaped}"),
        })
    }
}

/// The first character that no usual name has and that stands around names in URLs and text, unless it is escaped.
fn stray(text: &str) -> Option<char> {
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => drop(characters.next()),
            '/' | ':' | '@' | ',' | ';' | '?' => return Some(character),
            _ if character.is_whitespace() => return Some(character),
            _ => {}
        }
    }
    None
}

/// The host of what may be a URL, or a name with a port or spaces around it.
fn host(text: &str) -> Option<&str> {
    let text = text.trim().split_once("://").map_or(text.trim(), |(_, behind)| behind);
    let authority = text.split(['/', '?', '#']).next()?;
    authority.rsplit('@').next()?.split(':').next()
}

impl Subject {
    /// The name that is asked for, and its type: `rtype`, or what one asks for of such a thing.
    pub(super) fn question(self, rtype: Option<RecordType>) -> (Name, RecordType) {
        match self {
            Self::Name(name) => (name, rtype.unwrap_or(RecordType::A)),
            Self::Address(address) => (reverse_name(address), rtype.unwrap_or(RecordType::PTR)),
        }
    }
}

/// How long something lasts.
#[derive(Args, Debug)]
#[group(multiple = false)]
pub(super) struct HowLong {
    /// For how long, such as 30m or 2h; an hour unless given
    #[arg(long = "for", value_name = "TIME")]
    lasts: Option<Lasts>,
    /// Until the next midnight
    #[arg(long)]
    until_tomorrow: bool,
    /// Until it is taken back
    #[arg(long)]
    forever: bool,
}

/// Whom something is for.
#[derive(Args, Debug)]
#[group(multiple = false)]
pub(super) struct Whom {
    /// Only for this device: its name, a hardware address, or an address
    #[arg(long, value_name = "DEVICE")]
    pub(super) device: Option<String>,
    /// Only for the devices of this group
    #[arg(long, value_name = "GROUP")]
    pub(super) group: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(super) enum RuleAction {
    /// Add an own rule
    Add {
        /// The rule in AdGuard's syntax, such as `||ads.example.org^` or `@@||example.org^`
        rule: String,
        /// Only for the devices of this group
        #[arg(long, value_name = "GROUP")]
        group: Option<String>,
    },
    /// Remove an own rule
    Remove {
        /// Its id, as `ponor rules` shows it, or its text
        #[arg(value_parser = word())]
        id: String,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum RecordAction {
    /// Answer a name here
    Add {
        /// Name, type and data, such as `nas.home.arpa A 192.168.1.5` or `www.home.arpa CNAME nas.home.arpa`
        #[arg(required = true, value_name = "RECORD")]
        record: Vec<String>,
    },
    /// Remove a record
    Remove {
        /// Its id, as `ponor records` shows it, or its text
        #[arg(required = true, value_name = "RECORD", value_parser = word())]
        record: Vec<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum SettingAction {
    /// Set a key; it takes effect at once
    Set {
        /// The key, such as `upstream.servers`
        #[arg(value_parser = word())]
        key: String,
        /// Its value, as config.toml has it, quotes left out if you like; several words are a list
        #[arg(required = true)]
        value: Vec<String>,
    },
    /// Let a key have its default again
    Reset {
        /// The key
        #[arg(value_parser = word())]
        key: String,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum GroupAction {
    /// Make a group; `ponor devices group` puts devices in it
    Add {
        /// Its id: lower-case letters, digits, `-` and `_`
        id: String,
        #[command(flatten)]
        treatment: Treatment,
    },
    /// Treat a group differently
    Set {
        /// Its id
        #[arg(value_parser = word())]
        id: String,
        #[command(flatten)]
        treatment: Treatment,
    },
    /// Remove a group; its devices are then in none
    Remove {
        /// Its id
        #[arg(value_parser = word())]
        id: String,
    },
}

/// How a group is treated.
#[derive(Args, Debug)]
pub(super) struct Treatment {
    /// Whether anything is stopped for its devices
    #[arg(long, value_name = "BOOL")]
    pub(super) blocking: Option<bool>,
    /// The ids of the lists that govern them, with commas between; or `all`, or `none`
    #[arg(long, value_name = "LISTS", value_delimiter = ',')]
    pub(super) lists: Option<Vec<String>>,
    /// Whether search engines answer with their filters on; `default`: as for devices in no group
    #[arg(long, value_name = "MODE", value_parser = ["off", "moderate", "strict", "default"])]
    pub(super) safe_search: Option<String>,
    /// When they are offline, such as `mon-thu,sun 20:30-06:30`; again for more windows; or `never`
    #[arg(long, value_name = "WINDOW")]
    pub(super) offline: Option<Vec<String>>,
}

/// What something is called. Nothing is called nothing.
fn word() -> NonEmptyStringValueParser {
    NonEmptyStringValueParser::new()
}

impl HowLong {
    /// How long it is.
    pub(super) fn lasts(&self) -> Lasts {
        match self {
            Self { forever: true, .. } => Lasts::Forever,
            Self { until_tomorrow: true, .. } => Lasts::UntilTomorrow,
            Self { lasts, .. } => lasts.unwrap_or_default(),
        }
    }
}

impl Whom {
    /// Whom it is for.
    pub(super) fn meant(self) -> changes::Whom {
        match (self.device, self.group) {
            (Some(device), _) => changes::Whom::Device(device),
            (None, Some(group)) => changes::Whom::Group(group),
            (None, None) => changes::Whom::Everyone,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn flags_stand_before_or_behind_the_command() {
        for line in
            ["ponor --listen 127.0.0.1:53 run", "ponor run --listen 127.0.0.1:53", "ponor --listen 127.0.0.1:53"]
        {
            let arguments = Arguments::try_parse_from(line.split(' ')).unwrap();
            assert_eq!(arguments.common.listen, ["127.0.0.1:53"], "{line}");
        }
    }

    #[test]
    fn help_begins_with_what_only_this_command_takes() {
        use clap::CommandFactory;
        let check = |line: &str| {
            let told = Arguments::try_parse_from(line.split(' ')).unwrap_err().to_string();
            let (own, common) = told.split_once("Options of every command:").unwrap();
            assert!(["--config", "--data-dir", "--listen"].iter().all(|option| common.contains(option)), "{told}");
            assert!(!common.contains("--json") && !own.contains("--listen"), "{told}");
        };
        let mut commands = Arguments::command();
        commands.build();
        commands.get_subcommands().filter(|command| command.get_name() != "help").for_each(|command| {
            check(&format!("ponor {} --help", command.get_name()));
        });
    }

    #[test]
    fn nothing_is_called_nothing() {
        for line in [
            "lists update ",
            "lists accept ",
            "lists enable ",
            "lists disable ",
            "lists remove ",
            "devices show ",
            "devices name  x",
            "devices group ",
            "devices merge tv ",
            "devices split  10.0.0.1",
            "rules remove ",
            "groups remove ",
            "records remove ",
        ] {
            let told =
                Arguments::try_parse_from(["ponor"].into_iter().chain(line.split(' '))).map_err(|told| told.kind());
            assert_eq!(told.err(), Some(clap::error::ErrorKind::InvalidValue), "{line}");
        }
    }

    #[test]
    fn an_address_is_asked_for_by_its_reverse_name() {
        let check = |line: &str, expected: &str| {
            let arguments = Arguments::try_parse_from(["ponor", "query"].into_iter().chain(line.split(' '))).unwrap();
            let Some(Command::Query { name, rtype, .. }) = arguments.command else { panic!("{line}") };
            let (name, rtype) = name.question(rtype);
            assert_eq!(format!("{name} {rtype}"), expected, "{line}");
        };
        check("192.168.1.5", "5.1.168.192.in-addr.arpa PTR");
        check("192.168.1.5 SOA", "5.1.168.192.in-addr.arpa SOA");
        check("fd00::5", "5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa PTR");
        check("example.org", "example.org A");
        check("example.org AAAA", "example.org AAAA");
        check("192.168.1.5.", "192.168.1.5 A");
        check("a\\058b.example", "a:b.example A");
        check("_dmarc.example.org TXT", "_dmarc.example.org TXT");
    }

    #[test]
    fn what_is_more_than_a_name_is_refused_with_the_name_in_it() {
        let check = |text: &str, expected: &str| {
            let refused = text.parse::<Subject>().unwrap_err();
            assert!(refused.contains(expected), "{text}: {refused}");
        };
        check("https://example.org/path?x=1", "did you mean `example.org`");
        check("example.org:443", "did you mean `example.org`");
        check("me@example.org", "did you mean `example.org`");
        check(" example.org ", "did you mean `example.org`");
        check("example.org/path", "write `\\047`");
        check("http://[::1]/", "give the name alone");
        check("two names", "give the name alone");
        check("://", "give the name alone");
    }

    #[test]
    fn nonsense_is_refused() {
        for line in [
            "ponor query",
            "ponor query a..b",
            "ponor allow",
            "ponor allow a.b --for 0s",
            "ponor allow a.b --for 1h --forever",
            "ponor pause --device 10.0.0.1 --group kids",
            "ponor undo it",
            "ponor query a.b NONSENSE",
            "ponor lists accept",
            "ponor frobnicate",
        ] {
            assert!(Arguments::try_parse_from(line.split(' ')).is_err(), "{line}");
        }
    }
}
