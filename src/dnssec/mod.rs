//! Judging answers by their signatures (RFC 4033 to 4035, 5155, 6840): what signs what, what a zone proves not to have, and
//! which chain of keys leads from the trust anchors to a zone.
//!
//! From the outside in: [`Chain`] takes an answer apart into what must be proven, [`delegation()`] and [`keys()`] lead from
//! one zone to the next, `signature` checks one set of records, `nsec` and `nsec3` read what is proven not to be there.
//! All of it works on the octets that were received, and within a [`Budget`]: a hostile answer costs bounded work.
//!
//! Leaves asking for keys, remembering them and reading the clock to `upstream`.

mod algorithm;
mod anchor;
mod chain;
mod delegation;
mod denial;
mod fault;
mod key;
mod nsec;
mod nsec3;
mod order;
mod rrset;
mod signature;

pub use anchor::{Anchor, Anchors, BadAnchor, built_in};
pub use chain::{Chain, End};
pub use delegation::{Delegation, Ttl, Vouched, delegation, keys};
pub use denial::{Denial, Denied};
pub use fault::Fault;
pub use key::{Ds, Key, Zone};
pub use rrset::{Rrset, place};
pub use signature::{Budget, Verified};

#[cfg(test)]
mod tests;
