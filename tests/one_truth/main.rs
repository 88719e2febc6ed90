//! One truth: the same query bytes get the same reply over every transport, the first time, when an upstream has to be
//! asked, and the second, from memory. What transports may differ in stands in `reply`.
#![allow(clippy::unwrap_used, reason = "a test says by its panic what is wrong")]

mod carriers;
mod house;
mod queries;
mod reply;
mod world;

#[path = "../server_support/mod.rs"]
mod server_support;
#[path = "../support/mod.rs"]
mod support;

use std::sync::LazyLock;

use ponor::dns::RecordType;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use tokio::{
    runtime::{Builder, Runtime},
    sync::Mutex,
};

use crate::{
    carriers::CARRIERS,
    house::{House, MODES},
    queries::{Asked, asked, plain},
    world::NAMES,
};

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Builder::new_multi_thread().enable_all().build().unwrap());

#[test]
fn any_query_is_answered_alike_by_every_transport_from_upstream_and_from_memory() {
    let house = Mutex::new(RUNTIME.block_on(House::start()));
    let config = Config { failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    let check = |asked: Asked| {
        let checked = RUNTIME.block_on(async { house.lock().await.check(&asked).await });
        checked.map_err(|difference| TestCaseError::fail(format!("{difference}\nasked: {asked:?}")))
    };
    TestRunner::new(config).run(&asked(), check).unwrap();
}

#[test]
fn each_name_of_the_world_is_answered_alike() {
    RUNTIME.block_on(async {
        let mut house = House::start().await;
        for (name, number) in NAMES.iter().zip(0_usize..) {
            for rtype in [RecordType::A, RecordType::HTTPS] {
                let (mode, device) = (number % MODES.len(), number % 2);
                let asked = Asked { mode, device, message: plain(name, rtype) };
                house.check(&asked).await.unwrap_or_else(|difference| panic!("{name} {rtype}: {difference}"));
            }
        }
        assert_eq!(house.asked("capitals.example", RecordType::A), CARRIERS.len(), "once for each transport");
    });
}
