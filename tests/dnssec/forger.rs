//! Zones whose records are signed here, so that any lie can be told with true signatures, and a server that tells it.

use std::{
    io::{Read, Write},
    net::TcpListener,
    sync::Arc,
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use ponor::dns::{Name, RecordType};
use ring::{
    digest,
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};

pub(crate) const NSEC: RecordType = RecordType(47);
pub(crate) const DNSKEY: RecordType = RecordType(48);
pub(crate) const NSEC3: RecordType = RecordType(50);
const DAY: u32 = 86_400;
const TTL: u32 = 300;

/// A zone with one key.
pub(crate) struct Zone {
    pub(crate) apex: Name,
    pair: EcdsaKeyPair,
    /// The data of its DNSKEY record.
    pub(crate) key: Vec<u8>,
}

/// Records of one name and type.
#[derive(Clone)]
pub(crate) struct Set {
    pub(crate) owner: Name,
    pub(crate) rtype: RecordType,
    pub(crate) data: Vec<Vec<u8>>,
    /// The data of signature records.
    pub(crate) signatures: Vec<Vec<u8>>,
}

/// A reply without its question.
#[derive(Clone, Default)]
pub(crate) struct Told {
    pub(crate) rcode: u8,
    pub(crate) answer: Vec<Set>,
    pub(crate) authority: Vec<Set>,
}

pub(crate) fn name(text: &str) -> Name {
    text.parse().unwrap()
}

/// The set of these records, not signed.
pub(crate) fn set(owner: &str, rtype: RecordType, data: &[&[u8]]) -> Set {
    let data = data.iter().map(|data| data.to_vec()).collect();
    Set { owner: name(owner), rtype, data, signatures: Vec::new() }
}

/// The data of an NSEC record for types below 256.
pub(crate) fn nsec(next: &str, types: &[RecordType]) -> Vec<u8> {
    [name(next).wire(), &types_bits(types)].concat()
}

pub(crate) fn types_bits(types: &[RecordType]) -> Vec<u8> {
    let mut bits = [0_u8; 32];
    for rtype in types {
        bits[usize::from(rtype.0 / 8)] |= 0x80 >> (rtype.0 % 8);
    }
    [&[0, 32][..], &bits].concat()
}

pub(crate) fn soa() -> Vec<u8> {
    [name("ns.lab").wire(), name("host.lab").wire(), &[0; 16], &60_u32.to_be_bytes()].concat()
}

pub(crate) fn tag(key: &[u8]) -> u16 {
    let sum: u32 = key.iter().enumerate().map(|(at, octet)| u32::from(*octet) << (8 * (1 - at % 2))).sum();
    (sum.wrapping_add(sum >> 16) & 0xFFFF) as u16
}

impl Zone {
    pub(crate) fn new(apex: &str) -> Self {
        let random = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref(), &random).unwrap();
        let key = [&[1, 1, 3, 13][..], &pair.public_key().as_ref()[1..]].concat();
        Self { apex: name(apex), pair, key }
    }

    /// The data of the DS record that names its key, as one of this algorithm.
    pub(crate) fn ds(&self, algorithm: u8) -> Vec<u8> {
        let digest = digest::digest(&digest::SHA256, &[self.apex.wire(), &self.key].concat());
        [&tag(&self.key).to_be_bytes()[..], &[algorithm, 2], digest.as_ref()].concat()
    }

    /// The same as text.
    pub(crate) fn anchor(&self) -> String {
        let ds = self.ds(13);
        format!("{} DS {} 13 2 {}", self.apex, tag(&self.key), hex::encode(&ds[4..]))
    }

    /// Its keys, signed.
    pub(crate) fn keys(&self) -> Set {
        self.sign(Set { owner: self.apex, rtype: DNSKEY, data: vec![self.key.clone()], signatures: Vec::new() })
    }

    /// Signs `set`.
    pub(crate) fn sign(&self, set: Set) -> Set {
        let labels = set.owner.label_count() - usize::from(set.owner.wire().starts_with(b"\x01*"));
        self.sign_as(set, labels, &self.apex)
    }

    /// Signs `set` with this count of labels, in the name of `signer`.
    pub(crate) fn sign_as(&self, mut set: Set, labels: usize, signer: &Name) -> Set {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let now = u32::try_from(now).unwrap();
        let mut fixed = set.rtype.0.to_be_bytes().to_vec();
        fixed.extend([13, u8::try_from(labels).unwrap()]);
        for number in [TTL, now + DAY, now - DAY] {
            fixed.extend(number.to_be_bytes());
        }
        fixed.extend(tag(&self.key).to_be_bytes());
        fixed.extend_from_slice(signer.wire());
        let mut owner = set.owner;
        if labels < owner.label_count() && !owner.wire().starts_with(b"\x01*") {
            let below = owner.suffixes().nth(owner.label_count() - labels).unwrap().to_vec();
            owner = Name::from_wire(&below).unwrap().child(b"*").unwrap();
        }
        let mut message = fixed.clone();
        set.data.sort();
        for data in &set.data {
            message.extend_from_slice(owner.wire());
            message.extend(set.rtype.0.to_be_bytes());
            message.extend([0, 1]);
            message.extend(TTL.to_be_bytes());
            message.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
            message.extend_from_slice(data);
        }
        let signature = self.pair.sign(&SystemRandom::new(), &message).unwrap();
        set.signatures.push([&fixed, signature.as_ref()].concat());
        set
    }
}

