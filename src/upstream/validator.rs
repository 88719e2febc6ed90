//! Judging what the upstreams answer by its signatures: each set of records by the keys of its zone, which `keyring` finds.
//!
//! Leaves to `dnssec` what proves what.

use std::{sync::Arc, time::Duration};

use tokio::time::timeout;

use crate::{
    config,
    dns::{Answer, Class, DomainMap, Ede, EdeCode, Name, Outcome as Said, Question, RecordType},
    dnssec::{Anchors, Chain, Denial, Denied, End, Fault, Rrset, Ttl, Verified, Zone, place},
    time::Clock,
    upstream::{
        ExchangeError,
        flights::Outcome,
        keyring::{Halt, Keyring, Trust, Work},
        server_set::ServerSet,
        tally::Tally,
        tasks::Tasks,
        tls::is_before_release,
    },
};

/// Judges answers.
pub(super) struct Validator {
    servers: Arc<ServerSet>,
    keyring: Keyring,
    /// Domains that are not judged.
    except: DomainMap<()>,
    limit: Duration,
    clock: Clock,
}

/// How far the signatures prove an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// All of it.
    Secure,
    /// Not, and it is proven that it need not be signed.
    Insecure,
}

/// How one set of records stands.
enum Standing {
    Proven(Verified, Arc<Zone>),
    Unsigned,
}

impl Validator {
    /// Judges what `servers` say, by what `config` has to say on it.
    pub(super) fn new(servers: Arc<ServerSet>, config: &config::Upstream, tasks: Tasks, clock: Clock) -> Self {
        Self {
            keyring: Keyring::new(Arc::clone(&servers), Anchors::new(&config.dnssec.anchors), tasks),
            servers,
            except: config.dnssec.except.iter().map(|domain| (*domain, ())).collect(),
            limit: config.timeout,
            clock,
        }
    }

    /// What has been found so far.
    pub(super) fn tally(&self) -> &Tally {
        self.keyring.tally()
    }

    /// Gives up what nobody drives.
    pub(super) fn clear(&self) {
        self.keyring.clear();
    }

    /// Whether the answer to `question` is to be judged. Without a true clock nothing can be; and what somebody wants to judge
    /// by themselves is not (RFC 6840, section 5.9). Signatures alone have none.
    pub(super) fn is_due(&self, question: &Question) -> bool {
        let wants = !question.checking_disabled && question.class == Class::IN && question.rtype != RecordType::RRSIG;
        if !wants || self.is_excepted(&question.name) {
            return false;
        }
        let has_time = !is_before_release(self.clock.now().unix);
        self.tally().note_clock(has_time);
        has_time
    }

    /// Whether the operator takes `name` out of it: its upstreams are then asked not to judge it either.
    pub(super) fn is_excepted(&self, name: &Name) -> bool {
        self.except.covers(name)
    }

    /// Asks, and judges the answer, within the time limit of the configuration.
    pub(super) async fn ask(&self, question: &Question) -> Outcome {
        let asked = Question { dnssec_ok: true, ..*question };
        let judged = async {
            let answer = self.servers.ask(&asked).await?;
            if answer.outcome() == Said::Failure {
                return Ok(answer);
            }
            let mut work = Work::at(self.clock.now());
            let verdict = self.judge(&asked, &answer, &mut work).await;
            self.concluded(question, answer, verdict, work.ttl)
        };
        timeout(self.limit, judged).await.unwrap_or(Err(ExchangeError::Timeout))
    }

    /// The answer that comes of a verdict.
    fn concluded(&self, question: &Question, answer: Arc<Answer>, verdict: Result<Verdict, Halt>, ttl: Ttl) -> Outcome {
        let is_secure = match verdict {
            Ok(Verdict::Secure) => {
                self.tally().secure();
                true
            }
            Ok(Verdict::Insecure) => {
                self.tally().insecure();
                false
            }
            Err(Halt::Bogus(fault)) => {
                self.tally().bogus(&question.name, fault);
                return Ok(Arc::new(Answer::failure(question, &fault.reason())));
            }
            Err(Halt::Refused(refusal)) => {
                self.tally().unfinished();
                let text = "DNSSEC: the upstream does not tell the keys of the zone";
                let reason = refusal.ede().unwrap_or(Ede::new(EdeCode::NO_REACHABLE_AUTHORITY, text));
                return Ok(Arc::new(Answer::failure(question, &reason)));
            }
            Err(Halt::Unanswered(error)) => {
                self.tally().unfinished();
                return Err(error);
            }
        };
        let mut answer = if question.dnssec_ok { Arc::unwrap_or_clone(answer) } else { answer.without_signatures() };
        if answer.records().any(|record| record.ttl() > ttl) {
            answer.clamp_ttls(0, ttl);
        }
        if is_secure {
            answer.set_authentic();
        }
        Ok(Arc::new(answer))
    }

