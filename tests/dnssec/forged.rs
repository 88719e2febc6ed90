//! Forgeries by somebody between ponor and its upstream, who may own signed zones, and answers that are made to cost work.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use ponor::dns::{Name, RecordType};

use crate::{
    forger::{DNSKEY, NSEC, NSEC3, Set, Told, Zone, name, nsec, serve, set, soa, tag, types_bits},
    running::{Flags, Ponor, Seen, ask},
};

const A: RecordType = RecordType::A;
const ADDRESS: [u8; 4] = [192, 0, 2, 1];
const FORGED: [u8; 4] = [192, 0, 2, 66];

/// A root with a signed `lab`, which is forged, a signed `evil`, which is the forger's own, and an unsigned `open`.
struct World {
    root: Zone,
    lab: Zone,
    evil: Zone,
}

impl World {
    fn new() -> Self {
        Self { root: Zone::new("."), lab: Zone::new("lab"), evil: Zone::new("evil") }
    }

    /// What is true.
    fn truth(&self, asked: &Name, rtype: RecordType) -> Told {
        let Self { root, lab, evil } = self;
        let text = asked.to_string();
        match (text.trim_end_matches('.'), rtype) {
            ("", DNSKEY) => Told::answer([root.keys()]),
            ("lab", DNSKEY) => Told::answer([lab.keys()]),
            ("evil", DNSKEY) => Told::answer([evil.keys()]),
            ("lab", RecordType::DS) => Told::answer([root.sign(set("lab", RecordType::DS, &[&lab.ds(13)]))]),
            ("evil", RecordType::DS) => Told::answer([root.sign(set("evil", RecordType::DS, &[&evil.ds(13)]))]),
            ("open", RecordType::DS) => Told::nothing(0, [self.unsigned()]),
            ("www.lab", RecordType::DS) => Told::nothing(0, [self.no_cut()]),
            ("www.lab", A) => Told::answer([lab.sign(set("www.lab", A, &[&ADDRESS]))]),
            _ => Told::nothing(0, []),
        }
    }

    /// That `open` is not signed.
    fn unsigned(&self) -> Set {
        self.root.sign(set("open", NSEC, &[&nsec("zone", &[RecordType::NS, RecordType::RRSIG, NSEC])]))
    }

    /// That there is no zone `www.lab`.
    fn no_cut(&self) -> Set {
        self.lab.sign(set("www.lab", NSEC, &[&nsec("lab", &[A, RecordType::RRSIG, NSEC])]))
    }
}

/// What ponor says to A of `asked` where `lie` is told instead of the truth, and how long that takes.
fn told(
    asked: &str,
    lie: impl Fn(&World, &Name, RecordType) -> Option<Told> + Send + Sync + 'static,
) -> (Seen, Duration) {
    let world = Arc::new(World::new());
    let anchor = world.root.anchor();
    let server = serve(move |asked, rtype| lie(&world, asked, rtype).unwrap_or_else(|| world.truth(asked, rtype)));
    let ponor = Ponor::start(&server, &anchor, "");
    let began = Instant::now();
    let seen = ask(ponor.port, asked, "A", Flags { authentic: true, ..Flags::default() });
    (seen, began.elapsed())
}

/// Checks that a lie in the place of the answer to A of `asked` is held back.
fn held_back(why: &str, asked: &'static str, lie: impl Fn(&World) -> Told + Send + Sync + 'static) {
    let (seen, _) = told(asked, move |world, at, rtype| (*at == name(asked) && rtype == A).then(|| lie(world)));
    assert_eq!((seen.rcode, seen.authentic), (2, false), "{why}: {seen:?}");
}

#[test]
fn the_truth_passes() {
    let (seen, _) = told("www.lab", |_, _, _| None);
    assert_eq!((seen.rcode, seen.authentic, seen.answers), (0, true, vec!["A".to_owned()]));
    let (seen, _) = told("www.open", |_, asked, rtype| {
        (*asked == name("www.open") && rtype == A).then(|| Told::answer([set("www.open", A, &[&ADDRESS])]))
    });
    assert_eq!((seen.rcode, seen.authentic), (0, false));
}

#[test]
fn odd_answers_where_nothing_is_signed_pass() {
    let check = |lie: fn() -> Told| {
        let (seen, _) = told("www.open", move |_, asked, rtype| (*asked == name("www.open") && rtype == A).then(lie));
        assert_eq!((seen.rcode, seen.authentic), (0, false), "{seen:?}");
    };
    check(|| {
        let alias = set("www.open", RecordType::CNAME, &[name("a.open").wire(), name("b.open").wire()]);
        Told::answer([alias, set("a.open", A, &[&ADDRESS])])
    });
    check(|| Told::answer((0..100).map(|number| set(&format!("a{number}.open"), A, &[&ADDRESS]))));
}

