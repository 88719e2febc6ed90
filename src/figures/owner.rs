//! Who owns a name: a guess without the list of public suffixes, good enough to see what belongs together.

/// Names under these are those of their customers, who have nothing to do with each other.
const SHARED_HOSTS: [&str; 9] = [
    "akamaiedge.net",
    "akamaized.net",
    "amazonaws.com",
    "azureedge.net",
    "cloudfront.net",
    "edgekey.net",
    "edgesuite.net",
    "fastly.net",
    "trafficmanager.net",
];
/// Second labels under which countries let people register, such as `co` in `co.uk`.
const SHARED_LABELS: [&str; 12] = ["ac", "co", "com", "edu", "gob", "gov", "mil", "ne", "net", "nom", "or", "org"];

/// The part of a name that its owner probably registered; `None` where many share it.
pub(super) fn owner(name: &str) -> Option<&str> {
    let own = registered(name);
    (!SHARED_HOSTS.contains(&own)).then_some(own)
}

fn registered(name: &str) -> &str {
    let behind = |dot: usize| name.get(dot + 1..).unwrap_or(name);
    let mut dots = name.rmatch_indices('.').map(|(at, _)| at);
    let (Some(top), Some(second)) = (dots.next(), dots.next()) else { return name };
    let label = name.get(second + 1..top).unwrap_or_default();
    let is_shared = behind(top).len() == 2 && SHARED_LABELS.contains(&label);
    if is_shared { dots.next().map_or(name, behind) } else { behind(second) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_one_owner_share_the_part_that_was_registered() {
        let check = |name: &str, expected: Option<&str>| assert_eq!(owner(name), expected, "{name}");
        check("log-ingestion-eu.samsungacr.com", Some("samsungacr.com"));
        check("samsungacr.com", Some("samsungacr.com"));
        check("www.bbc.co.uk", Some("bbc.co.uk"));
        check("bbc.co.uk", Some("bbc.co.uk"));
        check("co.uk", Some("co.uk"));
        check("a.b.t.co", Some("t.co"));
        check("d111.cloudfront.net", None);
        check("localhost", Some("localhost"));
        check("", Some(""));
        check("a..b", Some(".b"));
    }
}
