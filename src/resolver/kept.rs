//! Answers from data that is kept here: own records, hosts files, special-use names, our encrypted listeners.

use super::{Ended, Output, Request, write_failure};
use crate::{
    dns::{
        Answer, Asked, Ede, EdeCode, Name, Query, Rcode, RecordType,
        reply::{Authority, Frame, ReplyWriter, Ttls},
    },
    local::{AnswerRecord, LocalAnswer, SpecialAnswer, SpecialUse},
    policy::{Cause, CauseSource, Decision, Foresight, Policy, Profile, Verdict},
    stats::EventBuffer,
};

/// The lifetime of what the special-use registry and our listeners give, in seconds.
const TTL: u32 = 300;
/// The lifetime of a negative answer about a local name: short, because the operator may be adding it right now.
const NEGATIVE_TTL: u32 = 10;

/// What made the aliases of safe search.
pub(super) const SAFE_SEARCH: Cause = Cause::without_rule(CauseSource::SafeSearch);

/// An alias kept here that leads to a name that is not.
#[derive(Debug)]
pub(super) struct AliasOutside {
    pub(super) target: Name,
    /// What made it; `None`: the operator did.
    pub(super) made_by: Option<Cause>,
    /// The rule that lets the alias through, and with it what it leads to.
    exemption: Option<Cause>,
    records: Vec<OwnedRecord>,
}

#[derive(Debug)]
struct OwnedRecord {
    owner: Option<Name>,
    rtype: RecordType,
    ttl: u32,
    data: Box<[u8]>,
}

/// Writes an answer from local data.
pub(super) fn write(request: &Request<'_>, answer: &LocalAnswer<'_>, out: &mut Output<'_>) -> Verdict {
    write_as(request, answer, &Ended::plainly(Verdict::Local, answer.rcode), None, out)
}

/// Writes what safe search makes of a question, where that is all that there is.
pub(super) fn write_safe(
    request: &Request<'_>,
    policy: &Policy,
    answer: &LocalAnswer<'_>,
    out: &mut Output<'_>,
) -> Verdict {
    let (cause, target) = (Some(SAFE_SEARCH), answer.last_target());
    let ended = Ended { cause, via: target.as_ref(), ..Ended::plainly(Verdict::Local, answer.rcode) };
    write_as(request, answer, &ended, Some(policy.reason(SAFE_SEARCH.source)), out)
}

/// Writes an answer from local data for this reason, and that the query ended so.
fn write_as(
    request: &Request<'_>,
    answer: &LocalAnswer<'_>,
    ended: &Ended<'_>,
    ede: Option<&Ede>,
    out: &mut Output<'_>,
) -> Verdict {
    static NO_END: Ede = Ede::new(EdeCode::OTHER, "the aliases kept here lead in a circle, or on for too long");
    if answer.rcode == Rcode::SERVFAIL {
        return write_failure(request, answer.rcode, Some(&NO_END), (None, None), out);
    }
    let mut writer = ReplyWriter::new(out.reply, request.query, answer.rcode, Authority::Own);
    let mut answered = request.query.rtype == RecordType::ANY;
    for record in answer.records() {
        write_record(&mut writer, record);
        answered |= record.rtype == request.query.rtype;
    }
    if !answered && answer.rcode == Rcode::NOERROR {
        write_negative(&mut writer, answer.last_target().as_ref(), NEGATIVE_TTL);
    }
    writer.finish(request.query, answer.rcode, Frame { ede, ..request.frame() });
    request.ended(ended, out.events)
}

/// Writes the answer that the registry of special-use names asks for, behind the alias kept here that led there: the alias
/// exists even where its target does not (RFC 6604, section 2.1).
pub(super) fn write_special(
    request: &Request<'_>,
    alias: Option<&AliasOutside>,
    special: &SpecialUse,
    out: &mut Output<'_>,
) -> Verdict {
    let rcode = if special.answer == SpecialAnswer::Nxdomain { Rcode::NXDOMAIN } else { Rcode::NOERROR };
    let mut writer = ReplyWriter::new(out.reply, request.query, rcode, Authority::Own);
    for record in alias.into_iter().flat_map(|alias| &alias.records) {
        write_record(&mut writer, record.borrow());
    }
    match special.answer {
        SpecialAnswer::Data(data) => {
            let (owner, rtype) = (alias.map(|alias| alias.target), request.query.rtype);
            write_record(&mut writer, AnswerRecord { owner, rtype, ttl: TTL, data });
        }
        SpecialAnswer::Nxdomain | SpecialAnswer::Nodata => {
            write_negative(&mut writer, alias.map(|alias| &alias.target), TTL);
        }
    }
    finish(writer, request, rcode, out.events)
}

