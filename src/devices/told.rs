//! What people said of devices while ponor ran: names, kinds, groups, which addresses are one device and which are not.
//! Kept in `devices.json` in the data directory.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::Path,
};

use serde::{Deserialize, Serialize};

use crate::{
    clients::{DeviceId, DeviceKind},
    state::{Form, Refused},
};

/// The form of the file that this program writes and reads.
const FORM: Form = Form(&[]);
/// The most devices of which something is kept.
const MOST_DEVICES: usize = 4096;

/// What people said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    devices: BTreeMap<DeviceId, ToldDevice>,
    apart: BTreeSet<DeviceId>,
    /// From an address that was put to a device to that device.
    owners: HashMap<DeviceId, DeviceId>,
}

/// What people said of one device.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ToldDevice {
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    /// What it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) kind: Option<DeviceKind>,
    /// The id of the group that it is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) group: Option<String>,
    /// Addresses and hardware addresses that are its own, beside the one that it is known by.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    #[schema(value_type = Vec<String>)]
    pub(super) parts: BTreeSet<DeviceId>,
}

/// What was said of some devices, or of all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ToldDevices {
    /// Those of which something was said.
    devices: Vec<Entry>,
    /// Addresses that are devices of their own, although they share a hardware address with others.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    #[schema(value_type = Vec<String>)]
    apart: BTreeSet<DeviceId>,
}

/// What was said of a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = ToldOfDevice)]
struct Entry {
    /// What it is known by.
    #[schema(value_type = String, example = "aa:bb:cc:dd:ee:ff")]
    id: DeviceId,
    #[serde(flatten)]
    told: ToldDevice,
}

impl ToldDevices {
    fn into_told(self) -> Told {
        let devices = self.devices.into_iter().map(|entry| (entry.id, entry.told)).collect();
        Told { devices, apart: self.apart, owners: HashMap::new() }.indexed()
    }
}

impl Told {
    /// Reads the file; one that is missing is empty.
    ///
    /// # Errors
    /// Why it cannot be used. It should then be left alone.
    pub(super) fn load(path: &Path) -> Result<Self, String> {
        Ok(FORM.read(path)?.map_or_else(Self::default, ToldDevices::into_told))
    }

    /// Writes the file. Blocks for a small file.
    ///
    /// # Errors
    /// When the system refuses.
    pub(super) fn save(&self, path: &Path) -> Result<(), Refused> {
        FORM.write(path, &self.of(|_| true))
    }

    /// What was said of those devices that are `wanted`.
    fn of(&self, wanted: impl Fn(DeviceId) -> bool) -> ToldDevices {
        let devices = self.devices.iter().filter(|(id, _)| wanted(**id));
        let devices = devices.map(|(id, told)| Entry { id: *id, told: told.clone() }).collect();
        ToldDevices { devices, apart: self.apart.iter().copied().filter(|id| wanted(*id)).collect() }
    }

    /// What a change from this to `next` does, and nothing else that is said.
    pub(super) fn edit(&self, next: &Self) -> DeviceEdit {
        let differs = |id| self.get(id) != next.get(id) || self.apart.contains(&id) != next.apart.contains(&id);
        DeviceEdit { before: self.of(differs), after: next.of(differs) }
    }

    /// The same with a change taken back.
    ///
    /// # Errors
    /// When something else was said of these devices since.
    pub(super) fn without(mut self, edit: &DeviceEdit) -> Result<Self, Refused> {
        let ids = edit.ids();
        if self.of(|id| ids.contains(&id)) != edit.after {
            return Err(Refused::Invalid("something else was said of these devices since".to_owned()));
        }
        for id in &ids {
            self.devices.remove(id);
            self.apart.remove(id);
        }
        self.devices.extend(edit.before.devices.iter().map(|entry| (entry.id, entry.told.clone())));
        self.apart.extend(&edit.before.apart);
        Ok(self.indexed())
    }

    /// Brings the index up to date. An address belongs to one device, the first that has it, and none to itself.
    fn indexed(mut self) -> Self {
        self.owners.clear();
        for (id, told) in &mut self.devices {
            told.parts.retain(|part| part != id && *self.owners.entry(*part).or_insert(*id) == *id);
        }
        self
    }

