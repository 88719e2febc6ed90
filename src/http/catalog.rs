//! The catalogue as the API shows it: of a name or an address, and vendor by vendor.

use std::net::IpAddr;

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    catalog::{Bypass, Catalog, Class, Confidence, Entry, ListOffer, Purpose, Way},
    dns::Name,
    figures::VendorFigures,
    stats::Attribution,
};

/// What the catalogue knows of a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CatalogEntry {
    /// Whose name it is and what for.
    #[serde(flatten)]
    pub attribution: Attribution,
    /// The regional variant that the name is of, where a label of it tells.
    #[schema(required, example = "Russia")]
    pub region: Option<String>,
    /// How well this is known.
    pub confidence: Confidence,
    /// What is sent there, as far as it is known.
    #[schema(required)]
    pub sent: Option<String>,
    /// What breaks when it is stopped.
    #[schema(required)]
    pub breaks: Option<String>,
    /// Where this is known from.
    pub sources: Vec<String>,
}

impl CatalogEntry {
    /// What the catalogue that ships knows of a name.
    #[must_use]
    pub fn find(name: &Name) -> Option<Self> {
        let entry = Catalog::built_in().find(name)?;
        Some(Self {
            attribution: entry.into(),
            region: entry.region(name).map(str::to_owned),
            confidence: entry.confidence,
            sent: entry.sent.as_deref().map(str::to_owned),
            breaks: entry.breaks.as_deref().map(str::to_owned),
            sources: texts(&entry.sources),
        })
    }
}

/// Everything that the catalogue knows of a name or an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CatalogRecord {
    /// The name in lower case, or the address.
    #[schema(example = "tracking.rus.miui.com")]
    pub name: String,
    /// Whose it is and what for.
    #[schema(required)]
    pub entry: Option<CatalogEntry>,
    /// The way past the resolver of the network that it is part of.
    #[schema(required)]
    pub way: Option<Way>,
    /// What DNS cannot see of the same vendor: addresses that its devices and apps use without a look-up.
    pub unseen: Vec<Way>,
}

impl CatalogRecord {
    /// What the catalogue that ships knows of a name; `None` when it knows nothing.
    #[must_use]
    pub fn of_name(name: &Name) -> Option<Self> {
        let entry = CatalogEntry::find(name);
        let way = Bypass::built_in().find_name(name).cloned();
        let unseen = entry.as_ref().map(|entry| unseen(&entry.attribution.vendor)).unwrap_or_default();
        let known = entry.is_some() || way.is_some();
        known.then(|| Self { name: name.to_lowercase().to_string(), entry, way, unseen })
    }

    /// The same of an address.
    #[must_use]
    pub fn of_address(address: IpAddr) -> Option<Self> {
        let way = Bypass::built_in().find_address(address)?.clone();
        Some(Self { name: address.to_string(), entry: None, way: Some(way), unseen: Vec::new() })
    }
}

/// The vendors of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct VendorPage {
    /// The vendors by name.
    pub vendors: Vec<Vendor>,
    /// Lists that can be subscribed to.
    pub lists: Vec<ListOffer>,
}

/// A vendor and its services.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Vendor {
    /// The company.
    #[schema(example = "Xiaomi")]
    pub vendor: String,
    /// Its home country, an ISO 3166-1 code of two letters: not where data would have gone.
    #[schema(required, example = "CN")]
    pub country: Option<String>,
    /// How many names are telemetry or advertising.
    pub block: usize,
    /// How many names are telemetry whose stopping has side effects.
    pub mixed: usize,
    /// How many names devices need.
    pub functional: usize,
    /// Its services.
    pub services: Vec<VendorService>,
    /// What DNS cannot see: addresses that its devices and apps use without a look-up.
    pub unseen: Vec<Way>,
}

/// The report of a vendor: what the catalogue knows of it, what DNS cannot see, and what devices asked.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct VendorReport {
    /// What the catalogue knows of it, and what DNS cannot see.
    pub vendor: Vendor,
    /// What devices asked of it.
    #[serde(flatten)]
    pub figures: VendorFigures,
}

/// A service of a vendor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct VendorService {
    /// What it is called.
    #[schema(example = "MSA ad log")]
    pub service: String,
    /// What it is for.
    pub purpose: Purpose,
    /// What stopping it costs.
    pub class: Class,
    /// How well this is known.
    pub confidence: Confidence,
    /// What is sent there, as far as it is known.
    #[schema(required)]
    pub sent: Option<String>,
    /// What breaks when it is stopped.
    #[schema(required)]
    pub breaks: Option<String>,
    /// Where this is known from.
    pub sources: Vec<String>,
    /// Its names; `*.` before one stands for everything below it.
    #[schema(example = json!(["log.ad.xiaomi.com"]))]
    pub names: Vec<String>,
}

