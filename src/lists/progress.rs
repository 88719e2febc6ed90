//! What happens to a list while it is fetched, for those who watch.

use serde::Serialize;

/// A step of an update.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct UpdateProgress {
    /// The list.
    pub id: String,
    /// Bytes of text received so far, after decompression; at the end the length of the copy in use.
    pub bytes: u64,
    /// Bytes in all, where that is known.
    #[schema(required)]
    pub total: Option<u64>,
    /// What is happening.
    pub state: UpdateState,
}

/// What is happening to a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "name", content = "text")]
pub enum UpdateState {
    /// Its server is asked.
    Asking,
    /// Its text arrives.
    Receiving,
    /// Its text is read and judged.
    Reading,
    /// The end: the copy in use is the newest.
    Unchanged,
    /// The end: there is a new copy.
    Updated,
    /// The end: the download is put aside, for this reason.
    Held(String),
    /// The end: it failed, for this reason.
    Failed(String),
}

impl UpdateState {
    /// Whether nothing more comes for this update.
    #[must_use]
    pub fn is_end(&self) -> bool {
        matches!(self, Self::Unchanged | Self::Updated | Self::Held(_) | Self::Failed(_))
    }
}
