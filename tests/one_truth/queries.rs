//! Queries of all kinds, as bytes: good ones, odd ones, and what only looks like one.

use ponor::dns::{Name, RecordType};
use proptest::{collection::vec, option, prelude::*, sample::select};

use crate::{house::MODES, world::NAMES};

/// Octets of a header.
const HEADER: usize = 12;
/// The longest query that is sent: datagrams are looked at no further.
const LONGEST: usize = 2000;

/// A query, and the circumstances under which it is asked.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// How stopped names are answered.
    pub(crate) mode: usize,
    /// Which device asks.
    pub(crate) device: usize,
    /// The query.
    pub(crate) message: Vec<u8>,
}

impl Asked {
    /// The most octets that a reply over UDP may have.
    pub(crate) fn udp_limit(&self) -> usize {
        match ponor::dns::Packet::parse(&self.message) {
            ponor::dns::Packet::Query(query) => query.udp_limit(),
            _ => 512,
        }
    }
}

/// Whether there is anything to reply to: a header that is not a response's.
pub(crate) fn deserves_a_reply(message: &[u8]) -> bool {
    message.len() >= HEADER && message[2] & 0x80 == 0
}

/// A query as a stub sends it.
pub(crate) fn plain(name: &str, rtype: RecordType) -> Vec<u8> {
    let opt = Opt { payload: 1232, version: 0, flags: 0, options: Vec::new() };
    let name = name.parse::<Name>().unwrap().wire().to_vec();
    Form { header: [0, 0, 1, 0], name, rtype: rtype.0, class: 1, opt: Some(opt), fault: Fault::None }.written()
}

pub(crate) fn asked() -> impl Strategy<Value = Asked> {
    (0..MODES.len(), 0..2_usize, form()).prop_map(|(mode, device, form)| Asked {
        mode,
        device,
        message: form.written(),
    })
}

/// What a query is made of.
#[derive(Clone, Debug)]
struct Form {
    header: [u8; 4],
    name: Vec<u8>,
    rtype: u16,
    class: u16,
    opt: Option<Opt>,
    fault: Fault,
}

#[derive(Clone, Debug)]
struct Opt {
    payload: u16,
    version: u8,
    flags: u16,
    options: Vec<u8>,
}

/// What is wrong with a query.
#[derive(Clone, Debug)]
enum Fault {
    None,
    /// No question.
    NoQuestion,
    /// The question twice.
    TwoQuestions,
    /// These octets behind it.
    Trailing(Vec<u8>),
    /// Nothing behind this octet.
    CutOff(prop::sample::Index),
    /// A record in another section than the last.
    Record(usize),
    /// A second OPT record.
    TwoOpts,
    /// A count of records that are not there.
    Count(usize, u8),
    /// A name that points to itself.
    Loop,
    /// An OPT record whose options are cut off.
    BrokenOptions,
    /// Other octets behind the id.
    Noise(Vec<u8>),
}

impl Form {
    fn written(&self) -> Vec<u8> {
        let mut question = self.name.clone();
        if matches!(self.fault, Fault::Loop) {
            question = vec![1, b'x', 0xC0, 12];
        }
        question.extend(self.rtype.to_be_bytes());
        question.extend(self.class.to_be_bytes());
        let mut message = self.header.to_vec();
        message.extend([0, 1, 0, 0, 0, 0, 0, u8::from(self.opt.is_some())]);
        message.extend(&question);
        let record = b"\xC0\x0C\0\x01\0\x01\0\0\0\x3C\0\x04\xC0\0\x02\x01";
        match &self.fault {
            Fault::NoQuestion => {
                message.truncate(HEADER);
                message[5] = 0;
            }
            Fault::TwoQuestions => {
                message.extend(&question);
                message[5] = 2;
            }
            Fault::Record(section) => {
                message.extend(record);
                message[7 + 2 * section] += 1;
            }
            _ => {}
        }
        self.opt.iter().for_each(|opt| opt.write(&mut message, matches!(self.fault, Fault::BrokenOptions)));
        match &self.fault {
            Fault::TwoOpts => {
                self.opt.iter().for_each(|opt| opt.write(&mut message, false));
                message[11] *= 2;
            }
            Fault::Count(section, count) => message[5 + 2 * section] = *count,
            Fault::Trailing(octets) => message.extend(octets),
            Fault::CutOff(at) => message.truncate(at.index(message.len())),
            Fault::Noise(octets) => {
                message.truncate(2);
                message.extend(octets);
            }
            _ => {}
        }
        message.truncate(LONGEST);
        message
    }
}

impl Opt {
    fn write(&self, message: &mut Vec<u8>, broken: bool) {
        message.extend([0, 0, 41]);
        message.extend(self.payload.to_be_bytes());
        message.extend([0, self.version]);
        message.extend(self.flags.to_be_bytes());
        let broken: &[u8] = if broken { &[0, 10, 0, 8, 1] } else { &[] };
        message.extend(u16::try_from(self.options.len() + broken.len()).unwrap().to_be_bytes());
        message.extend(&self.options);
        message.extend(broken);
    }
}

fn form() -> impl Strategy<Value = Form> {
    (header(), name(), rtype(), class(), option::weighted(0.7, opt()), fault())
        .prop_map(|(header, name, rtype, class, opt, fault)| Form { header, name, rtype, class, opt, fault })
}

