//! The records of one name, in little memory: what a line of a hosts file says is one address.

use crate::dns::{Name, RecordType};

/// Octets of data that are kept in the record itself: an address has no more.
const SHORT: usize = 16;

/// The records of one name: those of a type behind one another, the types in the order in which they came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Node(Vec<Record>);

/// The records of one name and type; an empty set stands for no data.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RecordSet<'d>(&'d [Record]);

/// A record without its owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) ttl: u32,
    pub(super) rtype: RecordType,
    data: Data,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Data {
    Short { length: u8, octets: [u8; SHORT] },
    Long(Box<[u8]>),
}

impl Node {
    /// Whether the name is there because of something below it alone.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The records of this type, or of the first one that there is.
    pub(super) fn set(&self, rtype: RecordType) -> RecordSet<'_> {
        let wanted = if rtype == RecordType::ANY { self.0.first().map(|record| record.rtype) } else { Some(rtype) };
        let of_type = self.0.chunk_by(|one, other| one.rtype == other.rtype);
        RecordSet(of_type.into_iter().find(|set| set.first().map(|record| record.rtype) == wanted).unwrap_or_default())
    }

    /// Adds a record, unless it is there. A name has one alias at most (RFC 2181, section 10.1) and no record twice
    /// (section 5).
    pub(super) fn add(&mut self, rtype: RecordType, ttl: u32, data: &[u8]) {
        let set = self.set(rtype).0;
        if !set.is_empty() && rtype == RecordType::CNAME || set.iter().any(|record| record.data() == data) {
            return;
        }
        let behind = self.0.iter().rposition(|record| record.rtype == rtype).map_or(self.0.len(), |last| last + 1);
        if self.0.is_empty() {
            // Most names have one record.
            self.0.reserve_exact(1);
        }
        self.0.insert(behind, Record { ttl, rtype, data: Data::new(data) });
    }
}

impl<'d> RecordSet<'d> {
    /// Its type; `None`: there is no data.
    pub(super) fn rtype(self) -> Option<RecordType> {
        self.0.first().map(|record| record.rtype)
    }

    /// Its records.
    pub(super) fn records(self) -> impl Iterator<Item = &'d Record> {
        self.0.iter()
    }

    /// Where the alias leads, if this is one.
    pub(super) fn alias_target(self) -> Option<Name> {
        let alias = self.0.first().filter(|record| record.rtype == RecordType::CNAME)?;
        Name::from_wire(alias.data()).ok()
    }
}

impl Record {
    /// Its data in wire form.
    pub(super) fn data(&self) -> &[u8] {
        match &self.data {
            Data::Short { length, octets } => octets.get(..usize::from(*length)).unwrap_or_default(),
            Data::Long(octets) => octets,
        }
    }
}

impl Data {
    fn new(data: &[u8]) -> Self {
        let mut octets = [0; SHORT];
        match (u8::try_from(data.len()), octets.get_mut(..data.len())) {
            (Ok(length), Some(place)) => {
                place.copy_from_slice(data);
                Self::Short { length, octets }
            }
            _ => Self::Long(data.into()),
        }
    }
}

const _: () = assert!(size_of::<Record>() == 32, "a line of a hosts file takes little");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_of_any_length_is_kept() {
        for length in [0, 4, 15, 16, 17, 300] {
            let data = vec![7; length];
            let mut node = Node::default();
            node.add(RecordType::A, 1, &data);
            assert_eq!(node.set(RecordType::A).records().map(Record::data).collect::<Vec<_>>(), [data]);
        }
    }

    #[test]
    fn records_of_a_type_stand_together() {
        let mut node = Node::default();
        for (rtype, data) in [(RecordType::A, 1), (RecordType::AAAA, 2), (RecordType::A, 3), (RecordType::A, 1)] {
            node.add(rtype, 1, &[data]);
        }
        let check = |rtype, expected: &[u8]| {
            assert_eq!(node.set(rtype).records().flat_map(Record::data).copied().collect::<Vec<_>>(), expected);
        };
        check(RecordType::A, &[1, 3]);
        check(RecordType::AAAA, &[2]);
        check(RecordType::ANY, &[1, 3]);
        check(RecordType::CNAME, &[]);
    }
}