    async fn judge(&self, question: &Question, answer: &Answer, work: &mut Work) -> Result<Verdict, Halt> {
        let chain = match Chain::of(question, answer) {
            Ok(chain) => chain,
            // Where nothing is signed, servers may be as odd as they are.
            Err(fault) => {
                return match self.keyring.trust(&place(&question.name, question.rtype), work).await? {
                    Trust::Unsigned => Ok(Verdict::Insecure),
                    Trust::Signed(_) => Err(fault.into()),
                };
            }
        };
        let mut verdict = Verdict::Secure;
        for link in &chain.links {
            verdict = verdict.and(self.judge_link(link, &chain, work).await?);
        }
        verdict = verdict.and(match chain.end {
            End::Records => Verdict::Secure,
            End::NoData(name) | End::NoName(name) => self.judge_denial(&name, question.rtype, &chain, work).await?,
        });
        if verdict == Verdict::Secure && chain.has_strays {
            return Err(Fault::Contradiction.into());
        }
        for set in &chain.authority {
            if verdict == Verdict::Insecure {
                break;
            }
            if work.proven.contains(&(set.owner, set.rtype)) {
                continue;
            }
            // What nobody asked for costs no more than the word that all of it is proven (RFC 4035, section 3.2.3).
            verdict = match self.standing(set, work).await {
                Ok(Standing::Proven(Verified { wildcard_of: None, .. }, _)) => Verdict::Secure,
                Ok(_) | Err(Halt::Bogus(_)) => Verdict::Insecure,
                Err(halt) => return Err(halt),
            };
        }
        Ok(verdict)
    }

    /// Judges one set of the answer, and what must be proven beside it where a wildcard made it.
    async fn judge_link(&self, set: &Rrset<'_>, chain: &Chain<'_>, work: &mut Work) -> Result<Verdict, Halt> {
        let Standing::Proven(verified, zone) = self.standing(set, work).await? else { return Ok(Verdict::Insecure) };
        let Some(encloser) = verified.wildcard_of else { return Ok(Verdict::Secure) };
        let denial = Denial::new(&chain.authority, &zone, work.now, &mut work.budget);
        let denied = denial.no_closer(&set.owner, &encloser)?;
        work.keep_proofs(&denial);
        Ok(denied.into())
    }

    /// Judges that there are no such records, or no such name.
    async fn judge_denial(
        &self,
        name: &Name,
        rtype: RecordType,
        chain: &Chain<'_>,
        work: &mut Work,
    ) -> Result<Verdict, Halt> {
        let place = place(name, rtype);
        if self.is_excepted(&place) {
            return Ok(Verdict::Insecure);
        }
        let Some(signer) = chain.denier(&place) else {
            return match self.keyring.trust(&place, work).await? {
                Trust::Unsigned => Ok(Verdict::Insecure),
                Trust::Signed(_) => Err(Fault::DenialMissing.into()),
            };
        };
        let Trust::Signed(zone) = self.keyring.signing(&place, &signer, work).await? else {
            return Ok(Verdict::Insecure);
        };
        let denial = Denial::new(&chain.authority, &zone, work.now, &mut work.budget);
        let denied = match chain.end {
            End::NoName(_) => denial.no_name(name)?,
            _ => denial.no_data(name, rtype)?,
        };
        work.keep_proofs(&denial);
        for soa in chain.authority.iter().filter(|set| set.rtype == RecordType::SOA) {
            let verified = soa.verify(&zone, work.now, &mut work.budget)?;
            work.keep(soa, &verified);
            work.proven.push((soa.owner, soa.rtype));
        }
        Ok(denied.into())
    }

    /// Whether a set is signed by the zone that it must be signed by.
    async fn standing(&self, set: &Rrset<'_>, work: &mut Work) -> Result<Standing, Halt> {
        let place = set.place();
        if self.is_excepted(&place) {
            return Ok(Standing::Unsigned);
        }
        let Some(signer) = set.signer() else {
            return match self.keyring.trust(&place, work).await? {
                Trust::Unsigned => Ok(Standing::Unsigned),
                Trust::Signed(_) => Err(Fault::SignatureMissing.into()),
            };
        };
        match self.keyring.signing(&place, &signer, work).await? {
            Trust::Unsigned => Ok(Standing::Unsigned),
            Trust::Signed(zone) => {
                let verified = set.verify(&zone, work.now, &mut work.budget)?;
                work.keep(set, &verified);
                Ok(Standing::Proven(verified, zone))
            }
        }
    }
}

impl Verdict {
    /// The verdict on two parts of an answer together.
    fn and(self, other: Self) -> Self {
        if self == Self::Secure { other } else { self }
    }
}

impl From<Denied> for Verdict {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Proven => Self::Secure,
            Denied::Unsigned => Self::Insecure,
        }
    }
}