/// Writes the SVCB records of our encrypted listeners (RFC 9462); none of them is NODATA.
pub(super) fn write_designation(request: &Request<'_>, records: &[Box<[u8]>], out: &mut Output<'_>) -> Verdict {
    let mut writer = ReplyWriter::new(out.reply, request.query, Rcode::NOERROR, Authority::Own);
    for data in records {
        writer.answer(RecordType::SVCB, TTL, data);
    }
    if records.is_empty() {
        writer.negative(TTL);
    }
    finish(writer, request, Rcode::NOERROR, out.events)
}

impl AliasOutside {
    /// The alias that `decision` on `name` answers with, if it leads outside.
    pub(super) fn of(decision: &Decision<'_>, policy: &Policy, profile: &Profile, name: &Name) -> Option<Self> {
        let (answer, made_by) = match decision {
            Decision::Local(answer) => (answer, None),
            Decision::SafeSearch(answer) => (answer, Some(SAFE_SEARCH)),
            _ => return None,
        };
        let (target, records) = (answer.continue_at?, answer.records().map(OwnedRecord::from).collect());
        let exemption = if made_by.is_none() { policy.exemption(profile, name) } else { None };
        Some(Self { target, made_by, exemption, records })
    }

    /// The decision on what it leads to from the name in question. Who lets the alias through means that, as with aliases
    /// from outside.
    pub(super) fn decide<'p>(&mut self, policy: &'p Policy, profile: &Profile, asked: Asked<'_>) -> Decision<'p> {
        let decide = |target| policy.decide(profile, target, &mut Foresight::default(), asked.rtype);
        let mut decision = decide(&self.target);
        if let Decision::SafeSearch(_) = decision {
            if let Some(cause) = self.exemption.filter(|cause| cause.source.frees_search()) {
                return Decision::Allow(cause);
            }
            // The operator's alias leads to a search engine, and from there those of safe search go on.
            let chain = policy.searched(profile, asked.name, asked.rtype).unwrap_or(decision);
            let Some(further) = Self::of(&chain, policy, profile, asked.name) else { return chain };
            decision = decide(&further.target);
            *self = further;
        }
        match (decision, self.exemption) {
            (Decision::Stop(_) | Decision::Allow(_) | Decision::Forward, Some(cause)) => Decision::Allow(cause),
            (decision, _) => decision,
        }
    }

    /// What is recorded as the cause, and whether that is about the target: what made the alias, or else what lets the query
    /// through.
    pub(super) fn cause(&self, allowed: Option<Cause>) -> (Option<Cause>, Option<&Name>) {
        match (self.made_by, allowed) {
            (None, None) => (None, None),
            (None, Some(_)) => (allowed, self.via()),
            (Some(_), _) => (self.made_by, Some(&self.target)),
        }
    }

    /// The target, unless the cause of the decision is about the alias itself.
    pub(super) fn via(&self) -> Option<&Name> {
        self.exemption.is_none().then_some(&self.target)
    }

    /// Writes the aliases kept here and behind them what `rest` says of their target.
    pub(super) fn write_with(&self, query: &Query, rest: &Answer, ttls: Ttls, frame: Frame<'_>, out: &mut Vec<u8>) {
        let mut writer = ReplyWriter::new(out, query, rest.rcode(), Authority::None);
        for record in &self.records {
            write_record(&mut writer, record.borrow());
        }
        for record in rest.records() {
            writer.copy(record, ttls);
        }
        writer.finish(query, rest.rcode(), frame);
    }
}

fn write_record(writer: &mut ReplyWriter<'_>, record: AnswerRecord<'_>) {
    match record.owner {
        Some(owner) => writer.answer_of(&owner, record.rtype, record.ttl, record.data),
        None => writer.answer(record.rtype, record.ttl, record.data),
    }
}

/// The SOA of a negative answer about `target`, to which aliases led; `None`: about the name in question.
fn write_negative(writer: &mut ReplyWriter<'_>, target: Option<&Name>, ttl: u32) {
    match target {
        Some(target) => writer.negative_of(target, ttl),
        None => writer.negative(ttl),
    }
}

fn finish(writer: ReplyWriter<'_>, request: &Request<'_>, rcode: Rcode, events: &mut EventBuffer) -> Verdict {
    writer.finish(request.query, rcode, request.frame());
    request.ended(&Ended::plainly(Verdict::Local, rcode), events)
}

impl OwnedRecord {
    fn borrow(&self) -> AnswerRecord<'_> {
        AnswerRecord { owner: self.owner, rtype: self.rtype, ttl: self.ttl, data: &self.data }
    }
}

impl From<AnswerRecord<'_>> for OwnedRecord {
    fn from(record: AnswerRecord<'_>) -> Self {
        Self { owner: record.owner, rtype: record.rtype, ttl: record.ttl, data: record.data.into() }
    }
}
