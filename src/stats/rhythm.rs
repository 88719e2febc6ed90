//! How regularly each device asks for each name: the usual gap and its spread, at which hours, since when.
//!
//! Bounded: of more pairs than there is room for, those that were asked least and longest ago are forgotten. Most pairs are
//! asked once, and of these no more is kept than when. What was before this run is put before it, as far as the journal
//! still has it.

use std::{collections::HashMap, hash::BuildHasherDefault, sync::Arc};

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    dictionary::{Id, IdSet},
    known::KnownEvent,
    quartiles::Quartiles,
    sketch::Spread,
};
use crate::{
    clients::DeviceId,
    time::{Offset, UnixTime},
};

/// Pairs of a device and a name that were asked again, at most: as many as a table of 4,096 places takes.
const PAIRS: usize = 3584;
/// Pairs that are left when some must go.
const LEFT: usize = 1792;
/// Pairs that were asked once, at most: as many as a table of 2,048 places takes.
const ONCE: usize = 1792;
/// What comes so soon, in milliseconds, belongs to the same asking: the other record types, and repeats.
const SAME: u64 = 1000;
/// The gaps, the time in milliseconds and the hours of the day from which a rhythm is told.
const GAPS: u32 = 20;
const SPAN: u64 = 3 * HOUR;
/// Hours of the day, of 24, in which somebody asks day and night.
const DAY_AND_NIGHT: u32 = 20;
/// The spread, as a share of the gap, up to which a rhythm is regular; what takes longer to measure is a second.
const REGULAR: f64 = 0.2;
const HOUR: u64 = 3_600_000;

/// How regularly a device asks for a name, over the last day before ponor was started and since then.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Rhythm {
    /// What the device is known by.
    #[schema(value_type = String, example = "aa:bb:cc:dd:ee:ff")]
    pub device_id: DeviceId,
    /// The name, in lower case.
    #[schema(value_type = String, example = "tracking.intl.miui.com")]
    pub name: Arc<str>,
    /// How often it asked; what follows within a second, such as the other record types, is not counted again.
    pub asked: u64,
    /// When it first asked, in milliseconds since 1970 UTC.
    #[schema(value_type = u64)]
    pub first_seen: UnixTime,
    /// When it last asked.
    #[schema(value_type = u64)]
    pub last_seen: UnixTime,
    /// The share that was asked at night, from 00 to 06 by the clocks of the house, 0 to 1.
    pub night_share: f64,
    /// In how many different hours of the day it asked, 1 to 24.
    pub hours: u32,
    /// The gap between two askings; `null` of fewer than five gaps.
    #[schema(required)]
    pub gap: Option<Gap>,
    /// Whether it asks at regular intervals, for hours.
    pub regular: bool,
    /// Whether it does so in nearly every hour of the day.
    pub day_and_night: bool,
}

/// The gap between two askings, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct Gap {
    /// Half of the gaps are shorter.
    pub median: f64,
    /// A quarter of the gaps is shorter.
    pub lower: f64,
    /// A quarter of the gaps is longer.
    pub upper: f64,
}

/// The rhythms of all pairs of a device and a name, by their numbers.
#[derive(Debug, Default)]
pub(super) struct Rhythms {
    beats: Pairs<Beat>,
    /// When a pair was asked that has no beat yet.
    once: Pairs<u64>,
}

type Pairs<T> = HashMap<u64, T, BuildHasherDefault<Spread>>;

#[derive(Clone, Copy, Debug)]
pub(super) struct Beat {
    first: u64,
    last: u64,
    asked: u32,
    /// In each hour of the day, UTC; all are halved when one is full.
    hours: [u16; 24],
    gaps: Quartiles,
    /// Whether it was asked in this run.
    is_heard: bool,
}

impl Rhythms {
    /// Counts a query; returns whether its device is not known to have asked for its name before in this run.
    pub(super) fn record(&mut self, event: &KnownEvent<'_>) -> bool {
        self.ask(u64::from(event.device) << 32 | u64::from(event.name), event.event.at().0)
    }

