//! Names in wire form, held inline: reading one from a packet, from text, and walking its suffixes allocate nothing.

use std::{
    fmt,
    hash::{Hash, Hasher},
    str::FromStr,
};

/// The longest name in wire form, root label included (RFC 1035, section 2.3.4).
pub const MAX_NAME: usize = 255;
/// The longest label (RFC 1035, section 2.3.4).
pub const MAX_LABEL: usize = 63;
/// Compression pointers followed for one name; each must also point backwards, so this bounds hostile chains only.
const MAX_POINTERS: usize = 127;

/// A fully qualified name in uncompressed wire form, its case kept.
///
/// Two names are equal when they differ in ASCII case only (RFC 4343); hashing agrees with that.
#[derive(Clone, Copy)]
pub struct Name {
    length: u8,
    bytes: [u8; MAX_NAME],
}

/// Why bytes or text are not a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// The bytes end inside the name.
    #[error("the name is cut off")]
    CutOff,
    /// A label is longer than 63 octets.
    #[error("a label is longer than 63 octets")]
    LongLabel,
    /// The name is longer than 255 octets in wire form.
    #[error("the name is longer than 255 octets")]
    LongName,
    /// A label between two dots is empty.
    #[error("a label is empty")]
    EmptyLabel,
    /// A compression pointer does not point backwards, or there are too many of them.
    #[error("a compression pointer leads nowhere")]
    BadPointer,
    /// A label type other than a plain label or a pointer (RFC 6891, section 5 withdrew the others).
    #[error("an unknown label type")]
    UnknownLabelType,
    /// A backslash in text is not followed by a character or three digits up to 255.
    #[error("a backslash escapes nothing")]
    BadEscape,
    /// Text with characters beyond ASCII that IDNA does not map to a name.
    #[error("not a name that IDNA can encode")]
    BadIdna,
}

impl Name {
    /// The root, `.`.
    pub const ROOT: Self = Self { length: 1, bytes: [0; MAX_NAME] };

    /// Reads the name at `offset` of `packet`, following compression pointers (RFC 1035, section 4.1.4).
    /// Returns it with the offset of the first octet behind it.
    ///
    /// # Errors
    /// When the bytes there are not a name.
    #[inline]
    pub fn read(packet: &[u8], offset: usize) -> Result<(Self, usize), NameError> {
        match plain(packet, offset) {
            Some(wire) => Ok((Self::of_plain(wire), offset + wire.len())),
            None => Self::read_piecewise(packet, offset),
        }
    }

    /// Takes the octets of a name that [`plain`] found. Not inlined, so that it is made where it stays: names that are
    /// handed on by value are copied each time.
    #[inline(never)]
    pub(super) fn of_plain(wire: &[u8]) -> Self {
        let mut name = Self { length: length_octet(wire.len()), bytes: [0; MAX_NAME] };
        if let Some(space) = name.bytes.get_mut(..wire.len()) {
            space.copy_from_slice(wire);
        }
        name
    }

    /// Reads a name that may hold pointers, label by label.
    fn read_piecewise(packet: &[u8], offset: usize) -> Result<(Self, usize), NameError> {
        let mut name = Self::ROOT;
        let (mut at, mut written, mut end, mut pointers) = (offset, 0, None, 0);
        loop {
            let length = usize::from(*packet.get(at).ok_or(NameError::CutOff)?);
            match length {
                0 => break,
                1..=MAX_LABEL => {
                    let label = packet.get(at..=at + length).ok_or(NameError::CutOff)?;
                    let space = name.bytes.get_mut(written..written + label.len() + 1).ok_or(NameError::LongName)?;
                    space[..label.len()].copy_from_slice(label);
                    written += label.len();
                    at += label.len();
                }
                0xC0.. => {
                    let low = usize::from(*packet.get(at + 1).ok_or(NameError::CutOff)?);
                    let target = (length & 0x3F) << 8 | low;
                    pointers += 1;
                    if target >= at || pointers > MAX_POINTERS {
                        return Err(NameError::BadPointer);
                    }
                    end.get_or_insert(at + 2);
                    at = target;
                }
                _ => return Err(NameError::UnknownLabelType),
            }
        }
        name.bytes[written] = 0;
        name.length = length_octet(written + 1);
        Ok((name, end.unwrap_or(at + 1)))
    }

