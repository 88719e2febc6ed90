//! ISC dhcpd: a log of blocks `lease 192.168.1.23 { hardware ethernet aa:...; client-hostname "phone"; ... }`, and over
//! IPv6 `ia-na "number and DUID" { iaaddr fd00::23 { ... } }`, where the text in quotes is octets, some of
//! them in octal.

use super::{Lease, OVER, mac, mac_of_duid_octets, named};
use crate::clients::MacAddress;

pub(super) fn parse(text: &str) -> Vec<Lease> {
    let mut leases = Vec::new();
    let mut reader = Reader::default();
    for line in text.lines() {
        leases.extend(reader.line(line.trim()));
    }
    leases
}

/// What has been read of the block that is open.
#[derive(Default)]
struct Reader {
    lease: Option<Lease>,
    /// The hardware address of the client that a block of DHCP for IPv6 is for.
    client: Option<MacAddress>,
    in_use: bool,
}

impl Reader {
    /// Reads a line; a lease, when the line ends one.
    fn line(&mut self, line: &str) -> Option<Lease> {
        let words: Vec<&str> = line.split_whitespace().map(|word| word.trim_end_matches(';')).collect();
        match words.as_slice() {
            ["lease" | "iaaddr", address, "{"] => {
                let mac = if words.first() == Some(&"iaaddr") { self.client } else { None };
                let address = address.parse().ok();
                self.lease = address.map(|address| Lease { address, mac, name: None, vendor_class: None, ends: None });
                // Old files do not say; what is said counts.
                self.in_use = true;
            }
            ["ia-na", ..] => self.client = quoted(line).and_then(|octets| mac_of_duid_octets(octets.get(4..)?)),
            ["}"] => {
                let lease = self.lease.take()?;
                return Some(if self.in_use { lease } else { Lease { ends: OVER, ..lease } });
            }
            ["binding", "state", state] => self.in_use = *state == "active",
            _ => self.detail(line, &words),
        }
        None
    }

    fn detail(&mut self, line: &str, words: &[&str]) {
        let Some(lease) = &mut self.lease else { return };
        let text = || quoted(line).and_then(|octets| String::from_utf8(octets).ok());
        match words {
            ["hardware", "ethernet", address] => lease.mac = mac(address),
            ["client-hostname", ..] => lease.name = text().as_deref().and_then(named),
            ["set", "vendor-class-identifier", ..] => lease.vendor_class = text(),
            ["ends", "epoch", seconds, ..] => lease.ends = seconds.parse().ok(),
            ["ends", _weekday, date, time] => lease.ends = seconds(date, time),
            _ => {}
        }
    }
}

/// The octets between the first two quotes; `\"` and `\\` stand for themselves, `\101` is octal.
fn quoted(line: &str) -> Option<Vec<u8>> {
    let mut rest = line.split_once('"')?.1.bytes();
    let mut octets = Vec::new();
    loop {
        match rest.next()? {
            b'"' => return Some(octets),
            b'\\' => match rest.next()? {
                first @ b'0'..=b'7' => {
                    let digits = [first, rest.next()?, rest.next()?];
                    let value = digits.iter().try_fold(0_u16, |value, digit| match digit {
                        b'0'..=b'7' => Some(value * 8 + u16::from(digit - b'0')),
                        _ => None,
                    });
                    octets.push(u8::try_from(value?).ok()?);
                }
                other => octets.push(other),
            },
            other => octets.push(other),
        }
    }
}

/// `2026/11/26` and `06:54:00`, both UTC, as seconds since 1970.
fn seconds(date: &str, time: &str) -> Option<u64> {
    let numbers = |text: &str, separator: char| {
        let numbers: Option<Vec<u64>> = text.split(separator).map(|part| part.parse().ok()).collect();
        numbers?.try_into().ok()
    };
    let [year, month, day]: [u64; 3] = numbers(date, '/')?;
    let [hour, minute, second]: [u64; 3] = numbers(time, ':')?;
    if !(1970..10_000).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 24 {
        return None;
    }
    // Days of the proleptic Gregorian calendar, counted from the first of March.
    let (years, months) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = years * 365 + years / 4 - years / 100 + years / 400 + (months * 153 + 2) / 5 + day - 1;
    let since_1970 = days.checked_sub(719_468)?;
    Some(since_1970 * 86_400 + hour * 3600 + minute.min(59) * 60 + second.min(60))
}

#[cfg(test)]
mod tests {
    use super::{super::tests::shown, *};

    #[test]
    fn blocks() {
        let check = |text: &str, expected: &[&str]| assert_eq!(shown(&parse(text)), expected, "{text}");
        check(
            "# The format of this file is documented in the dhcpd.leases(5) manual page.\n\
             lease 192.168.1.23 {\n  starts 4 2026/11/26 06:54:00;\n  ends 4 2026/11/26 18:54:00;\n\
             \x20 binding state active;\n  hardware ethernet aa:bb:cc:dd:ee:ff;\n\
             \x20 set vendor-class-identifier = \"MSFT 5.0\";\n  client-hostname \"phone\";\n}\n\
             lease 192.168.1.24 {\n  ends never;\n  hardware ethernet aa:bb:cc:dd:ee:01;\n}\n\
             lease 192.168.1.25 {\n  binding state free;\n  hardware ethernet aa:bb:cc:dd:ee:02;\n}\n",
            &[
                "192.168.1.23 aa:bb:cc:dd:ee:ff phone (MSFT 5.0) 1795719240",
                "192.168.1.24 aa:bb:cc:dd:ee:01 - -",
                "192.168.1.25 aa:bb:cc:dd:ee:02 - 0",
            ],
        );
        check(
            "ia-na \"\\001\\000\\000\\000\\000\\003\\000\\001\\252\\273\\314\\335\\356\\377\" {\n  cltt 4 2026/11/26 06:54:00;\n\
             \x20 iaaddr fd00::23 {\n    binding state active;\n    ends epoch 1700000000;\n  }\n}\n",
            &["fd00::23 aa:bb:cc:dd:ee:ff - 1700000000"],
        );
        check("lease nonsense {\n hardware ethernet aa:bb:cc:dd:ee:ff;\n}\n}\nlease 10.0.0.1 {\n", &[]);
    }

    #[test]
    fn moments() {
        let check = |date: &str, time: &str, expected: Option<u64>| assert_eq!(seconds(date, time), expected, "{date}");
        check("1970/01/01", "00:00:00", Some(0));
        check("2000/02/29", "12:00:01", Some(951_825_601));
        check("2026/11/26", "18:54:00", Some(1_795_719_240));
        check("1969/12/31", "00:00:00", None);
        check("2026/13/01", "00:00:00", None);
        check("99999999999999999999/1/1", "00:00:00", None);
        check("2026/11", "00:00:00", None);
    }
}