#[test]
fn records_that_their_zone_did_not_sign() {
    let forged = || set("www.lab", A, &[&FORGED]);
    held_back("nothing is signed", "www.lab", move |_| Told::answer([forged()]));
    held_back("signed by another zone", "www.lab", move |world| Told::answer([world.evil.sign(forged())]));
    held_back("signed in the name of the zone", "www.lab", move |world| {
        Told::answer([world.evil.sign_as(forged(), 2, &name("lab"))])
    });
    held_back("with another signature", "www.lab", move |world| {
        let signatures = world.lab.sign(set("www.lab", A, &[&ADDRESS])).signatures;
        Told::answer([Set { signatures, ..forged() }])
    });
    held_back("with a record more", "www.lab", move |world| {
        let signatures = world.lab.sign(set("www.lab", A, &[&ADDRESS])).signatures;
        Told::answer([Set { signatures, ..set("www.lab", A, &[&ADDRESS, &FORGED]) }])
    });
    held_back("with another set beside", "www.lab", move |world| {
        Told::answer([world.lab.sign(set("www.lab", A, &[&ADDRESS])), set("x.open", A, &[&FORGED])])
    });
    held_back("an alias that is not signed", "www.lab", move |_| {
        let alias = set("www.lab", RecordType::CNAME, &[name("www.open").wire()]);
        Told::answer([alias, set("www.open", A, &[&FORGED])])
    });
    held_back("what a DNAME does not make", "a.www.lab", move |world| {
        let dname = world.lab.sign(set("www.lab", RecordType::DNAME, &[name("lab").wire()]));
        let alias = set("a.www.lab", RecordType::CNAME, &[name("www.open").wire()]);
        Told::answer([dname, alias, set("www.open", A, &[&FORGED])])
    });
    held_back("a wildcard where the name is there", "www.lab", move |world| {
        Told::answer([world.lab.sign_as(set("www.lab", A, &[&FORGED]), 1, &name("lab"))])
    });
}

#[test]
fn denials_by_whoever_has_no_say() {
    let unsigned_soa = |owner: &str| set(owner, RecordType::SOA, &[&soa()]);
    for rcode in [0, 3] {
        held_back("nothing", "www.lab", move |_| Told::nothing(rcode, []));
        held_back("an unsigned zone elsewhere", "www.lab", move |_| Told::nothing(rcode, [unsigned_soa("open")]));
        held_back("the zone's own SOA, not signed", "www.lab", move |_| Told::nothing(rcode, [unsigned_soa("lab")]));
        held_back("the name's own SOA, not signed", "www.lab", move |_| {
            Told::nothing(rcode, [unsigned_soa("www.lab")])
        });
        held_back("a proof that reaches out of its zone", "www.lab", move |world| {
            Told::nothing(rcode, [world.evil.sign(set("evil", NSEC, &[&nsec("zone", &[RecordType::SOA])]))])
        });
        held_back("a proof of another zone", "www.lab", move |world| Told::nothing(rcode, [world.unsigned()]));
        held_back("what the zone above says of the zone", "www.lab", move |world| {
            let above = world.root.sign(set("lab", NSEC, &[&nsec("open", &[RecordType::NS, RecordType::DS])]));
            Told::nothing(rcode, [above])
        });
        held_back("the same of that zone's own name", "www.lab", move |world| {
            let above = set("www.lab", NSEC, &[&nsec("lab", &[RecordType::NS, RecordType::DS])]);
            Told::nothing(rcode, [world.lab.sign(above)])
        });
        held_back("that it has what is denied", "www.lab", move |world| Told::nothing(rcode, [world.no_cut()]));
        held_back("a proof that a wildcard made", "www.lab", move |world| {
            let proof = set("www.lab", NSEC, &[&nsec("lab", &[NSEC])]);
            Told::nothing(rcode, [world.lab.sign_as(proof, 1, &name("lab"))])
        });
    }
    held_back("no proof that there is no wildcard", "a.lab", |world| {
        Told::nothing(3, [world.lab.sign(set("*.lab", NSEC, &[&nsec("www.lab", &[A])]))])
    });
}

