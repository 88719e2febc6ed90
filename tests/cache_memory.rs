//! The cache against an allocator that counts.

#![allow(clippy::unwrap_used, reason = "a test says by its panic what is wrong")]

use ponor::{
    cache::{Cache, Limits, Lookup},
    dns::{
        Answer, Question, Rcode, RecordType,
        reply::{Authority, Frame, ReplyWriter},
    },
    time::Moment,
};

const SIZE: usize = 1 << 20;

fn numbered(number: usize) -> (Question, Answer) {
    let asked = Question::plain(&format!("n{number}.example").parse().unwrap(), RecordType::TXT);
    let (query, mut wire) = (asked.to_query(), Vec::new());
    let mut writer = ReplyWriter::new(&mut wire, &query, Rcode::NOERROR, Authority::None);
    for _ in 0..=number % 5 {
        writer.answer(RecordType::TXT, 1000, &[7; 30]);
    }
    writer.finish(&query, Rcode::NOERROR, Frame { limit: 65535, padded: false, ede: None });
    (asked, Answer::read(&wire).unwrap())
}

#[test]
fn a_full_cache_takes_what_it_says_and_no_more_than_it_may() {
    let answers: Vec<_> = (0..20_000).map(numbered).collect();
    let mut buffer = Vec::with_capacity(4096);
    let mut said = 0;
    let counted = allocation_counter::measure(|| {
        let cache = Cache::new(Limits { size: SIZE, min_ttl: 0, max_ttl: 86400, max_negative_ttl: 60, stale: 0 });
        for (asked, answer) in &answers {
            cache.put(asked, answer, Moment(1));
            buffer.clear();
            assert!(matches!(cache.get(asked.into(), Moment(1), &mut buffer), Lookup::Fresh(_)));
        }
        said = cache.usage().bytes;
    });
    let taken = usize::try_from(counted.bytes_max).unwrap();
    assert!(taken <= SIZE + 1024, "{taken} taken of {SIZE}");
    assert!(said <= taken && said > taken / 100 * 97, "{said} said to be taken, of {taken}");
}
