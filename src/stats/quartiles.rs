//! The quartiles of a stream of numbers in forty octets: the P² algorithm of Jain and Chlamtac (1985), which moves five
//! markers along as numbers come. It forgets slowly, so that what changes is heard.

/// Numbers from which quartiles are told.
const FEWEST: f32 = 5.0;
/// With so many numbers, those that were seen so far count half.
const FORGETS: f32 = 2048.0;

/// The least number, the quartiles and the greatest number, as markers with their ranks.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Quartiles {
    heights: [f32; 5],
    /// Ranks from 1; the last is how many numbers there were. Before there are five numbers only the last is used.
    ranks: [f32; 5],
}

impl Quartiles {
    /// Adds a number.
    pub(super) fn add(&mut self, number: f32) {
        if self.ranks[4] < FEWEST {
            return self.begin(number);
        }
        self.heights[0] = self.heights[0].min(number);
        self.heights[4] = self.heights[4].max(number);
        for (rank, height) in self.ranks.iter_mut().zip(self.heights).skip(1) {
            *rank += f32::from(u8::from(number < height));
        }
        // The last marker is at the greatest number, wherever this one fell.
        self.ranks[4] += f32::from(u8::from(number >= self.heights[4]));
        for marker in 1..4 {
            self.adjust(marker);
        }
        if self.ranks[4] >= FORGETS {
            self.ranks = self.ranks.map(|rank| 1.0 + ((rank - 1.0) / 2.0).floor());
        }
    }

    /// The quartiles, the middle one being the median; `None` of fewer than five numbers.
    pub(super) fn get(&self) -> Option<[f32; 3]> {
        let [_, lower, median, upper, _] = self.heights;
        (self.ranks[4] >= FEWEST).then_some([lower, median, upper])
    }

    fn begin(&mut self, number: f32) {
        let Some(place) = self.heights.iter_mut().zip(0_u8..).find(|(_, place)| f32::from(*place) >= self.ranks[4])
        else {
            return;
        };
        *place.0 = number;
        self.ranks[4] += 1.0;
        if self.ranks[4] >= FEWEST {
            self.heights.sort_unstable_by(f32::total_cmp);
            self.ranks = [1.0, 2.0, 3.0, 4.0, 5.0];
        }
    }

    /// Moves a marker by one rank when it is that far from where its quartile is.
    fn adjust(&mut self, marker: usize) {
        let [before, here, behind] = [marker - 1, marker, marker + 1].map(|at| (self.heights[at], self.ranks[at]));
        let share = [0.0, 0.25, 0.5, 0.75, 1.0][marker];
        let off = 1.0 + (self.ranks[4] - 1.0) * share - here.1;
        let step = match off {
            _ if off >= 1.0 && behind.1 - here.1 > 1.0 => 1.0,
            _ if off <= -1.0 && here.1 - before.1 > 1.0 => -1.0,
            _ => return,
        };
        let (left, right) = (here.1 - before.1, behind.1 - here.1);
        let curve = here.0
            + step / (left + right)
                * ((left + step) * (behind.0 - here.0) / right + (right - step) * (here.0 - before.0) / left);
        let next = if step > 0.0 { behind } else { before };
        let is_between = before.0 < curve && curve < behind.0;
        self.heights[marker] = if is_between { curve } else { here.0 + step * (next.0 - here.0) / (next.1 - here.1) };
        self.ranks[marker] += step;
    }
}

#[cfg(test)]
mod tests {
    use std::iter::repeat_n;

    use proptest::prelude::*;

    use super::*;

    fn quartiles(numbers: impl IntoIterator<Item = f32>) -> Option<[f32; 3]> {
        let mut quartiles = Quartiles::default();
        numbers.into_iter().for_each(|number| quartiles.add(number));
        quartiles.get()
    }

    #[test]
    fn what_is_always_the_same_has_no_spread() {
        assert_eq!(quartiles([60.0; 4]), None);
        assert_eq!(quartiles([60.0; 5]), Some([60.0; 3]));
        assert_eq!(quartiles(repeat_n(60.0, 10_000)), Some([60.0; 3]));
    }

    #[test]
    fn a_change_is_heard() {
        let [lower, median, upper] = quartiles(repeat_n(60.0, 5000).chain(repeat_n(600.0, 9000))).unwrap();
        assert!(lower > 500.0 && median > 590.0 && upper > 590.0, "{lower} {median} {upper}");
    }

    proptest! {
        #[test]
        fn quartiles_are_near_the_truth(mut numbers in proptest::collection::vec(1.0_f32..100.0, 200..1500)) {
            let found = quartiles(numbers.iter().copied()).unwrap();
            numbers.sort_unstable_by(f32::total_cmp);
            for (found, quarter) in found.into_iter().zip(1..) {
                let below = numbers.iter().filter(|number| **number < found).count();
                let off = below.abs_diff(numbers.len() * quarter / 4);
                prop_assert!(off * 12 < numbers.len(), "{} numbers, quartile {}: {} below", numbers.len(), quarter, below);
            }
        }
    }
}
