//! Whether a set of records is what a zone signed (RFC 4035, section 5.3).

use std::borrow::Cow;

use super::{
    Fault, Zone, algorithm,
    order::{signed_labels, trimmed},
    rrset::{Rrset, Signature},
};
use crate::dns::{Class, Name, RecordType};

/// Signatures that are checked for one answer, keys included.
const MOST_CHECKS: u32 = 64;
/// Of these, the most that may turn out wrong: many keys of one number are made to cost work (CVE-2023-50387).
const MOST_WRONG: u32 = 6;

/// What judging one answer may still cost.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    checks: u32,
    wrong: u32,
}

/// A set of records that is proven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Seconds that it may be kept: by the lifetime that was signed, and by the end of the signature.
    pub ttl: u32,
    /// The name below which a wildcard made it. That nothing nearer is there must then be proven too.
    pub wildcard_of: Option<Name>,
}

impl Default for Budget {
    fn default() -> Self {
        Self { checks: MOST_CHECKS, wrong: MOST_WRONG }
    }
}

impl Budget {
    /// Signatures that were checked.
    #[must_use]
    pub fn spent(&self) -> u32 {
        MOST_CHECKS - self.checks
    }
}

/// Checks that `zone` signed `set`, at `now` in seconds since 1970.
///
/// # Errors
/// When no signature holds, by the best reason that one of them gives.
pub(super) fn verify(set: &Rrset<'_>, zone: &Zone, now: u32, budget: &mut Budget) -> Result<Verified, Fault> {
    let mut fault = Fault::SignatureMissing;
    for signature in set.signatures.iter().filter(|signature| signature.signer == zone.apex) {
        match check(set, signature, zone, now, budget) {
            Ok(verified) => return Ok(verified),
            Err(Fault::TooMuch) => return Err(Fault::TooMuch),
            // That a signature is wrong says more than that another one has expired.
            Err(Fault::BadSignature) => fault = Fault::BadSignature,
            Err(other) if fault != Fault::BadSignature => fault = other,
            Err(_) => {}
        }
    }
    Err(fault)
}

fn check(
    set: &Rrset<'_>,
    signature: &Signature<'_>,
    zone: &Zone,
    now: u32,
    budget: &mut Budget,
) -> Result<Verified, Fault> {
    let labels = usize::from(signature.labels);
    if labels > signed_labels(&set.owner) {
        return Err(Fault::BadSignature);
    }
    if !algorithm::is_known(signature.algorithm) {
        return Err(Fault::KeyMissing);
    }
    if is_after(now, signature.expiration) {
        return Err(Fault::Expired);
    }
    if is_after(signature.inception, now) {
        return Err(Fault::NotYetValid);
    }
    let message = signed(set, signature);
    let mut fault = Fault::KeyMissing;
    let fitting = |key: &&super::Key| key.tag == signature.key_tag && key.algorithm == signature.algorithm;
    for key in zone.keys.iter().filter(fitting) {
        budget.checks = budget.checks.checked_sub(1).ok_or(Fault::TooMuch)?;
        if algorithm::verify(key.algorithm, key.public(), &message, signature.octets) {
            let left = signature.expiration.wrapping_sub(now);
            let ttl = set.ttl.min(signature.original_ttl).min(left);
            let wildcard_of = (labels < signed_labels(&set.owner)).then(|| trimmed(&set.owner, labels));
            return Ok(Verified { ttl, wildcard_of });
        }
        budget.wrong = budget.wrong.checked_sub(1).ok_or(Fault::TooMuch)?;
        fault = Fault::BadSignature;
    }
    Err(fault)
}

/// Whether `a` is after `b`, in the arithmetic of numbers that wrap (RFC 1982).
fn is_after(a: u32, b: u32) -> bool {
    a != b && a.wrapping_sub(b) < 1 << 31
}

/// What is signed (RFC 4034, section 3.1.8.1): the signature record without the signature, and the records in their order, with
/// the name and the lifetime that they have in the zone.
fn signed(set: &Rrset<'_>, signature: &Signature<'_>) -> Vec<u8> {
    let labels = usize::from(signature.labels);
    let owner = if labels < signed_labels(&set.owner) {
        let below = trimmed(&set.owner, labels);
        below.child(b"*").unwrap_or(below)
    } else {
        set.owner
    };
    let mut data: Vec<Cow<'_, [u8]>> = set.data.iter().map(|data| canonical(set.rtype, data)).collect();
    data.sort_unstable();
    data.dedup();
    let mut message = [signature.fixed, signature.signer.wire()].concat();
    for data in data {
        message.extend_from_slice(owner.wire());
        message.extend(set.rtype.0.to_be_bytes());
        message.extend(Class::IN.0.to_be_bytes());
        message.extend(signature.original_ttl.to_be_bytes());
        message.extend(u16::try_from(data.len()).unwrap_or(u16::MAX).to_be_bytes());
        message.extend_from_slice(&data);
    }
    message
}

/// The data of a record with the names in it in lower case, for the types where that is signed (RFC 4034, section 6.2; RFC
/// 6840, section 5.1).
fn canonical(rtype: RecordType, data: &[u8]) -> Cow<'_, [u8]> {
    let (before, names) = match rtype.0 {
        // NS, MD, MF, CNAME, MB, MG, MR, PTR, DNAME.
        2..=5 | 7..=9 | 12 | 39 => (0, 1),
        // SOA, MINFO, RP.
        6 | 14 | 17 => (0, 2),
        // MX, AFSDB, RT, KX.
        15 | 18 | 21 | 36 => (2, 1),
        // PX.
        26 => (2, 2),
        // SRV.
        33 => (6, 1),
        // NAPTR: two numbers and three texts.
        35 => ((0..3).fold(4, |at, _| at + 1 + usize::from(data.get(at).copied().unwrap_or(0))), 1),
        _ => return Cow::Borrowed(data),
    };
    let end = (0..names).try_fold(before, |at, _| Name::read(data, at).ok().map(|(_, end)| end));
    let mut data = data.to_vec();
    if let Some(names) = end.and_then(|end| data.get_mut(before..end)) {
        names.make_ascii_lowercase();
    }
    Cow::Owned(data)
}
