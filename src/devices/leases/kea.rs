//! Kea's memfile: a CSV whose first line names the columns; of the leases of one address the last one counts. Commas
//! within values are written `&#x2c`.

use super::{Lease, OVER, mac, mac_of_duid, named};

pub(super) fn parse(text: &str) -> Vec<Lease> {
    let mut lines = text.lines();
    let columns: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    lines.filter_map(|line| lease(&columns, line)).collect()
}

fn lease(columns: &[&str], line: &str) -> Option<Lease> {
    let values: Vec<&str> = line.split(',').collect();
    let value = |name: &str| {
        let place = columns.iter().position(|column| *column == name)?;
        values.get(place).copied().filter(|value| !value.is_empty())
    };
    // Type 0 is an address, others are prefixes.
    if value("lease_type").is_some_and(|kind| kind != "0") {
        return None;
    }
    // State 0 is a lease in use; others are declined, reclaimed and released ones.
    let in_use = value("state").is_none_or(|state| state == "0");
    let mac = value("hwaddr").and_then(mac).or_else(|| mac_of_duid(value("duid")?));
    let ends = if in_use { value("expire").and_then(|ends| ends.parse().ok()) } else { OVER };
    let name = value("hostname").map(|name| name.replace("&#x2c", ",")).as_deref().and_then(named);
    let address = value("address")?.parse().ok()?;
    Some(Lease { address, mac, name, vendor_class: None, ends })
}

#[cfg(test)]
mod tests {
    use super::{super::tests::shown, *};

    #[test]
    fn lines() {
        let check = |text: &str, expected: &[&str]| assert_eq!(shown(&parse(text)), expected, "{text}");
        check(
            "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context\n\
             192.168.1.23,aa:bb:cc:dd:ee:ff,01:aa:bb:cc:dd:ee:ff,3600,1700000000,1,0,0,phone.home.arpa.,0,\n\
             192.168.1.24,aa:bb:cc:dd:ee:01,,3600,1700000001,1,0,0,,0,\n\
             192.168.1.25,aa:bb:cc:dd:ee:02,,3600,1700000001,1,0,0,gone,2,\n",
            &[
                "192.168.1.23 aa:bb:cc:dd:ee:ff phone.home.arpa 1700000000",
                "192.168.1.24 aa:bb:cc:dd:ee:01 - 1700000001",
                "192.168.1.25 aa:bb:cc:dd:ee:02 gone 0",
            ],
        );
        check(
            "address,duid,valid_lifetime,expire,subnet_id,pref_lifetime,lease_type,iaid,prefix_len,fqdn_fwd,fqdn_rev,\
             hostname,hwaddr,state\n\
             fd00::23,00:03:00:01:aa:bb:cc:dd:ee:ff,3600,1700000000,1,1800,0,7,128,0,0,a&#x2cb,,0\n\
             2001:db8:1::,00:03:00:01:aa:bb:cc:dd:ee:ff,3600,1700000000,1,1800,2,7,56,0,0,,,0\n",
            &["fd00::23 aa:bb:cc:dd:ee:ff a,b 1700000000"],
        );
        check("address,hwaddr\nnonsense,aa:bb:cc:dd:ee:ff\n\n,,,,,\n", &[]);
        check("", &[]);
    }
}
