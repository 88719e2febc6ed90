//! Records as people read them, in the style of a zone file.

use hickory_proto::{
    rr::{RData, RecordType as Registry},
    serialize::binary::{BinDecoder, Restrict},
};

use super::{Answer, Name, Record, RecordType};

impl Record<'_> {
    /// The record as a line of a zone file: `www.example.org. 60 IN A 192.0.2.1`, without any octet that a terminal would act on.
    #[must_use]
    pub fn to_text(self) -> String {
        let data = data_text(self.rtype(), &self.data_uncompressed());
        format!("{} {} IN {} {data}", complete(&self.owner()), self.ttl(), self.rtype())
    }
}

/// The data of a record as it stands in a zone file, names with their final dot. Data of an unknown type, or data that does not
/// keep to its type, is written in octets (RFC 3597, section 5).
#[must_use]
pub fn data_text(rtype: RecordType, data: &[u8]) -> String {
    typed_text(rtype, data).unwrap_or_else(|| format!("\\# {} {}", data.len(), hex::encode(data)).trim_end().to_owned())
}

fn typed_text(rtype: RecordType, data: &[u8]) -> Option<String> {
    let name_behind = |before: usize| data.get(before..).and_then(|wire| Name::from_wire(wire).ok());
    let number =
        |at: usize| data.get(at..).and_then(<[u8]>::first_chunk::<2>).map(|octets| u16::from_be_bytes(*octets));
    match rtype {
        RecordType::CNAME | RecordType::NS | RecordType::PTR | RecordType::DNAME => Some(complete(&name_behind(0)?)),
        RecordType::MX => Some(format!("{} {}", number(0)?, complete(&name_behind(2)?))),
        RecordType::SRV => Some(format!("{} {} {} {}", number(0)?, number(2)?, number(4)?, complete(&name_behind(6)?))),
        RecordType::TXT => strings(data),
        _ => by_registry(rtype, data),
    }
}

/// Data of a type whose text is written by hickory, if it knows the type.
fn by_registry(rtype: RecordType, data: &[u8]) -> Option<String> {
    let length = Restrict::new(u16::try_from(data.len()).ok()?);
    let data = RData::read(&mut BinDecoder::new(data), Registry::from(rtype.0), length).ok()?;
    if matches!(data, RData::Unknown { .. }) {
        return None;
    }
    let mut shown = String::new();
    for character in data.to_string().chars() {
        if character.is_control() {
            push_escaped(&mut shown, character.encode_utf8(&mut [0; 4]).as_bytes());
        } else {
            shown.push(character);
        }
    }
    Some(shown)
}

/// A name with its final dot.
fn complete(name: &Name) -> String {
    if name.is_root() { ".".to_owned() } else { format!("{name}.") }
}

/// The character strings of TXT data (RFC 1035, sections 3.3.14 and 5.1); `None` where there are none or one is cut off.
fn strings(mut data: &[u8]) -> Option<String> {
    let mut strings = Vec::new();
    while let Some((&length, rest)) = data.split_first() {
        let (string, rest) = rest.split_at_checked(usize::from(length))?;
        let mut text = String::from("\"");
        for octet in string {
            match octet {
                b'"' | b'\\' => text.extend(['\\', char::from(*octet)]),
                b' '..=b'~' => text.push(char::from(*octet)),
                _ => push_escaped(&mut text, &[*octet]),
            }
        }
        strings.push(text + "\"");
        data = rest;
    }
    (!strings.is_empty()).then(|| strings.join(" "))
}

/// Writes each octet by its number in decimal digits.
fn push_escaped(out: &mut String, octets: &[u8]) {
    out.extend(octets.iter().map(|octet| format!("\\{octet:03}")));
}

impl Answer {
    /// The records of the answer section, a line each.
    #[must_use]
    pub fn answers_text(&self) -> Vec<String> {
        self.answers().map(Record::to_text).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::fixture::ALIASED;

    #[test]
    fn records_read_like_a_zone_file() {
        let lines = Answer::read(ALIASED).unwrap().answers_text();
        assert_eq!(
            lines,
            ["www.mi.com. 60 IN CNAME x.mi.com.", "x.mi.com. 30 IN A 1.2.3.4", "x.mi.com. 30 IN A 192.168.0.1"]
        );
    }

    #[test]
    fn names_and_strings_are_escaped_as_zone_files_have_them() {
        let check = |rtype: u8, data: &[u8], expected: &str| {
            let mut wire = b"\0\0\x80\x80\0\x01\0\x01\0\0\0\0\x03a \x1b\0\0\x01\0\x01\xc0\x0c\0".to_vec();
            wire[18] = rtype;
            wire.extend([rtype, 0, 1, 0, 0, 0, 5, 0, u8::try_from(data.len()).unwrap()]);
            wire.extend(data);
            assert_eq!(Answer::read(&wire).unwrap().answers_text(), [format!("a\\032\\027. 5 IN {expected}")]);
        };
        check(5, b"\x03b.\xff\0", "CNAME b\\.\\255.");
        check(12, b"\xc0\x0c", "PTR a\\032\\027.");
        check(2, b"\0", "NS .");
        check(15, b"\0\x0a\x01m\0", "MX 10 m.");
        check(33, b"\0\x01\0\x02\0\x03\x01m\0", "SRV 1 2 3 m.");
        check(16, b"\x05a \x1b\"\\\x00\x02\xc3\xbc", "TXT \"a \\027\\\"\\\\\" \"\" \"\\195\\188\"");
        check(16, b"", "TXT \\# 0");
        check(16, b"\x05a", "TXT \\# 2 0561");
        check(13, b"\x01\x1b\x01\x07", "HINFO \\027 \\007");
        check(254, b"\x01\x02", "TYPE254 \\# 2 0102");
    }

    #[test]
    fn data_that_breaks_its_type_is_written_in_octets() {
        let mut wire =
            b"\0\0\x80\x80\0\x01\0\x01\0\0\0\0\x01a\0\0\x01\0\x01\xc0\x0c\0\x01\0\x01\0\0\0\x05\0\x02".to_vec();
        wire.extend([9, 255]);
        assert_eq!(Answer::read(&wire).unwrap().answers_text(), ["a. 5 IN A \\# 2 09ff"]);
    }
}