impl Told {
    pub(crate) fn answer(sets: impl IntoIterator<Item = Set>) -> Self {
        Self { answer: sets.into_iter().collect(), ..Self::default() }
    }

    pub(crate) fn nothing(rcode: u8, sets: impl IntoIterator<Item = Set>) -> Self {
        Self { rcode, authority: sets.into_iter().collect(), ..Self::default() }
    }

    fn bytes(&self, query: &[u8], question_end: usize) -> Vec<u8> {
        let mut reply = [&query[..2], &[0x81, 0x80 | self.rcode, 0, 1, 0, 0, 0, 0, 0, 0]].concat();
        reply.extend_from_slice(&query[12..question_end]);
        for (at, sets) in [(6, &self.answer), (8, &self.authority)] {
            let mut count = 0_u16;
            for set in sets {
                let records = set.data.iter().map(|data| (set.rtype, data));
                for (rtype, data) in records.chain(set.signatures.iter().map(|data| (RecordType::RRSIG, data))) {
                    reply.extend_from_slice(set.owner.wire());
                    reply.extend(rtype.0.to_be_bytes());
                    reply.extend([0, 1]);
                    reply.extend(TTL.to_be_bytes());
                    reply.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
                    reply.extend_from_slice(data);
                    count += 1;
                }
            }
            reply[at..at + 2].copy_from_slice(&count.to_be_bytes());
        }
        reply
    }
}

/// Serves what `tell` says over TCP; returns the server as the configuration writes it. Lasts as long as the tests.
pub(crate) fn serve(tell: impl Fn(&Name, RecordType) -> Told + Send + Sync + 'static) -> String {
    let (listener, tell) = (TcpListener::bind("127.0.0.1:0").unwrap(), Arc::new(tell));
    let server = format!("tcp://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let tell = Arc::clone(&tell);
            thread::spawn(move || {
                stream.set_read_timeout(Some(Duration::from_mins(5))).unwrap();
                let mut length = [0; 2];
                while stream.read_exact(&mut length).is_ok() {
                    let mut query = vec![0; u16::from_be_bytes(length).into()];
                    stream.read_exact(&mut query).unwrap();
                    let (asked, end) = Name::read(&query, 12).unwrap();
                    let rtype = RecordType(u16::from_be_bytes([query[end], query[end + 1]]));
                    let reply = tell(&asked.to_lowercase(), rtype).bytes(&query, end + 4);
                    let length = u16::try_from(reply.len()).unwrap().to_be_bytes();
                    stream.write_all(&[&length[..], &reply].concat()).unwrap();
                }
            });
        }
    });
    server
}
