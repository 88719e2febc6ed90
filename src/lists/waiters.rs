//! Who waits for what: requests that are answered once their lists were tried and the rules are in force.

use std::collections::BTreeSet;

use tokio::sync::oneshot;

use crate::state::Refused;

/// Where the answer to a request goes.
pub(super) type Reply = oneshot::Sender<Result<(), Refused>>;

/// The requests that wait.
#[derive(Debug, Default)]
pub(super) struct Waiters(Vec<Waiter>);

#[derive(Debug)]
struct Waiter {
    /// The lists that have yet to be tried.
    untried: BTreeSet<String>,
    /// The change that must be in force; known once all lists were tried.
    change: Option<u64>,
    faults: Vec<String>,
    reply: Reply,
}

impl Waiters {
    /// Answers `reply` once the lists `untried` were tried and what changed until then is in force.
    pub(super) fn wait(&mut self, untried: BTreeSet<String>, reply: Reply) {
        self.0.push(Waiter { untried, change: None, faults: Vec::new(), reply });
    }

    /// Notes that a list was tried, and what went wrong.
    pub(super) fn tried(&mut self, id: &str, fault: Option<&str>) {
        for waiter in &mut self.0 {
            if waiter.untried.remove(id) {
                waiter.faults.extend(fault.map(|fault| format!("list `{id}`: {fault}")));
            }
        }
    }

    /// Notes what went wrong with bringing into force what those wait for whose lists were all tried.
    pub(super) fn failed(&mut self, fault: &str) {
        for waiter in self.0.iter_mut().filter(|waiter| waiter.change.is_some()) {
            waiter.faults.push(fault.to_owned());
        }
    }

    /// Answers those whose changes are in force: `made` changes were made so far, `in_force` of them are in force.
    pub(super) fn settle(&mut self, made: u64, in_force: u64) {
        for waiter in &mut self.0 {
            if waiter.untried.is_empty() && waiter.change.is_none() {
                waiter.change = Some(made);
            }
        }
        for waiter in self.0.extract_if(.., |waiter| waiter.change.is_some_and(|change| change <= in_force)) {
            let answer = if waiter.faults.is_empty() { Ok(()) } else { Err(Refused::Failed(waiter.faults.join("; "))) };
            // Who asked may have gone.
            let _ = waiter.reply.send(answer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting(waiters: &mut Waiters, ids: &[&str]) -> oneshot::Receiver<Result<(), Refused>> {
        let (reply, answer) = oneshot::channel();
        waiters.wait(ids.iter().map(ToString::to_string).collect(), reply);
        answer
    }

    #[test]
    fn an_answer_waits_for_its_lists_and_for_what_they_changed() {
        let mut waiters = Waiters::default();
        let mut answer = waiting(&mut waiters, &["a", "b"]);
        waiters.tried("a", None);
        waiters.settle(1, 1);
        assert!(answer.try_recv().is_err(), "b was not tried yet");
        waiters.tried("b", None);
        waiters.settle(2, 1);
        assert!(answer.try_recv().is_err(), "the second change is not in force yet");
        waiters.settle(3, 2);
        assert_eq!(answer.try_recv(), Ok(Ok(())));
    }

    #[test]
    fn without_lists_and_changes_the_answer_comes_at_once() {
        let mut waiters = Waiters::default();
        let mut answer = waiting(&mut waiters, &[]);
        waiters.settle(5, 5);
        assert_eq!(answer.try_recv(), Ok(Ok(())));
    }

    #[test]
    fn faults_of_awaited_lists_are_told() {
        let mut waiters = Waiters::default();
        let mut answer = waiting(&mut waiters, &["a", "b"]);
        let mut other = waiting(&mut waiters, &["c"]);
        waiters.tried("a", Some("it rained"));
        waiters.tried("b", Some("it snowed"));
        waiters.tried("c", None);
        waiters.settle(0, 0);
        let expected = Refused::Failed("list `a`: it rained; list `b`: it snowed".into());
        assert_eq!((answer.try_recv(), other.try_recv()), (Ok(Err(expected)), Ok(Ok(()))));
    }
}
