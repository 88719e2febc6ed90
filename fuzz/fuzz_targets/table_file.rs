//! Any bytes as the file of a table or a run: refused, or harmless whatever they say. Checksums keep nearly all bytes
//! out, so bytes that were refused are tried again as a change to a whole file whose checksums are set right.
#![no_main]

use std::io::Cursor;

use libfuzzer_sys::fuzz_target;
use ponor::{
    dns::Name,
    rules::{HashKey, ListNumber, OwnRule, Run, RunWriter, Table, merge, parse_own_rule, reseal},
};

fuzz_target!(|bytes: &[u8]| {
    let key = HashKey::new([1, 2]);
    ask(bytes.to_vec(), key);
    let mut run = run(key);
    let opened = Run::open(run.clone(), &key).unwrap().unwrap();
    let mut table =
        merge(&[(ListNumber(3), &opened)], &key, b"about", Cursor::new(Vec::new())).unwrap().out.into_inner();
    for whole in [&mut table, &mut run] {
        for change in bytes.chunks_exact(3) {
            let at = usize::from(u16::from_le_bytes([change[0], change[1]])) % whole.len();
            whole[at] = change[2];
        }
        reseal(whole);
    }
    ask(table, key);
    if let Ok(Ok(run)) = Run::open(run, &key)
        && let Ok(merged) = merge(&[(ListNumber(3), &run)], &key, b"about", Cursor::new(Vec::new()))
    {
        ask(merged.out.into_inner(), key);
    }
});

fn run(key: HashKey) -> Vec<u8> {
    let mut writer = RunWriter::new(key, Cursor::new(Vec::new())).unwrap();
    for rule in
        ["||a.example^", "@@||b.a.example^", "|c.example^$important", "||zip^", "||ads*.example^", "/^ads[0-9]/"]
    {
        match parse_own_rule(rule).unwrap() {
            OwnRule::Name(rule) => writer.add(&rule),
            OwnRule::Pattern(rule) => writer.add_pattern(&rule),
        }
    }
    writer.finish(b"about").unwrap().into_inner()
}

fn ask(octets: Vec<u8>, key: HashKey) {
    let Ok(table) = Table::in_memory(octets, key) else { return };
    let mask = table.mask(|list| list.0 % 2 == 1);
    for name in ["a.example", "x.b.a.example", "c.example", "zip", "ads7.x.example", "nothing.org"] {
        let name: Name = name.parse().unwrap();
        assert_eq!(table.find(&name, &mask), table.find_all(&name, &mask).first().copied());
    }
}
