//! Whatever comes, reading it comes to an end without a panic.

use proptest::prelude::*;

use super::*;
use crate::dns::{Answer, Name, Question, RecordType};

/// The message with these records, of type, owner and data, all in the answer section but the last half.
fn message(records: &[(u16, u8, Vec<u8>)], rcode: u8) -> Vec<u8> {
    let half = u8::try_from(records.len().div_ceil(2)).unwrap_or(0);
    let rest = u8::try_from(records.len()).unwrap_or(0) - half;
    let mut bytes = vec![0, 0, 0x81, 0x80 | rcode, 0, 1, 0, half, 0, rest, 0, 0];
    bytes.extend(b"\x01a\x01b\0\0\x01\0\x01");
    for (rtype, owner, data) in records {
        // `a.b`, `b`, or the root.
        bytes.extend([0xC0, 12 + owner % 3 * 2]);
        bytes.extend(rtype.to_be_bytes());
        bytes.extend([0, 1, 0, 0, 1, 0]);
        bytes.extend(u16::try_from(data.len()).unwrap_or(0).to_be_bytes());
        bytes.extend(data);
    }
    bytes
}

/// Data that begins as that of records with signatures and proofs does.
fn data() -> impl Strategy<Value = Vec<u8>> {
    let beginnings = prop::sample::select(vec![
        b"".to_vec(),
        b"\0\x01\x0d\x02\0\0\x01\0\xff\xff\xff\x7f\0\0\0\0\x12\x34\x01b\0".to_vec(),
        b"\0\x2f\x0d\x01\0\0\x01\0\xff\xff\xff\x7f\0\0\0\0\x12\x34\0".to_vec(),
        b"\x01\x01\x03\x0d".to_vec(),
        b"\x01\x01\x03\x08\x01\x03".to_vec(),
        b"\x12\x34\x0d\x02".to_vec(),
        b"\x01z\x01b\0\0\x01".to_vec(),
        b"\x01\0\0\x01\x02\xaa\xbb\x14".to_vec(),
    ]);
    (beginnings, prop::collection::vec(any::<u8>(), 0..80)).prop_map(|(beginning, rest)| [beginning, rest].concat())
}

proptest! {
    #[test]
    fn no_records_panic(
        records in prop::collection::vec(
            (prop::sample::select(vec![1_u16, 5, 6, 35, 39, 43, 46, 47, 48, 50]), any::<u8>(), data()),
            0..12,
        ),
        rcode in prop::sample::select(vec![0_u8, 3]),
    ) {
        let Ok(answer) = Answer::read(&message(&records, rcode)) else { return Ok(()) };
        let (name, now): (Name, u32) = ("a.b".parse().unwrap(), 1_800_000_000);
        let question = Question::plain(&name, RecordType::A);
        let keys: Vec<Key> = records.iter().filter_map(|(.., data)| Key::read(data)).collect();
        for apex in ["b", "a.b", "."] {
            let zone = Zone { apex: apex.parse().unwrap(), keys: keys.clone() };
            let mut budget = Budget::default();
            if let Ok(chain) = Chain::of(&question, &answer) {
                for link in &chain.links {
                    prop_assert!(link.verify(&zone, now, &mut budget).is_err());
                }
                let denial = Denial::new(&chain.authority, &zone, now, &mut budget);
                prop_assert!(denial.no_name(&name).is_err());
                prop_assert!(denial.no_data(&name, RecordType::A).is_err());
            }
            prop_assert!(delegation(&answer, &zone, &name, now, &mut budget).is_err());
            let anchors = Anchors::new(&[]);
            prop_assert!(super::keys(&answer, &zone.apex, Vouched::Anchors(&anchors), now, &mut budget).is_err());
        }
    }

    #[test]
    fn no_text_is_an_anchor_that_panics(text: String) {
        let _ = text.parse::<Anchor>();
    }
}
