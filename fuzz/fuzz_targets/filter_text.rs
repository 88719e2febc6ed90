//! Any text as a filter: one that means the same when it is printed and read again, or faults within the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ponor::{filter::parse, time::UnixTime};

fuzz_target!(|input: (u64, &str)| {
    let (now, text) = input;
    match parse(text, UnixTime(now)) {
        Ok(filter) => assert_eq!(parse(&filter.to_string(), UnixTime(now / 2)), Ok(filter)),
        Err(faults) => {
            assert!(!faults.is_empty());
            assert!(faults.iter().all(|fault| text.get(fault.span.clone()).is_some()));
        }
    }
});
