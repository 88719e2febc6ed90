//! Exceptions, ready to be asked.

use super::{Exception, Scope, parse_exception};
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

    /// The numbers of those that hold for the devices of `group`, or for `device` of it, the one that decides first; those for
    /// everyone, too, unless only `their_own` are wanted.
    pub(super) fn for_whom(&self, group: Option<&str>, device: Option<&KnownDevice>, their_own: bool) -> Box<[u16]> {
        let ranked = (0..=u16::MAX).zip(&self.all);
        let ranked = ranked.filter(|(_, exception)| !their_own || exception.scope != Scope::Everyone);
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::{
        clients::{DeviceId, MacAddress},
        rules::{Action, NameHashes},
        time::UnixTime,
    };

    const PHONE: MacAddress = MacAddress([0xaa, 0xbb, 0xcc, 0xdd, 0xee, 1]);

    fn key() -> HashKey {
        HashKey::new([1, 2])
    }

    fn find(exceptions: &Exceptions, holding: &[u16], name: &Name) -> Option<(u64, Match)> {
        exceptions.find(holding, &mut HashedName::new(&key(), name, &mut NameHashes::default()))
    }

    fn scope(whom: u8) -> Scope {
        match whom {
            0 => Scope::Everyone,
            1 => Scope::Group("kids".to_owned()),
            2 => Scope::Group("guests".to_owned()),
            3 => Scope::Device(DeviceId::Mac(PHONE)),
            4 => Scope::Device("10.0.0.1".parse().unwrap()),
            _ => Scope::Device("10.0.0.2".parse().unwrap()),
        }
    }

    /// The phone, which is at `10.0.0.1` and in the group `kids`.
    fn phone() -> KnownDevice {
        let addresses = vec!["10.0.0.1".parse().unwrap(), "fd00::1".parse().unwrap()];
        KnownDevice { id: DeviceId::Mac(PHONE), macs: vec![PHONE], addresses, group: None }
    }

    fn exception(id: u64, action: Action, rule: &str, whom: u8) -> Exception {
        Exception {
            id,
            action,
            rule: rule.to_owned(),
            scope: scope(whom),
            made: UnixTime(0),
            until: None,
            afterwards: None,
        }
    }

    proptest! {
        /// For a device, then for its group, then for everyone; the newest of these: found by asking each.
        #[test]
        fn the_closest_decides_and_of_these_the_newest(
            orders in prop::collection::vec((any::<bool>(), 0_u8..5, 0_u8..6), 0..40),
            names in prop::collection::vec(0_u8..6, 1..8),
        ) {
            let rules = ["||example^", "||a.example^", "|a.example^", "||*.a.example^", "||a*.example^"];
            let texts = ["a.example", "x.a.example", "b.example", "ab.example", "other.test", "example"];
            let said = orders.iter().zip(1..).map(|((allow, rule, whom), id)| {
                let action = if *allow { Action::Allow } else { Action::Block };
                exception(id, action, rules[usize::from(*rule)], *whom)
            });
            // One for the same names and devices replaces the former.
            let said: BTreeMap<_, _> =
                said.map(|exception| ((exception.rule.clone(), exception.scope.to_string()), exception)).collect();
            let said: Vec<_> = said.into_values().collect();
            let exceptions = Exceptions::new(&said, &key());
            let (group, device) = (Some("kids"), phone());
            let holding = exceptions.for_whom(group, Some(&device), false);
            for name in names {
                let name: Name = texts[usize::from(name)].parse().unwrap();
                let covers =
                    |said: &&Exception| find(&Exceptions::new(&[(*said).clone()], &key()), &[0], &name).is_some();
                let ranked = said.iter().filter(covers);
                let ranked = ranked.filter_map(|said| Some((said.scope.rank(group, Some(&device))?, said.id, said.action)));
                let expected = ranked.max_by_key(|(rank, id, _)| (*rank, *id));
                let found = find(&exceptions, &holding, &name).map(|(id, found)| (id, found.action));
                prop_assert_eq!(found, expected.map(|(_, id, action)| (id, action)), "{}", name);
                let all = exceptions.find_all(&holding, &name);
                prop_assert_eq!(all.first().map(|(id, found)| (*id, found.action)), found);
            }
        }
    }
}
