//! Finding the entry of a name: the longest name of the catalogue that covers it decides.

use std::{io::Read as _, sync::LazyLock};

use flate2::read::GzDecoder;
use hashbrown::{HashMap, hash_map};

use super::{
    Class, Entry, FileFault, Reason,
    entry::{Pattern, PatternKind},
    file,
};
use crate::dns::{Name, suffixes};

// `FILES`, written by build.rs.
include!(concat!(env!("OUT_DIR"), "/blocklists.rs"));

/// Where the files of vendors lie.
const VENDORS: &str = "";

/// All that is known of whose names are whose.
#[derive(Debug, Default)]
pub struct Catalog {
    entries: Vec<Entry>,
    index: HashMap<Box<[u8]>, Slot>,
}

/// The entries whose patterns stand at one name; numbers are places in [`Catalog::entries`].
#[derive(Debug, Default)]
struct Slot {
    exact: Option<usize>,
    subdomains: Option<usize>,
    globs: Vec<(Pattern, usize)>,
}

impl Catalog {
    /// The catalogue that is embedded in the program.
    ///
    /// # Panics
    /// Never in a program whose tests passed: they read the same files.
    #[must_use]
    pub fn built_in() -> &'static Self {
        static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
            Catalog::read(shipped_files(VENDORS)).expect("the embedded files are those that the tests have read")
        });
        &CATALOG
    }

    /// Reads a catalogue from files, each given by its name and its text.
    ///
    /// # Errors
    /// All faults of all files.
    pub fn read<'t>(files: impl IntoIterator<Item = (&'t str, impl AsRef<str>)>) -> Result<Self, Vec<FileFault>> {
        let (mut catalog, mut faults) = (Self::default(), Vec::new());
        for (file, text) in files {
            let mut fault = |reason| faults.push(FileFault { file: file.to_owned(), reason });
            let start = catalog.entries.len();
            file::read(text.as_ref(), &mut catalog.entries, &mut fault);
            catalog.enter_from(start, &mut fault);
        }
        catalog.check_cover(&mut faults);
        if faults.is_empty() { Ok(catalog) } else { Err(faults) }
    }

    /// The entry of `name`: of the names of the catalogue that cover it, the longest decides; a name comes before
    /// an equally long glob.
    #[must_use]
    pub fn find(&self, name: &Name) -> Option<&Entry> {
        self.find_wire(name.to_lowercase().wire())
    }

    /// The entry of a name in wire form and lower case.
    #[must_use]
    pub fn find_wire(&self, name: &[u8]) -> Option<&Entry> {
        let (length, rest) = name.split_first()?;
        let label = rest.get(..usize::from(*length)).unwrap_or_default();
        let number = suffixes(name).enumerate().find_map(|(depth, suffix)| {
            let slot = self.index.get(suffix)?;
            let longest = match depth {
                0 => slot.exact,
                // A glob is one label longer than the name that it stands at.
                1 => slot.glob(label),
                _ => None,
            };
            longest.or(slot.subdomains)
        });
        self.entries.get(number?)
    }

    /// All entries, vendor by vendor.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The names that devices need, each with what it is for; globs are left out.
    pub fn functional_names(&self) -> impl Iterator<Item = (&Name, &Entry)> {
        let functional = self.entries.iter().filter(|entry| entry.class == Class::Functional);
        let whole = |pattern: &&Pattern| !matches!(pattern.kind, PatternKind::Glob { .. });
        functional.flat_map(move |entry| entry.names.iter().filter(whole).map(move |pattern| (&pattern.name, entry)))
    }

    /// Enters the names of the entries from `start` into the index.
    fn enter_from(&mut self, start: usize, fault: &mut impl FnMut(Reason)) {
        for (number, entry) in self.entries.iter().enumerate().skip(start) {
            for pattern in &entry.names {
                let slot = match self.index.entry(pattern.name.wire().into()) {
                    hash_map::Entry::Vacant(vacant) => vacant.insert(Slot::default()),
                    hash_map::Entry::Occupied(occupied) => occupied.into_mut(),
                };
                if let Some(other) = slot.enter(pattern, number) {
                    let other = self.entries.get(other).map_or_else(String::new, |other| other.service.to_string());
                    fault(Reason::Twice { name: pattern.name.to_string(), other });
                }
            }
        }
    }

    /// A list can only stop everything below a name, not spare some of it: so no name that is to be spared may lie there.
    fn check_cover(&self, faults: &mut Vec<FileFault>) {
        for entry in &self.entries {
            for pattern in &entry.names {
                let above = match pattern.kind {
                    PatternKind::Glob { .. } => Some(pattern.name),
                    _ => pattern.name.parent(),
                };
                let by = above.and_then(|above| self.stopped_subtree(&above, entry.class));
                if let Some(by) = by {
                    let reason = Reason::Covered { name: pattern.name.to_string(), by };
                    faults.push(FileFault { file: entry.vendor.to_string(), reason });
                }
            }
        }
    }

    /// The name at or above `name` whose subdomains a list stops that spares names of `class`.
    fn stopped_subtree(&self, name: &Name, class: Class) -> Option<String> {
        name.suffixes().find_map(|suffix| {
            let above = self.entries.get(self.index.get(suffix)?.subdomains?)?;
            let name = Name::from_wire(suffix).ok()?;
            (above.class < class).then(|| name.to_string())
        })
    }
}