/// Id 0, as DNS over QUIC wants it, and the flags.
fn header() -> impl Strategy<Value = [u8; 4]> {
    let opcode = prop_oneof![30 => Just(0_u8), 1 => 1..16_u8];
    // QR, AA, TC; RD; Z, AD, CD; the code.
    let odd = prop_oneof![30 => Just(0_u8), 1 => Just(0x80), 1 => Just(0x04), 1 => Just(0x02)];
    let checks = prop_oneof![4 => Just(0_u8), 4 => Just(0x10), 1 => Just(0x20), 1 => Just(0x40), 1 => Just(0x30)];
    let code = prop_oneof![30 => Just(0_u8), 1 => 1..16_u8];
    (opcode, odd, prop::bool::weighted(0.9), checks, code)
        .prop_map(|(opcode, odd, desired, checks, code)| [0, 0, opcode << 3 | odd | u8::from(desired), checks | code])
}

fn name() -> impl Strategy<Value = Vec<u8>> {
    let known = select(&NAMES[..]).prop_map(|name| name.parse::<Name>().unwrap().wire().to_vec());
    // Around the limits of UDP, whose replies are cut where others are not.
    let sized = (400..1400_u16).prop_map(|size| format!("s{size}.example").parse::<Name>().unwrap().wire().to_vec());
    let below = (vec(any::<u8>(), 1..64), select(&NAMES[..])).prop_map(|(label, name)| {
        let name: Name = name.parse().unwrap();
        name.child(&label).unwrap_or(name).wire().to_vec()
    });
    let any_name = vec(vec(any::<u8>(), 1..64), 0..6).prop_map(|labels| {
        let name =
            labels.iter().fold("example".parse::<Name>().unwrap(), |name, label| name.child(label).unwrap_or(name));
        name.wire().to_vec()
    });
    let name = prop_oneof![12 => known, 3 => sized, 1 => below, 1 => any_name];
    (name, any::<u64>()).prop_map(|(name, cases)| turned(name, cases))
}

/// The name with the case of those letters turned that `cases` has a bit for. Lengths are no letters.
fn turned(mut name: Vec<u8>, cases: u64) -> Vec<u8> {
    for (place, octet) in name.iter_mut().enumerate() {
        if octet.is_ascii_alphabetic() && cases >> (place % 64) & 1 == 1 {
            *octet ^= 0x20;
        }
    }
    name
}

fn rtype() -> impl Strategy<Value = u16> {
    prop_oneof![
        8 => Just(1_u16),
        4 => Just(28),
        4 => Just(65),
        2 => select(&[16, 255, 6, 12, 5, 2, 15][..]),
        // Among them zone transfers, pseudo types, and those that nobody has defined.
        1 => select(&[0, 41, 43, 46, 64, 250, 251, 252, 253, 254, 32768, 65280, 65535][..]),
        1 => any::<u16>(),
    ]
}

fn class() -> impl Strategy<Value = u16> {
    prop_oneof![30 => Just(1_u16), 1 => select(&[0, 3, 4, 254, 255][..])]
}

fn opt() -> impl Strategy<Value = Opt> {
    let payload =
        prop_oneof![3 => Just(1232_u16), 2 => select(&[0, 511, 512, 513, 1400, 4096, 65535][..]), 1 => 512..1300_u16];
    let version = prop_oneof![20 => Just(0_u8), 1 => 1..=255_u8];
    let flags = prop_oneof![4 => Just(0_u16), 3 => Just(0x8000), 1 => any::<u16>()];
    (payload, version, flags, vec(edns_option(), 0..4)).prop_map(|(payload, version, flags, options)| Opt {
        payload,
        version,
        flags,
        options: options.concat(),
    })
}

fn edns_option() -> impl Strategy<Value = Vec<u8>> {
    let padding = vec(Just(0_u8), 0..300).prop_map(|zeros| (12_u16, zeros));
    let cookie = vec(any::<u8>(), 8).prop_map(|cookie| (10_u16, cookie));
    let subnet = Just((8_u16, b"\0\x01\x18\0\xC0\0\x02".to_vec()));
    let other = (any::<u16>(), vec(any::<u8>(), 0..40));
    prop_oneof![padding, cookie, subnet, other].prop_map(|(code, data)| {
        let length = u16::try_from(data.len()).unwrap();
        [&code.to_be_bytes()[..], &length.to_be_bytes(), &data].concat()
    })
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        40 => Just(Fault::None),
        1 => Just(Fault::NoQuestion),
        1 => Just(Fault::TwoQuestions),
        1 => vec(any::<u8>(), 1..200).prop_map(Fault::Trailing),
        2 => any::<prop::sample::Index>().prop_map(Fault::CutOff),
        1 => (0..3_usize).prop_map(Fault::Record),
        1 => Just(Fault::TwoOpts),
        1 => (0..4_usize, any::<u8>()).prop_map(|(section, count)| Fault::Count(section, count)),
        1 => Just(Fault::Loop),
        1 => Just(Fault::BrokenOptions),
        1 => vec(any::<u8>(), 0..60).prop_map(Fault::Noise),
    ]
}
