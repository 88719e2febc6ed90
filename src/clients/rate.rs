//! How many queries an address may ask.

use std::{
    hash::{BuildHasher, RandomState},
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use super::picked_from;
use crate::time::Moment;

/// Buckets that share a lock. An address finds its bucket in one such set or nowhere.
const WAYS: usize = 8;
/// Sets; together 4,096 buckets in 136 KiB.
const SETS: usize = 512;
const SECOND: u64 = 1_000_000_000;

/// A limit on the queries a second from one IPv4 address, or from one /64 of IPv6 addresses (a device picks its own
/// address in there, so that a limit on single ones would limit nobody).
///
/// A token bucket for each address that asked lately: a second's worth of queries may come at once. Memory is bounded:
/// a newcomer without room takes the place of the bucket that has most tokens left. So a flood of invented addresses
/// pushes out itself and not the addresses that are being limited, and an address that keeps to the limit is admitted
/// whatever others do.
#[derive(Debug)]
pub struct RateLimiter {
    /// Nanoseconds until a token comes back.
    interval: u64,
    sets: Box<[Mutex<[Bucket; WAYS]>]>,
    hasher: RandomState,
}

/// A bucket, as the moment when it will be full again: full now when that has passed (the "generic cell rate
/// algorithm", which needs one number where tokens need two).
#[derive(Clone, Copy, Debug, Default)]
struct Bucket {
    key: u128,
    full_at: u64,
}

impl RateLimiter {
    /// Admits `per_second` queries a second from one address; 0: all.
    #[must_use]
    pub fn new(per_second: u32) -> Self {
        let interval = SECOND.checked_div(u64::from(per_second)).unwrap_or(0);
        let sets = if per_second == 0 { 0 } else { SETS };
        Self { interval, sets: (0..sets).map(|_| Mutex::default()).collect(), hasher: RandomState::new() }
    }

    /// Whether a query from `address` is admitted at `now`; takes a token if so.
    #[must_use]
    #[inline]
    pub fn admit(&self, address: IpAddr, now: Moment) -> bool {
        self.sets.is_empty() || self.take(address, now)
    }

    fn take(&self, address: IpAddr, now: Moment) -> bool {
        let key = key(address);
        let Some(set) = self.set(key) else {
            return true;
        };
        let now = now.0.saturating_mul(1000);
        // A bucket is whole after each of the steps below, so that a lock whose holder died is still good.
        let mut set = set.lock().unwrap_or_else(PoisonError::into_inner);
        let own = set.iter().position(|bucket| bucket.key == key);
        let fullest = || set.iter().enumerate().min_by_key(|(_, bucket)| bucket.full_at).map(|(place, _)| place);
        let Some(bucket) = own.or_else(fullest).and_then(|place| set.get_mut(place)) else {
            return true;
        };
        if bucket.key != key {
            *bucket = Bucket { key, full_at: now };
        }
        let full_at = bucket.full_at.max(now).saturating_add(self.interval);
        // A full bucket holds a second's worth: empty means that it needs that second to fill.
        let admitted = full_at - now <= SECOND;
        if admitted {
            bucket.full_at = full_at;
        }
        admitted
    }

    fn set(&self, key: u128) -> Option<&Mutex<[Bucket; WAYS]>> {
        let place = self.hasher.hash_one(key).checked_rem(u64::try_from(self.sets.len()).ok()?)?;
        self.sets.get(usize::try_from(place).ok()?)
    }
}

/// What stands for an address: all of an IPv4 one, the first 64 bits of an IPv6 one.
fn key(address: IpAddr) -> u128 {
    match picked_from(address) {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits(),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MS: u64 = 1000;

    fn v4(last: u32) -> IpAddr {
        IpAddr::V4(last.into())
    }

    /// How many of `asked` queries at one moment are admitted.
    fn admitted(limiter: &RateLimiter, address: IpAddr, at: u64, asked: usize) -> usize {
        (0..asked).filter(|_| limiter.admit(address, Moment(at))).count()
    }

    #[test]
    fn a_second_at_once_then_the_rate() {
        let check = |per_second: u32, steps: &[(u64, usize, usize)]| {
            let limiter = RateLimiter::new(per_second);
            for (at, asked, expected) in steps {
                assert_eq!(admitted(&limiter, v4(1), *at, *asked), *expected, "{per_second}/s at {at}");
            }
        };
        check(10, &[(0, 20, 10), (99 * MS, 3, 0), (100 * MS, 3, 1), (1100 * MS, 20, 10), (9000 * MS, 20, 10)]);
        check(1, &[(0, 5, 1), (999 * MS, 5, 0), (1000 * MS, 5, 1)]);
        check(3, &[(0, 5, 3), (334 * MS, 5, 1)]);
        check(0, &[(0, 1000, 1000)]);
        check(u32::MAX, &[(0, 1000, 1000)]);
    }

    #[test]
    fn a_refused_query_costs_nothing() {
        let limiter = RateLimiter::new(2);
        assert_eq!(admitted(&limiter, v4(1), 0, 1000), 2);
        assert_eq!(admitted(&limiter, v4(1), 500 * MS, 1000), 1);
    }

    #[test]
    fn addresses_count_for_themselves_and_prefixes_together() {
        let limiter = RateLimiter::new(1);
        let check = |address: &str, expected: bool| {
            assert_eq!(limiter.admit(address.parse().unwrap(), Moment(0)), expected, "{address}");
        };
        check("192.0.2.1", true);
        check("::ffff:192.0.2.1", false);
        check("192.0.2.2", true);
        check("2001:db8::1", true);
        check("2001:db8::ffff:1", false);
        check("2001:db8:0:1::1", true);
        check("::1", true);
        check("::2", false);
    }

    #[test]
    fn a_flood_of_addresses_frees_nobody() {
        let limiter = RateLimiter::new(20);
        assert_eq!(admitted(&limiter, v4(1), 0, 100), 20);
        for flood in 0..100_000 {
            let _ = limiter.admit(v4(0x0A00_0000 + flood), Moment(MS));
        }
        assert_eq!(admitted(&limiter, v4(1), 2 * MS, 100), 0);
    }

    proptest! {
        #[test]
        fn who_keeps_to_the_rate_is_admitted(
            per_second in 1_u32..50,
            others in prop::collection::vec((any::<u32>(), 1_usize..8), 1..40),
        ) {
            let limiter = RateLimiter::new(per_second);
            let step = 1_000_000_u64.div_ceil(u64::from(per_second));
            for (turn, (other, asked)) in (0_u64..).zip(others) {
                let _ = admitted(&limiter, v4(other | 2), turn * step, asked);
                prop_assert!(limiter.admit(v4(1), Moment(turn * step)));
            }
        }
    }
}
