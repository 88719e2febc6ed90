//! The way from one zone to the next: what the zone above says of a name, and the keys that it vouches for.

use super::{
    Anchors, Budget, Denial, Ds, Fault, Key, Rrset, Zone,
    denial::Cut,
    order::is_below,
    signature::{Verified, verify},
};
use crate::dns::{Answer, Name, Rcode, RecordType, Section};

/// Seconds that something may be kept.
pub type Ttl = u32;

/// What a zone says of a name right below it, or further down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delegation {
    /// A signed zone begins there, with one of these keys.
    Signed(Vec<Ds>),
    /// An unsigned zone begins there, or one whose signatures cannot be checked.
    Unsigned,
    /// No zone begins there.
    None,
    /// There is no such name, nor any below.
    NoName,
}

/// Whose word is taken for the keys of a zone.
#[derive(Clone, Copy, Debug)]
pub enum Vouched<'a> {
    /// The trust anchors'.
    Anchors(&'a Anchors),
    /// That of the zone above.
    Above(&'a [Ds]),
}

/// Reads what `zone` says of `name` in `answer`, which was asked for its DS records.
///
/// # Errors
/// When nothing in it is proven.
pub fn delegation(
    answer: &Answer,
    zone: &Zone,
    name: &Name,
    now: u32,
    budget: &mut Budget,
) -> Result<(Delegation, Ttl), Fault> {
    let answers = Rrset::of_section(answer, Section::Answer)?;
    let of_name = |rtype| answers.iter().find(|set| set.rtype == rtype && set.owner == *name);
    if let Some(set) = of_name(RecordType::DS) {
        let Verified { ttl, wildcard_of } = verify(set, zone, now, budget)?;
        if wildcard_of.is_some() {
            return Err(Fault::Contradiction);
        }
        let known = Ds::of_set(set);
        return Ok((if known.is_empty() { Delegation::Unsigned } else { Delegation::Signed(known) }, ttl));
    }
    // An alias that this zone has signed is no delegation. One that a wildcard made is of a name that does not exist.
    if let Some(set) = of_name(RecordType::CNAME).filter(|set| !set.signatures.is_empty()) {
        return Ok((Delegation::None, verify(set, zone, now, budget)?.ttl));
    }
    if let Some(set) = answers.iter().find(|set| set.rtype == RecordType::DNAME && is_below(name, &set.owner)) {
        return Ok((Delegation::NoName, verify(set, zone, now, budget)?.ttl));
    }
    if !matches!(answer.rcode(), Rcode::NOERROR | Rcode::NXDOMAIN) {
        return Err(Fault::DenialMissing);
    }
    let proofs = Rrset::of_section(answer, Section::Authority)?;
    if proofs.iter().all(|set| set.signatures.is_empty()) {
        return Err(Fault::SignatureMissing);
    }
    let denial = Denial::new(&proofs, zone, now, budget);
    let delegation = match denial.cut(name)? {
        Cut::None => Delegation::None,
        Cut::Unsigned => Delegation::Unsigned,
        Cut::NoName => Delegation::NoName,
    };
    Ok((delegation, denial.ttl()))
}

/// Reads the keys of the zone `apex` from `answer`, which was asked for its DNSKEY records.
///
/// # Errors
/// When none of them is vouched for, or that one did not sign them.
pub fn keys(
    answer: &Answer,
    apex: &Name,
    vouched: Vouched<'_>,
    now: u32,
    budget: &mut Budget,
) -> Result<(Zone, Ttl), Fault> {
    let answers = Rrset::of_section(answer, Section::Answer)?;
    let set = answers.iter().find(|set| set.rtype == RecordType::DNSKEY && set.owner == *apex);
    let set = set.ok_or(Fault::KeyMissing)?;
    let all = Key::of_set(set);
    let believed: Vec<&Key> = match vouched {
        Vouched::Anchors(anchors) => anchors.among(apex, &all),
        Vouched::Above(ds) => all.iter().filter(|key| ds.iter().any(|ds| ds.names(apex, key))).collect(),
    };
    if believed.is_empty() {
        return Err(Fault::KeyMissing);
    }
    let by_believed = Zone { apex: *apex, keys: believed.into_iter().cloned().collect() };
    let Verified { ttl, wildcard_of } = verify(set, &by_believed, now, budget)?;
    if wildcard_of.is_some() {
        return Err(Fault::Contradiction);
    }
    Ok((Zone { apex: *apex, keys: all }, ttl))
}
