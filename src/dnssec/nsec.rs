//! What NSEC records prove not to be there (RFC 4035, section 5.4; RFC 6840, section 4).

use std::cmp::Ordering;

use super::{
    denial::{Cut, Denied},
    order::{common, compare, is_below},
};
use crate::dns::{Name, RecordType};

/// A proven NSEC record: nothing is between its name and the next.
#[derive(Debug)]
pub(super) struct Nsec {
    owner: Name,
    next: Name,
    types: Types,
}

/// The types that a name has (RFC 4034, section 4.1.2).
#[derive(Clone, Debug)]
pub(super) struct Types(Box<[u8]>);

impl Types {
    pub(super) fn new(octets: &[u8]) -> Self {
        Self(octets.into())
    }

    pub(super) fn has(&self, rtype: RecordType) -> bool {
        let [window, low] = rtype.0.to_be_bytes();
        let mut rest = &*self.0;
        while let [number, length, behind @ ..] = rest {
            let Some((bits, next)) = behind.split_at_checked(usize::from(*length)) else { return false };
            if *number == window {
                let octet = bits.get(usize::from(low / 8)).copied().unwrap_or(0);
                return octet & (0x80 >> (low % 8)) != 0;
            }
            rest = next;
        }
        false
    }

    /// Whether the name is a delegation, so that the zone above says nothing of it but its DS records.
    pub(super) fn is_cut(&self) -> bool {
        self.has(RecordType::NS) && !self.has(RecordType::SOA)
    }

    /// Whether a name with these types proves that it has no `rtype`: it has no alias either, and is of the right zone.
    pub(super) fn deny(&self, rtype: RecordType, is_root: bool) -> bool {
        let of_right_zone =
            if rtype == RecordType::DS { is_root || !self.has(RecordType::SOA) } else { !self.is_cut() };
        of_right_zone && !self.has(rtype) && !self.has(RecordType::CNAME)
    }
}

impl Nsec {
    /// The record of `owner` in the zone `apex`; `None` where it reaches out of the zone, of which it proves nothing.
    pub(super) fn read(owner: Name, data: &[u8], apex: &Name) -> Option<Self> {
        let (next, end) = Name::read(data, 0).ok()?;
        let within = owner.is_within(apex) && next.is_within(apex);
        within.then(|| Self {
            owner,
            next: next.to_lowercase(),
            types: Types::new(data.get(end..).unwrap_or_default()),
        })
    }

    /// Whether `name` lies between its names. What is below a delegation or a DNAME is not this zone's to deny.
    fn covers(&self, name: &Name) -> bool {
        let ends_here = self.types.is_cut() || self.types.has(RecordType::DNAME);
        if ends_here && is_below(name, &self.owner) {
            return false;
        }
        let is_last = compare(&self.next, &self.owner) != Ordering::Greater;
        compare(name, &self.owner) == Ordering::Greater && (is_last || compare(name, &self.next) == Ordering::Less)
    }

    /// The longest name above `name` that exists, as far as this record tells, which covers it.
    fn encloser(&self, name: &Name) -> Name {
        let (first, second) = (common(name, &self.owner), common(name, &self.next));
        if first.label_count() >= second.label_count() { first } else { second }
    }
}

fn matching<'n>(all: &'n [Nsec], name: &Name) -> Option<&'n Nsec> {
    all.iter().find(|nsec| nsec.owner == *name)
}

fn covering<'n>(all: &'n [Nsec], name: &Name) -> Option<&'n Nsec> {
    all.iter().find(|nsec| nsec.covers(name))
}

/// Whether `name` has no `rtype`: it says so itself, or it is nothing but a part of longer names, or a wildcard that stands for
/// it says so.
pub(super) fn no_data(all: &[Nsec], name: &Name, rtype: RecordType) -> Option<Denied> {
    if let Some(own) = matching(all, name) {
        return own.types.deny(rtype, name.is_root()).then_some(Denied::Proven);
    }
    let covering = covering(all, name)?;
    if is_below(&covering.next, name) {
        return Some(Denied::Proven);
    }
    let wildcard = covering.encloser(name).child(b"*").ok()?;
    matching(all, &wildcard)?.types.deny(rtype, false).then_some(Denied::Proven)
}

/// Whether neither `name` exists nor a wildcard that would stand for it.
pub(super) fn no_name(all: &[Nsec], name: &Name) -> Option<Denied> {
    let first = covering(all, name).filter(|nsec| !is_below(&nsec.next, name))?;
    let wildcard = first.encloser(name).child(b"*").ok()?;
    let second = covering(all, &wildcard)?;
    (!is_below(&second.next, &wildcard)).then_some(Denied::Proven)
}

/// Whether nothing stands nearer to `name` than the wildcard below `encloser`.
pub(super) fn no_closer(all: &[Nsec], name: &Name, encloser: &Name) -> Option<Denied> {
    let nsec = covering(all, name).filter(|nsec| !is_below(&nsec.next, name))?;
    (nsec.encloser(name) == *encloser).then_some(Denied::Proven)
}

/// What `name`, of which there is no DS record, is to the zone.
pub(super) fn cut(all: &[Nsec], name: &Name) -> Option<Cut> {
    if let Some(own) = matching(all, name) {
        let of_this_zone = !own.types.has(RecordType::DS) && !own.types.has(RecordType::SOA);
        return of_this_zone.then_some(if own.types.is_cut() { Cut::Unsigned } else { Cut::None });
    }
    let nsec = covering(all, name)?;
    Some(if is_below(&nsec.next, name) { Cut::None } else { Cut::NoName })
}
