//! What is known of a list, for people.

use serde::Serialize;

use crate::{
    rules::{ListKind, Reject},
    time::UnixTime,
};

/// What is known of a list.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ListStatus {
    /// Its id.
    pub id: String,
    /// Where it comes from, as configured.
    pub source: String,
    /// What its plain names mean.
    pub kind: ListKind,
    /// Whether it is used.
    pub enabled: bool,
    /// Whether `config.toml` sets it, so that only its editor can change it.
    pub fixed: bool,
    /// Rules in force.
    pub rules: u64,
    /// Lines that gave no rule although they are no comments.
    pub rejected: u64,
    /// The first of those.
    pub rejects: Vec<Reject>,
    /// When the copy in use was fetched or read, in milliseconds since 1970 UTC.
    #[schema(required, value_type = Option<u64>)]
    pub updated: Option<UnixTime>,
    /// When it was last tried.
    #[schema(required, value_type = Option<u64>)]
    pub tried: Option<UnixTime>,
    /// When it is tried next.
    #[schema(required, value_type = Option<u64>)]
    pub next: Option<UnixTime>,
    /// What went wrong at the last try; the copy before it stays in use.
    #[schema(required)]
    pub error: Option<String>,
}