    /// What was said of the device that is known by `id`.
    pub(super) fn get(&self, id: DeviceId) -> Option<&ToldDevice> {
        self.devices.get(&id)
    }

    /// Every address of which something was said.
    pub(super) fn parts(&self) -> impl Iterator<Item = DeviceId> {
        let devices = self.devices.iter().flat_map(|(id, told)| told.parts.iter().copied().chain([*id]));
        devices.chain(self.apart.iter().copied())
    }

    /// The device that an address was put to.
    pub(super) fn owner(&self, part: DeviceId) -> Option<DeviceId> {
        self.owners.get(&part).copied()
    }

    /// Whether an address is to be looked at by itself, whatever hardware address is behind it.
    pub(super) fn stands_apart(&self, part: DeviceId) -> bool {
        self.is_split_off(part) || self.owners.contains_key(&part) || self.has_parts(part)
    }

    /// Whether somebody took an address away from whoever shares its hardware address.
    pub(super) fn is_split_off(&self, part: DeviceId) -> bool {
        self.apart.contains(&part)
    }

    /// Whether other addresses were put to it.
    pub(super) fn has_parts(&self, part: DeviceId) -> bool {
        self.get(part).is_some_and(|told| !told.parts.is_empty())
    }

    /// Whether anything was said of it.
    pub(super) fn mentions(&self, part: DeviceId) -> bool {
        self.devices.contains_key(&part) || self.stands_apart(part)
    }

    /// The same with a change to one device; of which nothing is left to say is forgotten.
    ///
    /// # Errors
    /// When there would be too many.
    pub(super) fn with(mut self, id: DeviceId, change: impl FnOnce(&mut ToldDevice)) -> Result<Self, Refused> {
        if self.devices.len() >= MOST_DEVICES && !self.devices.contains_key(&id) {
            let most = "no more devices can be remembered; give some names in config.toml instead";
            return Err(Refused::Invalid(most.to_owned()));
        }
        let mut told = self.devices.remove(&id).unwrap_or_default();
        change(&mut told);
        if told != ToldDevice::default() {
            self.devices.insert(id, told);
        }
        Ok(self.indexed())
    }

    /// The same with all of `other` put to `id`: what was said of `other` holds where nothing was said of `id`.
    ///
    /// # Errors
    /// As [`Self::with`].
    pub(super) fn merged(mut self, id: DeviceId, other: DeviceId) -> Result<Self, Refused> {
        let lost = self.devices.remove(&other).unwrap_or_default();
        self.with(id, |told| {
            told.name = told.name.take().or(lost.name);
            told.kind = told.kind.or(lost.kind);
            told.group = told.group.take().or(lost.group);
            told.parts.extend(lost.parts);
            told.parts.insert(other);
        })
    }

    /// The same with what was said of an address said of the device that it turned out to belong to.
    pub(super) fn moved(mut self, address: DeviceId, id: DeviceId) -> Self {
        if address == id || self.stands_apart(address) {
            return self;
        }
        if let Some(early) = self.devices.remove(&address) {
            let told = self.devices.entry(id).or_default();
            told.name = told.name.take().or(early.name);
            told.kind = told.kind.or(early.kind);
            told.group = told.group.take().or(early.group);
        }
        self
    }

    /// The same with `part` a device of its own again.
    pub(super) fn parted(mut self, part: DeviceId, keep_apart: bool) -> Self {
        for told in self.devices.values_mut() {
            told.parts.remove(&part);
        }
        self.devices.retain(|_, told| *told != ToldDevice::default());
        if keep_apart {
            self.apart.insert(part);
        }
        self.indexed()
    }
}

/// What a change did to what people say of devices: what was said of those that it touched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DeviceEdit {
    /// Before it.
    pub before: ToldDevices,
    /// After it.
    pub after: ToldDevices,
}

impl DeviceEdit {
    /// The devices that it touched.
    #[must_use]
    pub fn ids(&self) -> BTreeSet<DeviceId> {
        let sides = [&self.before, &self.after].into_iter();
        sides.flat_map(|side| side.devices.iter().map(|entry| entry.id).chain(side.apart.iter().copied())).collect()
    }

