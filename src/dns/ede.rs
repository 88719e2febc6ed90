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
}

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
}