    fn ask(&mut self, key: u64, at: u64) -> bool {
        if let Some(beat) = self.beats.get_mut(&key) {
            beat.ask(at);
            return !std::mem::replace(&mut beat.is_heard, true);
        }
        let Some(first) = self.once.get(&key).copied() else {
            if self.once.len() >= ONCE {
                cut(&mut self.once, ONCE / 2, |at| *at);
            }
            self.once.insert(key, at);
            return true;
        };
        let mut beat = Beat::new(first);
        beat.ask(at);
        if beat.asked > 1 {
            self.once.remove(&key);
            if self.beats.len() >= PAIRS {
                // Those that were asked twice go first, then those that were not asked for longest.
                cut(&mut self.beats, LEFT, |beat| (beat.asked > 2, beat.last));
            }
            self.beats.insert(key, beat);
        }
        false
    }

    /// Puts what was asked before this run before what was asked in it.
    pub(super) fn recall(&mut self, device: Id, name: Id, past: Beat) {
        let key = u64::from(device) << 32 | u64::from(name);
        let has_room = self.beats.len() < LEFT;
        if let Some(beat) = self.beats.get_mut(&key) {
            *beat = past.continued_by(beat);
        } else if has_room {
            let beat = match self.once.remove(&key) {
                Some(at) => past.continued_by(&Beat::new(at)),
                None => Beat { is_heard: false, ..past },
            };
            self.beats.insert(key, beat);
        }
    }

    /// Forgets a device.
    pub(super) fn forget_device(&mut self, device: Id) {
        self.beats.retain(|key, _| parts(*key).0 != device);
        self.once.retain(|key, _| parts(*key).0 != device);
    }

    /// Adds the names and devices that are known to what is in use.
    pub(super) fn uses(&self, names: &mut IdSet, devices: &mut IdSet) {
        for (device, name) in self.beats.keys().chain(self.once.keys()).map(|key| parts(*key)) {
            names.insert(name);
            devices.insert(device);
        }
    }

    /// The rhythm of each pair whose device and name are known.
    pub(super) fn tell<'a>(
        &'a self,
        device: impl Fn(Id) -> Option<DeviceId> + 'a,
        name: impl Fn(Id) -> Option<Arc<str>> + 'a,
        offset: Offset,
    ) -> impl Iterator<Item = Rhythm> + 'a {
        let beats = self.beats.iter().map(|(key, beat)| (*key, *beat));
        let once = self.once.iter().map(|(key, at)| (*key, Beat::new(*at)));
        beats.chain(once).filter_map(move |(key, beat)| {
            let parts = parts(key);
            Some(beat.tell(device(parts.0)?, name(parts.1)?, offset))
        })
    }
}

/// Leaves as many pairs as there is room for: those of most worth.
fn cut<T, W: Ord>(pairs: &mut Pairs<T>, mut room: usize, worth: impl Fn(&T) -> W) {
    let mut all: Vec<W> = pairs.values().map(&worth).collect();
    let goes = all.len().saturating_sub(room).min(all.len().saturating_sub(1));
    let least = all.select_nth_unstable(goes).1;
    pairs.retain(|_, value| {
        let stays = room > 0 && worth(value) >= *least;
        room -= usize::from(stays);
        stays
    });
}

impl Beat {
    pub(super) fn new(at: u64) -> Self {
        let mut beat =
            Self { first: at, last: at, asked: 0, hours: [0; 24], gaps: Quartiles::default(), is_heard: true };
        beat.count(at);
        beat
    }

