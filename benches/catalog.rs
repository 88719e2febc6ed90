//! What it costs to know whose a name is and where an address is at home.

use std::net::IpAddr;

use divan::{AllocProfiler, Bencher, black_box};
use ponor::{
    catalog::{Bypass, Catalog, ListOffer},
    dns::Name,
    geo::Geo,
};

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

/// Reading the files of vendors, once for a process; what stays in memory shows as allocated.
#[divan::bench(sample_count = 1, sample_size = 1)]
fn a_read_catalogue() -> usize {
    Catalog::built_in().entries().len()
}

/// Reading what is known of ways past the resolver and of lists of others.
#[divan::bench(sample_count = 1, sample_size = 1)]
fn b_read_the_rest() -> (usize, usize) {
    (Bypass::built_in().ways().len(), ListOffer::all().len())
}

/// The snapshot of addresses made ready, with a first look.
#[divan::bench(sample_count = 1, sample_size = 1)]
fn c_first_address() -> bool {
    Geo::new().find(IpAddr::from([161, 117, 97, 14])).is_some()
}

#[divan::bench(args = ["tracking.rus.miui.com", "a.b.c.tracking.rus.miui.com", "www.example.org", "e.f.g.h.example.co.uk"])]
fn find_name(bencher: Bencher<'_, '_>, name: &str) {
    let name: Name = name.parse().expect("a name");
    let catalog = Catalog::built_in();
    bencher.bench(|| catalog.find(black_box(&name)));
}

#[divan::bench(args = ["161.117.97.14", "8.8.8.8", "2001:4860:4860::8888", "192.168.1.1"])]
fn find_address(bencher: Bencher<'_, '_>, address: &str) {
    let address: IpAddr = address.parse().expect("an address");
    let geo = Geo::new();
    bencher.bench(|| geo.find(black_box(address)));
}
