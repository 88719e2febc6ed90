//! Which parts are one device: what the configuration says, then what people said, then the hardware address.

use super::{DeviceChange, naming, registry::Registry, told::Told};
use crate::{clients::DeviceId, state::Refused};

impl Registry {
    /// The part that an address belongs to: itself when it was put somewhere by name, or else the hardware address
    /// behind it, where that is known.
    pub(super) fn part_at(&self, address: std::net::IpAddr) -> DeviceId {
        let own = DeviceId::at(address);
        match self.behind.get(&address.to_canonical()) {
            Some(behind) if !self.stands_apart(own) => DeviceId::Mac(behind.mac),
            _ => own,
        }
    }

    /// The device that a part belongs to: the one that it was put to, or else, for a hardware address, the one that
    /// its addresses were put to, unless these were put to several.
    pub(super) fn device_of(&self, part: DeviceId) -> DeviceId {
        self.put_to(part).or_else(|| self.by_addresses(part)).unwrap_or(part)
    }

    fn put_to(&self, part: DeviceId) -> Option<DeviceId> {
        self.fixed.owner(part).or_else(|| self.told.owner(part).map(|told| self.fixed.owner(told).unwrap_or(told)))
    }

    fn by_addresses(&self, part: DeviceId) -> Option<DeviceId> {
        let DeviceId::Mac(_) = part else { return None };
        let addresses = self.parts.get(&part)?.addresses.iter().map(|address| DeviceId::at(*address));
        let whole = addresses.filter(|address| !self.told.is_split_off(*address));
        let mut owners = whole.filter_map(|own| self.put_to(own).or_else(|| self.told.has_parts(own).then_some(own)));
        let first = owners.next()?;
        owners.all(|owner| owner == first).then_some(first)
    }

    /// Whether an address is looked at by itself, whatever hardware address is behind it.
    pub(super) fn stands_apart(&self, part: DeviceId) -> bool {
        self.fixed.owner(part).is_some() || self.told.stands_apart(part)
    }

    /// Whether anybody said anything of a part; such parts are not forgotten.
    pub(super) fn is_known(&self, part: DeviceId) -> bool {
        self.fixed.owner(part).is_some() || self.fixed.is_grouped(part) || self.told.mentions(part)
    }

    /// The device that `id` means, which may be any part or address of it.
    pub(super) fn resolve(&self, id: DeviceId) -> Option<DeviceId> {
        let part = match id {
            DeviceId::Address(address) => self.part_at(address),
            DeviceId::Mac(_) => id,
        };
        (self.parts.contains_key(&part) || self.is_known(part)).then(|| self.device_of(part))
    }

    fn existing(&self, id: DeviceId) -> Result<DeviceId, Refused> {
        self.resolve(id).ok_or_else(|| Refused::NotFound(format!("there is no device `{id}`")))
    }

    /// What people said, with a change to one device.
    pub(super) fn changed(&self, id: DeviceId, change: &DeviceChange) -> Result<Told, Refused> {
        let id = self.existing(id)?;
        if let Some(named) = self.fixed.get(id) {
            let fixed = |key: &str| Err(Refused::Fixed(format!("the {key} of {}", named.name)));
            if change.name.is_some() {
                return fixed("name");
            }
            if change.kind.is_some() && named.kind.is_some() {
                return fixed("kind");
            }
        }
        let members = self.members_of(id);
        if change.group.is_some() && members.parts().any(|part| self.fixed.is_grouped(part)) {
            return Err(Refused::Fixed(format!("the group of {id}")));
        }
        let name = change.name.clone().map(|name| name.map(|name| naming::given(&name)).transpose());
        let name = name.transpose().map_err(Refused::Invalid)?;
        let addresses = members.addresses.iter().map(|address| DeviceId::at(*address));
        addresses.fold(self.told.clone(), |told, address| told.moved(address, id)).with(id, |told| {
            told.name = name.unwrap_or(told.name.take());
            told.kind = change.kind.unwrap_or(told.kind);
            told.group = change.group.clone().unwrap_or(told.group.take());
        })
    }

    /// What people said, with two devices made one: `other` is put to `id`, or the other way round when only `other`
    /// has a hardware address to be known by.
    pub(super) fn merged(&self, id: DeviceId, other: DeviceId) -> Result<Told, Refused> {
        let (mut id, mut other) = (self.existing(id)?, self.existing(other)?);
        if id == other {
            return Err(Refused::Invalid(format!("{id} and {other} are one device already")));
        }
        if self.fixed.get(id).is_none()
            && (self.fixed.get(other).is_some() || matches!((id, other), (DeviceId::Address(_), DeviceId::Mac(_))))
        {
            (id, other) = (other, id);
        }
        if let Some(named) = self.fixed.get(other) {
            return Err(Refused::Fixed(format!("which addresses are {}", named.name)));
        }
        self.told.clone().merged(id, other)
    }

    /// What people said, with an address or hardware address made a device of its own.
    pub(super) fn parted(&self, id: DeviceId, part: DeviceId) -> Result<Told, Refused> {
        let id = self.existing(id)?;
        let shares_mac = matches!(part, DeviceId::Address(address) if self.behind.contains_key(&address));
        let mine = match part {
            DeviceId::Address(address) => self.device_of(self.part_at(address)) == id,
            DeviceId::Mac(_) => self.device_of(part) == id,
        };
        if !mine {
            return Err(Refused::Invalid(format!("{part} is no address of {id}")));
        }
        if self.fixed.owner(part).is_some() {
            return Err(Refused::Fixed(format!("whose address {part} is")));
        }
        if part == id || (self.told.owner(part).is_none() && !shares_mac) {
            let why = format!("{id} is known by {part}; split another of its addresses off instead");
            return Err(Refused::Invalid(why));
        }
        Ok(self.told.clone().parted(part, shares_mac))
    }
}
