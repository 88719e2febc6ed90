//! Between real servers: zones signed by Debian's tools, served by nsd and handed through by unbound.

use std::{
    thread,
    time::{Duration, Instant},
};

use crate::{
    running::{Flags, Ponor, ask},
    support::zones::Laboratory,
};

const PLAIN: Flags = Flags { signatures: false, authentic: false, unchecked: false };
const WITH_DO: Flags = Flags { signatures: true, ..PLAIN };
const WITH_AD: Flags = Flags { authentic: true, ..PLAIN };
const WITH_CD: Flags = Flags { unchecked: true, signatures: true, ..PLAIN };

/// Names and types that are asked of both.
const QUESTIONS: &str = "
    www.signed.lab A|www.signed.lab TXT|www.signed.lab AAAA|nope.signed.lab A|x.w.signed.lab A|x.y.w.signed.lab A|
    x.w.signed.lab AAAA|*.w.signed.lab A|w.signed.lab A|ent.signed.lab A|b.ent.signed.lab A|c.ent.signed.lab A|
    a.b.ent.signed.lab A|alias.signed.lab A|alias.signed.lab AAAA|toinsecure.signed.lab A|tobogus.signed.lab A|
    nodata.signed.lab A|nx.signed.lab A|x.d.signed.lab A|y.d.signed.lab A|d.signed.lab DNAME|d.signed.lab A|
    mail.signed.lab MX|srv.signed.lab SRV|https.signed.lab HTTPS|
    signed.lab DS|signed.lab DNSKEY|signed.lab SOA|signed.lab NS|signed.lab A|nope.signed.lab DS|www.signed.lab DS|
    x.w.signed.lab DS|www.nsec3.lab A|www.nsec3.lab AAAA|nope.nsec3.lab A|a.b.c.none.nsec3.lab A|x.w.nsec3.lab A|
    x.y.w.nsec3.lab A|x.w.nsec3.lab TXT|ent.nsec3.lab A|b.ent.nsec3.lab A|nsec3.lab DS|nsec3.lab DNSKEY|
    nsec3.lab NSEC3PARAM|www.opt.lab A|www.opt.lab AAAA|nope.opt.lab A|plain.opt.lab DS|www.plain.opt.lab A|
    nope.plain.opt.lab A|www.plain.opt.lab AAAA|deep.opt.lab A|b.deep.opt.lab A|www.insecure.lab A|
    www.insecure.lab AAAA|nope.insecure.lab A|back.insecure.lab A|insecure.lab DS|insecure.lab DNSKEY|
    www.insecure.lab DS|www.bogus.lab A|bogus.lab SOA|www.bogus.lab AAAA|nope.bogus.lab A|www.expired.lab A|
    nope.expired.lab A|www.future.lab A|www.missing.lab A|missing.lab SOA|www.missing.lab DS|nope.missing.lab A|
    www.costly.lab A|nope.lab A|lab DS|lab DNSKEY|. DNSKEY|. NS|. DS|ns.lab A";

fn questions() -> impl Iterator<Item = (&'static str, &'static str)> {
    QUESTIONS.split('|').map(|question| question.trim().split_once(' ').unwrap())
}

#[test]
fn verdicts_are_those_of_unbound() {
    let laboratory = Laboratory::start();
    let ponor = Ponor::start(&laboratory.server(), &laboratory.anchor, "");
    // Twice, because the second time it is remembered.
    for round in 0..2 {
        for (name, rtype) in questions() {
            for flags in [PLAIN, WITH_DO, WITH_AD] {
                let (ours, theirs) = (ask(ponor.port, name, rtype, flags), ask(laboratory.judging, name, rtype, flags));
                let told = format!("{name} {rtype} {flags:?}, round {round}");
                assert_eq!((ours.rcode, ours.authentic), (theirs.rcode, theirs.authentic), "{told}");
                assert_eq!(ours.answers, theirs.answers, "{told}");
                if !flags.signatures {
                    assert_eq!(ours.authority, theirs.authority, "{told}");
                }
            }
        }
    }
}