    /// Takes a complete wire name, as [`Self::wire`] gives it.
    ///
    /// # Errors
    /// When `wire` is not exactly one uncompressed name.
    pub fn from_wire(wire: &[u8]) -> Result<Self, NameError> {
        match Self::read(wire, 0)? {
            (name, end) if end == wire.len() && name.wire().len() == end => Ok(name),
            _ => Err(NameError::CutOff),
        }
    }

    /// Reads a host name as text in one pass: labels of letters, digits, `-` and `_` between dots, perhaps with a final
    /// one. The name is in lower case. `None` for any other text, which [`str::parse`] may still take for a name.
    #[must_use]
    pub fn from_host_text(text: &[u8]) -> Option<Self> {
        let text = text.strip_suffix(b".").unwrap_or(text);
        if text.len() > MAX_NAME - 2 {
            return None;
        }
        let (mut name, mut start) = (Self::ROOT, 0);
        for (at, &octet) in text.iter().enumerate() {
            match HOST_OCTETS[usize::from(octet)] {
                0 => return None,
                b'.' => {
                    name.bytes[start] = label_length(at - start)?;
                    start = at + 1;
                }
                lower => name.bytes[at + 1] = lower,
            }
        }
        name.bytes[start] = label_length(text.len() - start)?;
        name.length = length_octet(text.len() + 2);
        Some(name)
    }

    /// The name in wire form, its length octets and the root label included.
    #[must_use]
    pub fn wire(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }

    /// Eight octets of the wire form from `at` on, in lower case, the first of them the lowest of the word. What is behind the
    /// end of the name says nothing.
    #[inline]
    #[must_use]
    pub fn lower_word(&self, at: usize) -> u64 {
        lower(u64::from_le_bytes(match self.bytes.get(at..).and_then(<[u8]>::first_chunk) {
            Some(octets) => *octets,
            None => self.last_octets(at),
        }))
    }

    /// The octets from `at` on, of which fewer than eight are left, and zeros.
    #[cold]
    fn last_octets(&self, at: usize) -> [u8; 8] {
        let mut octets = [0; 8];
        let left = self.bytes.get(at..).unwrap_or_default();
        octets.iter_mut().zip(left).for_each(|(octet, left)| *octet = *left);
        octets
    }

    /// The same name in lower case, the form that keys and rules use.
    #[must_use]
    pub fn to_lowercase(&self) -> Self {
        let mut lower = *self;
        lower.bytes[..usize::from(self.length)].make_ascii_lowercase();
        lower
    }

    /// The last label in wire form, the root behind it: `\x03com\0`; of the root, `\0`.
    #[must_use]
    #[inline]
    pub fn top(&self) -> &[u8] {
        let mut top = self.wire();
        while let Some((&length @ 1.., behind)) = top.split_first() {
            match behind.get(usize::from(length)..) {
                Some([0] | []) | None => break,
                Some(next) => top = next,
            }
        }
        top
    }

    /// The labels from the left, without their length octets and without the root.
    pub fn labels(&self) -> impl Iterator<Item = &[u8]> {
        self.suffixes().filter_map(|suffix| {
            let (&length, rest) = suffix.split_first()?;
            rest.get(..usize::from(length)).filter(|label| !label.is_empty())
        })
    }

    /// How many labels the name has; the root has none.
    #[must_use]
    pub fn label_count(&self) -> usize {
        self.labels().count()
    }

    /// The name itself, its parent, and so on to the root, each in wire form.
    pub fn suffixes(&self) -> impl Iterator<Item = &[u8]> {
        suffixes(self.wire())
    }