    pub(super) fn ask(&mut self, at: u64) {
        // A clock that was set back says nothing of the gap.
        let gap = at.checked_sub(self.last);
        if gap.is_some_and(|gap| gap < SAME) {
            return;
        }
        if let Some(gap) = gap {
            #[expect(
                clippy::cast_precision_loss,
                reason = "a gap of more than four hours may be off by a millisecond"
            )]
            self.gaps.add(gap as f32 / 1000.0);
        }
        self.last = at;
        self.first = self.first.min(at);
        self.count(at);
    }

    /// How often it was asked.
    pub(super) fn asked(&self) -> u32 {
        self.asked
    }

    /// When it was asked last, in milliseconds since 1970 UTC.
    pub(super) fn last(&self) -> u64 {
        self.last
    }

    /// The same with what came later, of which the gaps are too few to matter.
    fn continued_by(mut self, later: &Self) -> Self {
        self.first = self.first.min(later.first);
        self.last = self.last.max(later.last);
        self.asked = self.asked.saturating_add(later.asked);
        for (hour, more) in self.hours.iter_mut().zip(later.hours) {
            // What is full is halved with the next query.
            *hour = hour.saturating_add(more).min(u16::MAX - 1);
        }
        self
    }

    fn count(&mut self, at: u64) {
        self.asked = self.asked.saturating_add(1);
        if let Some(hour) = self.hours.get_mut(Offset::default().hour(UnixTime(at))) {
            *hour += 1;
            if *hour == u16::MAX {
                // One that was asked in stays so.
                self.hours.iter_mut().for_each(|hour| *hour = hour.div_ceil(2));
            }
        }
    }

    /// The share that was asked at night.
    fn night_share(&self, offset: Offset) -> f64 {
        let asked = |is_meant: &dyn Fn(u64) -> bool| {
            let hours = (0..).zip(&self.hours).filter(|(hour, _)| is_meant(*hour));
            hours.map(|(_, asked)| f64::from(*asked)).sum::<f64>()
        };
        // The second day of 1970 begins behind any offset.
        let is_night = |hour: u64| offset.is_at_night(UnixTime((24 + hour) * HOUR));
        asked(&is_night) / asked(&|_| true).max(1.0)
    }

    fn tell(&self, device_id: DeviceId, name: Arc<str>, offset: Offset) -> Rhythm {
        let quartiles = self.gaps.get().map(|quartiles| quartiles.map(rounded));
        let gap = quartiles.map(|[lower, median, upper]| Gap { median, lower, upper });
        let is_even = gap.is_some_and(|gap| gap.upper - gap.lower <= (gap.median * REGULAR).max(1.0));
        let regular = is_even && self.asked > GAPS && self.last.saturating_sub(self.first) >= SPAN;
        let hours = u32::try_from(self.hours.iter().filter(|asked| **asked > 0).count()).unwrap_or_default();
        Rhythm {
            device_id,
            name,
            asked: self.asked.into(),
            first_seen: UnixTime(self.first),
            last_seen: UnixTime(self.last),
            night_share: self.night_share(offset),
            hours,
            gap,
            regular,
            day_and_night: regular && hours >= DAY_AND_NIGHT,
        }
    }
}

/// The device and the name of a pair.
fn parts(key: u64) -> (Id, Id) {
    let part = |bits: u64| Id::try_from(bits & u64::from(u32::MAX)).unwrap_or_default();
    (part(key >> 32), part(key))
}

