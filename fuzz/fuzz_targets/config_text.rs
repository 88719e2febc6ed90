//! Any text as `config.toml`: a configuration, or faults that can be shown.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use ponor::config::{self, Overrides};

fuzz_target!(|text: &str| {
    let file = Some((Path::new("config.toml"), text));
    if let Err(faults) = config::load(file, [], &Overrides::default(), &["vendors", "vendors-strict"]) {
        assert!(!faults.is_empty());
        assert!(faults.iter().all(|fault| !fault.to_string().is_empty()));
    }
});