impl VendorPage {
    /// The vendors of the catalogue that ships.
    #[must_use]
    pub fn all() -> Self {
        let mut vendors: Vec<Vendor> = Vec::new();
        for entry in Catalog::built_in().entries() {
            let place = vendors.iter().position(|vendor| *vendor.vendor == *entry.vendor).unwrap_or_else(|| {
                vendors.push(Vendor::new(entry));
                vendors.len() - 1
            });
            if let Some(vendor) = vendors.get_mut(place) {
                vendor.add(entry);
            }
        }
        vendors.sort_by_cached_key(|vendor| vendor.vendor.to_lowercase());
        Self { vendors, lists: ListOffer::all().to_vec() }
    }
}

impl Vendor {
    fn new(entry: &Entry) -> Self {
        Self {
            vendor: entry.vendor.to_string(),
            country: entry.country.as_deref().map(str::to_owned),
            block: 0,
            mixed: 0,
            functional: 0,
            services: Vec::new(),
            unseen: unseen(&entry.vendor),
        }
    }

    fn add(&mut self, entry: &Entry) {
        let count = match entry.class {
            Class::Block => &mut self.block,
            Class::Mixed => &mut self.mixed,
            Class::Functional => &mut self.functional,
        };
        *count += entry.name_count();
        self.services.push(VendorService {
            service: entry.service.to_string(),
            purpose: entry.purpose,
            class: entry.class,
            confidence: entry.confidence,
            sent: entry.sent.as_deref().map(str::to_owned),
            breaks: entry.breaks.as_deref().map(str::to_owned),
            sources: texts(&entry.sources),
            names: entry.names().collect(),
        });
    }
}

fn unseen(vendor: &str) -> Vec<Way> {
    Bypass::built_in().unseen(vendor).cloned().collect()
}

fn texts(texts: &[std::sync::Arc<str>]) -> Vec<String> {
    texts.iter().map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_of_a_name_or_address() {
        let record = |text: &str| match text.parse() {
            Ok(address) => CatalogRecord::of_address(address),
            Err(_) => CatalogRecord::of_name(&text.parse().unwrap()),
        };
        let check = |text: &str, expected: Option<(Option<&str>, Option<&str>, bool, usize)>| {
            let record = record(text);
            let found = record.as_ref().map(|record| {
                let entry = record.entry.as_ref();
                let vendor = entry.map(|entry| &*entry.attribution.vendor);
                let region = entry.and_then(|entry| entry.region.as_deref());
                (vendor, region, record.way.is_some(), record.unseen.len())
            });
            assert_eq!(found, expected, "{text}");
        };
        check("x.Tracking.RUS.miui.com", Some((Some("Xiaomi"), Some("Russia"), false, 4)));
        check("metrics.icloud.com", Some((Some("Apple"), None, false, 0)));
        check("httpdns.browser.miui.com", Some((Some("Xiaomi"), None, true, 4)));
        check("dns.google", Some((None, None, true, 0)));
        check("161.117.97.14", Some((None, None, true, 0)));
        check("nobody.example", None);
        check("192.168.1.1", None);
    }

    #[test]
    fn every_vendor_is_told_once_with_all_its_names() {
        let page = VendorPage::all();
        assert_eq!(page.vendors.len(), 27);
        let counts = |of: fn(&Vendor) -> usize| page.vendors.iter().map(of).sum::<usize>();
        let all = [counts(|vendor| vendor.block), counts(|vendor| vendor.mixed), counts(|vendor| vendor.functional)];
        assert_eq!(all, [349, 41, 161]);
        let xiaomi = page.vendors.iter().find(|vendor| vendor.vendor == "Xiaomi").unwrap();
        assert_eq!(
            (xiaomi.country.as_deref(), xiaomi.block, xiaomi.functional, xiaomi.unseen.len()),
            (Some("CN"), 35, 34, 4)
        );
        let names: Vec<&String> = xiaomi.services.iter().flat_map(|service| &service.names).collect();
        assert!(names.iter().any(|name| **name == "*.tracking.rus.miui.com"));
        assert_eq!(page.lists.len(), 15);
    }
}