#[test]
fn who_gets_what() {
    let laboratory = Laboratory::start();
    let ponor = Ponor::start(&laboratory.server(), &laboratory.anchor, "");
    let check = |name: &str, rtype: &str, flags: Flags, rcode: u16, authentic: bool, answers: &[&str], ede| {
        let seen = ask(ponor.port, name, rtype, flags);
        let told = format!("{name} {rtype} {flags:?}");
        assert_eq!((seen.rcode, seen.authentic, seen.ede), (rcode, authentic, ede), "{told}");
        assert_eq!(seen.answers, answers, "{told}");
    };
    for _ in 0..2 {
        check("www.signed.lab", "A", PLAIN, 0, false, &["A"], None);
        check("www.signed.lab", "A", WITH_AD, 0, true, &["A"], None);
        check("www.signed.lab", "A", WITH_DO, 0, true, &["A", "RRSIG"], None);
        // Who judges for themselves gets what came, and nothing is said of it.
        check("www.signed.lab", "A", WITH_CD, 0, false, &["A", "RRSIG"], None);
        check("www.bogus.lab", "A", WITH_CD, 0, false, &["A", "RRSIG"], None);
        check("www.bogus.lab", "A", PLAIN, 2, false, &[], Some(6));
        check("www.bogus.lab", "A", WITH_DO, 2, false, &[], Some(6));
        check("www.expired.lab", "A", PLAIN, 2, false, &[], Some(7));
        check("www.future.lab", "A", PLAIN, 2, false, &[], Some(8));
        check("www.missing.lab", "A", PLAIN, 2, false, &[], Some(9));
        check("www.insecure.lab", "A", WITH_DO, 0, false, &["A"], None);
        check("www.insecure.lab", "A", WITH_AD, 0, false, &["A"], None);
    }
    let figures = ponor.page("/metrics");
    let count = |verdict: &str| {
        let line = format!("ponor_dnssec_answers_total{{verdict=\"{verdict}\"}} ");
        let found = figures.lines().find_map(|found| found.strip_prefix(&line)).unwrap_or_else(|| panic!("{figures}"));
        found.parse::<u32>().unwrap()
    };
    assert!(count("secure") >= 2 && count("insecure") >= 2 && count("bogus") >= 4, "{figures}");
    let told = ponor.tell(&["query", "www.expired.lab"]);
    assert!(told.contains("DNSSEC: the signatures have expired"), "{told}");
}

#[test]
fn what_is_taken_out_of_it() {
    let laboratory = Laboratory::start();
    let port = laboratory.port;
    let more = format!(
        "dnssec_except = [\"Bogus.lab\"]\n[[upstream.routes]]\ndomains = \"expired.lab\"\nservers = \"127.0.0.1:{port}\"\n"
    );
    let ponor = Ponor::start(&laboratory.server(), &laboratory.anchor, &more);
    for name in ["www.bogus.lab", "tobogus.signed.lab", "www.expired.lab"] {
        let seen = ask(ponor.port, name, "A", WITH_AD);
        assert_eq!((seen.rcode, seen.authentic), (0, false), "{name}");
    }
    assert_eq!(ask(ponor.port, "www.missing.lab", "A", PLAIN).rcode, 2);
}

#[test]
fn it_is_switched_while_ponor_runs() {
    let laboratory = Laboratory::start();
    let ponor = Ponor::start(&laboratory.server(), &laboratory.anchor, "");
    let wait_for = |rcode: u16, authentic: bool| {
        let end = Instant::now() + Duration::from_secs(20);
        loop {
            let (bogus, signed) =
                (ask(ponor.port, "www.bogus.lab", "A", WITH_AD), ask(ponor.port, "www.signed.lab", "A", WITH_AD));
            if (bogus.rcode, signed.authentic) == (rcode, authentic) {
                break;
            }
            assert!(Instant::now() < end, "{bogus:?} {signed:?}");
            thread::sleep(Duration::from_millis(50));
        }
    };
    wait_for(2, true);
    ponor.reload("\"validate\"", "\"trust\"");
    wait_for(0, false);
    assert!(!ponor.page("/metrics").contains("ponor_dnssec_answers"));
    ponor.reload("\"trust\"", "\"validate\"");
    wait_for(2, true);
}
