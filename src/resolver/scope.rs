//! Questions that ponor answers with a word of its own, whatever their name.

use super::{Ended, Output, Request};
use crate::{
    dns::{
        Class, Ede, EdeCode, Query, Rcode, RecordType,
        reply::{self, Authority, Frame, ReplyWriter},
    },
    policy::Verdict,
};

/// The lifetime of the answer to ANY, in seconds.
const ANY_TTL: u32 = 3600;
/// The data of the HINFO record that RFC 8482, section 4.2, gives for ANY.
const ANY_HINFO: &[u8] = b"\x07RFC8482\0";

/// What a question is told instead of an answer.
#[derive(Clone, Copy, Debug)]
pub(super) enum Told {
    /// REFUSED, or another code, with the reason.
    No(Rcode, &'static Ede),
    /// That ANY is not answered in full (RFC 8482).
    Minimal,
}

/// Questions that no name makes answerable: other classes than IN, zone transfers, pseudo types.
pub(super) fn refusal(query: &Query) -> Option<Told> {
    static CLASS: Ede = Ede::new(EdeCode::NOT_SUPPORTED, "only class IN is answered");
    static TRANSFER: Ede = Ede::new(EdeCode::PROHIBITED, "there are no zones to transfer");
    static PSEUDO: Ede = Ede::new(EdeCode::NOT_SUPPORTED, "not a type that can be asked for");
    if query.class != Class::IN {
        return Some(Told::No(Rcode::REFUSED, &CLASS));
    }
    if query.rtype.is_transfer() {
        return Some(Told::No(Rcode::REFUSED, &TRANSFER));
    }
    (query.rtype.is_meta() && query.rtype != RecordType::ANY).then_some(Told::No(Rcode::FORMERR, &PSEUDO))
}

/// Questions that are not forwarded: ANY (RFC 8482), and those that want memory alone (RD clear), because what the others in
/// the house have asked is nobody's business.
pub(super) fn not_forwarded(query: &Query) -> Option<Told> {
    static SNOOPING: Ede = Ede::new(EdeCode::NOT_AUTHORITATIVE, "only recursive questions are answered");
    if query.rtype == RecordType::ANY {
        return Some(Told::Minimal);
    }
    (!query.recursion_desired).then_some(Told::No(Rcode::REFUSED, &SNOOPING))
}

impl Told {
    /// Why, for people.
    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::No(_, reason) => &reason.text,
            Self::Minimal => "RFC 8482",
        }
    }

    pub(super) fn write(self, request: &Request<'_>, out: &mut Output<'_>) -> Verdict {
        let rcode = match self {
            Self::No(rcode, reason) => {
                reply::bare(out.reply, request.query, rcode, Frame { ede: Some(reason), ..request.frame() });
                rcode
            }
            Self::Minimal => {
                let mut writer = ReplyWriter::new(out.reply, request.query, Rcode::NOERROR, Authority::None);
                writer.answer(RecordType::HINFO, ANY_TTL, ANY_HINFO);
                writer.finish(request.query, Rcode::NOERROR, request.frame());
                Rcode::NOERROR
            }
        };
        request.ended(&Ended::plainly(Verdict::Local, rcode), out.events)
    }
}
