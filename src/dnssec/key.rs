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
