//! A filter over sums, of which the parts are known one by one: whoever sums asks once for each device, name, list and
//! verdict, and a sum is meant when all of its parts are.

use std::net::IpAddr;

use super::{Filter, Test};
use crate::{
    policy::Verdict,
    stats::{Attribution, SourceKind},
};

impl Filter {
    /// Whether a device is meant, as far as devices are asked for.
    #[must_use]
    pub fn admits_device(&self, address: IpAddr, called: &str) -> bool {
        self.admits_part(|test| test.holds_of_device(address, called))
    }

    /// Whether a name that is somebody's is meant, as far as names and their owners are asked for.
    #[must_use]
    pub fn admits_name(&self, name: &str, whose: Option<&Attribution>) -> bool {
        self.admits_part(|test| test.holds_of_name(name, whose))
    }

    /// Whether what was decided by such a word, and by that list if it was one, is meant, as far as that is asked for.
    #[must_use]
    pub fn admits_cause(&self, source: Option<SourceKind>, list: Option<&str>) -> bool {
        self.admits_part(|test| test.holds_of_cause(source, list))
    }

    /// Whether what was answered is meant, as far as places are asked for: the country in which the address is registered,
    /// number and name of the network that announces it.
    #[must_use]
    pub fn admits_place(&self, country: Option<&str>, network: Option<(u32, &str)>) -> bool {
        self.admits_part(|test| test.holds_of_place(country, network))
    }

    /// Whether it asks for places at all.
    #[must_use]
    pub fn is_about_places(&self) -> bool {
        self.terms().iter().any(|term| matches!(term.test, Test::Registered(_) | Test::Network(_)))
    }

    /// Whether an end is meant, as far as ends are asked for.
    #[must_use]
    pub fn admits_verdict(&self, verdict: Verdict) -> bool {
        self.admits_part(|test| match test {
            Test::Verdict(wanted) => Some(*wanted == verdict),
            _ => None,
        })
    }

    /// Whether all terms hold that `holds` has an answer to.
    fn admits_part(&self, holds: impl Fn(&Test) -> Option<bool>) -> bool {
        self.terms().iter().all(|term| match holds(&term.test) {
            None => true,
            Some(held) if term.negated => !held,
            Some(held) => {
                let alternatives = || self.terms().iter().filter(|other| !other.negated);
                held || alternatives()
                    .any(|other| other.test.key() == term.test.key() && holds(&other.test) == Some(true))
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::{filter::parse_for_sums, policy::Verdict, stats::SourceKind, time::UnixTime};

    #[test]
    fn parts_are_asked_one_by_one() {
        let check = |text: &str, expected: [bool; 4]| {
            let filter = parse_for_sums(text, UnixTime(0)).unwrap();
            let found = [
                filter.admits_device([10, 0, 0, 1].into(), "Phone"),
                filter.admits_name("logs.roku.com", None),
                filter.admits_cause(Some(SourceKind::List), Some("ads")),
                filter.admits_verdict(Verdict::Stopped),
            ];
            assert_eq!(found, expected, "{text}");
        };
        check("", [true; 4]);
        check("device:phone", [true; 4]);
        check("device:tablet device:10.0.0.0/8", [true; 4]);
        check("-device:phone", [false, true, true, true]);
        check("name:*.roku.com list:ads stopped", [true; 4]);
        check("vendor:samsung", [true, false, true, true]);
        check("reason:list", [true; 4]);
        check("reason:offline", [true, true, false, true]);
        check("-reason:offline reason:list reason:canary", [true; 4]);
        check("list:other allowed", [true, true, false, false]);
        check("name:*.roku.com -name:logs.*", [true, false, true, true]);
    }

    #[test]
    fn a_place_is_asked_for_by_country_number_or_name() {
        let check = |text: &str, of_it: bool, of_nothing: bool| {
            let filter = parse_for_sums(text, UnixTime(0)).unwrap();
            let found = filter.admits_place(Some("SG"), Some((45102, "Alibaba (US) Technology Co., Ltd.")));
            assert_eq!((found, filter.admits_place(None, None)), (of_it, of_nothing), "{text}");
            assert_eq!(parse_for_sums(&filter.to_string(), UnixTime(0)).unwrap(), filter, "{text}");
        };
        check("stopped", true, true);
        check("registered:sg", true, false);
        check("registered:cn registered:SG", true, false);
        check("-registered:sg", false, true);
        check("network:45102", true, false);
        check("network:as45102 registered:CN", false, false);
        check("network:Alibaba*", true, false);
        check("-network:AS1", true, true);
    }

    #[test]
    fn what_sums_do_not_hold_is_refused_with_its_place() {
        let check = |text: &str, column: usize, says: &str| {
            let faults = parse_for_sums(text, UnixTime(0)).unwrap_err();
            assert_eq!(faults.len(), 1, "{text}: {faults:?}");
            assert!(faults[0].column == column && faults[0].message.contains(says), "{text}: {}", faults[0]);
        };
        check("stopped type:HTTPS", 9, "type");
        check("-transport:dot", 2, "transport");
        check("stopped group:type", 15, "type");
        check("registered:china", 12, "two letters");
        check("network:AS99999999999", 9, "no number of a network");
    }
}
