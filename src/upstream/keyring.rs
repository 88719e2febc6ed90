//! The way from the trust anchors to a zone. Asks for what leads there, and remembers it (`zones`).
//!
//! Leaves to `dnssec` what the answers prove.

use std::sync::Arc;

use crate::{
    dns::{Answer, Name, Outcome as Said, Question, RecordType, Section},
    dnssec::{self, Anchors, Budget, Delegation, Denial, Fault, Rrset, Ttl, Verified, Vouched, Zone},
    time::{Moment, Now},
    upstream::{
        ExchangeError,
        flights::Flights,
        server_set::ServerSet,
        tally::Tally,
        tasks::Tasks,
        zones::{Step, Zones},
    },
};

/// Questions for keys that judging one answer may cost. A chain of aliases through deep names comes to half of it.
const MOST_QUESTIONS: u32 = 64;

/// Finds the keys of zones.
pub(super) struct Keyring {
    servers: Arc<ServerSet>,
    /// Questions for keys in flight: other ones than those of clients, which are judged.
    flights: Arc<Flights>,
    zones: Zones,
    anchors: Anchors,
    tally: Tally,
}

/// Why there is no verdict that lets an answer through.
#[derive(Debug)]
pub(super) enum Halt {
    /// It is not what its zone signed.
    Bogus(Fault),
    /// What would prove it was refused.
    Refused(Arc<Answer>),
    /// What would prove it could not be had.
    Unanswered(ExchangeError),
}

impl From<Fault> for Halt {
    fn from(fault: Fault) -> Self {
        Self::Bogus(fault)
    }
}

/// Which zone speaks for a name.
pub(super) enum Trust {
    /// The lowest signed one above it, as far as zones go.
    Signed(Arc<Zone>),
    /// One that need not sign.
    Unsigned,
}

/// Judging one answer: the time, what it has cost, and how long the answer may be kept.
pub(super) struct Work {
    /// In seconds since 1970, as signatures count.
    pub(super) now: u32,
    moment: Moment,
    pub(super) budget: Budget,
    questions: u32,
    pub(super) ttl: Ttl,
    /// Names and types of the sets of the authority section that are proven.
    pub(super) proven: Vec<(Name, RecordType)>,
}

impl Keyring {
    /// Knows nothing but `anchors` yet, and asks `servers`.
    pub(super) fn new(servers: Arc<ServerSet>, anchors: Anchors, tasks: Tasks) -> Self {
        let flights = Arc::new(Flights::new(tasks));
        Self { servers, flights, zones: Zones::default(), anchors, tally: Tally::default() }
    }

    /// What has been found so far.
    pub(super) fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Gives up what nobody drives.
    pub(super) fn clear(&self) {
        self.flights.clear();
    }

    /// The zone `signer`, which says that it signed something at `place`, if it is one.
    pub(super) async fn signing(&self, place: &Name, signer: &Name, work: &mut Work) -> Result<Trust, Halt> {
        // What an anchor below is believed of, no zone above it can speak for.
        let believed = self.anchors.above(place);
        if believed.is_some_and(|anchor| !signer.is_within(&anchor)) {
            return Err(Fault::KeyMissing.into());
        }
        match self.trust(signer, work).await? {
            Trust::Signed(zone) if zone.apex != *signer => Err(Fault::KeyMissing.into()),
            trust => Ok(trust),
        }
    }

    /// The zone that speaks for `name`, found from the trust anchor downwards, label by label.
    pub(super) async fn trust(&self, name: &Name, work: &mut Work) -> Result<Trust, Halt> {
        let Some(anchor) = self.anchors.above(name) else { return Ok(Trust::Unsigned) };
        let mut zone = match self.zones.get(&anchor, work.moment) {
            Some(Step::Signed(zone)) => zone,
            Some(Step::Bogus(fault)) => return Err(fault.into()),
            _ => self.keys(&anchor, Vouched::Anchors(&self.anchors), work).await?,
        };
        let names: Vec<Name> = name.suffixes().filter_map(|wire| Name::from_wire(wire).ok()).collect();
        for below in names.iter().rev().skip(anchor.label_count() + 1) {
            let step = match self.zones.get(below, work.moment) {
                Some(step) => step,
                None => self.step(&zone, below, work).await?,
            };
            match step {
                Step::Signed(next) => zone = next,
                Step::Unsigned => return Ok(Trust::Unsigned),
                Step::Within => {}
                Step::NoName => break,
                Step::Bogus(fault) => return Err(fault.into()),
            }
        }
        Ok(Trust::Signed(zone))
    }

