//! A query that is answered from memory allocates nothing, from the bytes that arrive to the record of it.

#[path = "support/house.rs"]
mod house;

use house::{CACHED, CLIENT, House, LOCAL, STOPPED, query};
use ponor::{
    clients::DeviceId,
    policy::{Exception, Scope, Standing},
    rules::Action,
    time::UnixTime,
};

/// What is answered first may fill memory of the thread; what is answered then must not.
const WARM_UP: usize = 10;

#[test]
fn answers_from_memory_allocate_nothing() {
    check(&House::new());
}

#[test]
fn nor_do_they_where_exceptions_decide() {
    let exception = |id, action, rule: &str, scope| Exception {
        id,
        action,
        rule: rule.to_owned(),
        scope,
        made: UnixTime(0),
        until: None,
        afterwards: None,
    };
    let device = || Scope::Device(DeviceId::at(CLIENT));
    let exceptions = vec![
        exception(1, Action::Allow, "||example-vendor.com^", Scope::Everyone),
        exception(2, Action::Block, &format!("||{STOPPED}^"), device()),
        exception(3, Action::Block, "||metr*.example-vendor.com^", device()),
        exception(4, Action::Allow, &format!("||{CACHED}^"), Scope::Everyone),
    ];
    check(&House::with_orders(&Standing { exceptions, ..Standing::default() }));
}

#[test]
fn nor_do_they_for_who_searches_safely() {
    check(&House::with("[blocking]\nsafe_search = \"strict\"\n"));
}

#[test]
fn nor_do_they_where_a_group_is_offline() {
    check(&House::offline());
}

fn check(house: &House) {
    let mut out = Vec::with_capacity(1232);
    let mut check = |what: &str, query: &[u8]| {
        for _ in 0..WARM_UP {
            house.answer(query, &mut out);
        }
        let counted = allocation_counter::measure(|| (0..100).for_each(|_| house.answer(query, &mut out)));
        assert_eq!(counted.count_total, 0, "{what}");
    };
    check("a stopped name", &query(STOPPED));
    check("a remembered answer", &query(CACHED));
    check("a record of its own", &query(LOCAL));
    check("bytes that are no query", &[0; 40]);
}
