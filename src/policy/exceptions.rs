//! Exceptions, ready to be asked.

use super::{Exception, parse_exception};
use crate::{
    clients::KnownDevice,
    dns::Name,
    rules::{HashKey, HashedName, ListNumber, Match, OwnRule, ProfileMask, Table, TableBuilder},
};

/// All exceptions in a small table of their own, each a list there.
#[derive(Debug, Default)]
pub(super) struct Exceptions {
    /// The newest first: the number of a list is its place here.
    all: Vec<Exception>,
    table: Option<(Table, ProfileMask)>,
}

impl Exceptions {
    /// Takes those whose rules can be read; the others were refused when they were made.
    pub(super) fn new(exceptions: &[Exception], key: &HashKey) -> Self {
        if exceptions.is_empty() {
            return Self::default();
        }
        let mut all = exceptions.to_vec();
        all.sort_by_key(|exception| std::cmp::Reverse(exception.id));
        let mut builder = TableBuilder::with_key(*key);
        for (number, exception) in (0..=u16::MAX).map(ListNumber).zip(&all) {
            match parse_exception(&exception.rule, exception.action) {
                Ok(OwnRule::Name(rule)) => builder.add(number, &rule),
                Ok(OwnRule::Pattern(rule)) => builder.add_pattern(number, &rule),
                Err(_) => {}
            }
        }
        let table = builder.build();
        let mask = table.mask(|_| true);
        Self { all, table: Some((table, mask)) }
    }

    /// The numbers of those that hold for the devices of `group`, or for `device` of it, the one that decides first.
    pub(super) fn for_whom(&self, group: Option<&str>, device: Option<&KnownDevice>) -> Box<[u16]> {
        let ranked = (0..=u16::MAX).zip(&self.all);
        let mut ranked: Vec<(u8, u16)> =
            ranked.filter_map(|(number, exception)| Some((exception.scope.rank(group, device)?, number))).collect();
        ranked.sort_by_key(|(rank, number)| (std::cmp::Reverse(*rank), *number));
        ranked.into_iter().map(|(_, number)| number).collect()
    }

    /// The exception among `holding` that decides about `name`: its number for people, and its rule. Allocates nothing.
    pub(super) fn find(&self, holding: &[u16], name: &mut HashedName<'_>) -> Option<(u64, Match)> {
        if holding.is_empty() {
            return None;
        }
        let (table, mask) = self.table.as_ref()?;
        let mut best: Option<(usize, Match)> = None;
        table.visit(name, mask, |found| {
            let place = holding.iter().position(|number| *number == found.list.0);
            if let Some(place) = place.filter(|place| best.is_none_or(|(best, _)| *place < best)) {
                best = Some((place, found));
            }
        });
        let (_, found) = best?;
        Some((self.all.get(usize::from(found.list.0))?.id, found))
    }

    /// All exceptions among `holding` that cover `name`, the deciding one first.
    pub(super) fn find_all(&self, holding: &[u16], name: &Name) -> Vec<(u64, Match)> {
        let Some((table, mask)) = self.table.as_ref().filter(|_| !holding.is_empty()) else { return Vec::new() };
        let found = table.find_all(name, mask);
        let said = |number: &u16| {
            let exception = self.all.get(usize::from(*number))?;
            let found = found.iter().find(|found| found.list.0 == *number)?;
            Some((exception.id, *found))
        };
        holding.iter().filter_map(said).collect()
    }

    /// The table, for the texts of patterns.
    pub(super) fn table(&self) -> Option<&Table> {
        self.table.as_ref().map(|(table, _)| table)
    }
}
