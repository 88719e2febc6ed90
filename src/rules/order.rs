//! Brings hashes into order. They are spread evenly, because nobody but the key chooses them: one pass puts each near its
//! place, and what is near each other is few enough to be sorted at once.

use std::mem;

/// Items that are to share a place, on average, before they are sorted: 2 to this power.
const TOGETHER: u32 = 5;
/// Places at most, 2 to this power: more would write to more memory at a time than the processor keeps at hand.
const PLACES: u32 = 11;

/// Sorts `items` by their hashes, and equal ones by what is beside them. `spare` is room that is used again.
pub(super) fn sort<T: Copy + Ord>(items: &mut Vec<(u64, T)>, spare: &mut Vec<(u64, T)>) {
    let (Some(first), Some(last)) = (items.iter().map(|item| item.0).min(), items.iter().map(|item| item.0).max())
    else {
        return;
    };
    let bits = items.len().ilog2().saturating_sub(TOGETHER).min(PLACES);
    let shift = (u64::BITS - (last - first).leading_zeros()).saturating_sub(bits);
    let place = |hash: u64| usize::try_from((hash - first).checked_shr(shift).unwrap_or_default()).unwrap_or_default();
    let mut ends = vec![0; 1 << bits];
    for item in &*items {
        ends[place(item.0)] += 1;
    }
    let mut start = 0;
    for end in &mut ends {
        // Until it is filled, a place ends where it begins.
        start += mem::replace(end, start);
    }
    spare.clear();
    spare.resize(items.len(), items[0]);
    for item in &*items {
        let end = &mut ends[place(item.0)];
        spare[*end] = *item;
        *end += 1;
    }
    mem::swap(items, spare);
    let mut start = 0;
    for end in ends {
        items[start..end].sort_unstable();
        start = end;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_sorts_whatever_the_hashes(
            hashes in prop::collection::vec(prop_oneof![any::<u64>(), 0..9_u64, (u64::MAX - 9)..=u64::MAX], 0..2000),
            repeated in 1..4_usize,
        ) {
            let mut items: Vec<(u64, usize)> = hashes.iter().copied().cycle().zip(0..hashes.len() * repeated).collect();
            let mut expected = items.clone();
            expected.sort_unstable();
            sort(&mut items, &mut Vec::new());
            prop_assert_eq!(items, expected);
        }
    }

    #[test]
    fn room_that_was_used_before_does_not_matter() {
        let (mut items, mut spare) = (vec![(7_u64, 1), (3, 2), (7, 0)], vec![(9, 9); 100]);
        sort(&mut items, &mut spare);
        assert_eq!(items, [(3, 2), (7, 0), (7, 1)]);
        let mut far_apart = vec![(u64::MAX, 0), (0, 1)];
        sort(&mut far_apart, &mut spare);
        assert_eq!(far_apart, [(0, 1), (u64::MAX, 0)]);
        sort::<u8>(&mut Vec::new(), &mut Vec::new());
    }
}
