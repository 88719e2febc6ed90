//! The numbers that stand for lists.

use std::collections::HashMap;

use crate::rules::ListNumber;

/// Gives each id a number and never takes it back: who remembers a number can always say which list was meant. A list
/// that is removed and added again under its id has its number again, whatever its source.
#[derive(Debug, Default)]
pub(super) struct Numbers(HashMap<String, ListNumber>);

impl Numbers {
    /// The number of the list `id`; `None` when all numbers are given away.
    pub(super) fn number(&mut self, id: &str) -> Option<ListNumber> {
        if let Some(number) = self.0.get(id) {
            return Some(*number);
        }
        let number = u16::try_from(self.0.len()).ok().map(ListNumber)?;
        self.0.insert(id.to_owned(), number);
        Some(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_belongs_to_one_id_for_good() {
        let mut numbers = Numbers::default();
        let (a, b) = (numbers.number("a").unwrap(), numbers.number("b").unwrap());
        assert_ne!(a, b);
        assert_eq!((numbers.number("a"), numbers.number("b")), (Some(a), Some(b)));
    }

    #[test]
    fn no_number_is_given_twice_when_they_run_out() {
        let mut numbers = Numbers::default();
        for id in 0..=u16::MAX {
            assert_eq!(numbers.number(&id.to_string()), Some(ListNumber(id)));
        }
        assert_eq!(numbers.number("one more"), None);
        assert_eq!(numbers.number("7"), Some(ListNumber(7)));
    }
}
