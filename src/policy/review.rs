//! The decision on an answer: where its aliases lead, and whether it brings private addresses from outside. Taken on cached
//! answers too, so that a new list acts at once.

use std::sync::Arc;

use super::{Cause, CauseSource, Foresight, Policy, Profile};
use crate::{
    dns::{Answer, AnswerView, Name, Outcome, Question},
    rules::Action,
};

/// What is to be done with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Review {
    /// Pass it on.
    Pass,
    /// Stop the question that led to it, because of the alias target that is named, if one is.
    Stop(Cause, Option<Name>),
}

impl Policy {
    /// Reviews the answer to a question for `name`. An allowed question skips the review of its aliases, not the
    /// rebinding check; an allowed target does not free a stopped one further on.
    #[must_use]
    pub fn review(&self, profile: &Profile, name: &Name, answer: AnswerView<'_>, allowed: bool) -> Review {
        if !self.blocking || !profile.blocking {
            return Review::Pass;
        }
        if !allowed {
            for target in answer.targets() {
                if let Some((Action::Block, cause)) =
                    self.rule(profile, &mut self.hashed(&target, &mut Foresight::default()))
                {
                    return Review::Stop(cause, Some(target));
                }
            }
        }
        if self.is_rebinding(name, answer) {
            let is_none = answer.addresses().all(|address| address.to_canonical().is_unspecified());
            let source = if is_none { CauseSource::NoAddress } else { CauseSource::Rebinding };
            return Review::Stop(Cause::without_rule(source), None);
        }
        Review::Pass
    }

    /// `answer` to a question for `name` without its additional section, where that holds private addresses. A name server at
    /// such an address is no reason to stop the name, and nobody needs to be told of it.
    #[must_use]
    pub fn without_private_extras(&self, name: &Name, answer: Arc<Answer>) -> Arc<Answer> {
        match &self.rebinding {
            Some(spared) if answer.extras_lead_inside() && !spared.covers(name) && !self.routed.covers(name) => {
                Arc::new(answer.without_additional())
            }
            _ => answer,
        }
    }

    /// `answer` to `question` without the word that the name does not exist, where names below it have records here: whoever
    /// heard that would not ask for those (RFC 8020, section 2). Who validates would not believe it otherwise.
    #[must_use]
    pub fn without_denial(&self, question: &Question, answer: Arc<Answer>) -> Arc<Answer> {
        let denies = answer.outcome() == Outcome::NxDomain && answer.answers().next().is_none();
        if denies && !question.dnssec_ok && self.local.has_below(&question.name) {
            Arc::new(answer.without_denial())
        } else {
            answer
        }
    }

    /// Whether the answer brings private addresses, or the unspecified one, for a name that has none of its own here.
    fn is_rebinding(&self, name: &Name, answer: AnswerView<'_>) -> bool {
        let Some(spared) = &self.rebinding else {
            return false;
        };
        answer.summary().leads_inside() && !spared.covers(name) && !self.routed.covers(name)
    }
}