    /// The name without its first label; `None` for the root.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        self.suffixes().nth(1).and_then(|wire| Self::from_wire(wire).ok())
    }

    /// Whether this is the root.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.length == 1
    }

    /// Whether the name is `ancestor` or lies below it.
    #[must_use]
    pub fn is_within(&self, ancestor: &Self) -> bool {
        self.suffixes().any(|suffix| suffix.eq_ignore_ascii_case(ancestor.wire()))
    }

    /// The name one label further down.
    ///
    /// # Errors
    /// When the label or the whole becomes too long, or the label is empty.
    pub fn child(&self, label: &[u8]) -> Result<Self, NameError> {
        let mut child = Self::ROOT;
        child.push_label(label, 0)?;
        let start = label.len() + 1;
        child.bytes.get_mut(start..start + self.wire().len()).ok_or(NameError::LongName)?.copy_from_slice(self.wire());
        child.length = length_octet(start + self.wire().len());
        Ok(child)
    }

    /// Writes `label` at `at`, leaving room for the root behind it; returns where the next one begins.
    fn push_label(&mut self, label: &[u8], at: usize) -> Result<usize, NameError> {
        if label.is_empty() {
            return Err(NameError::EmptyLabel);
        }
        let length = u8::try_from(label.len()).map_err(|_| NameError::LongLabel)?;
        if label.len() > MAX_LABEL {
            return Err(NameError::LongLabel);
        }
        let end = at + 1 + label.len();
        let space = self.bytes.get_mut(at..=end).ok_or(NameError::LongName)?;
        space[0] = length;
        space[1..=label.len()].copy_from_slice(label);
        space[label.len() + 1] = 0;
        self.length = length_octet(end + 1);
        Ok(end)
    }
}

/// The eight octets of a word in lower case, all at once. The length octets of a name are below 64 and stay what they are.
#[inline]
#[must_use]
pub fn lower(word: u64) -> u64 {
    const EACH: u64 = u64::MAX / 0xFF;
    const HIGH: u64 = EACH << 7;
    // The high bit of an octet is set by adding what reaches 128 from `A` on, and from behind `Z` on. No octet carries
    // into the next one, because its own high bit is out of the way.
    let low = word & !HIGH;
    let from_a = low + EACH * (128 - u64::from(b'A'));
    let behind_z = low + EACH * (127 - u64::from(b'Z'));
    let letters = from_a & !behind_z & !word & HIGH;
    word | letters >> 2
}

/// The name at `offset` of `packet` when it is a whole one without pointers; most are.
#[inline]
pub(super) fn plain(packet: &[u8], offset: usize) -> Option<&[u8]> {
    let wire = packet.get(offset..)?;
    let mut at = 0;
    loop {
        match *wire.get(at)? {
            0 => return wire.get(..=at).filter(|name| name.len() <= MAX_NAME),
            length if usize::from(length) <= MAX_LABEL => at += usize::from(length) + 1,
            _ => return None,
        }
    }
}

/// The octets of host names and the dot, each in lower case; 0 for all others.
const HOST_OCTETS: [u8; 256] = {
    let (mut octets, mut octet) = ([0; 256], 0_u8);
    while octet < 128 {
        if octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_' | b'.') {
            octets[octet as usize] = octet.to_ascii_lowercase();
        }
        octet += 1;
    }
    octets
};

/// The length octet of a label; none when it is empty or too long.
fn label_length(length: usize) -> Option<u8> {
    u8::try_from(length).ok().filter(|_| (1..=MAX_LABEL).contains(&length))
}

/// A name in wire form, its parent, and so on to the root.
pub fn suffixes(wire: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::successors(Some(wire), |suffix| match suffix.first() {
        Some(&length) if length > 0 => suffix.get(usize::from(length) + 1..),
        _ => None,
    })
}

/// A wire length as the octet it is kept in; callers have bounded it by [`MAX_NAME`].
fn length_octet(length: usize) -> u8 {
    u8::try_from(length).unwrap_or(u8::MAX)
}

/// Reads a name from text (RFC 1035, section 5.1): dots part labels, `\.` and `\DDD` escape, a final dot is allowed,
/// `.` is the root. Characters beyond ASCII are encoded by IDNA (UTS 46).
impl FromStr for Name {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        if text.is_ascii() {
            return from_ascii(text.as_bytes());
        }
        let encoded =
            idna::domain_to_ascii_cow(text.as_bytes(), idna::AsciiDenyList::EMPTY).map_err(|_| NameError::BadIdna)?;
        from_ascii(encoded.as_bytes())
    }
}

