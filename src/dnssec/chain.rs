//! An answer, taken apart into what must be proven: the aliases that lead from the name in question, and their end.

use super::{Denial, Fault, Rrset, order::is_below};
use crate::dns::{Answer, Name, Question, Rcode, RecordType, Section};

/// Aliases in a row that are followed.
const LONGEST: usize = 16;

/// What an answer claims.
#[derive(Debug)]
pub struct Chain<'a> {
    /// The sets that lead from the name in question to the end, in order.
    pub links: Vec<Rrset<'a>>,
    /// How it ends.
    pub end: End,
    /// The authority section: proofs, and what else stands there.
    pub authority: Vec<Rrset<'a>>,
    /// Whether the answer section has records that lead nowhere.
    pub has_strays: bool,
}

/// How an answer ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// With the records that were asked for.
    Records,
    /// Without: this name has none of the type.
    NoData(Name),
    /// Without: there is no such name.
    NoName(Name),
}

impl<'a> Chain<'a> {
    /// Takes `answer` to `question` apart.
    ///
    /// # Errors
    /// When it contradicts itself, or is too large to be judged.
    pub fn of(question: &Question, answer: &'a Answer) -> Result<Self, Fault> {
        let mut sets = Rrset::of_section(answer, Section::Answer)?;
        let authority = Rrset::of_section(answer, Section::Authority)?;
        let (mut name, mut links) = (question.name, Vec::new());
        let found = loop {
            if links.len() > LONGEST {
                return Err(Fault::TooMuch);
            }
            if let Some(records) = take(&mut sets, &name, question.rtype) {
                links.push(records);
                break true;
            }
            let Some(alias) = take(&mut sets, &name, RecordType::CNAME) else { break false };
            let target = target(&alias)?;
            let above = sets.iter().position(|set| set.rtype == RecordType::DNAME && is_below(&name, &set.owner));
            match above {
                // What a DNAME makes of a name is not signed: it follows (RFC 6672, section 5.3.1).
                Some(at) if alias.signatures.is_empty() => {
                    let dname = sets.remove(at);
                    if substituted(&name, &dname)? != target {
                        return Err(Fault::Contradiction);
                    }
                    links.push(dname);
                }
                _ => links.push(alias),
            }
            name = target;
        };
        let end = match (found, answer.rcode()) {
            (true, Rcode::NOERROR) => End::Records,
            (false, Rcode::NOERROR) => End::NoData(name),
            (false, Rcode::NXDOMAIN) => End::NoName(name),
            _ => return Err(Fault::Contradiction),
        };
        Ok(Self { links, end, authority, has_strays: !sets.is_empty() })
    }

    /// The zone that says that it signed the proofs on `name`; it is at or above `place`.
    #[must_use]
    pub fn denier(&self, place: &Name) -> Option<Name> {
        let proofs = self.authority.iter().filter(|set| Denial::is_proof(set));
        proofs.filter_map(Rrset::signer).find(|signer| place.is_within(signer))
    }
}

fn take<'a>(sets: &mut Vec<Rrset<'a>>, name: &Name, rtype: RecordType) -> Option<Rrset<'a>> {
    let at = sets.iter().position(|set| set.rtype == rtype && set.owner == *name)?;
    Some(sets.remove(at))
}

/// Where the one record of `set` leads.
fn target(set: &Rrset<'_>) -> Result<Name, Fault> {
    match &set.data[..] {
        [data] => Name::from_wire(data).map(|name| name.to_lowercase()).map_err(|_| Fault::Contradiction),
        _ => Err(Fault::Contradiction),
    }
}

/// What `dname` makes of `name`, which lies below it.
fn substituted(name: &Name, dname: &Rrset<'_>) -> Result<Name, Fault> {
    let kept = name.label_count() - dname.owner.label_count();
    let labels: Vec<&[u8]> = name.labels().take(kept).collect();
    let below = |target: Name, label: &&[u8]| target.child(label);
    labels.iter().rev().try_fold(target(dname)?, below).map_err(|_| Fault::Contradiction)
}
