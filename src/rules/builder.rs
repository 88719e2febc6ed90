//! A small table in memory: rules in any order, through runs in memory.

use std::{collections::BTreeMap, io::Cursor};

use super::{
    hash::HashKey,
    merge::merge,
    rule::{ListNumber, PatternRule, Rule},
    run::{Run, RunWriter},
    table::Table,
};

/// Gathers rules for a [`Table`] in memory.
pub struct TableBuilder {
    key: HashKey,
    lists: BTreeMap<ListNumber, RunWriter<Cursor<Vec<u8>>>>,
}

impl TableBuilder {
    /// Begins a table with a random key.
    #[must_use]
    pub fn new() -> Self {
        Self::with_key(HashKey::random())
    }

    /// Begins a table with a key, so that equal rules give equal bytes.
    #[must_use]
    pub fn with_key(key: HashKey) -> Self {
        Self { key, lists: BTreeMap::new() }
    }

    /// Adds a rule of a list. Rules for the root are ignored.
    pub fn add(&mut self, list: ListNumber, rule: &Rule) {
        self.list(list).add(rule);
    }

    /// Adds a pattern of a list.
    pub fn add_pattern(&mut self, list: ListNumber, rule: &PatternRule) {
        self.list(list).add_pattern(rule);
    }

    /// Packs the rules.
    ///
    /// # Panics
    /// Never: memory can be written and read.
    #[must_use]
    pub fn build(self) -> Table {
        let key = self.key;
        let runs = self.lists.into_iter().map(|(list, writer)| {
            let octets = writer.finish(&[]).expect("memory can be written").into_inner();
            (list, Run::open(octets, &key).expect("memory can be read").expect("a run just made is whole"))
        });
        let runs: Vec<_> = runs.collect();
        let runs: Vec<_> = runs.iter().map(|(list, run)| (*list, run)).collect();
        let merged = merge(&runs, &key, &[], Cursor::new(Vec::new())).expect("memory can be written and read");
        Table::in_memory(merged.out.into_inner(), key).expect("a table just made is whole")
    }

    fn list(&mut self, list: ListNumber) -> &mut RunWriter<Cursor<Vec<u8>>> {
        let begin = || RunWriter::new(self.key, Cursor::new(Vec::new())).expect("memory can be written");
        self.lists.entry(list).or_insert_with(begin)
    }
}

impl Default for TableBuilder {
    fn default() -> Self {
        Self::new()
    }
}
