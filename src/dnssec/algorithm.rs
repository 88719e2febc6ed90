//! Signatures and digests, by ring. Algorithms that are not known here make a zone unsigned for us (RFC 4035, section 5.2).

use ring::{
    digest::{self, Digest},
    signature::{
        ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
        RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY, RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey,
        VerificationAlgorithm,
    },
};

/// The longest exponent of an RSA key that is tried, in octets: a longer one is made to cost time, and ring takes none.
const LONGEST_EXPONENT: usize = 5;

/// Whether signatures of this algorithm can be checked. SHA-1 is none of them (RFC 9905).
pub(super) fn is_known(algorithm: u8) -> bool {
    matches!(algorithm, 8 | 10 | 13 | 14 | 15)
}

/// Whether `signature` is that of `message` by `key`, as it stands in a DNSKEY record.
pub(super) fn verify(algorithm: u8, key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    match algorithm {
        8 => rsa(&RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, key, message, signature),
        10 => rsa(&RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY, key, message, signature),
        // The point without the octet that says that it is not compressed (RFC 6605, section 4).
        13 => by(&ECDSA_P256_SHA256_FIXED, &[&[4], key].concat(), message, signature),
        14 => by(&ECDSA_P384_SHA384_FIXED, &[&[4], key].concat(), message, signature),
        15 => by(&ED25519, key, message, signature),
        _ => false,
    }
}

fn by(algorithm: &'static dyn VerificationAlgorithm, key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    UnparsedPublicKey::new(algorithm, key).verify(message, signature).is_ok()
}

/// The exponent behind its length in one octet, or three where the first is 0; then the modulus (RFC 3110, section 2).
fn rsa(parameters: &RsaParameters, key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let (length, rest) = match key {
        [0, high, low, rest @ ..] => (usize::from(u16::from_be_bytes([*high, *low])), rest),
        [length, rest @ ..] => (usize::from(*length), rest),
        [] => return false,
    };
    let Some((e, n)) = rest.split_at_checked(length).filter(|_| length <= LONGEST_EXPONENT) else { return false };
    // ring takes no zeros in front, which some signers write.
    let n = n.get(n.iter().take_while(|octet| **octet == 0).count()..).unwrap_or_default();
    RsaPublicKeyComponents { n, e }.verify(parameters, message, signature).is_ok()
}

/// The digest by which a DS record names a key; `None` for kinds that are not known here.
pub(super) fn digest(kind: u8, octets: &[u8]) -> Option<Digest> {
    let algorithm = match kind {
        1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
        2 => &digest::SHA256,
        4 => &digest::SHA384,
        _ => return None,
    };
    Some(digest::digest(algorithm, octets))
}

/// The hash by which an NSEC3 record names a name (RFC 5155, section 5).
pub(super) fn iterated(name: &[u8], salt: &[u8], iterations: u16) -> [u8; 20] {
    let hash = |octets: &[u8]| {
        let digest = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, &[octets, salt].concat());
        digest.as_ref().first_chunk::<20>().copied().unwrap_or_default()
    };
    (0..iterations).fold(hash(name), |last, _| hash(&last))
}
