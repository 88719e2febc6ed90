//! What a whole query costs without sockets: bytes in, bytes out and recorded, from the thread of a lane.

#[path = "../tests/support/house.rs"]
mod house;

use std::hint::black_box;

use divan::{AllocProfiler, Bencher};

use house::{CACHED, House, LOCAL, STOPPED, query};

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

#[divan::bench]
fn stopped(bencher: Bencher) {
    answered(bencher, &query(STOPPED));
}

#[divan::bench]
fn cached(bencher: Bencher) {
    answered(bencher, &query(CACHED));
}

#[divan::bench]
fn local(bencher: Bencher) {
    answered(bencher, &query(LOCAL));
}

#[divan::bench]
fn malformed(bencher: Bencher) {
    answered(bencher, &[0; 40]);
}

fn answered(bencher: Bencher, query: &[u8]) {
    let (house, mut out) = (House::new(), Vec::with_capacity(1232));
    bencher.bench_local(|| house.answer(black_box(query), &mut out));
}
