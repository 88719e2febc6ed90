//! Records of one name and type, with the signatures over them.

use std::borrow::Cow;

use super::{Budget, Fault, Verified, Zone, order, signature};
use crate::dns::{Answer, Class, Name, Record, RecordType, Section};

/// Sets in one section beyond which an answer is not judged: no honest one comes near.
const MOST_SETS: usize = 64;
/// Signatures over one set that are looked at.
const MOST_SIGNATURES: usize = 8;
/// Octets of a signature record before the name of the signer.
const SIGNATURE_FIXED: usize = 18;

/// Records of one name and type, with the signatures over them.
#[derive(Clone, Debug)]
pub struct Rrset<'a> {
    /// Their name, in lower case.
    pub owner: Name,
    /// Their type.
    pub rtype: RecordType,
    /// The shortest of their lifetimes, in seconds.
    pub ttl: u32,
    pub(super) data: Vec<Cow<'a, [u8]>>,
    pub(super) signatures: Vec<Signature<'a>>,
}

/// The content of an RRSIG record (RFC 4034, section 3.1).
#[derive(Clone, Debug)]
pub(super) struct Signature<'a> {
    pub(super) covered: RecordType,
    pub(super) algorithm: u8,
    pub(super) labels: u8,
    pub(super) original_ttl: u32,
    pub(super) expiration: u32,
    pub(super) inception: u32,
    pub(super) key_tag: u16,
    /// In lower case.
    pub(super) signer: Name,
    /// Everything before the signer's name, as it is signed.
    pub(super) fixed: &'a [u8],
    pub(super) octets: &'a [u8],
}

impl<'a> Rrset<'a> {
    /// The sets of a section, in the order of their first records.
    ///
    /// # Errors
    /// When there are too many.
    pub fn of_section(answer: &'a Answer, section: Section) -> Result<Vec<Self>, Fault> {
        let mut sets: Vec<Self> = Vec::new();
        let records = || answer.records().filter(|record| record.section() == section);
        for record in records() {
            if record.class() != Class::IN {
                return Err(Fault::Contradiction);
            }
            if record.rtype() == RecordType::RRSIG {
                continue;
            }
            let owner = record.owner().to_lowercase();
            if let Some(set) = sets.iter_mut().find(|set| set.rtype == record.rtype() && set.owner == owner) {
                set.take(record);
                continue;
            }
            if sets.len() == MOST_SETS {
                return Err(Fault::TooMuch);
            }
            let mut set =
                Self { owner, rtype: record.rtype(), ttl: u32::MAX, data: Vec::new(), signatures: Vec::new() };
            set.take(record);
            sets.push(set);
        }
        for record in records().filter(|record| record.rtype() == RecordType::RRSIG) {
            let Some(signature) = Signature::read(record.data()) else { continue };
            let owner = record.owner();
            let signed = sets.iter_mut().find(|set| set.rtype == signature.covered && set.owner == owner);
            // By whoever is not above, nothing is signed (RFC 4035, section 5.3.1).
            if let Some(set) = signed
                && set.signatures.len() < MOST_SIGNATURES
                && set.may_be_signed_by(&signature.signer)
            {
                set.signatures.push(signature);
            }
        }
        Ok(sets)
    }

    fn take(&mut self, record: Record<'a>) {
        self.ttl = self.ttl.min(record.ttl());
        self.data.push(record.data_uncompressed());
    }

    /// DS records are of the zone above their name.
    fn may_be_signed_by(&self, signer: &Name) -> bool {
        match self.rtype {
            RecordType::DS => order::is_below(&self.owner, signer),
            _ => self.owner.is_within(signer),
        }
    }

    /// The zone that says that it signed them.
    #[must_use]
    pub fn signer(&self) -> Option<Name> {
        self.signatures.first().map(|signature| signature.signer)
    }

    /// The name whose zone must have signed them: that of the records, for DS the one above.
    #[must_use]
    pub fn place(&self) -> Name {
        place(&self.owner, self.rtype)
    }

    /// Checks that `zone` signed them, at `now` in seconds since 1970.
    ///
    /// # Errors
    /// When no signature holds, by the best reason that one of them gives.
    pub fn verify(&self, zone: &Zone, now: u32, budget: &mut Budget) -> Result<Verified, Fault> {
        signature::verify(self, zone, now, budget)
    }
}

/// The name whose zone speaks of records of this name and type: for DS the one above.
#[must_use]
pub fn place(name: &Name, rtype: RecordType) -> Name {
    if rtype == RecordType::DS { name.parent().unwrap_or(Name::ROOT) } else { *name }
}

impl<'a> Signature<'a> {
    fn read(data: &'a [u8]) -> Option<Self> {
        let (fixed, _) = data.split_at_checked(SIGNATURE_FIXED)?;
        let (signer, end) = Name::read(data, SIGNATURE_FIXED).ok()?;
        let word = |at: usize| u16::from_be_bytes([fixed[at], fixed[at + 1]]);
        let long = |at: usize| u32::from(word(at)) << 16 | u32::from(word(at + 2));
        Some(Self {
            covered: RecordType(word(0)),
            algorithm: fixed[2],
            labels: fixed[3],
            original_ttl: long(4),
            expiration: long(8),
            inception: long(12),
            key_tag: word(16),
            signer: signer.to_lowercase(),
            fixed,
            octets: data.get(end..)?,
        })
    }
}
