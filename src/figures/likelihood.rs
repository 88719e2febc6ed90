//! How likely it is that a stopped name is what broke something: the reasons for and against, and what they add up to.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::time::UnixTime;

/// What the reasons must add up to for a name to be likely; below nothing it is unlikely.
const LIKELY: i32 = 3;

/// How likely a name is what broke something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Likelihood {
    /// It is to be tried first.
    Likely,
    /// Little speaks for or against it.
    Possible,
    /// More speaks against it.
    Unlikely,
}

/// Why a stopped name is, or is not, thought to be what broke something.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Reason {
    /// By the catalogue the device needs it for what it is for.
    Needed,
    /// The same device was let through to it a moment before it was first stopped.
    WorkedBefore {
        /// When it was let through last, in milliseconds since 1970 UTC.
        #[schema(value_type = u64)]
        at: UnixTime,
    },
    /// By the catalogue something breaks without it.
    Breaks,
    /// The device asked for it again and again, as apps do that cannot do without an answer.
    Retried {
        /// How often.
        times: usize,
        /// Within how many seconds.
        seconds: u64,
    },
    /// Shortly before or after, the device was let through to another name of the same owner.
    Beside {
        /// That name.
        name: String,
    },
    /// The name itself is not stopped, but what it leads to is.
    Alias,
    /// The device did not ask for it before, as far as that is remembered.
    New,
    /// Of several lists, one alone stops it.
    OneList,
    /// It was stopped within the last two minutes.
    JustNow,
    /// By the catalogue it only reports, and nothing is known to break without it.
    Reports,
    /// By it, programs ask whether they may use another resolver; they go on without.
    Canary,
    /// The device asks for it at all hours, whether anything is broken or not.
    Steady {
        /// The usual gap, where that is regular.
        #[schema(required)]
        every_seconds: Option<f64>,
        /// In how many different hours of the day it asks.
        hours: u32,
    },
}

impl Reason {
    /// How much it speaks for a name; against it, when that is below nothing.
    pub(super) fn weight(&self) -> i32 {
        match self {
            Self::Needed => 5,
            Self::WorkedBefore { .. } => 4,
            Self::Breaks | Self::Retried { .. } => 3,
            Self::Beside { .. } | Self::Alias | Self::New => 2,
            Self::OneList | Self::JustNow => 1,
            Self::Reports => -2,
            Self::Canary | Self::Steady { .. } => -4,
        }
    }
}

/// What reasons add up to.
pub(super) fn weight(reasons: &[Reason]) -> i32 {
    reasons.iter().map(Reason::weight).sum()
}

impl Likelihood {
    /// What is made of reasons.
    pub(super) fn of(reasons: &[Reason]) -> Self {
        match weight(reasons) {
            LIKELY.. => Self::Likely,
            0.. => Self::Possible,
            _ => Self::Unlikely,
        }
    }
}
