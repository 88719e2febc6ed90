//! `ponor catalog`: what the catalogue knows of a name, of an address, of all vendors. Asks nobody: it is in the program.

use anyhow::{Context, bail};

use super::{say, table::table};
use crate::{
    catalog::{ListOffer, Way},
    dns::Name,
    geo::Geo,
    http::{CatalogEntry, CatalogRecord, Vendor, VendorPage, VendorService},
};

/// Shows what is known of a name, an address or a vendor.
pub(super) fn show(text: &str, json: bool) -> anyhow::Result<()> {
    let record = if let Ok(address) = text.parse() {
        CatalogRecord::of_address(address)
    } else {
        let name: Name = text.parse().with_context(|| format!("`{text}` is neither a name nor an address"))?;
        CatalogRecord::of_name(&name)
    };
    let Some(record) = record else { return show_vendor(text, json) };
    if json {
        say(&serde_json::to_string(&record)?);
        return Ok(());
    }
    say(&record.name);
    record.entry.iter().for_each(tell_entry);
    record.way.iter().for_each(tell_way);
    if !record.unseen.is_empty() {
        say("DNS cannot see addresses that are compiled in:");
        record.unseen.iter().for_each(tell_way);
    }
    Ok(())
}

/// Shows the services of a vendor, called as in the list of all.
fn show_vendor(text: &str, json: bool) -> anyhow::Result<()> {
    let mut vendors = VendorPage::all().vendors.into_iter();
    let Some(vendor) = vendors.find(|vendor| vendor.vendor.eq_ignore_ascii_case(text)) else {
        bail!("the catalogue does not know `{text}`");
    };
    if json {
        say(&serde_json::to_string(&vendor)?);
        return Ok(());
    }
    say(&services(&vendor));
    if !vendor.unseen.is_empty() {
        say("\nDNS cannot see addresses that are compiled in:");
        vendor.unseen.iter().for_each(tell_way);
    }
    Ok(())
}

fn services(vendor: &Vendor) -> String {
    let row = |service: &VendorService| {
        let words = [&service.service, service.purpose.title(), service.class.word()].map(str::to_owned);
        let [called, purpose, class] = words;
        [called, purpose, class, service.names.join("\n")]
    };
    table(["SERVICE", "PURPOSE", "CLASS", "NAMES"], vendor.services.iter().map(row))
}

fn tell_entry(entry: &CatalogEntry) {
    let whose = &entry.attribution;
    let home = whose.country.as_deref().map(|country| format!("{country} (the vendor's home country)"));
    tell("vendor", Some(&*whose.vendor));
    tell("home", home.as_deref());
    tell("service", Some(&*whose.service));
    tell("region", entry.region.as_deref());
    tell("purpose", Some(whose.purpose.title()));
    tell("class", Some(whose.class.word()));
    tell("sends", entry.sent.as_deref());
    tell("breaks", entry.breaks.as_deref());
    tell("confidence", Some(entry.confidence.word()));
    tell_sources(entry.sources.iter().map(String::as_str));
}

fn tell_way(way: &Way) {
    tell("kind", Some(way.kind.title()));
    tell("run by", way.operator.as_deref());
    tell("used by", way.used_by.as_deref());
    tell("instead of", way.instead_of.as_deref());
    tell("costs", way.cost.as_deref());
    let geo = Geo::new();
    for (number, address) in way.addresses.iter().enumerate() {
        let place = geo.find(*address).map(|place| format!("  {place}")).unwrap_or_default();
        tell(if number == 0 { "addresses" } else { "" }, Some(&format!("{address}{place}")));
    }
    tell_sources(way.sources.iter().map(|source| &**source));
    say("");
}

fn tell_sources<'s>(sources: impl Iterator<Item = &'s str>) {
    sources.enumerate().for_each(|(number, source)| tell(if number == 0 { "sources" } else { "" }, Some(source)));
}

fn tell(label: &str, value: Option<&str>) {
    if let Some(value) = value {
        say(&format!("  {label:<10} {value}"));
    }
}

/// Shows the vendors, or the lists that can be subscribed to.
pub(super) fn show_all(lists: bool, json: bool) -> anyhow::Result<()> {
    let page = VendorPage::all();
    match (lists, json) {
        (true, true) => say(&serde_json::to_string(&page.lists)?),
        (false, true) => say(&serde_json::to_string(&page)?),
        (true, false) => {
            say(&offers(&page.lists));
            say(
                "\nSubscribe with `ponor lists add ID URL`. Those by others are their authors', under their own licences.",
            );
        }
        (false, false) => say(&vendors(&page.vendors)),
    }
    Ok(())
}

fn vendors(vendors: &[Vendor]) -> String {
    let row = |vendor: &Vendor| {
        let home = vendor.country.clone().unwrap_or_default();
        let counts =
            [vendor.block, vendor.mixed, vendor.functional, vendor.services.len()].map(|count| count.to_string());
        let [block, mixed, functional, services] = counts;
        [vendor.vendor.clone(), home, services, block, mixed, functional]
    };
    table(["VENDOR", "HOME", "SERVICES", "BLOCK", "MIXED", "FUNCTIONAL"], vendors.iter().map(row))
}

fn offers(lists: &[ListOffer]) -> String {
    let row = |list: &ListOffer| {
        let licence = list.licence.clone().unwrap_or_default();
        [list.id.clone(), list.title.clone(), licence, list.url.clone()]
    };
    table(["ID", "LIST", "LICENCE", "URL"], lists.iter().map(row))
}
