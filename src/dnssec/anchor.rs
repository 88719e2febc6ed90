//! What is believed without a proof: the keys of the root, or what the operator gives.

use std::{fmt, str::FromStr};

use base64::{Engine, engine::general_purpose::STANDARD};

use super::{
    algorithm,
    key::{Ds, Key},
};
use crate::dns::Name;

/// The keys of the root: KSK-2017 and KSK-2024, as <https://data.iana.org/root-anchors/root-anchors.xml> names them.
const ROOT: [&str; 2] = [
    ". DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D",
    ". DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16",
];

/// A key that is believed, as a DS or DNSKEY record in zone-file form.
#[derive(Clone, PartialEq, Eq)]
pub struct Anchor {
    zone: Name,
    trusted: Trusted,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Trusted {
    Digest(Ds),
    Key(Key),
}

/// Text that is no trust anchor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadAnchor {
    /// It is no such record.
    #[error("not a DS or DNSKEY record")]
    NoRecord,
    /// Nothing could be proven with it.
    #[error("its algorithm is not one of 8, 10, 13, 14 and 15, or its digest not one of 1, 2 and 4")]
    Unknown,
    /// It would prove nothing.
    #[error("its digest is not as long as its kind says, or its key does not sign zones")]
    Unusable,
}

/// All that is believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchors(Vec<Anchor>);

impl Anchors {
    /// These, or those of the root where there are none.
    #[must_use]
    pub fn new(own: &[Anchor]) -> Self {
        Self(if own.is_empty() { built_in() } else { own.to_vec() })
    }

    /// The lowest zone at or above `name` that keys are believed of.
    #[must_use]
    pub fn above(&self, name: &Name) -> Option<Name> {
        let zones = self.0.iter().map(|anchor| anchor.zone).filter(|zone| name.is_within(zone));
        zones.max_by_key(Name::label_count)
    }

    /// Those of `keys` of `zone` that are believed.
    pub(super) fn among<'k>(&self, zone: &Name, keys: &'k [Key]) -> Vec<&'k Key> {
        let of_zone = || self.0.iter().filter(|anchor| anchor.zone == *zone);
        keys.iter().filter(|key| of_zone().any(|anchor| anchor.is(key))).collect()
    }
}

impl Anchor {
    fn is(&self, key: &Key) -> bool {
        match &self.trusted {
            Trusted::Digest(ds) => ds.names(&self.zone, key),
            Trusted::Key(own) => own == key,
        }
    }
}

/// The keys of the root.
#[must_use]
pub fn built_in() -> Vec<Anchor> {
    ROOT.iter().filter_map(|text| text.parse().ok()).collect()
}

/// A record as zone files have it: name, perhaps lifetime and class, type, data; behind `;` stands what people say of it.
impl FromStr for Anchor {
    type Err = BadAnchor;

    fn from_str(text: &str) -> Result<Self, BadAnchor> {
        let mut words = text.split(';').next().unwrap_or_default().split_ascii_whitespace();
        let zone: Name = words.next().and_then(|word| word.parse().ok()).ok_or(BadAnchor::NoRecord)?;
        let is_between = |word: &&str| word.parse::<u32>().is_err() && !word.eq_ignore_ascii_case("IN");
        let rtype = words.by_ref().find(is_between).ok_or(BadAnchor::NoRecord)?.to_ascii_uppercase();
        let mut number = || words.next().and_then(|word| word.parse::<u16>().ok()).ok_or(BadAnchor::NoRecord);
        let [first, second, third] = [number()?, number()?, number()?];
        let small = |number: u16| u8::try_from(number).map_err(|_| BadAnchor::NoRecord);
        let (second, third, rest) = (small(second)?, small(third)?, words.collect::<String>());
        let [high, low] = first.to_be_bytes();
        let trusted = match rtype.as_str() {
            "DS" => {
                let digest = hex::decode(rest).map_err(|_| BadAnchor::NoRecord)?;
                let ds = Ds { tag: first, algorithm: second, kind: third, digest: digest.into() };
                let length = algorithm::digest(third, &[]).ok_or(BadAnchor::Unknown)?.as_ref().len();
                if length != ds.digest.len() {
                    return Err(BadAnchor::Unusable);
                }
                Trusted::Digest(ds)
            }
            "DNSKEY" => {
                let public = STANDARD.decode(rest).map_err(|_| BadAnchor::NoRecord)?;
                Trusted::Key(
                    Key::read(&[&[high, low, second, third][..], &public].concat()).ok_or(BadAnchor::Unusable)?,
                )
            }
            _ => return Err(BadAnchor::NoRecord),
        };
        let algorithm = match &trusted {
            Trusted::Digest(ds) => ds.algorithm,
            Trusted::Key(key) => key.algorithm,
        };
        if !algorithm::is_known(algorithm) {
            return Err(BadAnchor::Unknown);
        }
        Ok(Self { zone: zone.to_lowercase(), trusted })
    }
}

impl fmt::Debug for Anchor {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tag = match &self.trusted {
            Trusted::Digest(ds) => ds.tag,
            Trusted::Key(key) => key.tag,
        };
        write!(out, "{} {tag}", self.zone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_has_both_keys() {
        let told: Vec<String> = built_in().iter().map(|anchor| format!("{anchor:?}")).collect();
        assert_eq!(told, [". 20326", ". 38696"]);
    }

    #[test]
    fn records_as_people_have_them() {
        let digest = "E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D";
        let key = "mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+GqJxpVXckHAeF+KkxLbxILfDLUT0rAK9iUzy1L53eKGQ==";
        let good = |text: &str, told: &str| {
            assert_eq!(text.parse::<Anchor>().map(|anchor| format!("{anchor:?}")).as_deref(), Ok(told), "{text}");
        };
        good(&format!(". DS 20326 8 2 {digest}"), ". 20326");
        good(&format!("Corp.example. 3600 IN DS 7 13 2 {} {} ; KSK", &digest[..8], &digest[8..]), "corp.example 7");
        good(&format!("example in dnskey 257 3 13 {key}"), "example 2371");
        let bad = |text: &str, expected: BadAnchor| assert_eq!(text.parse::<Anchor>(), Err(expected), "{text}");
        bad("", BadAnchor::NoRecord);
        bad(". A 1 2 3 4", BadAnchor::NoRecord);
        bad(". DS 20326 8 2 xyz", BadAnchor::NoRecord);
        bad(". DS 20326 8 2 E06D", BadAnchor::Unusable);
        bad(&format!(". DS 20326 8 9 {digest}"), BadAnchor::Unknown);
        bad(&format!(". DS 20326 5 2 {digest}"), BadAnchor::Unknown);
        bad(&format!(". DNSKEY 0 3 13 {key}"), BadAnchor::Unusable);
    }
}
