//! The answer to a question that is stopped, in the mode of the configuration.

use std::net::IpAddr;

use super::{Ended, Output, Request};
use crate::{
    config::BlockMode,
    dns::{
        Name, Rcode, RecordType,
        reply::{Authority, Frame, ReplyWriter},
    },
    policy::{Cause, CauseSource, Policy, Verdict},
};

/// Writes the answer to a question that `cause` stops, for the alias target `via` if there is one. Canary names get NXDOMAIN
/// whatever the mode, because any address tells the browser that it may go on; a removed address leaves NODATA.
pub(super) fn write(
    request: &Request<'_>,
    policy: &Policy,
    cause: Cause,
    via: Option<&Name>,
    out: &mut Output<'_>,
) -> Verdict {
    let mode = match cause.source {
        CauseSource::Canary => &BlockMode::Nxdomain,
        CauseSource::Rebinding | CauseSource::NoAddress => &BlockMode::Nodata,
        // A name above own records exists, whatever stops it (RFC 8020, section 2).
        _ if *policy.mode() == BlockMode::Nxdomain && policy.local().has_below(&request.query.name) => {
            &BlockMode::Nodata
        }
        _ => policy.mode(),
    };
    let rcode = match mode {
        BlockMode::Nxdomain => Rcode::NXDOMAIN,
        BlockMode::Refused => Rcode::REFUSED,
        BlockMode::Null | BlockMode::Nodata | BlockMode::Addresses(_) => Rcode::NOERROR,
    };
    let (query, ttl) = (request.query, policy.ttl());
    let mut writer = ReplyWriter::new(out.reply, query, rcode, Authority::None);
    let answered = match mode {
        BlockMode::Null => write_null(&mut writer, query.rtype, ttl),
        BlockMode::Addresses(addresses) => write_addresses(&mut writer, query.rtype, ttl, addresses),
        BlockMode::Nxdomain | BlockMode::Nodata | BlockMode::Refused => false,
    };
    if !answered && rcode != Rcode::REFUSED {
        writer.negative(ttl);
    }
    writer.finish(query, rcode, Frame { ede: Some(policy.reason(cause.source)), ..request.frame() });
    request.ended(&Ended { cause: Some(cause), via, ..Ended::plainly(Verdict::Stopped, rcode) }, out.events)
}

/// The unspecified address of the family that was asked for.
fn write_null(writer: &mut ReplyWriter<'_>, rtype: RecordType, ttl: u32) -> bool {
    match rtype {
        RecordType::A => writer.answer(rtype, ttl, &[0; 4]),
        RecordType::AAAA => writer.answer(rtype, ttl, &[0; 16]),
        _ => return false,
    }
    true
}

/// Those of the addresses that are of the family that was asked for.
fn write_addresses(writer: &mut ReplyWriter<'_>, rtype: RecordType, ttl: u32, addresses: &[IpAddr]) -> bool {
    let mut written = false;
    for address in addresses {
        match (rtype, address) {
            (RecordType::A, IpAddr::V4(address)) => writer.answer(rtype, ttl, &address.octets()),
            (RecordType::AAAA, IpAddr::V6(address)) => writer.answer(rtype, ttl, &address.octets()),
            _ => continue,
        }
        written = true;
    }
    written
}
