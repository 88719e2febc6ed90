//! Any bytes as a line of a list, in every format: rules are sound, and the table finds them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ponor::rules::{
    LineKind, LineOptions, ListFormat, ListNumber, PatternRule, Reach, Rule, RuleSink, TableBuilder, find_lines,
    parse_line,
};

const FORMATS: [ListFormat; 7] = [
    ListFormat::Auto,
    ListFormat::Hosts,
    ListFormat::Domains,
    ListFormat::Adguard,
    ListFormat::Dnsmasq,
    ListFormat::Unbound,
    ListFormat::Rpz,
];

fuzz_target!(|line: &[u8]| {
    for format in FORMATS {
        let options = LineOptions { format, ..LineOptions::default() };
        let mut builder = TableBuilder::new();
        let mut rules = Vec::new();
        let mut patterns = 0;
        let mut found = Rules { builder: &mut builder, rules: &mut rules, patterns: &mut patterns };
        let outcome = parse_line(line, &options, &mut found);
        assert!(outcome.is_err() || (outcome == Ok(LineKind::Rules)) != (rules.is_empty() && patterns == 0));
        let table = builder.build();
        let mask = table.mask(|_| true);
        for rule in &rules {
            assert!(rule.name.label_count() > 1, "a whole top-level domain");
            let Some(asked) = covered_name(rule) else { continue };
            assert!(table.find(&asked, &mask).is_some());
            if !line.iter().any(|octet| matches!(octet, b'\n' | b'\r')) {
                assert_eq!(find_lines(line, &options, &asked).map(|found| found.len()).ok(), Some(1));
            }
        }
    }
});

struct Rules<'a> {
    builder: &'a mut TableBuilder,
    rules: &'a mut Vec<Rule>,
    patterns: &'a mut usize,
}

impl RuleSink for Rules<'_> {
    fn rule(&mut self, rule: &Rule) {
        self.builder.add(ListNumber(7), rule);
        self.rules.push(*rule);
    }

    fn pattern(&mut self, rule: &PatternRule) {
        self.builder.add_pattern(ListNumber(7), rule);
        *self.patterns += 1;
    }
}

/// A name that the rule covers; none when there is no room below its own.
fn covered_name(rule: &Rule) -> Option<ponor::dns::Name> {
    match rule.reach {
        Reach::Below => rule.name.child(b"x").ok(),
        Reach::Exact | Reach::Subtree => Some(rule.name),
        // Patterns have no name, and come by themselves.
        Reach::Pattern => None,
    }
}
