//! The numbers that stand for lists.

use std::collections::{HashMap, HashSet};

use crate::rules::ListNumber;

/// Gives each id a number and never takes it back: who remembers a number can always say which list was meant. A list
/// that is removed and added again under its id has its number again, whatever its source.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    given: HashMap<String, ListNumber>,
    /// The least number that may be free; `None` when all are given away.
    next: Option<u16>,
    taken: HashSet<ListNumber>,
}

impl Numbers {
    /// All numbers are free, but for those of the lists of the last table, which they keep.
    pub(super) fn new<'a>(last: impl IntoIterator<Item = (&'a str, ListNumber)>) -> Self {
        let mut numbers = Self { next: Some(0), ..Self::default() };
        for (id, number) in last {
            if numbers.taken.insert(number) {
                numbers.given.entry(id.to_owned()).or_insert(number);
            }
        }
        numbers
    }

    /// The number of the list `id`; `None` when all numbers are given away.
    pub(super) fn number(&mut self, id: &str) -> Option<ListNumber> {
        if let Some(number) = self.given.get(id) {
            return Some(*number);
        }
        loop {
            let number = ListNumber(self.next?);
            self.next = number.0.checked_add(1);
            if self.taken.insert(number) {
                self.given.insert(id.to_owned(), number);
                return Some(number);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_belongs_to_one_id_for_good() {
        let mut numbers = Numbers::new([]);
        let (a, b) = (numbers.number("a").unwrap(), numbers.number("b").unwrap());
        assert_ne!(a, b);
        assert_eq!((numbers.number("a"), numbers.number("b")), (Some(a), Some(b)));
    }

    #[test]
    fn no_number_is_given_twice_when_they_run_out() {
        let mut numbers = Numbers::new([]);
        for id in 0..=u16::MAX {
            assert_eq!(numbers.number(&id.to_string()), Some(ListNumber(id)));
        }
        assert_eq!(numbers.number("one more"), None);
        assert_eq!(numbers.number("7"), Some(ListNumber(7)));
    }

    #[test]
    fn lists_of_the_last_table_keep_their_numbers() {
        let mut numbers = Numbers::new([("a", ListNumber(1)), ("b", ListNumber(7)), ("c", ListNumber(7))]);
        let given: Vec<_> = ["a", "b", "c", "d"].map(|id| numbers.number(id).unwrap().0).into();
        assert_eq!(given, [1, 7, 0, 2]);
    }
}
