//! Keys of zones, and the records by which the zone above names them.

use super::{algorithm, rrset::Rrset};
use crate::dns::{Name, RecordType};

/// The flag of a key that signs a zone (RFC 4034, section 2.1.1).
const ZONE_KEY: u16 = 0x0100;
/// The flag of a key that its owner takes back (RFC 5011, section 2.1).
const REVOKED: u16 = 0x0080;
/// Keys of one zone that are kept.
const MOST_KEYS: usize = 16;
/// DS records of one zone that are kept.
const MOST_DS: usize = 16;

/// A zone whose keys are proven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    /// Its name, in lower case.
    pub apex: Name,
    /// Its keys.
    pub keys: Vec<Key>,
}

/// A key that signs a zone: the data of a DNSKEY record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    pub(super) algorithm: u8,
    pub(super) tag: u16,
    pub(super) data: Box<[u8]>,
}

/// What names a key from above: the data of a DS record (RFC 4034, section 5.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ds {
    pub(super) tag: u16,
    pub(super) algorithm: u8,
    pub(super) kind: u8,
    pub(super) digest: Box<[u8]>,
}

impl Key {
    /// The key in the data of a DNSKEY record, if it is one that signs zones and is not taken back.
    pub(super) fn read(data: &[u8]) -> Option<Self> {
        let [high, low, protocol, algorithm, ..] = data else { return None };
        let flags = u16::from_be_bytes([*high, *low]);
        let signs = flags & ZONE_KEY != 0 && flags & REVOKED == 0 && *protocol == 3;
        signs.then(|| Self { algorithm: *algorithm, tag: tag(data), data: data.into() })
    }

    /// The keys among `set` that sign zones.
    pub(super) fn of_set(set: &Rrset<'_>) -> Vec<Self> {
        set.data.iter().filter_map(|data| Self::read(data)).take(MOST_KEYS).collect()
    }

    /// What the algorithm calls the key.
    pub(super) fn public(&self) -> &[u8] {
        self.data.get(4..).unwrap_or_default()
    }
}

impl Ds {
    /// The content of a DS record.
    pub(super) fn read(data: &[u8]) -> Option<Self> {
        let [high, low, algorithm, kind, digest @ ..] = data else { return None };
        Some(Self { tag: u16::from_be_bytes([*high, *low]), algorithm: *algorithm, kind: *kind, digest: digest.into() })
    }

    /// Those in `set` by which a key can be known: both algorithms are, and SHA-1 counts only where there is nothing better
    /// (RFC 4509, section 3).
    pub(super) fn of_set(set: &Rrset<'_>) -> Vec<Self> {
        let read = set.data.iter().filter(|_| set.rtype == RecordType::DS).filter_map(|data| Self::read(data));
        let known = |ds: &Self| algorithm::is_known(ds.algorithm) && algorithm::digest(ds.kind, &[]).is_some();
        let mut all: Vec<Self> = read.filter(known).take(MOST_DS).collect();
        if all.iter().any(|ds| ds.kind != 1) {
            all.retain(|ds| ds.kind != 1);
        }
        all
    }

    /// Whether this names `key` of the zone `apex`.
    pub(super) fn names(&self, apex: &Name, key: &Key) -> bool {
        self.tag == key.tag
            && self.algorithm == key.algorithm
            && algorithm::digest(self.kind, &[apex.to_lowercase().wire(), &key.data].concat())
                .is_some_and(|digest| digest.as_ref() == &*self.digest)
    }
}

/// The number that helps to find a key; several may have the same (RFC 4034, appendix B).
fn tag(data: &[u8]) -> u16 {
    let sum = data.chunks(2).fold(0_u32, |sum, pair| {
        let low = pair.get(1).copied().unwrap_or(0);
        sum.wrapping_add(u32::from(u16::from_be_bytes([pair[0], low])))
    });
    (sum.wrapping_add(sum >> 16) & 0xFFFF) as u16
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::STANDARD};

    use super::*;

    #[test]
    fn the_key_of_rfc_4034() {
        // Section 5.4: a key, its number, and its DS record.
        let public = "AQOeiiR0GOMYkDshWoSKz9XzfwJr1AYtsmx3TGkJaNXVbfi/2pHm822aJ5iI9BMzNXxeYCmZDRD99WYwYqUSdjMmmAphXdvx\
                      egXd/M5+X7OrzKBaMbCVdFLUUh6DhweJBjEVv5f2wwjM9XzcnOf+EPbtG9DMBmADjFDc2w/rljwvFw==";
        let data = [&[1, 0, 3, 5][..], &STANDARD.decode(public).unwrap()].concat();
        let key = Key::read(&data).unwrap();
        assert_eq!((key.tag, key.algorithm), (60485, 5));
        let digest = hex::decode("2BB183AF5F22588179A53B0A98631FAD1A292118").unwrap();
        let ds = Ds { tag: 60485, algorithm: 5, kind: 1, digest: digest.into() };
        let apex = "Dskey.example.com".parse().unwrap();
        assert!(ds.names(&apex, &key));
        assert!(!ds.names(&"example.com".parse().unwrap(), &key));
        assert!(!Ds { kind: 2, ..ds.clone() }.names(&apex, &key));
        assert!(!Ds { tag: 1, ..ds }.names(&apex, &key));
    }

    #[test]
    fn which_keys_sign_zones() {
        let read = |flags: u16, protocol: u8| {
            let [high, low] = flags.to_be_bytes();
            Key::read(&[high, low, protocol, 13, 1, 2]).is_some()
        };
        assert!(read(0x0100, 3) && read(0x0101, 3));
        assert!(!read(0x0000, 3) && !read(0x0181, 3) && !read(0x0100, 2));
    }
}