    /// Asks what `name` is to `zone`, which is the one above it.
    async fn step(&self, zone: &Zone, name: &Name, work: &mut Work) -> Result<Step, Halt> {
        let answer = self.fetch(name, RecordType::DS, work).await?;
        let found = dnssec::delegation(&answer, zone, name, work.now, &mut work.budget);
        let (delegation, ttl) = found.map_err(|fault| self.is_bogus(name, fault, work))?;
        let step = match delegation {
            Delegation::Signed(ds) => return self.keys(name, Vouched::Above(&ds), work).await.map(Step::Signed),
            Delegation::Unsigned => Step::Unsigned,
            Delegation::None => Step::Within,
            Delegation::NoName => Step::NoName,
        };
        self.zones.put(name, step.clone(), ttl, work.moment);
        Ok(step)
    }

    /// Asks for the keys of the zone `apex`.
    async fn keys(&self, apex: &Name, vouched: Vouched<'_>, work: &mut Work) -> Result<Arc<Zone>, Halt> {
        let answer = self.fetch(apex, RecordType::DNSKEY, work).await?;
        let found = dnssec::keys(&answer, apex, vouched, work.now, &mut work.budget);
        let (zone, ttl) = found.map_err(|fault| self.is_bogus(apex, fault, work))?;
        let zone = Arc::new(zone);
        self.zones.put(apex, Step::Signed(Arc::clone(&zone)), ttl, work.moment);
        Ok(zone)
    }

    /// Notes that nothing is proven of `name`. That one answer was too much says nothing of the next one.
    fn is_bogus(&self, name: &Name, fault: Fault, work: &Work) -> Halt {
        if fault != Fault::TooMuch {
            self.zones.put(name, Step::Bogus(fault), 0, work.moment);
        }
        fault.into()
    }

    async fn fetch(&self, name: &Name, rtype: RecordType, work: &mut Work) -> Result<Arc<Answer>, Halt> {
        work.questions += 1;
        if work.questions > MOST_QUESTIONS {
            return Err(Fault::TooMuch.into());
        }
        let question = Question { dnssec_ok: true, ..Question::plain(name, rtype) };
        let asking = self.flights.join(&question, || Arc::clone(&self.servers)).map_err(Halt::Unanswered)?;
        let answer = asking.await.map_err(Halt::Unanswered)?;
        if answer.outcome() == Said::Failure {
            return Err(Halt::Refused(answer));
        }
        // The root and what stands right below it are signed, so that an answer on them without signatures lost them on its way.
        if name.label_count() <= 1 {
            self.tally.note_passage(has_signatures(&answer));
        }
        Ok(answer)
    }
}

impl Work {
    /// Nothing is done yet; it is `now`.
    pub(super) fn at(now: Now) -> Self {
        // Signatures count in 32 bits that wrap.
        let seconds = u32::try_from(now.unix.seconds() & u64::from(u32::MAX)).unwrap_or_default();
        Self {
            now: seconds,
            moment: now.moment,
            budget: Budget::default(),
            questions: 0,
            ttl: Ttl::MAX,
            proven: Vec::new(),
        }
    }

    /// Notes what proves that something is not there.
    pub(super) fn keep_proofs(&mut self, denial: &Denial) {
        self.ttl = self.ttl.min(denial.ttl());
        self.proven.extend_from_slice(denial.proven());
    }

    /// Notes how long what was verified may be kept, where that is less than it says itself.
    pub(super) fn keep(&mut self, set: &Rrset<'_>, verified: &Verified) {
        if verified.ttl < set.ttl {
            self.ttl = self.ttl.min(verified.ttl);
        }
    }
}

fn has_signatures(answer: &Answer) -> bool {
    let mut records = answer.records().filter(|record| record.section() != Section::Additional);
    records.any(|record| record.rtype() == RecordType::RRSIG)
}
