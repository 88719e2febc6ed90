//! Extended DNS errors (RFC 8914): the reason behind an answer, in a number and a short text.

/// A reason that travels in the OPT record of a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ede {
    /// What kind of reason.
    pub code: EdeCode,
    /// Text for people, UTF-8, as short as it can be; may be empty.
    pub text: std::borrow::Cow<'static, str>,
}

impl Ede {
    /// A reason with a text that is known in advance.
    #[must_use]
    pub const fn new(code: EdeCode, text: &'static str) -> Self {
        Self { code, text: std::borrow::Cow::Borrowed(text) }
    }

    /// The reason that these octets hold: a code and a text. `None` when they hold no code.
    #[must_use]
    pub fn from_octets(octets: &[u8]) -> Option<Self> {
        let (code, text) = octets.split_first_chunk::<2>()?;
        Some(Self { code: EdeCode(u16::from_be_bytes(*code)), text: String::from_utf8_lossy(text).into_owned().into() })
    }

    /// The code and the text as [`Self::from_octets`] reads them.
    pub fn octets(&self) -> impl Iterator<Item = u8> {
        self.code.0.to_be_bytes().into_iter().chain(self.text.bytes())
    }

    /// The reason in words: its text, or what its code is called when it has none.
    #[must_use]
    pub fn words(&self) -> &str {
        if self.text.is_empty() { self.code.title() } else { &self.text }
    }
}

/// What the codes are called in IANA's registry, from 0.
const TITLES: [&str; 31] = [
    "Other Error",
    "Unsupported DNSKEY Algorithm",
    "Unsupported DS Digest Type",
    "Stale Answer",
    "Forged Answer",
    "DNSSEC Indeterminate",
    "DNSSEC Bogus",
    "Signature Expired",
    "Signature Not Yet Valid",
    "DNSKEY Missing",
    "RRSIGs Missing",
    "No Zone Key Bit Set",
    "NSEC Missing",
    "Cached Error",
    "Not Ready",
    "Blocked",
    "Censored",
    "Filtered",
    "Prohibited",
    "Stale NXDOMAIN Answer",
    "Not Authoritative",
    "Not Supported",
    "No Reachable Authority",
    "Network Error",
    "Invalid Data",
    "Signature Expired before Valid",
    "Too Early",
    "Unsupported NSEC3 Iterations Value",
    "Unable to conform to policy",
    "Synthesized",
    "Invalid Query Type",
];

/// The info codes of RFC 8914, section 4, that ponor gives; others pass through as numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EdeCode(pub u16);

impl EdeCode {
    /// Something that has no code of its own.
    pub const OTHER: Self = Self(0);
    /// The answer is older than its lifetime.
    pub const STALE_ANSWER: Self = Self(3);
    /// The address was made up here.
    pub const FORGED_ANSWER: Self = Self(4);
    /// The signatures do not prove the answer.
    pub const DNSSEC_BOGUS: Self = Self(6);
    /// The signatures have expired.
    pub const SIGNATURE_EXPIRED: Self = Self(7);
    /// The signatures begin in the future.
    pub const SIGNATURE_NOT_YET_VALID: Self = Self(8);
    /// The zone has no key that is vouched for.
    pub const DNSKEY_MISSING: Self = Self(9);
    /// There are no signatures where there must be some.
    pub const RRSIGS_MISSING: Self = Self(10);
    /// Nothing proves that the name or its records are not there.
    pub const NSEC_MISSING: Self = Self(12);
    /// The failure is remembered from a moment ago (RFC 9520).
    pub const CACHED_ERROR: Self = Self(13);
    /// Stopped by the operator's lists.
    pub const BLOCKED: Self = Self(15);
    /// Removed by the operator's policy.
    pub const FILTERED: Self = Self(17);
    /// The server will not answer this client or this kind of question.
    pub const PROHIBITED: Self = Self(18);
    /// A stale NXDOMAIN.
    pub const STALE_NXDOMAIN: Self = Self(19);
    /// There is no data of one's own for the name, and others are not asked.
    pub const NOT_AUTHORITATIVE: Self = Self(20);
    /// The kind of question is not supported.
    pub const NOT_SUPPORTED: Self = Self(21);
    /// No upstream could be reached.
    pub const NO_REACHABLE_AUTHORITY: Self = Self(22);
    /// The network failed on the way to an upstream.
    pub const NETWORK_ERROR: Self = Self(23);
    /// An upstream sent something that is no answer.
    pub const INVALID_DATA: Self = Self(24);

    /// What it is called in IANA's registry (RFC 8914, section 5.2).
    #[must_use]
    pub fn title(self) -> &'static str {
        TITLES.get(usize::from(self.0)).copied().unwrap_or("a reason that has no name")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_without_a_text_is_called_what_its_code_is() {
        let check = |code: EdeCode, text: &'static str, expected: &str| {
            assert_eq!(Ede::new(code, text).words(), expected);
        };
        check(EdeCode::BLOCKED, "stopped by list ads", "stopped by list ads");
        check(EdeCode::BLOCKED, "", "Blocked");
        check(EdeCode::NOT_AUTHORITATIVE, "", "Not Authoritative");
        check(EdeCode::INVALID_DATA, "", "Invalid Data");
        check(EdeCode(30), "", "Invalid Query Type");
        check(EdeCode(31), "", "a reason that has no name");
    }
}
