//! A query that is answered from memory allocates nothing, from the bytes that arrive to the record of it.

#[path = "support/house.rs"]
mod house;

use house::{CACHED, House, LOCAL, STOPPED, query};

/// What is answered first may fill memory of the thread; what is answered then must not.
const WARM_UP: usize = 10;

#[test]
fn answers_from_memory_allocate_nothing() {
    let (house, mut out) = (House::new(), Vec::with_capacity(1232));
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
