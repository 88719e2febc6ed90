//! Proof that something is not there, by NSEC or NSEC3.

use super::{
    Budget, Fault, Rrset, Zone,
    nsec::{self, Nsec},
    nsec3::Nsec3s,
    signature::verify,
};
use crate::dns::{Name, RecordType};

/// Records of one answer that are read as proofs; none needs more than three, once for each alias of a chain.
const MOST: usize = 24;

/// The proofs in an answer that one zone has signed.
#[derive(Debug)]
pub struct Denial {
    nsec: Vec<Nsec>,
    nsec3: Nsec3s,
    /// Seconds that they may be kept.
    ttl: u32,
    /// Why some of them could not be used.
    fault: Option<Fault>,
    /// Their names and types.
    proven: Vec<(Name, RecordType)>,
}

/// How far something is proven not to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denied {
    /// It is not there.
    Proven,
    /// Nothing of it is signed: it lies where the zone signs no delegations, or the proof takes more work than is done.
    Unsigned,
}

/// What a name without a DS record is to a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// The zone goes on there.
    None,
    /// An unsigned zone begins there.
    Unsigned,
    /// There is no such name, nor any below.
    NoName,
}

impl Denial {
    /// Whether a set is a proof rather than what it proves.
    #[must_use]
    pub fn is_proof(set: &Rrset<'_>) -> bool {
        set.rtype == RecordType::NSEC || set.rtype == RecordType::NSEC3
    }

    /// The proofs among `sets`, the authority section of an answer, that `zone` has signed.
    pub fn new(sets: &[Rrset<'_>], zone: &Zone, now: u32, budget: &mut Budget) -> Self {
        let nsec3 = Nsec3s::new(zone.apex);
        let mut denial = Self { nsec: Vec::new(), nsec3, ttl: u32::MAX, fault: None, proven: Vec::new() };
        for set in sets.iter().filter(|set| Self::is_proof(set)).take(MOST) {
            match verify(set, zone, now, budget) {
                // One that a wildcard made is of no name that it could speak for (RFC 4035, section 5.4).
                Ok(verified) if verified.wildcard_of.is_none() => {
                    denial.ttl = denial.ttl.min(verified.ttl);
                    denial.proven.push((set.owner, set.rtype));
                    for data in &set.data {
                        if set.rtype == RecordType::NSEC3 {
                            denial.nsec3.take(&set.owner, data);
                        } else {
                            denial.nsec.extend(Nsec::read(set.owner, data, &zone.apex));
                        }
                    }
                }
                Ok(_) => {}
                Err(fault) => denial.fault = Some(fault),
            }
        }
        denial
    }

    /// Seconds that the proofs may be kept.
    #[must_use]
    pub fn ttl(&self) -> u32 {
        self.ttl
    }

    /// Names and types of the sets that were used.
    #[must_use]
    pub fn proven(&self) -> &[(Name, RecordType)] {
        &self.proven
    }

    /// That `name` has no `rtype`.
    ///
    /// # Errors
    /// When that is not proven.
    pub fn no_data(&self, name: &Name, rtype: RecordType) -> Result<Denied, Fault> {
        self.by(|nsec| nsec::no_data(nsec, name, rtype), |nsec3| nsec3.no_data(name, rtype))
    }

    /// That `name` does not exist, and no wildcard stands for it.
    ///
    /// # Errors
    /// When that is not proven.
    pub fn no_name(&self, name: &Name) -> Result<Denied, Fault> {
        self.by(|nsec| nsec::no_name(nsec, name), |nsec3| nsec3.no_name(name))
    }

    /// That nothing stands nearer to `name` than the wildcard below `encloser`.
    ///
    /// # Errors
    /// When that is not proven.
    pub fn no_closer(&self, name: &Name, encloser: &Name) -> Result<Denied, Fault> {
        self.by(|nsec| nsec::no_closer(nsec, name, encloser), |nsec3| nsec3.no_closer(name, encloser))
    }

    /// What `name`, of which there is no DS record, is to the zone.
    pub(super) fn cut(&self, name: &Name) -> Result<Cut, Fault> {
        if self.nsec3.are_too_costly() && self.nsec.is_empty() {
            return Ok(Cut::Unsigned);
        }
        let found = if self.nsec3.is_empty() { nsec::cut(&self.nsec, name) } else { self.nsec3.cut(name) };
        found.ok_or_else(|| self.why())
    }

    fn by(
        &self,
        nsec: impl Fn(&[Nsec]) -> Option<Denied>,
        nsec3: impl Fn(&Nsec3s) -> Option<Denied>,
    ) -> Result<Denied, Fault> {
        if let Some(denied) = nsec(&self.nsec) {
            return Ok(denied);
        }
        if self.nsec3.are_too_costly() {
            return Ok(Denied::Unsigned);
        }
        nsec3(&self.nsec3).ok_or_else(|| self.why())
    }

    fn why(&self) -> Fault {
        self.fault.unwrap_or(Fault::DenialMissing)
    }
}
