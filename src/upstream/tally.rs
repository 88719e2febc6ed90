//! What judging answers has come to, for people and for programs that scrape figures.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
};

use crate::{dns::Name, dnssec::Fault};

/// What judging answers has come to so far.
#[derive(Debug, Default)]
pub(super) struct Tally {
    secure: AtomicU64,
    insecure: AtomicU64,
    bogus: AtomicU64,
    unfinished: AtomicU64,
    /// Whether the clock was wrong the last time.
    no_time: AtomicBool,
    /// Whether signatures were missing the last time where there must be some.
    stripped: AtomicBool,
    last: Mutex<Option<(Name, Fault)>>,
}

/// What judging answers by their signatures has come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validation {
    /// Answers that the signatures prove.
    pub secure: u64,
    /// Answers from where nothing is signed.
    pub insecure: u64,
    /// Answers that are not what their zones signed.
    pub bogus: u64,
    /// Answers whose proofs could not be had.
    pub unfinished: u64,
    /// What keeps answers from being judged, or lets all signed ones fail.
    pub obstacle: Option<&'static str>,
}

impl Tally {
    pub(super) fn secure(&self) {
        self.secure.fetch_add(1, Relaxed);
    }

    pub(super) fn insecure(&self) {
        self.insecure.fetch_add(1, Relaxed);
    }

    pub(super) fn unfinished(&self) {
        self.unfinished.fetch_add(1, Relaxed);
    }

    /// Notes an answer that is not what its zone signed. It is logged, the same fault of the same name once in a row.
    pub(super) fn bogus(&self, name: &Name, fault: Fault) {
        self.bogus.fetch_add(1, Relaxed);
        let news = Some((*name, fault));
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if *last != news {
            *last = news;
            drop(last);
            tracing::info!(%name, "an answer is held back: {}", fault.reason().text);
        }
    }

    /// Notes whether there is a clock to judge by.
    pub(super) fn note_clock(&self, is_true: bool) {
        if self.no_time.load(Relaxed) == is_true {
            self.no_time.store(!is_true, Relaxed);
            if is_true {
                tracing::info!("the clock is set; answers are judged by their signatures from here on");
            } else {
                tracing::warn!("{NO_TIME}");
            }
        }
    }

    /// Notes whether signatures came through where there must be some.
    pub(super) fn note_passage(&self, came: bool) {
        if self.stripped.load(Relaxed) == came {
            self.stripped.store(!came, Relaxed);
            if came {
                tracing::info!("the upstreams hand signatures through again");
            } else {
                tracing::warn!("{STRIPPED}");
            }
        }
    }

    /// All of it.
    pub(super) fn report(&self) -> Validation {
        let obstacle =
            if self.no_time.load(Relaxed) { Some(NO_TIME) } else { self.stripped.load(Relaxed).then_some(STRIPPED) };
        Validation {
            secure: self.secure.load(Relaxed),
            insecure: self.insecure.load(Relaxed),
            bogus: self.bogus.load(Relaxed),
            unfinished: self.unfinished.load(Relaxed),
            obstacle,
        }
    }
}

const NO_TIME: &str = "answers are not judged by their signatures, because the clock of this machine is wrong";
const STRIPPED: &str = "an upstream does not hand through DNSSEC: without signatures, all signed domains fail; ask another \
    one, or set `upstream.dnssec` to \"trust\"";
