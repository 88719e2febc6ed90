//! Settings that are made while ponor runs, beneath what the configuration says.

use super::{Edit, Fixed, Ledger, NewSetting};
use crate::{
    config::{self, Loaded, Setting},
    policy::{Standing, StandingSetting},
    state::Refused,
    time::UnixTime,
};

/// The longest value, in octets of its texts: it is remembered with each change, before and after.
const LONGEST_VALUE: usize = 4096;

impl Ledger {
    /// The settings, those that were made first in front.
    #[must_use]
    pub fn settings(&self) -> Vec<Setting> {
        as_config(&self.standing().settings)
    }

    pub(super) fn set(&self, new: &NewSetting, fixed: &Fixed, now: UnixTime) -> Result<Edit, Refused> {
        let NewSetting { key, value } = new.clone();
        fixed.leaves_key(&key)?;
        if value.size() > LONGEST_VALUE {
            return Err(Refused::Invalid(format!("`{key}`: expected {LONGEST_VALUE} octets at most")));
        }
        let before = self.made_setting(&key).cloned();
        if before.as_ref().is_some_and(|before| before.value == value) {
            return Err(Refused::Invalid(format!("`{key}` is set to that already")));
        }
        Ok(Edit::Setting { before, after: Some(StandingSetting { id: self.next(), key, value, made: now }) })
    }

    pub(super) fn reset(&self, key: &str, fixed: &Fixed) -> Result<Edit, Refused> {
        // What is set aside, or was made by another version, can be reset too.
        if let Some(before) = self.made_setting(key) {
            return Ok(Edit::Setting { before: Some(before.clone()), after: None });
        }
        fixed.leaves_key(key)?;
        Err(Refused::NotFound(format!("`{key}` has its default already")))
    }

    /// Whether the configuration is right with what `edit` sets, and what held before still holds.
    pub(super) fn check_setting(&self, edit: &Edit, fixed: &Fixed) -> Result<(), Refused> {
        let Edit::Setting { before, after } = edit else { return Ok(()) };
        let Standing { settings, .. } = self.standing();
        let id = before.as_ref().map(|before| before.id);
        let with: Vec<StandingSetting> =
            settings.iter().filter(|made| Some(made.id) != id).chain(after).cloned().collect();
        let load = |settings: &[StandingSetting]| fixed.loaded.layers.load(&as_config(settings));
        let (Ok(former), Ok(next)) = (load(settings), load(&with)) else {
            return Err(Refused::Failed("the configuration cannot be read".to_owned()));
        };
        let is_aside = |loaded: &Loaded, key: &str| loaded.set_aside.iter().any(|aside| aside.key == key);
        let is_new = |key: &str| after.as_ref().is_some_and(|after| after.key == key) || !is_aside(&former, key);
        match next.set_aside.iter().find(|aside| is_new(&aside.key)) {
            Some(aside) => Err(Refused::Invalid(aside.why())),
            None => Ok(()),
        }
    }

    fn made_setting(&self, key: &str) -> Option<&StandingSetting> {
        self.standing().settings.iter().find(|made| made.key == key)
    }
}

impl Fixed {
    /// Whether `key` may be set while ponor runs, and the configuration does not set it.
    pub(super) fn leaves_key(&self, key: &str) -> Result<(), Refused> {
        if !config::is_key(key) {
            return Err(Refused::NotFound(config::no_such_key(key)));
        }
        if !config::is_setting(key) {
            return Err(Refused::Invalid(format!("`{key}` can only be set in config.toml")));
        }
        match self.loaded.layers.sets(key) {
            Some(origin) => Err(Refused::FixedBy(format!("`{key}`"), origin.to_string())),
            None => Ok(()),
        }
    }
}

