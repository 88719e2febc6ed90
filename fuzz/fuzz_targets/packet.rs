//! Any bytes as a query and as an upstream's answer: read, walked through, judged and replied to within the limit.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ponor::{
    dns::{
        Answer, Packet, Question, Rcode,
        reply::{self, Frame, Ttls},
    },
    dnssec::{self, Budget, Chain, Denial, Vouched, Zone},
};

fuzz_target!(|bytes: &[u8]| {
    let mut out = Vec::new();
    match Packet::parse(bytes) {
        Packet::Query(query) => {
            let limit = query.udp_limit();
            let frame = Frame { limit, padded: false, ede: None };
            reply::bare(&mut out, &query, Rcode::SERVFAIL, frame);
            assert!(out.len() <= limit);
            if let Ok(answer) = Answer::read(bytes) {
                out.clear();
                reply::from_answer(&mut out, &query, &answer, Ttls::Aged(1), frame);
                assert!(out.len() <= limit);
            }
        }
        Packet::Refuse(refusal) => {
            reply::refusal(&mut out, &refusal);
            assert!(out.len() >= 12);
        }
        Packet::Drop => {}
    }
    let Ok(mut answer) = Answer::read(bytes) else { return };
    answer.clamp_ttls(1, 60);
    let _ = (answer.outcome(), answer.lifetime(), answer.targets().count(), answer.addresses().count());
    for record in answer.records() {
        let _ = (record.owner(), record.rtype(), record.class(), record.ttl(), record.target(), record.data().len());
    }
    judge(&answer);
});

/// Looks for proofs, of which there are none without a key.
fn judge(answer: &Answer) {
    let (name, mut budget) = (answer.name(), Budget::default());
    let zone = Zone { apex: name.parent().unwrap_or(name), keys: Vec::new() };
    if let Ok(chain) = Chain::of(&Question::plain(&name, answer.rtype()), answer) {
        assert!(chain.links.iter().all(|link| link.verify(&zone, 0, &mut budget).is_err()));
        assert!(Denial::new(&chain.authority, &zone, 0, &mut budget).no_name(&name).is_err());
    }
    assert!(dnssec::delegation(answer, &zone, &name, 0, &mut budget).is_err());
    assert!(dnssec::keys(answer, &name, Vouched::Above(&[]), 0, &mut budget).is_err());
    assert!(answer.without_signatures().records().count() <= answer.records().count());
}