impl Slot {
    /// Enters a pattern; gives the entry that has it already.
    fn enter(&mut self, pattern: &Pattern, number: usize) -> Option<usize> {
        match pattern.kind {
            PatternKind::Exact => self.exact.replace(number).or(self.subdomains),
            PatternKind::Subdomains => self.subdomains.replace(number).or(self.exact),
            PatternKind::Glob { .. } => {
                let other = self.globs.iter().find(|(other, _)| other == pattern).map(|(_, number)| *number);
                self.globs.push((pattern.clone(), number));
                other
            }
        }
    }

    fn glob(&self, label: &[u8]) -> Option<usize> {
        let (_, number) = self.globs.iter().find(|(pattern, _)| match &pattern.kind {
            PatternKind::Glob { before, behind } => {
                label.len() > before.len() + behind.len() && label.starts_with(before) && label.ends_with(behind)
            }
            _ => false,
        })?;
        Some(*number)
    }
}

/// The files of a folder of `blocklists`, given as `bypass/`; of `blocklists` itself when it is empty.
pub(super) fn shipped_files(folder: &str) -> impl Iterator<Item = (&'static str, String)> {
    FILES.iter().filter(move |(path, _)| path.strip_prefix(folder).is_some_and(|file| !file.contains('/'))).map(
        |&(path, packed)| {
            let mut text = String::new();
            GzDecoder::new(packed).read_to_string(&mut text).expect("build.rs has packed a text");
            (path, text)
        },
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::catalog::{Bypass, Confidence, Purpose};

    const HEAD: &str = "vendor = \"Example\"\ncountry = \"NL\"\n";

    /// A file of one vendor with one service for each (class, confidence, names).
    fn file(services: &[(&str, &str, &str)]) -> String {
        let service = |(number, (class, confidence, names)): (usize, &(&str, &str, &str))| {
            format!(
                "[[services]]\nname = \"s{number}\"\npurpose = \"acr\"\nclass = \"{class}\"\nconfidence = \"{confidence}\"\nsources = [\"a\"]\n{names}\n"
            )
        };
        HEAD.to_owned() + &services.iter().enumerate().map(service).collect::<String>()
    }

    fn read(text: &str) -> Result<Catalog, Vec<String>> {
        Catalog::read([("x.toml", text)]).map_err(|faults| faults.iter().map(ToString::to_string).collect())
    }

    fn service<'c>(catalog: &'c Catalog, name: &str) -> Option<&'c str> {
        catalog.find(&name.parse().unwrap()).map(|entry| &*entry.service)
    }

    #[test]
    fn the_shipped_files_are_good() {
        let faults = Catalog::read(shipped_files(VENDORS)).err().unwrap_or_default();
        let faults: Vec<_> = faults.iter().map(ToString::to_string).collect();
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }

    /// So that a name that is lost in an edit is missed.
    #[test]
    fn the_shipped_files_hold_this_much() {
        let catalog = Catalog::built_in();
        let check = |vendor: &str, country: Option<&str>, names: [usize; 3]| {
            let of_vendor = || catalog.entries().iter().filter(|entry| &*entry.vendor == vendor);
            let count = |class| of_vendor().filter(|entry| entry.class == class).map(|entry| entry.names.len()).sum();
            let found: [usize; 3] = [Class::Block, Class::Mixed, Class::Functional].map(count);
            assert_eq!(found, names, "{vendor}: block, mixed, functional");
            assert!(of_vendor().all(|entry| entry.country.as_deref() == country), "{vendor}");
            names.iter().sum::<usize>()
        };
        let names = [
            check("Amazon", Some("US"), [18, 3, 8]),
            check("Apple", Some("US"), [31, 2, 14]),
            check("ByteDance/TikTok", Some("CN"), [51, 7, 4]),
            check("Google Nest", Some("US"), [0, 1, 2]),
            check("Google", Some("US"), [13, 1, 6]),
            check("Hisense", Some("CN"), [4, 3, 0]),
            check("Huawei", Some("CN"), [35, 6, 4]),
            check("LG", Some("KR"), [16, 1, 3]),
            check("Meta", Some("US"), [2, 2, 0]),
            check("Microsoft", Some("US"), [66, 9, 31]),
            check("Mozilla", Some("US"), [6, 1, 5]),
            check("Netflix", Some("US"), [2, 0, 4]),
            check("NVIDIA", Some("US"), [0, 1, 2]),
            check("OPPO/realme", Some("CN"), [3, 0, 6]),
            check("Panasonic", Some("JP"), [8, 0, 5]),
            check("Philips Hue", Some("NL"), [0, 0, 1]),
            check("Philips", None, [3, 0, 2]),
            check("Roku", Some("US"), [9, 0, 0]),
            check("Samsung", Some("KR"), [25, 3, 15]),
            check("Sonos", Some("US"), [2, 0, 0]),
            check("Sony", Some("JP"), [7, 1, 5]),
            check("TCL", Some("CN"), [5, 0, 0]),
            check("Toshiba", None, [2, 0, 0]),
            check("Tuya", Some("CN"), [0, 0, 7]),
            check("vivo", Some("CN"), [0, 0, 1]),
            check("Vizio", Some("US"), [6, 0, 2]),
            check("Xiaomi", Some("CN"), [35, 0, 34]),
        ];
        assert_eq!((names.len(), names.iter().sum()), (27, 551));
        assert_eq!(shipped_files(VENDORS).count(), names.len());
    }

    #[test]
    fn what_the_shipped_files_say_of_some_names() {
        use {Class::*, Confidence::*, Purpose::*};
        let check = |name: &str, expected: Option<(&str, &str, Purpose, Class, Confidence)>| {
            let found = Catalog::built_in().find(&name.parse().unwrap());
            let found = found.map(|e| (&*e.vendor, &*e.service, e.purpose, e.class, e.confidence));
            assert_eq!(found, expected, "{name}");
        };
        let one_track = "OneTrack SDK and MIUI Analytics (international)";
        let browser = "Mi Browser and Mint Browser (Sensors Analytics)";
        check("sa.api.intl.miui.com", Some(("Xiaomi", browser, BrowsingHistory, Block, High)));
        check("DATA.mistat.Rus.xiaomi.com", Some(("Xiaomi", "MiStat SDK (Russia)", UsageAnalytics, Block, Medium)));
        check("tracking.intl.miui.com", Some(("Xiaomi", one_track, UsageAnalytics, Block, High)));
        check("a.b.tracking.intl.miui.com", Some(("Xiaomi", one_track, UsageAnalytics, Block, High)));
        check(
            "mitv.tracking.intl.miui.com",
            Some(("Xiaomi", "Mi TV analytics (international)", UsageAnalytics, Block, Medium)),
        );
        check("x.mitv.tracking.intl.miui.com", Some(("Xiaomi", one_track, UsageAnalytics, Block, High)));
        check("update.miui.com", Some(("Xiaomi", "MIUI and HyperOS update check (China)", Update, Functional, High)));
        check("mi.com", Some(("Xiaomi", "Xiaomi home page (apex only)", Content, Functional, Medium)));
        check("www.mi.com", None);
        check("xiaomi.com", None);
        check("ads1.msn.com", Some(("Microsoft", "MSN ads", Advertising, Block, Medium)));
        check("x.ads.msn.com", None);
        check("arc.msn.com", Some(("Microsoft", "Windows Spotlight and suggestions", Advertising, Mixed, High)));
        check(
            "events.gfe.nvidia.com",
            Some(("NVIDIA", "GeForce Experience and NVIDIA app events", UsageAnalytics, Mixed, Medium)),
        );
        check("acr-eu-prd.samsungcloud.tv", Some(("Samsung", "Samsung TV ACR matching (Europe)", Acr, Block, High)));
        check("time.samsungcloudsolution.com", Some(("Samsung", "Samsung TV clock", Time, Functional, Medium)));
        check("com", None);
        check(".", None);
    }

    /// Every name of the shipped files with its class, so that neither changes unseen. Whoever means the change makes it in
    /// `names.txt` too.
    #[test]
    fn every_name_has_its_class() {
        let line = |entry: &Entry, pattern: &Pattern| {
            let below = if pattern.kind == PatternKind::Subdomains { " and below" } else { "" };
            format!("{} {}{below}", entry.class.word(), pattern.name)
        };
        let entries = Catalog::built_in().entries().iter();
        let mut found: Vec<String> =
            entries.flat_map(|entry| entry.names.iter().map(|pattern| line(entry, pattern))).collect();
        found.sort();
        let expected: Vec<&str> = include_str!("names.txt").lines().filter(|line| !line.starts_with('#')).collect();
        let missing: Vec<_> = expected.iter().filter(|line| !found.iter().any(|name| name == *line)).collect();
        let new: Vec<_> = found.iter().filter(|name| !expected.contains(&name.as_str())).collect();
        assert!(missing.is_empty() && new.is_empty(), "not in blocklists: {missing:#?}, not in names.txt: {new:#?}");
        assert_eq!(expected.len(), 551);
    }

    #[test]
    fn regional_variants_are_told() {
        let check = |name: &str, expected: Option<&str>| {
            let name: Name = name.parse().unwrap();
            assert_eq!(Catalog::built_in().find(&name).unwrap().region(&name), expected, "{name}");
        };
        check("data.mistat.rus.xiaomi.com", Some("Russia"));
        check("data.mistat.India.xiaomi.com", Some("India"));
        check("data.mistat.intl.xiaomi.com", Some("international"));
        check("data.mistat.xiaomi.com", None);
        check("x.y.tracking.rus.miui.com", Some("Russia"));
        check("sg.ot.io.mi.com", Some("Singapore"));
        check("de.ott.io.mi.com", Some("Germany"));
        check("metrics.icloud.com", None);
    }

    #[test]
    fn every_source_is_explained() {
        let readme = include_str!("../../blocklists/README.md");
        let ways = Bypass::built_in().ways().iter().flat_map(|way| &way.sources);
        for source in Catalog::built_in().entries().iter().flat_map(|entry| &entry.sources).chain(ways) {
            assert!(readme.contains(&format!("\n| {source} |")), "{source} is not in blocklists/README.md");
        }
    }

    #[test]
    fn the_longest_name_decides() {
        let catalog = read(&file(&[
            ("functional", "low", "subdomains = [\"gfe.example\"]"),
            ("block", "high", "exact = [\"telemetry.gfe.example\"]"),
            ("block", "high", "subdomains = [\"ads.gfe.example\"]"),
            ("functional", "high", "glob = [\"eu-*-x.gfe.example\", \"n*.gfe.example\"]"),
            ("functional", "high", "exact = [\"n1.gfe.example\"]"),
        ]))
        .unwrap();
        let check = |name: &str, expected: Option<&str>| assert_eq!(service(&catalog, name), expected, "{name}");
        check("gfe.example", Some("s0"));
        check("www.gfe.example", Some("s0"));
        check("telemetry.gfe.example", Some("s1"));
        check("x.telemetry.gfe.example", Some("s0"));
        check("ADS.gfe.example", Some("s2"));
        check("x.y.ads.gfe.example", Some("s2"));
        check("eu-7-x.gfe.example", Some("s3"));
        check("EU-7-X.gfe.example", Some("s3"));
        check("eu--x.gfe.example", Some("s0"));
        check("eu-x.gfe.example", Some("s0"));
        check("a.eu-7-x.gfe.example", Some("s0"));
        check("n2.gfe.example", Some("s3"));
        check("n.gfe.example", Some("s0"));
        check("n1.gfe.example", Some("s4"));
        check("x.n1.gfe.example", Some("s0"));
        check("example", None);
        check("notgfe.example", None);
    }

    #[test]
    fn faults_of_a_file() {
        let check = |text: &str, expected: &[&str]| {
            let faults = read(text).err().unwrap_or_default();
            assert_eq!(faults.len(), expected.len(), "{text}\n{faults:?}");
            for (fault, expected) in faults.iter().zip(expected) {
                assert!(fault.contains(expected), "{text}\n{fault}");
            }
        };
        let with = |names: &str| file(&[("block", "high", names)]);
        check("", &["missing field `vendor`"]);
        check("vendor = \"X\"\nservices = []", &["`X` has no names"]);
        check(&with("exact = [\"a.b\"]\nbraeks = \"x\""), &["unknown field `braeks`"]);
        check(&with("exact = [\"a.b\"]").replace("acr", "spying"), &["unknown variant `spying`"]);
        check(&with("exact = [\"a.b\"]").replace("NL", "nl"), &["`nl` is not a country"]);
        let region = |region: &str| format!("regions = {{ {region} }}\n{}", with("exact = [\"a.b\"]"));
        check(&region("RUS = \"Russia\""), &["`RUS` is not a label"]);
        check(&region("rus = \" \""), &["the text ` `"]);
        check(&with("exact = [\"a.b\"]\nbreaks = \"All.\""), &["the text `All.`"]);
        check(&with("exact = [\"a.b\"]\nsent = \"\""), &["the text ``"]);
        check(&with(""), &["`s0` has no names"]);
        check(&with("exact = [\"a.b\"]").replace("[\"a\"]", "[]"), &["no sources"]);
        check(&with("exact = [\"com\"]"), &["`com` is not a name of at least two labels"]);
        check(&with("exact = [\"a..b\"]"), &["`a..b` is not a name"]);
        check(&with("exact = [\"A.b\"]"), &["`A.b` is not a name"]);
        check(&with("exact = [\"a.b.\"]"), &["`a.b.` is not a name"]);
        check(&with("subdomains = [\"*.b.c\"]"), &["`*.b.c` is not a name"]);
        check(&with("exact = [\"b.c\", \"a.c\"]"), &["`a.c` is out of order"]);
        check(&with("exact = [\"a.c\", \"a.c\"]"), &["`a.c` is out of order, or there twice", "`a.c` is in s0 too"]);
        check(&with("exact = [\"a.c\"]\nsubdomains = [\"a.c\"]"), &["`a.c` is in s0 too"]);
        check(&with("glob = [\"x*.b.c\"]"), &["`x*.b.c` is a glob, which no rule can stop"]);
        let functional = |names: &str| file(&[("functional", "high", names)]);
        check(&functional("glob = [\"x.b.c\"]"), &["`x.b.c` is not a glob"]);
        check(&functional("glob = [\"x.*.c.d\"]"), &["is not a glob"]);
        check(&functional("glob = [\"*x*.c.d\"]"), &["is not a glob"]);
        check(&functional("glob = [\"*.c\"]"), &["is not a glob"]);
    }

    #[test]
    fn files_share_no_name() {
        let text = file(&[("block", "low", "exact = [\"a.b\"]")]);
        let faults = Catalog::read([("x.toml", &*text), ("y.toml", &*text)]).unwrap_err();
        assert_eq!(faults.len(), 1);
        assert_eq!(faults[0].to_string(), "y.toml: `a.b` is in s0 too");
    }

    #[test]
    fn what_is_to_be_spared_lies_below_nothing_that_is_stopped() {
        let check = |upper: &str, lower: &str, names: &str, good: bool| {
            let read = read(&file(&[(upper, "high", "subdomains = [\"b.c\"]"), (lower, "low", names)]));
            assert_eq!(read.is_ok(), good, "{upper} {lower} {names}: {:?}", read.err());
        };
        check("block", "functional", "exact = [\"a.b.c\"]", false);
        check("block", "functional", "subdomains = [\"x.a.b.c\"]", false);
        check("block", "functional", "glob = [\"a*.b.c\"]", false);
        check("block", "mixed", "exact = [\"a.b.c\"]", false);
        check("mixed", "functional", "exact = [\"a.b.c\"]", false);
        check("mixed", "block", "exact = [\"a.b.c\"]", true);
        check("functional", "block", "exact = [\"a.b.c\"]", true);
        check("block", "block", "exact = [\"a.b.c\"]", true);
        check("block", "functional", "exact = [\"ab.c\"]", true);
    }

    proptest! {
        /// No name of a catalogue is stopped by a list that is to spare it, whatever files say.
        #[test]
        fn lists_stop_what_the_longest_name_says(
            services in prop::collection::vec(("block|mixed|functional", "(exact|subdomains) = \\[\"[ab](\\.[ab]){1,3}\"\\]"), 1..6),
            asked in "[ab](\\.[ab]){1,4}",
        ) {
            let services: Vec<_> = services.iter().map(|(class, names)| (&**class, "high", &**names)).collect();
            let Ok(catalog) = read(&file(&services)) else {
                return Ok(());
            };
            let asked: Name = asked.parse().unwrap();
            let class = catalog.find(&asked).map(|entry| entry.class);
            for (id, stopped) in [("vendors", &[Class::Block][..]), ("vendors-strict", &[Class::Block, Class::Mixed])] {
                let text = catalog.list_text(id).unwrap();
                let covers = |line: &str| {
                    let line = line.strip_suffix('^')?;
                    let exact = line.strip_prefix('|').filter(|rest| !rest.starts_with('|'));
                    let of_exact = exact.map(|name| name.parse::<Name>().unwrap() == asked);
                    of_exact.or_else(|| Some(asked.is_within(&line.strip_prefix("||")?.parse().unwrap())))
                };
                let by_list = text.lines().any(|line| covers(line) == Some(true));
                let by_catalogue = class.is_some_and(|class| stopped.contains(&class));
                // Below an exact name that is spared, everything up to the next stopped subtree is spared too.
                prop_assert_eq!(by_list, by_catalogue, "{} of {}", asked, text);
            }
        }
    }
}