fn as_config(settings: &[StandingSetting]) -> Vec<Setting> {
    settings.iter().map(|made| Setting { key: made.key.clone(), value: made.value.clone() }).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        changes::{
            Author, Change,
            tests::{CONFIG, at, fixed, fixed_by, order, present, request, undo},
        },
        config::{Origin, SettingValue},
    };

    /// What the settings come to: each with its value, and those that are set aside.
    fn settled(ledger: &Ledger, fixed: &Fixed) -> (Vec<(String, String)>, Vec<String>) {
        let loaded = fixed.loaded.layers.load(&ledger.settings()).unwrap();
        let held = loaded.effective.into_iter().filter(|one| one.origin == Origin::Setting);
        (held.map(|one| (one.key, one.value)).collect(), loaded.set_aside.into_iter().map(|aside| aside.key).collect())
    }

    #[test]
    fn a_setting_takes_the_place_of_the_one_before() {
        let mut ledger = Ledger::default();
        let first = order(&mut ledger, "set cache.size 2MiB", at(0)).unwrap();
        let second = order(&mut ledger, "set cache.size 4MiB", at(0)).unwrap();
        let held = |ledger: &Ledger| settled(ledger, &fixed()).0;
        assert_eq!(held(&ledger), [("cache.size".to_owned(), "\"4MiB\"".to_owned())]);
        let refused = |told: Result<Change, Refused>| told.unwrap_err().to_string();
        assert_eq!(refused(order(&mut ledger, "set cache.size 4MiB", at(0))), "`cache.size` is set to that already");
        let told = undo(&mut ledger, first.id, at(0)).unwrap_err().to_string();
        assert_eq!(told, format!("change {} came after it, about the same; take that back first", second.id));
        undo(&mut ledger, second.id, at(0)).unwrap();
        assert_eq!(held(&ledger), [("cache.size".to_owned(), "\"2MiB\"".to_owned())]);
        order(&mut ledger, "reset cache.size", at(0)).unwrap();
        assert!(held(&ledger).is_empty());
        assert_eq!(refused(order(&mut ledger, "reset cache.size", at(0))), "`cache.size` has its default already");
    }

    #[test]
    fn a_setting_that_others_stand_on_cannot_be_taken_away() {
        let mut ledger = Ledger::default();
        let refused = |told: Result<Change, Refused>| told.unwrap_err().to_string();
        let needs = "`blocking.mode`: \"addresses\" needs at least one address in `blocking.addresses`";
        assert_eq!(refused(order(&mut ledger, "set blocking.mode addresses", at(0))), needs);
        let addresses = order(&mut ledger, "set blocking.addresses 192.168.1.2 fd00::2", at(0)).unwrap();
        order(&mut ledger, "set blocking.mode addresses", at(0)).unwrap();
        assert_eq!(refused(order(&mut ledger, "reset blocking.addresses", at(0))), needs);
        assert_eq!(undo(&mut ledger, addresses.id, at(0)).unwrap_err().to_string(), needs);
        assert_eq!(refused(order(&mut ledger, "set blocking.addresses []", at(0))), needs);
        assert_eq!(settled(&ledger, &fixed()).1, Vec::<String>::new());
        assert_eq!(
            refused(order(&mut ledger, "set cache.min_ttl 13h", at(0))),
            "`cache.min_ttl`: is longer than `cache.max_ttl`"
        );
    }

    #[test]
    fn a_setting_that_the_configuration_sets_by_now_does_not_come_back() {
        let mut ledger = Ledger::default();
        let open = fixed_by("");
        let set = |ledger: &mut Ledger, text: &str, fixed: &Fixed| {
            ledger.order(&request(text), fixed, Author::COMMAND, &present(at(0)))
        };
        let first = set(&mut ledger, "set cache.max_ttl 2h", &open).unwrap();
        let reset = set(&mut ledger, "reset cache.max_ttl", &open).unwrap();
        let refused = Refused::FixedBy("`cache.max_ttl`".to_owned(), "config.toml:5:17".to_owned());
        assert_eq!(undo(&mut ledger, reset.id, at(0)), Err(refused.clone()));
        assert_eq!(set(&mut ledger, "set cache.max_ttl 2h", &fixed()), Err(refused));
        set(&mut ledger, "set cache.max_ttl 3h", &open).unwrap();
        // What does not hold can still be taken away.
        assert!(set(&mut ledger, "reset cache.max_ttl", &fixed()).is_ok());
        assert!(first.id < reset.id);
    }

    proptest! {
        /// Whatever was set, and whatever the configuration says by now: ponor has a configuration, and what is set aside is told.
        #[test]
        fn settings_never_keep_ponor_from_starting(
            made in prop::collection::vec((
                prop::sample::select(vec!["cache.min_ttl", "cache.max_ttl", "blocking.mode", "blocking.addresses", "http.listen", "nonsense"]),
                prop::sample::select(vec!["1m", "13h", "addresses", "10.0.0.1", "", "off"]),
            ), 0..8),
            is_open in any::<bool>(),
        ) {
            let fixed = fixed_by(if is_open { "" } else { CONFIG });
            let made: Vec<Setting> = made
                .into_iter()
                .map(|(key, value)| Setting { key: key.to_owned(), value: SettingValue::Text(value.to_owned()) })
                .collect();
            let loaded = fixed.loaded.layers.load(&made).unwrap();
            for setting in &made {
                let is_aside = loaded.set_aside.iter().any(|aside| aside.key == setting.key && !aside.faults.is_empty());
                let is_there = loaded.effective.iter().any(|one| one.key == setting.key);
                prop_assert!(is_aside || is_there, "{} is neither in force nor told", setting.key);
            }
        }

        /// What holds without faults holds all together, and what is refused leaves everything as it was.
        #[test]
        fn no_order_makes_the_configuration_wrong(
            orders in prop::collection::vec((
                prop::sample::select(vec!["set cache.min_ttl", "set cache.max_ttl", "set blocking.mode", "set blocking.addresses"]),
                prop::sample::select(vec!["1m", "13h", "addresses", "null", "10.0.0.1", "[]"]),
                any::<bool>(),
            ), 1..12),
        ) {
            let (mut ledger, fixed) = (Ledger::default(), fixed_by(""));
            for (what, value, set) in orders {
                let text = if set { format!("{what} {value}") } else { what.replacen("set", "reset", 1) };
                let before = settled(&ledger, &fixed);
                let made = ledger.order(&request(&text), &fixed, Author::COMMAND, &present(at(0)));
                let after = settled(&ledger, &fixed);
                prop_assert!(after.1.is_empty(), "{text}: {after:?}");
                prop_assert!(made.is_ok() || before == after);
            }
        }
    }
}
