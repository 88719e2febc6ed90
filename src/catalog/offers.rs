//! Lists that the catalogue offers by their address, and whose names they hold: one that is built in, and those of others.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::find::shipped_files;

/// Where the file lies.
const FOLDER: &str = "offers/";

/// A list that can be subscribed to. One of others is not part of ponor, and under its own licence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ListOffer {
    /// An id for it.
    #[schema(example = "hagezi-xiaomi")]
    pub id: String,
    /// What it is.
    #[schema(example = "HaGeZi: trackers of Xiaomi")]
    pub title: String,
    /// Where it is; `builtin:` and a name for one that comes with ponor.
    pub url: String,
    /// Whose names it holds, when it is about one vendor of the catalogue.
    #[schema(required, example = "Xiaomi")]
    pub vendor: Option<String>,
    /// The licence that it is under, where that is known.
    #[schema(required, example = "GPL-3.0")]
    pub licence: Option<String>,
    /// What to know before using it.
    #[schema(required)]
    pub remark: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFile {
    lists: Vec<ListOffer>,
}

impl ListOffer {
    /// The lists that are offered.
    ///
    /// # Panics
    /// Never in a program whose tests passed: they read the same file.
    #[must_use]
    pub fn all() -> &'static [Self] {
        static OFFERS: LazyLock<Vec<ListOffer>> = LazyLock::new(|| {
            let read = |(_, text): (_, String)| {
                toml::from_str::<WrittenFile>(&text).expect("the tests have read the embedded file").lists
            };
            shipped_files(FOLDER).flat_map(read).collect()
        });
        &OFFERS
    }

    /// What is known of the list at this address.
    #[must_use]
    pub fn find(url: &str) -> Option<&'static Self> {
        Self::all().iter().find(|offer| offer.url == url)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::catalog::Catalog;

    #[test]
    fn the_lists_that_are_offered() {
        let offers = ListOffer::all();
        assert_eq!(offers.len(), 15);
        assert_eq!(offers.iter().map(|offer| &offer.id).collect::<BTreeSet<_>>().len(), offers.len());
        for offer in offers {
            let built_in = offer.url.strip_prefix("builtin:").map(|name| Catalog::built_in().list_text(name).is_some());
            assert!(built_in.unwrap_or(offer.url.starts_with("https://")), "{}", offer.url);
            let known = |vendor: &String| Catalog::built_in().entries().iter().any(|entry| *entry.vendor == **vendor);
            assert!(offer.vendor.iter().all(known), "{:?}", offer.vendor);
        }
    }

    #[test]
    fn a_list_about_one_vendor_says_whose_names_it_holds() {
        let check = |url: &str, expected: Option<&str>| {
            assert_eq!(ListOffer::find(url).and_then(|offer| offer.vendor.as_deref()), expected, "{url}");
        };
        let hagezi = "https://raw.githubusercontent.com/hagezi/dns-blocklists/main/adblock/native.";
        check(&format!("{hagezi}xiaomi.txt"), Some("Xiaomi"));
        check(&format!("{hagezi}lgwebos.txt"), Some("LG"));
        check(&format!("{hagezi}nobody.txt"), None);
        check("https://big.oisd.nl", None);
    }
}
