//! Why an answer is not what its zone signed.

use crate::dns::{Ede, EdeCode};

/// Why an answer is not what its zone signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fault {
    /// A signature is not of these records by this key.
    BadSignature,
    /// All signatures have expired.
    Expired,
    /// All signatures begin in the future.
    NotYetValid,
    /// There is no key that the zone above, or the trust anchor, vouches for.
    KeyMissing,
    /// There are no signatures although the zone is signed.
    SignatureMissing,
    /// Nothing proves that the name or its records are not there.
    DenialMissing,
    /// There are records that belong to no part of the answer, or that contradict each other.
    Contradiction,
    /// Judging it would take more work than an answer is worth.
    TooMuch,
}

impl Fault {
    /// The reason as a client is told it (RFC 8914, section 4).
    #[must_use]
    pub fn reason(self) -> Ede {
        let (code, text) = match self {
            Self::BadSignature => (EdeCode::DNSSEC_BOGUS, "DNSSEC: a signature is wrong"),
            Self::Expired => (EdeCode::SIGNATURE_EXPIRED, "DNSSEC: the signatures have expired"),
            Self::NotYetValid => (EdeCode::SIGNATURE_NOT_YET_VALID, "DNSSEC: the signatures begin in the future"),
            Self::KeyMissing => {
                (EdeCode::DNSKEY_MISSING, "DNSSEC: the zone has no key that the zone above vouches for")
            }
            Self::SignatureMissing => (EdeCode::RRSIGS_MISSING, "DNSSEC: signatures are missing"),
            Self::DenialMissing => (EdeCode::NSEC_MISSING, "DNSSEC: nothing proves that there is no such record"),
            Self::Contradiction => (EdeCode::DNSSEC_BOGUS, "DNSSEC: the records do not belong together"),
            Self::TooMuch => (EdeCode::DNSSEC_BOGUS, "DNSSEC: judging the answer takes too much work"),
        };
        Ede::new(code, text)
    }
}