fn from_ascii(text: &[u8]) -> Result<Name, NameError> {
    if text == b"." {
        return Ok(Name::ROOT);
    }
    let (mut name, mut at) = (Name::ROOT, 0);
    let (mut label, mut filled) = ([0_u8; MAX_LABEL], 0);
    let mut octets = text.iter().copied();
    while let Some(octet) = octets.next() {
        let octet = match octet {
            b'.' => {
                at = name.push_label(&label[..filled], at)?;
                filled = 0;
                continue;
            }
            b'\\' => unescape(&mut octets)?,
            plain => plain,
        };
        *label.get_mut(filled).ok_or(NameError::LongLabel)? = octet;
        filled += 1;
    }
    if filled > 0 {
        name.push_label(&label[..filled], at)?;
    } else if at == 0 {
        return Err(NameError::EmptyLabel);
    }
    Ok(name)
}

/// The octet behind a backslash: three digits, or any other character for itself.
fn unescape(octets: &mut impl Iterator<Item = u8>) -> Result<u8, NameError> {
    let first = octets.next().ok_or(NameError::BadEscape)?;
    if !first.is_ascii_digit() {
        return Ok(first);
    }
    let mut value = u32::from(first - b'0');
    for _ in 0..2 {
        let digit = octets.next().filter(u8::is_ascii_digit).ok_or(NameError::BadEscape)?;
        value = value * 10 + u32::from(digit - b'0');
    }
    u8::try_from(value).map_err(|_| NameError::BadEscape)
}

/// Writes the name as people read it: no final dot but for the root, octets that would mislead escaped.
impl fmt::Display for Name {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_root() {
            return out.write_str(".");
        }
        for (position, label) in self.labels().enumerate() {
            if position > 0 {
                out.write_str(".")?;
            }
            for &octet in label {
                match octet {
                    b'.' | b'\\' | b'"' | b';' | b'(' | b')' | b'@' | b'$' => write!(out, "\\{}", char::from(octet))?,
                    0x21..=0x7E => write!(out, "{}", char::from(octet))?,
                    _ => write!(out, "\\{octet:03}")?,
                }
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Name({self})")
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.wire().eq_ignore_ascii_case(other.wire())
    }
}

impl Eq for Name {}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write(self.to_lowercase().wire());
    }
}

impl serde::Serialize for Name {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Name {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(|error| serde::de::Error::custom(format!("`{text}`: {error}")))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn name(text: &str) -> Name {
        text.parse().unwrap()
    }

    #[test]
    fn words_of_a_name() {
        let longest: Name = ["A".repeat(63), "B".repeat(63), "C".repeat(63), "D".repeat(61)].join(".").parse().unwrap();
        assert_eq!(longest.wire().len(), MAX_NAME);
        for name in [longest, name("Ab.C"), Name::ROOT] {
            let lower = name.wire().to_ascii_lowercase();
            for at in 0..=lower.len() {
                let left = &lower[at..lower.len().min(at + 8)];
                assert_eq!(name.lower_word(at).to_le_bytes()[..left.len()], *left, "{name} {at}");
            }
        }
    }

    #[test]
    fn text_to_wire_and_back() {
        let check = |text: &str, wire: &[u8], shown: &str| {
            let parsed = name(text);
            assert_eq!(parsed.wire(), wire, "{text}");
            assert_eq!(parsed.to_string(), shown, "{text}");
        };
        check(".", b"\0", ".");
        check("Example.ORG", b"\x07Example\x03ORG\0", "Example.ORG");
        check("example.org.", b"\x07example\x03org\0", "example.org");
        check("a\\.b.c", b"\x03a.b\x01c\0", "a\\.b.c");
        check("\\000\\255x", b"\x03\0\xffx\0", "\\000\\255x");
        check("bücher.example", b"\x0dxn--bcher-kva\x07example\0", "xn--bcher-kva.example");
        check("_dns.resolver.arpa", b"\x04_dns\x08resolver\x04arpa\0", "_dns.resolver.arpa");
    }

    #[test]
    fn text_that_is_no_name() {
        let check = |text: &str, error: NameError| assert_eq!(text.parse::<Name>(), Err(error), "{text}");
        check("", NameError::EmptyLabel);
        check("a..b", NameError::EmptyLabel);
        check(".a", NameError::EmptyLabel);
        check("a\\", NameError::BadEscape);
        check("a\\25", NameError::BadEscape);
        check("a\\256", NameError::BadEscape);
        check(&"x".repeat(64), NameError::LongLabel);
        check(&"abcdefg.".repeat(32), NameError::LongName);
    }

