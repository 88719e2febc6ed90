//! Records as people read them, in the style of a zone file.

use hickory_proto::{
    rr::Record as Registry,
    serialize::binary::{BinDecodable, BinDecoder},
};

use super::{Answer, Record};

impl Record<'_> {
    /// The record as a line of a zone file: `www.example.org. 60 IN A 192.0.2.1`. Data of an unknown type, or data that
    /// does not keep to its type, is written in octets (RFC 3597, section 5).
    #[must_use]
    pub fn to_text(self) -> String {
        let mut decoder = BinDecoder::new(self.message()).clone(self.offset());
        match Registry::read(&mut decoder) {
            Ok(record) => record.to_string(),
            Err(_) => self.to_octets(),
        }
    }

    fn to_octets(self) -> String {
        let data = self.data();
        format!("{}. {} IN {} \\# {} {}", self.owner(), self.ttl(), self.rtype(), data.len(), hex::encode(data))
    }
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
    fn data_that_breaks_its_type_is_written_in_octets() {
        let mut wire =
            b"\0\0\x80\x80\0\x01\0\x01\0\0\0\0\x01a\0\0\x01\0\x01\xc0\x0c\0\x01\0\x01\0\0\0\x05\0\x02".to_vec();
        wire.extend([9, 255]);
        assert_eq!(Answer::read(&wire).unwrap().answers_text(), ["a. 5 IN A \\# 2 09ff"]);
    }
}
