//! Values for domains: what holds for a name is what was said for the longest domain above it.

use std::collections::HashMap;

use super::Name;

/// Values by domain, everything below included. Looking one up allocates nothing.
#[derive(Clone, Debug)]
pub struct DomainMap<T>(HashMap<Box<[u8]>, T>);

impl<T> DomainMap<T> {
    /// The value for the longest domain that is `name` or above it.
    #[must_use]
    pub fn longest(&self, name: &Name) -> Option<&T> {
        if self.0.is_empty() {
            return None;
        }
        let lower = name.to_lowercase();
        lower.suffixes().find_map(|suffix| self.0.get(suffix))
    }

    /// Whether `name` is one of the domains or below one.
    #[must_use]
    pub fn covers(&self, name: &Name) -> bool {
        self.longest(name).is_some()
    }
}

impl<T> Default for DomainMap<T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<T> FromIterator<(Name, T)> for DomainMap<T> {
    fn from_iter<I: IntoIterator<Item = (Name, T)>>(domains: I) -> Self {
        Self(domains.into_iter().map(|(name, value)| (name.to_lowercase().wire().into(), value)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_domain_decides() {
        let map: DomainMap<u8> =
            [("Lan", 1), ("a.lan", 2)].map(|(name, value)| (name.parse().unwrap(), value)).into_iter().collect();
        let check = |name: &str, expected: Option<u8>| {
            assert_eq!(map.longest(&name.parse().unwrap()).copied(), expected, "{name}");
        };
        check("lan", Some(1));
        check("b.LAN", Some(1));
        check("x.A.lan", Some(2));
        check("alan", None);
        check(".", None);
        assert!(!DomainMap::<u8>::default().covers(&Name::ROOT));
    }
}
