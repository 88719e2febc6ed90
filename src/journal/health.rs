//! How the journal does, for those who watch over it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::time::UnixTime;

/// How the journal does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct JournalHealth {
    /// Whether queries are written to disk at all.
    pub enabled: bool,
    /// Why what was recorded cannot be written, a sentence; `null` when it can.
    #[schema(required)]
    pub fault: Option<String>,
    /// Since when, in milliseconds since 1970 UTC.
    #[schema(required, value_type = Option<u64>)]
    pub fault_since: Option<UnixTime>,
    /// When something was last written.
    #[schema(required, value_type = Option<u64>)]
    pub written_at: Option<UnixTime>,
    /// Queries that wait in memory to be written.
    pub waiting: u32,
    /// Queries that were given up, because too many waited while nothing could be written, or because the day had its
    /// share of the space.
    pub lost: u64,
    /// Octets on disk.
    pub octets: u64,
    /// The first day that is kept.
    #[schema(required, example = "2026-11-23")]
    pub oldest_day: Option<String>,
    /// Files that were damaged and are set aside, and folders where files should be, by their names.
    pub damaged: Vec<String>,
    /// Parts of files that could not be read since the start.
    pub unreadable: u64,
}
