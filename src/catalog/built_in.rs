//! The block lists that are made from the catalogue, as text in AdGuard's syntax.

use std::fmt::Write;

use super::{Catalog, Class, Confidence, Entry, entry::PatternKind};

/// The built-in lists: id and title.
const LISTS: &[(&str, &str)] = &[
    ("vendors", "Telemetry and advertising of device makers"),
    ("vendors-strict", "The same, with less certain names and names whose stopping has side effects"),
];

impl Catalog {
    /// The built-in lists: id and title of each.
    #[must_use]
    pub fn built_in_lists() -> &'static [(&'static str, &'static str)] {
        LISTS
    }

    /// The built-in list with this id as text: each service's names behind a comment line that says what they are.
    /// `||x^` stops `x` and everything below it, `|x^` only `x`.
    ///
    /// `vendors` holds what is telemetry or advertising with confidence high or medium; `vendors-strict` adds what is
    /// less certain, and what has side effects. What devices need is on neither. There are no allow rules: a list that
    /// allowed something would free it from every other list.
    #[must_use]
    pub fn list_text(&self, id: &str) -> Option<String> {
        let (_, title) = LISTS.iter().find(|(known, _)| *known == id)?;
        let strict = id == "vendors-strict";
        let mut text = format!("! Title: {title}\n");
        for entry in self.entries().iter().filter(|entry| is_stopped(entry, strict)) {
            push_entry(&mut text, entry);
        }
        Some(text)
    }
}

fn is_stopped(entry: &Entry, strict: bool) -> bool {
    match entry.class {
        Class::Block => strict || entry.confidence >= Confidence::Medium,
        Class::Mixed => strict,
        Class::Functional => false,
    }
}

