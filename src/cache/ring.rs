//! A queue of entries of different lengths, one behind the other in a part of the store, written round and round. Knows
//! only where they begin; what lies there is for others.

use std::ops::Range;

/// A queue in a part of the store.
#[derive(Debug)]
pub(super) struct Ring {
    part: Range<usize>,
    /// Where the next entry is put.
    head: usize,
    /// Where the oldest begins.
    tail: usize,
    /// Where the upper run ends, when entries have been put before it again.
    turn: Option<usize>,
    entries: usize,
}

impl Ring {
    /// An empty queue in `part`.
    pub(super) fn new(part: Range<usize>) -> Self {
        Self { head: part.start, tail: part.start, turn: None, entries: 0, part }
    }

    /// How many words it has room for.
    pub(super) fn capacity(&self) -> usize {
        self.part.len()
    }

    pub(super) fn holds(&self, at: usize) -> bool {
        self.part.contains(&at)
    }

    /// Words between the oldest entry and the latest.
    pub(super) fn used(&self) -> usize {
        match self.turn {
            None => self.head - self.tail,
            Some(turn) => (turn - self.tail) + (self.head - self.part.start),
        }
    }

    /// Where the oldest entry begins.
    pub(super) fn oldest(&self) -> Option<usize> {
        (self.entries > 0).then_some(self.tail)
    }

    /// Where the entry begins that was put in after the one of `length` words at `at`.
    pub(super) fn after(&self, at: usize, length: usize) -> Option<usize> {
        let next = at + length;
        match self.turn {
            Some(turn) if next == turn => Some(self.part.start),
            _ => Some(next),
        }
        .filter(|&next| next != self.head)
    }

    /// Room for `length` words, if there is as much in one piece.
    pub(super) fn push(&mut self, length: usize) -> Option<usize> {
        let limit = if self.turn.is_some() { self.tail } else { self.part.end };
        let at = if length <= limit - self.head {
            self.head
        } else if self.turn.is_none() && length <= self.tail - self.part.start {
            self.turn = Some(self.head);
            self.part.start
        } else {
            return None;
        };
        self.head = at + length;
        self.entries += 1;
        Some(at)
    }

    /// Gives up the oldest entry, which has `length` words.
    pub(super) fn pop(&mut self, length: usize) {
        self.tail += length;
        self.entries -= 1;
        if self.turn == Some(self.tail) {
            self.tail = self.part.start;
            self.turn = None;
        }
        if self.entries == 0 {
            *self = Self::new(self.part.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn entries_never_lap_over_and_leave_in_order(lengths in prop::collection::vec(1_usize..12, 0..200)) {
            let mut ring = Ring::new(10..50);
            let mut model: VecDeque<(usize, usize)> = VecDeque::new();
            for length in lengths {
                let at = loop {
                    if let Some(at) = ring.push(length) {
                        break at;
                    }
                    let (oldest, its) = model.pop_front().unwrap();
                    prop_assert_eq!(ring.oldest(), Some(oldest));
                    ring.pop(its);
                };
                prop_assert!(at >= 10 && at + length <= 50);
                prop_assert!(model.iter().all(|&(other, its)| at + length <= other || other + its <= at));
                model.push_back((at, length));
                prop_assert_eq!(ring.used(), ring.used().min(40));
                prop_assert!(ring.used() >= model.iter().map(|(_, length)| length).sum());
                for pair in model.iter().copied().collect::<Vec<_>>().windows(2) {
                    prop_assert_eq!(ring.after(pair[0].0, pair[0].1), Some(pair[1].0));
                }
                prop_assert_eq!(ring.after(at, length), None);
            }
        }
    }
}
