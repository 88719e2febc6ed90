//! What NSEC3 records prove not to be there (RFC 5155, section 8).

use super::{
    algorithm,
    denial::{Cut, Denied},
    nsec::Types,
};
use crate::dns::{Name, RecordType};

/// Rounds of hashing beyond which a zone counts as unsigned: RFC 9276, section 3.2, asks zones for none (CVE-2023-50868).
const MOST_ITERATIONS: u16 = 50;
/// The flag of a record that says nothing of unsigned delegations between its names.
const OPT_OUT: u8 = 1;

/// The hash of a name.
type Hash = [u8; 20];

/// A proven NSEC3 record: no name has a hash between its own and the next.
#[derive(Debug)]
struct Nsec3 {
    own: Hash,
    next: Hash,
    opt_out: bool,
    types: Types,
}

/// The proven NSEC3 records of one zone, all made with the same salt.
#[derive(Debug)]
pub(super) struct Nsec3s {
    apex: Name,
    salt: Box<[u8]>,
    iterations: u16,
    all: Vec<Nsec3>,
}

/// The longest name above one that exists, and whether the next longer one is proven not to.
struct Encloser {
    name: Name,
    opt_out: bool,
}

impl Nsec3s {
    /// No records of the zone `apex` yet.
    pub(super) fn new(apex: Name) -> Self {
        Self { apex, salt: Box::default(), iterations: 0, all: Vec::new() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Whether hashing takes so many rounds that it is not done.
    pub(super) fn are_too_costly(&self) -> bool {
        self.iterations > MOST_ITERATIONS
    }

    /// Takes the record of `owner`. Those of other kinds, or with another salt than the first, prove nothing.
    pub(super) fn take(&mut self, owner: &Name, data: &[u8]) {
        let _ = self.try_take(owner, data);
    }

    fn try_take(&mut self, owner: &Name, data: &[u8]) -> Option<()> {
        let [1, flags, high, low, rest @ ..] = data else { return None };
        let iterations = u16::from_be_bytes([*high, *low]);
        let (salt, rest) = counted(rest)?;
        let (next, types) = counted(rest)?;
        let known_flags = flags & !OPT_OUT == 0;
        let in_zone = owner.parent()? == self.apex;
        if self.all.is_empty() {
            (self.salt, self.iterations) = (salt.into(), iterations);
        }
        if !known_flags || !in_zone || *self.salt != *salt || self.iterations != iterations {
            return None;
        }
        let own = base32(owner.labels().next()?)?;
        let next = next.try_into().ok()?;
        self.all.push(Nsec3 { own, next, opt_out: flags & OPT_OUT != 0, types: Types::new(types) });
        Some(())
    }

    fn hash(&self, name: &Name) -> Hash {
        algorithm::iterated(name.to_lowercase().wire(), &self.salt, self.iterations)
    }

    fn matching(&self, name: &Name) -> Option<&Nsec3> {
        let hash = self.hash(name);
        self.all.iter().find(|nsec3| nsec3.own == hash)
    }

    fn covering(&self, name: &Name) -> Option<&Nsec3> {
        let hash = self.hash(name);
        self.all.iter().find(|nsec3| {
            let is_last = nsec3.next <= nsec3.own;
            if is_last { hash > nsec3.own || hash < nsec3.next } else { nsec3.own < hash && hash < nsec3.next }
        })
    }

    /// The closest encloser of `name`, which does not exist itself (section 8.3). A delegation or a DNAME is none: what is below
    /// is not this zone's to deny.
    fn encloser(&self, name: &Name) -> Option<Encloser> {
        let names = || name.suffixes().filter_map(|wire| Name::from_wire(wire).ok());
        let above = names().zip(names().skip(1)).take_while(|(longer, _)| *longer != self.apex);
        for (longer, shorter) in above {
            let Some(found) = self.matching(&shorter) else { continue };
            if found.types.is_cut() || found.types.has(RecordType::DNAME) {
                return None;
            }
            let opt_out = self.covering(&longer)?.opt_out;
            return Some(Encloser { name: shorter, opt_out });
        }
        None
    }

    /// Whether `name` has no `rtype` (sections 8.5 to 8.7).
    pub(super) fn no_data(&self, name: &Name, rtype: RecordType) -> Option<Denied> {
        if let Some(own) = self.matching(name) {
            return own.types.deny(rtype, name.is_root()).then_some(Denied::Proven);
        }
        let encloser = self.encloser(name)?;
        if encloser.opt_out {
            return Some(Denied::Unsigned);
        }
        let wildcard = encloser.name.child(b"*").ok()?;
        self.matching(&wildcard)?.types.deny(rtype, false).then_some(Denied::Proven)
    }

    /// Whether neither `name` exists nor a wildcard that would stand for it (section 8.4).
    pub(super) fn no_name(&self, name: &Name) -> Option<Denied> {
        if self.matching(name).is_some() {
            return None;
        }
        let encloser = self.encloser(name)?;
        self.covering(&encloser.name.child(b"*").ok()?)?;
        Some(if encloser.opt_out { Denied::Unsigned } else { Denied::Proven })
    }

    /// Whether nothing stands nearer to `name` than the wildcard below `encloser` (section 8.8).
    pub(super) fn no_closer(&self, name: &Name, encloser: &Name) -> Option<Denied> {
        let next_closer = super::order::trimmed(name, encloser.label_count() + 1);
        let covering = self.covering(&next_closer)?;
        Some(if covering.opt_out { Denied::Unsigned } else { Denied::Proven })
    }

    /// What `name`, of which there is no DS record, is to the zone (section 8.9).
    pub(super) fn cut(&self, name: &Name) -> Option<Cut> {
        if let Some(own) = self.matching(name) {
            let of_this_zone = !own.types.has(RecordType::DS) && !own.types.has(RecordType::SOA);
            return of_this_zone.then_some(if own.types.is_cut() { Cut::Unsigned } else { Cut::None });
        }
        Some(if self.encloser(name)?.opt_out { Cut::Unsigned } else { Cut::NoName })
    }
}

/// What stands behind an octet with its length, and the rest.
fn counted(octets: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&length, rest) = octets.split_first()?;
    rest.split_at_checked(length.into())
}

/// The hash that a label spells, in base 32 with extended hexadecimal digits (RFC 4648, section 7).
fn base32(label: &[u8]) -> Option<Hash> {
    let label: &[u8; 32] = label.try_into().ok()?;
    let mut hash = Hash::default();
    for (digits, octets) in label.chunks_exact(8).zip(hash.chunks_exact_mut(5)) {
        let value = digits.iter().try_fold(0_u64, |value, digit| {
            let digit = char::from(*digit).to_digit(32)?;
            Some(value << 5 | u64::from(digit))
        })?;
        octets.copy_from_slice(&value.to_be_bytes()[3..]);
    }
    Some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hashes_of_rfc_5155() {
        // Appendix A: salt aabbccdd, 12 rounds.
        let check = |name: &str, hash: &[u8]| {
            let wire: Name = name.parse().unwrap();
            let ours = algorithm::iterated(wire.wire(), &[0xAA, 0xBB, 0xCC, 0xDD], 12);
            assert_eq!(Some(ours), base32(hash), "{name}");
        };
        check("example", b"0p9mhaveqvm6t7vbl5lop2u3t2rp3tom");
        check("a.example", b"35mthgpgcu1qg68fab165klnsnk3dpvl");
        check("*.w.example", b"r53bq7cc2uvmubfu5ocmm6pers9tk9en");
        check("xx.example", b"T644EBQK9BIBCNA874GIVR6JOJ62MLHV");
        assert_eq!((base32(b"short"), base32(b"zp9mhaveqvm6t7vbl5lop2u3t2rp3tom")), (None, None));
    }
}