fn push_entry(text: &mut String, entry: &Entry) {
    let purpose = entry.purpose.title();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "! {}: {} ({purpose})", entry.vendor, entry.service);
    for pattern in &entry.names {
        let name = &pattern.name;
        let _ = match pattern.kind {
            PatternKind::Exact => writeln!(text, "|{name}^"),
            PatternKind::Subdomains => writeln!(text, "||{name}^"),
            PatternKind::Glob { .. } => Ok(()),
        };
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::catalog::{Bypass, SearchEngine, Way, WayKind};
    use crate::rules::{LineOptions, ListNumber, Rule, Table, TableBuilder, parse_list};

    fn rules(text: &str) -> impl Iterator<Item = &str> {
        text.lines().filter(|line| !line.starts_with('!'))
    }

    #[test]
    fn a_list_is_text_with_a_comment_for_each_service() {
        let file = r#"
            vendor = "Example"
            [[services]]
            name = "TV reports"
            purpose = "usage_analytics"
            class = "block"
            confidence = "medium"
            sources = ["a"]
            exact = ["log.example.com"]
            subdomains = ["stats.example.com"]
            [[services]]
            name = "TV guide"
            purpose = "content"
            class = "mixed"
            confidence = "high"
            sources = ["a"]
            exact = ["guide.example.com"]
            [[services]]
            name = "Perhaps ads"
            purpose = "advertising"
            class = "block"
            confidence = "low"
            sources = ["a"]
            exact = ["perhaps.example.com"]
            [[services]]
            name = "Updates"
            purpose = "update"
            class = "functional"
            confidence = "high"
            sources = ["a"]
            exact = ["update.example.com"]
            glob = ["eu-*.example.com"]
        "#;
        let catalog = Catalog::read([("x.toml", file)]).unwrap();
        let check = |id: &str, expected: Option<&str>| assert_eq!(catalog.list_text(id).as_deref(), expected, "{id}");
        check(
            "vendors",
            Some(
                "! Title: Telemetry and advertising of device makers\n\
                 ! Example: TV reports (usage analytics)\n|log.example.com^\n||stats.example.com^\n",
            ),
        );
        check(
            "vendors-strict",
            Some(
                "! Title: The same, with less certain names and names whose stopping has side effects\n\
                 ! Example: TV reports (usage analytics)\n|log.example.com^\n||stats.example.com^\n\
                 ! Example: TV guide (content)\n|guide.example.com^\n\
                 ! Example: Perhaps ads (advertising)\n|perhaps.example.com^\n",
            ),
        );
        check("nothing", None);
    }

    #[test]
    fn the_shipped_lists_hold_this_much() {
        let check = |id: &str, count: usize, holds: &[&str], spares: &[&str]| {
            let text = Catalog::built_in().list_text(id).unwrap();
            assert_eq!(rules(&text).count(), count, "{id}");
            for rule in holds {
                assert!(rules(&text).any(|line| line == *rule), "{id} lacks {rule}");
            }
            for rule in spares {
                assert!(rules(&text).all(|line| line != *rule), "{id} has {rule}");
            }
        };
        let certain =
            ["|sa.api.intl.miui.com^", "||tracking.intl.miui.com^", "||samsungacr.com^", "|metrics.icloud.com^"];
        let less = ["||tjqonline.cn^", "|xp.apple.com^", "|grs.hicloud.com^"];
        let functional = ["|update.miui.com^", "||push.apple.com^", "|time.samsungcloudsolution.com^"];
        check("vendors", 244, &certain, &[&less[..], &functional].concat());
        check("vendors-strict", 390, &[&certain[..], &less].concat(), &functional);
    }

    #[test]
    fn the_figures_in_the_readme_are_right() {
        let readme = include_str!("../../blocklists/README.md").replace('\n', " ");
        let catalog = Catalog::built_in();
        let names = |class: Class| {
            let of_class = catalog.entries().iter().filter(|entry| entry.class == class);
            of_class.map(Entry::name_count).sum::<usize>()
        };
        let [block, mixed, functional] = [Class::Block, Class::Mixed, Class::Functional].map(names);
        let vendors: BTreeSet<&str> = catalog.entries().iter().map(|entry| &*entry.vendor).collect();
        let on = |id: &str| rules(&catalog.list_text(id).unwrap()).count();
        let expected = format!(
            "{} names of {} vendors; {block} of class block, {mixed} mixed, {functional} functional. {} are on `vendors`, {} on \
             `vendors-strict`.",
            block + mixed + functional,
            vendors.len(),
            on("vendors"),
            on("vendors-strict"),
        );
        assert!(readme.contains(&expected), "{expected}");
        let ways = Bypass::built_in().ways();
        let names: BTreeSet<&str> = ways.iter().flat_map(Way::all_names).collect();
        let addresses = |compiled_in: bool| {
            let of_kind = ways.iter().filter(|way| (way.kind == WayKind::CompiledIn) == compiled_in);
            of_kind.map(|way| way.addresses.len()).sum::<usize>()
        };
        let expected = format!(
            "{} ways; {} names, {} addresses of public resolvers, {} compiled into devices and apps.",
            ways.len(),
            names.len(),
            addresses(false),
            addresses(true),
        );
        assert!(readme.contains(&expected), "{expected}");
        let engines = SearchEngine::all();
        let names = engines.iter().map(|engine| engine.names().count()).sum::<usize>();
        let expected = format!("{} engines; {names} names.", engines.len());
        assert!(readme.contains(&expected), "{expected}");
    }

    fn compile(text: &str) -> Table {
        let mut builder = TableBuilder::new();
        let summary =
            parse_list(text.as_bytes(), &LineOptions::default(), &mut |rule: &Rule| builder.add(ListNumber(0), rule))
                .unwrap();
        assert_eq!(
            (summary.rejected, summary.rules),
            (0, u64::try_from(rules(text).count()).unwrap()),
            "{:?}",
            summary.rejects
        );
        builder.build()
    }

    #[test]
    fn the_compiled_lists_stop_what_the_catalogue_says() {
        let check = |id: &str, strict: bool, by_a_longer_reach: &[&str]| {
            let catalog = Catalog::built_in();
            let table = compile(&catalog.list_text(id).unwrap());
            let mask = table.mask(|_| true);
            let mut unlike = Vec::new();
            for (entry, pattern) in
                catalog.entries().iter().flat_map(|entry| entry.names.iter().map(move |name| (entry, name)))
            {
                let below = pattern.name.child(b"below").unwrap();
                let name = if pattern.kind == PatternKind::Subdomains { below } else { pattern.name };
                if table.find(&name, &mask).is_some() != is_stopped(entry, strict) {
                    unlike.push(name.to_string());
                }
            }
            assert_eq!(unlike, by_a_longer_reach, "{id}");
        };
        check("vendors", false, &["us.info.lgsmartad.com"]);
        check("vendors-strict", true, &[]);
    }
}