/// Seconds with one digit behind the point.
fn rounded(seconds: f32) -> f64 {
    (f64::from(seconds) * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-23 00:00 UTC, in milliseconds.
    const MIDNIGHT: u64 = 1_795_392_000_000;

    fn beat(times: impl IntoIterator<Item = u64>) -> Rhythm {
        let mut times = times.into_iter();
        let mut beat = Beat::new(times.next().unwrap());
        times.for_each(|at| beat.ask(at));
        beat.tell("10.0.0.1".parse().unwrap(), "a.example".into(), Offset::default())
    }

    #[test]
    fn what_is_asked_every_minute_is_told_as_such() {
        // For each (seconds, at most so many more, hours): the median, whether it is regular, whether day and night.
        let check = |every: u32, jitter: u64, hours: u64, regular: bool, day_and_night: bool| {
            let mut chance = fastrand::Rng::with_seed(7);
            let times = (0..hours * 3600 / u64::from(every))
                .map(|number| MIDNIGHT + number * u64::from(every) * 1000 + chance.u64(0..=jitter * 1000));
            let rhythm = beat(times.flat_map(|at| [at, at + 3, at + 400]));
            let median = rhythm.gap.unwrap().median;
            let off = (median - f64::from(every)).abs();
            assert!(!regular || off <= 0.1 * f64::from(every), "{every} s: {median}");
            assert_eq!((rhythm.regular, rhythm.day_and_night), (regular, day_and_night), "{every} {jitter} {hours}");
        };
        check(60, 0, 24, true, true);
        check(60, 2, 24, true, true);
        check(21, 1, 12, true, false);
        check(60, 0, 2, false, false);
        check(600, 500, 24, false, false);
        check(900, 10, 24, true, true);
    }

    #[test]
    fn nights_are_those_of_the_house() {
        let mut morning = Beat::new(MIDNIGHT + 4 * HOUR);
        (5..7).for_each(|hour| morning.ask(MIDNIGHT + hour * HOUR));
        // At 04, 05 and 06 UTC.
        let check = |hours: i32, at_night: f64| {
            let share = morning.night_share(Offset(hours * 3600));
            assert!((share * 3.0 - at_night).abs() < 1e-9, "{hours}: {share}");
        };
        check(0, 2.0);
        check(1, 1.0);
        check(2, 0.0);
        check(-8, 0.0);
        check(20, 3.0);
    }

    #[test]
    fn what_was_before_is_put_before_it() {
        let mut rhythms = Rhythms::default();
        rhythms.ask(7, MIDNIGHT + 5 * HOUR);
        let mut past = Beat::new(MIDNIGHT);
        (1..240).for_each(|minute| past.ask(MIDNIGHT + minute * 60_000));
        rhythms.recall(0, 7, past);
        rhythms.recall(0, 8, past);
        let told: Vec<Rhythm> = rhythms
            .tell(|_| Some(DeviceId::at([10, 0, 0, 1].into())), |id| Some(id.to_string().into()), Offset::default())
            .collect();
        let of = |name: &str| told.iter().find(|rhythm| &*rhythm.name == name).unwrap();
        let (both, alone) = (of("7"), of("8"));
        assert_eq!((both.asked, both.first_seen.0, both.last_seen.0), (241, MIDNIGHT, MIDNIGHT + 5 * HOUR));
        assert_eq!((both.hours, both.regular, alone.asked, alone.regular), (5, true, 240, true));
        let is_news = [7, 8, 8].map(|name| rhythms.ask(name, MIDNIGHT + 6 * HOUR));
        assert_eq!(is_news, [false, true, false], "what was asked before this run is still news to it");
    }

    #[test]
    fn hours_are_counted() {
        let rhythm = beat((0..24).map(|hour| MIDNIGHT + hour * HOUR));
        assert!((rhythm.night_share - 0.25).abs() < 1e-9);
        assert_eq!((rhythm.hours, rhythm.asked), (24, 24));
        assert_eq!((rhythm.first_seen.0, rhythm.last_seen.0), (MIDNIGHT, MIDNIGHT + 23 * HOUR));
        let set_back = beat([MIDNIGHT + HOUR, MIDNIGHT, MIDNIGHT + 100, MIDNIGHT + 60_000]);
        assert_eq!((set_back.asked, set_back.first_seen.0, set_back.gap), (3, MIDNIGHT, None));
    }

    #[test]
    fn of_too_many_pairs_those_that_matter_stay() {
        let mut rhythms = Rhythms::default();
        for minute in 0..10 {
            (0..100).for_each(|name| _ = rhythms.ask(name, MIDNIGHT + minute * 60_000));
        }
        (1000..20_000).for_each(|name| _ = rhythms.ask(name, MIDNIGHT + HOUR + name));
        assert!(rhythms.once.len() <= ONCE && rhythms.once.contains_key(&19_999), "of those asked once, the last");
        for name in 20_000..40_000 {
            let is_news = [0, SAME].map(|later| rhythms.ask(name, MIDNIGHT + HOUR + name + later));
            assert_eq!(is_news, [true, false]);
        }
        assert!(rhythms.beats.len() <= PAIRS && rhythms.beats.contains_key(&39_999), "of those asked twice, the last");
        assert!((0..100).all(|name| rhythms.beats.contains_key(&name)), "what is asked again and again");
        let (mut names, mut devices) = (IdSet::default(), IdSet::default());
        rhythms.uses(&mut names, &mut devices);
        assert!(names.contains(99) && names.contains(19_999) && devices.contains(0) && !names.contains(999));
        rhythms.forget_device(0);
        assert!(rhythms.beats.is_empty() && rhythms.once.is_empty());
    }
}
