//! Brings hashes into order: spread by their upper bits, the lower of these first (a radix sort, Knuth, The Art of Computer
//! Programming, section 5.2.5), after which those few that agree in all of them are left to be sorted.

/// Bits of a hash that items are spread by at a time; more would write to more memory at once than the processor keeps at hand.
const DIGIT: u32 = 11;
/// Items that are not worth it.
const FEW: usize = 1 << DIGIT;

/// Sorts `items` by their hashes, and equal ones by what is beside them. `spare` is room that is used again.
pub(super) fn sort<T: Copy + Ord>(items: &mut [(u64, T)], spare: &mut Vec<(u64, T)>) {
    if items.len() < FEW {
        return items.sort_unstable();
    }
    let (first, last) = items.iter().fold((u64::MAX, 0), |(first, last), item| (first.min(item.0), last.max(item.0)));
    let shift = (u64::BITS - (last - first).leading_zeros()).saturating_sub(2 * DIGIT);
    let upper = |hash: u64| (hash - first) >> shift;
    spare.clear();
    spare.resize(items.len(), items[0]);
    spread(items, spare, |hash| upper(hash) & ((1 << DIGIT) - 1));
    spread(spare, items, |hash| upper(hash) >> DIGIT);
    for alike in items.chunk_by_mut(|one, other| upper(one.0) == upper(other.0)) {
        alike.sort_unstable();
    }
}

/// Puts items into the order of one digit of their hashes; those that agree in it stay in their order.
fn spread<T: Copy>(from: &[(u64, T)], to: &mut [(u64, T)], digit: impl Fn(u64) -> u64) {
    let place = |hash: u64| usize::try_from(digit(hash)).unwrap_or_default();
    let mut ends = [0; 1 << DIGIT];
    for item in from {
        ends[place(item.0)] += 1;
    }
    let mut start = 0;
    for end in &mut ends {
        // Until it is filled, a place ends where it begins.
        start += std::mem::replace(end, start);
    }
    for item in from {
        let end = &mut ends[place(item.0)];
        to[*end] = *item;
        *end += 1;
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
            repeated in prop_oneof![1..4_usize, 20..40_usize],
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
        let mut spare = vec![(9, 9); 100];
        for times in [1, 3000] {
            let mut items = [(7_u64, 1), (3, 2), (7, 0)].repeat(times);
            sort(&mut items, &mut spare);
            let expected = [(3, 2), (7, 0), (7, 1)].map(|item| vec![item; times]);
            assert_eq!(items, expected.concat());
            let mut far_apart = [(u64::MAX, 0), (0, 1)].repeat(times);
            sort(&mut far_apart, &mut spare);
            assert_eq!(far_apart, [(0, 1), (u64::MAX, 0)].map(|item| vec![item; times]).concat());
        }
        sort::<u8>(&mut [], &mut Vec::new());
    }
}