    #[test]
    fn hostile_packets() {
        let check =
            |packet: &[u8], at: usize, error: NameError| assert_eq!(Name::read(packet, at), Err(error), "{packet:?}");
        check(b"", 0, NameError::CutOff);
        check(b"\x03ab", 0, NameError::CutOff);
        check(b"\x01a", 0, NameError::CutOff);
        check(b"\xc0", 0, NameError::CutOff);
        check(b"\xc0\x00", 0, NameError::BadPointer);
        check(b"\x01a\xc0\x02", 2, NameError::BadPointer);
        check(b"\xc0\x02\xc0\x00", 2, NameError::BadPointer);
        check(b"\x40a\0", 0, NameError::UnknownLabelType);
        let long: Vec<u8> =
            std::iter::repeat_n(b"\x3fxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 5)
                .flatten()
                .copied()
                .chain([0])
                .collect();
        check(&long, 0, NameError::LongName);
    }

    #[test]
    fn a_name_of_the_greatest_length() {
        let text = ["x".repeat(63), "y".repeat(63), "z".repeat(63), "w".repeat(61)].join(".");
        assert_eq!(name(&text).wire().len(), MAX_NAME);
        assert_eq!(name(&text).to_string(), text);
        assert_eq!(Name::from_wire(name(&text).wire()), Ok(name(&text)));
    }

    #[test]
    fn pointers_are_followed() {
        let packet = b"\x03org\0\x07example\xc0\x00\x03www\xc0\x05tail";
        let (read, end) = Name::read(packet, 15).unwrap();
        assert_eq!((read, end), (name("www.example.org"), 21));
    }

    #[test]
    fn relations() {
        assert!(name("a.B.c").is_within(&name("b.C")));
        assert!(name("b.c").is_within(&name("b.c")));
        assert!(!name("ab.c").is_within(&name("b.c")));
        assert!(name("b.c").is_within(&Name::ROOT));
        assert_eq!(name("a.b.c").parent(), Some(name("b.c")));
        assert_eq!(Name::ROOT.parent(), None);
        assert_eq!(name("b.c").child(b"a"), Ok(name("a.b.c")));
        assert_eq!(Name::ROOT.child(b""), Err(NameError::EmptyLabel));
        assert_eq!(name("a.b.c").labels().collect::<Vec<_>>(), [b"a", b"b", b"c"]);
        assert_eq!((name("a.b.c").label_count(), Name::ROOT.label_count()), (3, 0));
    }

    proptest! {
        #[test]
        fn words_become_lower_case(octets: [u8; 8]) {
            let expected = u64::from_le_bytes(octets.map(|octet| octet.to_ascii_lowercase()));
            prop_assert_eq!(lower(u64::from_le_bytes(octets)), expected);
        }

        #[test]
        fn every_name_survives_text(labels in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..=63), 0..6)) {
            let mut built = Name::ROOT;
            for label in &labels {
                match built.child(label) {
                    Ok(longer) => built = longer,
                    Err(error) => prop_assert_eq!(error, NameError::LongName),
                }
            }
            let read: Name = built.to_string().parse().unwrap();
            prop_assert_eq!(read.wire(), built.wire());
        }

        #[test]
        fn host_text_is_read_like_any_text(text in "[a-cA-C0-9_.-]{0,12}|([a-d]{50,70}\\.?){0,6}") {
            let read = Name::from_host_text(text.as_bytes());
            let expected = text.parse::<Name>().ok().filter(|name| !name.is_root()).map(|name| name.to_lowercase());
            prop_assert_eq!(read.map(|name| name.wire().to_vec()), expected.map(|name| name.wire().to_vec()));
        }

        #[test]
        fn no_bytes_panic(packet: Vec<u8>, at in 0_usize..64) {
            if let Ok((read, end)) = Name::read(&packet, at) {
                prop_assert!(end <= packet.len());
                prop_assert_eq!(Name::from_wire(read.wire()).unwrap(), read);
            }
        }
    }
}