#[test]
fn delegations_that_the_zone_above_did_not_make() {
    let check = |why: &str, lie: fn(&World) -> Told| {
        let (seen, _) = told("www.lab", move |world, asked, rtype| match rtype {
            RecordType::DS if *asked == name("lab") => Some(lie(world)),
            A => Some(Told::answer([set("www.lab", A, &[&FORGED])])),
            _ => None,
        });
        assert_eq!(seen.rcode, 2, "{why}: {seen:?}");
    };
    check("nothing", |_| Told::nothing(0, []));
    check("an unsigned one elsewhere", |world| Told::nothing(0, [world.unsigned()]));
    check("one by the zone itself", |world| {
        Told::nothing(0, [world.lab.sign(set("lab", NSEC, &[&nsec("www.lab", &[RecordType::NS])]))])
    });
    check("a key of the forger's", |world| {
        Told::answer([world.evil.sign(set("lab", RecordType::DS, &[&world.evil.ds(13)]))])
    });
    // That of another name, whose algorithm nobody knows, beside something of this name that is not signed.
    check("an algorithm that is another zone's", |world| {
        let other = world.root.sign(set("evil", RecordType::DS, &[&world.evil.ds(250)]));
        Told::answer([set("lab", RecordType::CNAME, &[name("x").wire()]), other])
    });
    check("an algorithm that is not signed", |world| Told::answer([set("lab", RecordType::DS, &[&world.lab.ds(250)])]));
}

#[test]
fn an_upstream_that_hands_nothing_through_is_told_of() {
    let world = World::new();
    let anchor = world.root.anchor();
    let server = serve(move |asked, rtype| {
        let mut told = world.truth(asked, rtype);
        told.answer.iter_mut().for_each(|set| set.signatures.clear());
        told.authority.clear();
        told
    });
    let ponor = Ponor::start(&server, &anchor, "");
    let sentence = "an upstream does not hand through DNSSEC";
    assert!(!ponor.page("/readyz").contains(sentence));
    assert_eq!(ask(ponor.port, "www.lab", "A", Flags::default()).rcode, 2);
    assert!(ponor.page("/readyz").contains(sentence));
    assert!(ponor.page("/metrics").contains("ponor_dnssec_answers_total{verdict=\"bogus\"} 1"));
}

#[test]
fn what_is_made_to_cost_work_is_held_back_soon() {
    // Keys of one number, and signatures that each could be by any of them (CVE-2023-50387).
    let (seen, took) = told("www.lab", |world, asked, rtype| match rtype {
        DNSKEY if *asked == name("lab") => {
            let wanted = tag(&world.lab.key);
            let keys = (0..300_u16).map(|number| {
                let mut key = [&[1, 0, 3, 13][..], &[0; 62], &[0, 0]].concat();
                key[10..12].copy_from_slice(&number.to_be_bytes());
                // The number is a sum, so that what is missing brings it about, but for a carry.
                let missing = wanted.wrapping_sub(tag(&key));
                let last = [missing, missing.wrapping_sub(1)].into_iter().find(|last| {
                    key[66..68].copy_from_slice(&last.to_be_bytes());
                    tag(&key) == wanted
                });
                assert!(last.is_some());
                key
            });
            let data = keys.chain([world.lab.key.clone()]).collect();
            Some(Told::answer([world.lab.sign(Set {
                owner: name("lab"),
                rtype: DNSKEY,
                data,
                signatures: Vec::new(),
            })]))
        }
        A => {
            let signed = world.lab.sign(set("www.lab", A, &[&FORGED]));
            let wrong = |number: u16| {
                let mut signature = signed.signatures[0].clone();
                let end = signature.len();
                signature[end - 2..].copy_from_slice(&number.to_be_bytes());
                signature
            };
            Some(Told::answer([Set { signatures: (0..300).map(wrong).collect(), ..signed }]))
        }
        _ => None,
    });
    assert_eq!(seen.rcode, 2, "{seen:?}");
    println!("300 keys and 300 signatures: {took:?}");
    assert!(took < Duration::from_secs(2), "{took:?}");

    // Hashing without end (CVE-2023-50868), on the longest of names: such a zone counts as unsigned.
    let (seen, took) = told("www.lab", |world, asked, rtype| {
        (*asked == name("www.lab") && rtype == A).then(|| {
            let data = [&[1, 0, 0xFF, 0xFF, 0, 20][..], &[0xFF; 20], &types_bits(&[A])].concat();
            let owner = format!("{}.lab", "0".repeat(32));
            let proofs = (0..20).map(|_| world.lab.sign(set(&owner, NSEC3, &[&data])));
            Told::nothing(3, proofs)
        })
    });
    println!("NSEC3 of 65,535 rounds: {took:?}");
    assert!(took < Duration::from_secs(2), "{took:?}");
    assert!(!seen.authentic, "{seen:?}");

    let (seen, took) = told("www.lab", |_, asked, rtype| {
        (*asked == name("www.lab") && rtype == A)
            .then(|| Told::answer((0..2000).map(|number| set(&format!("a{number}.lab"), A, &[&FORGED]))))
    });
    assert_eq!(seen.rcode, 2, "{seen:?}");
    println!("2,000 sets: {took:?}");
    assert!(took < Duration::from_secs(2), "{took:?}");
}
