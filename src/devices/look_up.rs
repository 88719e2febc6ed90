//! Which device people mean: by what it is known by, an address of it, or a name.

use super::{directory::Members, registry::Registry};
use crate::{clients::DeviceId, config, state::Refused};

/// Names that are told to somebody whose name nobody has.
const MOST_TOLD: usize = 8;

impl Registry {
    /// The device that `text` means: its id or any of its addresses; what it is called; or else another name that own
    /// records, the device itself or the router give it. Case does not matter. An address at which nobody is known stands
    /// for itself.
    ///
    /// # Errors
    /// When no device is called so, or several are.
    pub(super) fn meant(&self, text: &str) -> Result<DeviceId, Refused> {
        let text = text.trim();
        if let Ok(id) = text.parse() {
            return Ok(self.resolve(id).unwrap_or(id));
        }
        let devices = self.devices();
        let called = |(id, members): (&DeviceId, &Members)| Some((self.name(*id, members)?.0.to_string(), *id));
        let called: Vec<(String, DeviceId)> = devices.iter().filter_map(called).collect();
        if let Some(found) = only(text, &called)? {
            return Ok(found);
        }
        let also = |(id, members): (&DeviceId, &Members)| self.other_names(members).map(|name| (name, *id)).collect();
        let also: Vec<(String, DeviceId)> = devices.iter().flat_map(|device| -> Vec<_> { also(device) }).collect();
        only(text, &also)?.ok_or_else(|| unknown(text, called.into_iter().map(|(name, _)| name).collect()))
    }

    /// What a device is called by own records and hosts files, by itself and by the router, whatever people call it.
    fn other_names(&self, members: &Members) -> impl Iterator<Item = String> {
        let parts = members.parts().filter_map(|part| self.parts.get(&part));
        let names = parts.flat_map(|part| [&part.lease_name, &part.mdns_name, &part.reverse_name]).flatten().cloned();
        let local = members.addresses.iter().filter_map(|address| self.local_name(*address));
        names.chain(local).map(|name| name.to_string())
    }
}

/// The one device of `names` that is called `text`; `None` when none is.
fn only(text: &str, names: &[(String, DeviceId)]) -> Result<Option<DeviceId>, Refused> {
    let text = text.to_lowercase();
    let called = names.iter().filter(|(name, _)| name.to_lowercase() == text);
    let mut found: Vec<DeviceId> = called.map(|(_, id)| *id).collect();
    found.sort_unstable();
    found.dedup();
    match found.as_slice() {
        [] => Ok(None),
        [id] => Ok(Some(*id)),
        several => {
            let ids: Vec<String> = several.iter().take(MOST_TOLD).map(ToString::to_string).collect();
            let count = several.len();
            let told = format!("{count} devices are called `{}`: {}; give one of these", shown(&text), ids.join(", "));
            Err(Refused::Invalid(told))
        }
    }
}

/// That no device is called so, what was probably meant, and which names there are.
fn unknown(text: &str, mut names: Vec<String>) -> Refused {
    names.sort_by_cached_key(|name| name.to_lowercase());
    names.dedup();
    let probably = config::did_you_mean(text, names.iter().map(String::as_str));
    let listed: Vec<String> = names.iter().take(MOST_TOLD).map(|name| format!("`{name}`")).collect();
    let more = names.len().saturating_sub(MOST_TOLD);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let known = match listed.as_slice() {
        [] => "no name is known yet: give an address or a hardware address".to_owned(),
        names => format!("names that are known: {}{more}", names.join(", ")),
    };
    let joint = if probably.is_empty() { ";" } else { "" };
    Refused::NotFound(format!("no device is called `{}`{probably}{joint} {known}", shown(text)))
}

/// A text from outside, as far as it could be a name.
fn shown(text: &str) -> String {
    text.chars().take(64).collect::<String>().escape_debug().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        devices::{DeviceChange, leases::parse_leases},
        time::UnixTime,
    };

    /// A house with a television that people gave another name, two phones of one name, and somebody without a name.
    fn house() -> Registry {
        let mut registry = Registry::default();
        let leases = "0 00:00:f0:00:00:01 192.168.1.23 tizen-tv *\n0 da:00:00:00:00:02 192.168.1.24 phone *\n\
                      0 da:00:00:00:00:03 192.168.1.25 Phone *\n0 da:00:00:00:00:04 192.168.1.26 * *\n";
        for lease in parse_leases(leases) {
            registry.lease(&lease, UnixTime(0));
        }
        let said = DeviceChange { name: Some(Some("Living-room TV".to_owned())), ..DeviceChange::default() };
        registry.told = registry.changed("192.168.1.23".parse().unwrap(), &said).unwrap();
        registry
    }

    #[test]
    fn a_device_is_meant_by_a_name_or_an_address() {
        let house = house();
        let check = |text: &str, expected: &str| assert_eq!(house.meant(text).unwrap().to_string(), expected, "{text}");
        check("living-ROOM tv", "00:00:f0:00:00:01");
        check(" tizen-tv ", "00:00:f0:00:00:01");
        check("192.168.1.23", "00:00:f0:00:00:01");
        check("00-00-F0-00-00-01", "00:00:f0:00:00:01");
        check("192.168.1.26", "da:00:00:00:00:04");
        // Nobody was seen there yet.
        check("192.168.1.99", "192.168.1.99");
    }

    #[test]
    fn who_is_not_known_is_told_who_is() {
        let check = |house: &Registry, text: &str, expected: &str| {
            assert_eq!(house.meant(text).unwrap_err().to_string(), expected, "{text}");
        };
        let names = "names that are known: `Living-room TV`, `phone`, `Phone`";
        let house = house();
        check(
            &house,
            "living-rom tv",
            &format!("no device is called `living-rom tv`; did you mean `Living-room TV`? {names}"),
        );
        check(&house, "toaster", &format!("no device is called `toaster`; {names}"));
        check(&house, "", &format!("no device is called ``; {names}"));
        check(&house, "a\nb", &format!("no device is called `a\\nb`; {names}"));
        check(&house, "PHONE", "2 devices are called `phone`: da:00:00:00:00:02, da:00:00:00:00:03; give one of these");
        let nobody = "no device is called `tv`; no name is known yet: give an address or a hardware address";
        check(&Registry::default(), "tv", nobody);
    }
}
