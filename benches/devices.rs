//! What it costs a query to find the group of whoever asks, and what it costs to make the map that it looks at.

use std::{hint::black_box, net::IpAddr, sync::Arc};

use divan::{AllocProfiler, Bencher, counter::ItemsCount};
use ponor::clients::{DeviceId, DeviceMap, DeviceSelector, Groups, KnownDevice, MacAddress};

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

/// Devices of a home, and as many as are remembered.
const SIZES: [u16; 2] = [100, 4096];

fn main() {
    divan::main();
}

fn address(number: u16, family: u8) -> IpAddr {
    let [high, low] = number.to_be_bytes();
    match family {
        4 => IpAddr::from([10, 7, high, low]),
        _ => IpAddr::from([0xfd00, 0, 0, 0, 0, 0, 0, number]),
    }
}

fn devices(count: u16) -> Vec<KnownDevice> {
    let device = |number: u16| {
        let [high, low] = number.to_be_bytes();
        let mac = MacAddress([2, 0, 0, 0, high, low]);
        let addresses = vec![address(number, 4), address(number, 6)];
        KnownDevice { id: DeviceId::Mac(mac), macs: vec![mac], addresses, group: None }
    };
    (0..count).map(device).collect()
}

fn groups() -> Groups {
    let selectors: [&[&str]; 2] = [&["02:00:00:00:00:07", "10.7.0.9"], &["192.168.0.0/16", "fd00::/8"]];
    let read =
        |texts: &[&str]| texts.iter().map(|text| text.parse().expect("they are")).collect::<Vec<DeviceSelector>>();
    Groups::new(selectors.map(read))
}

fn map(count: u16) -> DeviceMap {
    let ids: [Arc<str>; 2] = ["kids".into(), "guests".into()];
    DeviceMap::new(groups(), &ids, &devices(count))
}

/// Addresses of devices that are known, both families in turn.
#[divan::bench(args = SIZES)]
fn group_of_a_known_device(bencher: Bencher, count: u16) {
    let map = map(count);
    let asked: Vec<IpAddr> = (0..count).flat_map(|number| [address(number, 4), address(number, 6)]).collect();
    bencher.counter(ItemsCount::new(asked.len())).bench(|| {
        for address in &asked {
            black_box(map.group(black_box(*address)));
        }
    });
}

/// Addresses that nobody has been seen at, for which the networks of groups are looked through.
#[divan::bench(args = SIZES)]
fn group_of_a_stranger(bencher: Bencher, count: u16) {
    let map = map(count);
    let asked: Vec<IpAddr> = (0..1000).map(|number: u16| address(number + 50_000, 4)).collect();
    bencher.counter(ItemsCount::new(asked.len())).bench(|| {
        for address in &asked {
            black_box(map.group(black_box(*address)));
        }
    });
}

#[divan::bench(args = SIZES)]
fn make_the_map(bencher: Bencher, count: u16) {
    let (ids, devices): ([Arc<str>; 2], _) = (["kids".into(), "guests".into()], devices(count));
    bencher.with_inputs(groups).bench_values(|groups| DeviceMap::new(groups, &ids, &devices));
}
