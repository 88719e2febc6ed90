//! What would happen to a question, and why, for people. Takes the same decisions as an answer does, and records nothing.

use std::{net::IpAddr, sync::Arc};

use super::{
    Foreseen, Output, Progress, Request, Resolver,
    kept::{AliasOutside, SAFE_SEARCH},
    refresh, scope,
};
use crate::{
    cache::Lookup,
    dns::{Answer, Name, Query, Question, Rcode},
    policy::{Cause, Decision, Foresight, Policy, Review, Ruling},
    stats::{EventBuffer, Transport},
};

/// What would happen to a question, and why.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The policy that decided; it knows the names of lists and groups.
    pub policy: Arc<Policy>,
    /// The group of the device in question.
    pub group: Option<u16>,
    /// What would happen.
    pub outlook: Outlook,
    /// The rule that decides; `None` where no rule has a word in it.
    pub cause: Option<Cause>,
    /// The alias target that cause and rulings are about, where that is not the name in question.
    pub via: Option<Name>,
    /// Every rule that covers the name that decides: the name in question, or that alias target.
    pub rulings: Vec<Ruling>,
    /// The aliases that the answer leads through, in order.
    pub chain: Vec<Name>,
    /// The reply that the device would get.
    pub reply: Option<Answer>,
}

/// What would happen to a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outlook {
    /// Answered from own records or hosts files.
    Local,
    /// Answered with the addresses at which a search engine filters.
    SafeSearch,
    /// Answered as the registry of special-use names says, or as such a question is answered for any name, for this reason.
    SpecialUse(&'static str),
    /// Stopped.
    Stopped,
    /// Let through, with this code.
    LetThrough(Rcode),
    /// Not answered: the upstreams failed, for this reason.
    Failed(String),
}

impl Resolver {
    /// Explains `question` as `client` would see it. Upstreams are asked where the answer decides and is not remembered.
    pub async fn explain(&self, question: &Question, client: IpAddr) -> Explanation {
        let policy = self.policy.snapshot();
        let profile = policy.profile(client);
        let mut explanation = Explanation {
            policy: Arc::clone(&policy),
            group: profile.group,
            outlook: Outlook::Stopped,
            cause: None,
            via: None,
            rulings: policy.rulings(profile, &question.name),
            chain: Vec::new(),
            reply: self.rehearse(question, client).await,
        };
        let query = question.to_query();
        if let Some(told) = scope::refusal(&query) {
            return Explanation { outlook: Outlook::SpecialUse(told.reason()), rulings: Vec::new(), ..explanation };
        }
        let mut decision = policy.decide(profile, &question.name, &mut Foresight::default(), question.rtype);
        // An alias kept here is ours; what it leads to is not.
        let mut outside = AliasOutside::of(&decision, &policy, profile, &question.name);
        if let Some(outside) = &mut outside {
            decision = outside.decide(&policy, profile, question.into());
        }
        let alias = outside.as_ref().map(|alias| alias.target);
        let question = &alias.map_or(*question, |target| Question { name: target.to_lowercase(), ..*question });
        explanation.via = via(&decision, outside.as_ref());
        if let Some(via) = &explanation.via {
            explanation.rulings = policy.rulings(profile, via);
        }
        if let Some(outlook) = without_upstreams(&decision, &query) {
            return explanation.ended(outlook);
        }
        if let Decision::Stop(cause) = decision {
            return Explanation { cause: Some(cause), chain: alias.into_iter().collect(), ..explanation };
        }
        let allowed = if let Decision::Allow(cause) = decision { Some(cause) } else { None };
        explanation.cause = allowed;
        let answer = match self.look_up(question).await {
            Ok(answer) => answer,
            Err(reason) => {
                // The reply was tried for first, so that it knows the reason best.
                let told = explanation.reply.as_ref().and_then(reason_told);
                return Explanation { outlook: Outlook::Failed(told.unwrap_or(reason)), ..explanation };
            }
        };
        explanation.chain = alias.into_iter().chain(answer.targets()).collect();
        explanation.outlook = if alias.is_some() { Outlook::Local } else { Outlook::LetThrough(answer.rcode()) };
        if let Some(made_by) = outside.and_then(|alias| alias.made_by) {
            (explanation.outlook, explanation.cause) = (Outlook::SafeSearch, Some(made_by));
        }
        if let Review::Stop(cause, via) = policy.review(profile, &question.name, answer.view(), allowed.is_some()) {
            explanation.outlook = Outlook::Stopped;
            explanation.rulings = policy.rulings(profile, via.as_ref().unwrap_or(&question.name));
            (explanation.cause, explanation.via) = (Some(cause), via.or(alias));
        }
        explanation
    }

    /// The reply to `question`, made as for `client` and sent to nobody.
    async fn rehearse(&self, question: &Question, client: IpAddr) -> Option<Answer> {
        let query = question.to_query();
        let request = Request { query: &query, client, transport: Transport::Tcp, now: self.clock.now() };
        let (mut reply, mut events) = (Vec::new(), EventBuffer::default());
        let mut out = Output { reply: &mut reply, events: &mut events };
        if let Progress::Later(pending) =
            self.answer_now(&self.snapshot(), &request, &mut Foreseen::default(), &mut out)
        {
            self.answer_later(&pending, &mut out).await;
        }
        Answer::read(&reply).ok()
    }

    /// The answer from memory, or from an upstream.
    async fn look_up(&self, question: &Question) -> Result<Arc<Answer>, String> {
        let mut buffer = Vec::new();
        match self.cache().get(question.into(), self.clock.now().moment, &mut buffer) {
            Lookup::Fresh(hit) | Lookup::Failed(_, Some(hit)) => Ok(Arc::new(hit.take(&mut buffer))),
            Lookup::Failed(_, None) => Err(refresh::REMEMBERED.text.to_string()),
            Lookup::Stale(_) | Lookup::Absent => {
                self.ask(question).await.map_err(|error| refresh::reason(error).text.to_string())
            }
        }
    }
}

impl Explanation {
    /// Of a question that ended so without an upstream.
    fn ended(self, outlook: Outlook) -> Self {
        let cause = (outlook == Outlook::SafeSearch).then_some(SAFE_SEARCH);
        let chain = self.via.filter(|_| cause.is_some()).into_iter().collect();
        Self { outlook, cause, chain, ..self }
    }
}

/// The alias target that the decision is about.
fn via(decision: &Decision<'_>, outside: Option<&AliasOutside>) -> Option<Name> {
    match decision {
        Decision::SafeSearch(answer) => answer.last_target(),
        _ => outside?.via().copied(),
    }
}

/// How a question ends that is not stopped and that no upstream is asked; `None` where one is, or where it is stopped.
fn without_upstreams(decision: &Decision<'_>, query: &Query) -> Option<Outlook> {
    match decision {
        Decision::Local(_) => Some(Outlook::Local),
        Decision::SafeSearch(_) => Some(Outlook::SafeSearch),
        Decision::Designation(_) => Some(Outlook::SpecialUse("RFC 9462")),
        Decision::SpecialUse(special) => Some(Outlook::SpecialUse(special.source)),
        Decision::Stop(_) => None,
        Decision::Allow(_) | Decision::Forward => {
            scope::not_forwarded(query).map(|told| Outlook::SpecialUse(told.reason()))
        }
    }
}

/// The reason that a reply states, for people.
fn reason_told(reply: &Answer) -> Option<String> {
    let ede = reply.ede()?;
    let bare = || format!("the upstream says {} ({})", reply.rcode(), ede.words());
    Some(if ede.text.is_empty() { bare() } else { ede.text.into_owned() })
}