    /// The change that takes it back.
    #[must_use]
    pub fn reversed(self) -> Self {
        Self { before: self.after, after: self.before }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> DeviceId {
        text.parse().unwrap()
    }

    #[test]
    fn what_was_said_is_there_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/devices.json");
        assert_eq!(Told::load(&path), Ok(Told::default()));
        let told = Told::default()
            .with(id("aa:bb:cc:dd:ee:ff"), |told| {
                told.name = Some("Living-room TV".to_owned());
                told.kind = Some(DeviceKind::Tv);
            })
            .unwrap()
            .merged(id("aa:bb:cc:dd:ee:ff"), id("aa:bb:cc:dd:ee:01"))
            .unwrap()
            .parted(id("192.168.1.9"), true);
        told.save(&path).unwrap();
        assert_eq!(Told::load(&path), Ok(told.clone()));
        assert_eq!(told.owner(id("aa:bb:cc:dd:ee:01")), Some(id("aa:bb:cc:dd:ee:ff")));
        assert!(told.stands_apart(id("192.168.1.9")) && !told.stands_apart(id("192.168.1.8")));
    }

    #[test]
    fn a_file_that_is_not_ours_is_refused() {
        let check = |text: &str, reason: &str| {
            let found = FORM.parse::<ToldDevices>(text.as_bytes()).err().unwrap();
            assert!(found.contains(reason), "{text}: {found}");
        };
        check("", "EOF");
        check("{\"version\":2,\"devices\":[],\"more\":1}", "it has version 2, and this ponor reads version 1");
        check("{\"version\":1,\"devices\":[{\"id\":\"tv\"}]}", "expected a hardware address");
        check("{\"version\":1,\"devices\":[{\"id\":\"10.0.0.1\",\"kind\":\"telly\"}]}", "telly");
    }

    #[test]
    fn an_address_belongs_to_one_device() {
        let text = "{\"version\":1,\"devices\":[{\"id\":\"10.0.0.1\",\"parts\":[\"10.0.0.1\",\"10.0.0.3\"]},\
                     {\"id\":\"10.0.0.2\",\"name\":\"x\",\"parts\":[\"10.0.0.3\"]}]}";
        let told = FORM.parse::<ToldDevices>(text.as_bytes()).unwrap().into_told();
        assert_eq!(told.owner(id("10.0.0.3")), Some(id("10.0.0.1")));
        assert_eq!(told.owner(id("10.0.0.1")), None);
        assert!(told.get(id("10.0.0.2")).unwrap().parts.is_empty());
    }

    #[test]
    fn what_is_taken_back_is_forgotten() {
        let told = Told::default().with(id("10.0.0.1"), |told| told.name = Some("x".to_owned())).unwrap();
        let told = told.merged(id("10.0.0.1"), id("10.0.0.2")).unwrap().parted(id("10.0.0.2"), false);
        assert_eq!(told.with(id("10.0.0.1"), |told| told.name = None), Ok(Told::default()));
    }

    #[test]
    fn a_change_can_be_taken_back_while_nothing_else_was_said() {
        let start = Told::default().with(id("10.0.0.1"), |told| told.name = Some("a".to_owned())).unwrap();
        let named = |told: Told, name: &str| told.with(id("10.0.0.2"), |told| told.name = Some(name.to_owned()));
        for next in [
            named(start.clone(), "b").unwrap(),
            start.clone().merged(id("10.0.0.2"), id("10.0.0.1")).unwrap(),
            start.clone().parted(id("10.0.0.1"), true),
            start.clone().with(id("10.0.0.1"), |told| told.name = None).unwrap(),
        ] {
            let edit = start.edit(&next);
            assert_ne!(edit.before, edit.after);
            assert_eq!(next.clone().without(&edit), Ok(start.clone()), "{edit:?}");
            assert_eq!(start.clone().without(&edit.clone().reversed()), Ok(next.clone()), "{edit:?}");
            // What is said of others does no harm, what is said of these does.
            let others = next.clone().with(id("10.0.0.9"), |told| told.name = Some("c".to_owned())).unwrap();
            assert!(others.without(&edit).is_ok());
            let touched = *edit.ids().first().unwrap();
            let same = next.with(touched, |told| told.kind = Some(DeviceKind::Tv)).unwrap();
            assert!(same.without(&edit).is_err(), "{edit:?}");
        }
    }
}
