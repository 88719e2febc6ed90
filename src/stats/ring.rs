//! Equal stretches of time, numbered, of which the latest few are kept.

/// One `T` for each of the latest stretches. A stretch is known by its number, so that nothing has to happen when time
/// passes or jumps: a place is emptied when another stretch needs it.
#[derive(Debug)]
pub(super) struct Ring<T> {
    slots: Box<[Slot<T>]>,
}

#[derive(Debug, Default)]
struct Slot<T> {
    /// One more than the number of the stretch; 0: none.
    tag: u64,
    value: T,
}

impl<T: Default> Ring<T> {
    /// A ring for `length` stretches.
    pub(super) fn new(length: usize) -> Self {
        Self { slots: std::iter::repeat_with(|| Slot { tag: 0, value: T::default() }).take(length).collect() }
    }

    /// How many stretches it holds.
    pub(super) fn len(&self) -> u64 {
        self.slots.len() as u64
    }

    /// The stretch `number`, empty if it is new.
    pub(super) fn at(&mut self, number: u64) -> &mut T {
        let place = self.place(number);
        let slot = &mut self.slots[place];
        if slot.tag != number + 1 {
            *slot = Slot { tag: number + 1, value: T::default() };
        }
        &mut slot.value
    }

    /// What is kept of the stretch `number`.
    pub(super) fn get(&self, number: u64) -> Option<&T> {
        let slot = &self.slots[self.place(number)];
        (slot.tag == number + 1).then_some(&slot.value)
    }

    /// All stretches, those included that are long past.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.slots.iter_mut().map(|slot| &mut slot.value)
    }

    fn place(&self, number: u64) -> usize {
        usize::try_from(number % self.len()).expect("it is less than the length")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_older_stretch_never_shows_as_a_newer_one() {
        let mut ring: Ring<u64> = Ring::new(3);
        *ring.at(7) += 5;
        assert_eq!((ring.get(7), ring.get(4), ring.get(10)), (Some(&5), None, None));
        *ring.at(10) += 1;
        assert_eq!((ring.get(7), ring.get(10)), (None, Some(&1)));
        assert_eq!(Ring::<u64>::new(3).get(0), None);
    }

    proptest! {
        #[test]
        fn while_time_runs_forward_the_latest_stretches_are_complete(mut numbers in proptest::collection::vec(0_u64..30, 1..90)) {
            numbers.sort_unstable();
            let mut ring: Ring<u64> = Ring::new(8);
            for number in &numbers {
                *ring.at(*number) += 1;
            }
            let newest = numbers[numbers.len() - 1];
            for number in newest.saturating_sub(7)..=newest {
                let truth = numbers.iter().filter(|other| **other == number).count() as u64;
                prop_assert_eq!(ring.get(number).copied().unwrap_or(0), truth);
            }
        }
    }
}
