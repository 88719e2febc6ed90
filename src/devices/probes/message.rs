//! Questions of probes as bytes, and the names in their answers.

use crate::dns::{Answer, Class, Name, RecordType};

/// A question for the PTR records of `name`.
pub(super) fn question(id: u16, recursion: bool, name: &Name, class: Class) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(12 + name.wire().len() + 4);
    bytes.extend(id.to_be_bytes());
    bytes.extend([u8::from(recursion), 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    bytes.extend_from_slice(name.wire());
    bytes.extend(RecordType::PTR.0.to_be_bytes());
    bytes.extend(class.0.to_be_bytes());
    bytes
}

/// The names that the PTR records of an answer lead to.
pub(super) fn pointers(answer: &Answer) -> impl Iterator<Item = Name> {
    let records = answer.answers().filter(|record| record.rtype() == RecordType::PTR);
    records.filter_map(|record| Name::from_wire(&record.data_uncompressed()).ok())
}
