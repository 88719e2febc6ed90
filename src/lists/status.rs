//! What is known of a list, for people.

use serde::Serialize;

use super::source::serialize_without_password;
use crate::{
    rules::{ListFormat, ListKind, Reject},
    time::UnixTime,
};

/// What is known of a list.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, as the API tells it")]
pub struct ListStatus {
    /// Its id.
    pub id: String,
    /// Where it comes from, as configured; the password of a URL is not told.
    #[serde(serialize_with = "serialize_without_password")]
    pub source: String,
    /// What its plain names mean.
    pub kind: ListKind,
    /// How its lines are read.
    pub format: ListFormat,
    /// Whether a bare name also means everything below it.
    pub subdomains: bool,
    /// Whether it is used.
    pub enabled: bool,
    /// Whether the configuration sets it, so that it can only be changed there.
    pub fixed: bool,
    /// Whether it can be removed: it was added while ponor ran. Others come with ponor or with the configuration.
    pub removable: bool,
    /// Rules in force.
    pub rules: u64,
    /// Lines that gave no rule although they are no comments.
    pub rejected: u64,
    /// The first of those.
    pub rejects: Vec<Reject>,
    /// The length of the copy in use, in bytes; 0 without one.
    pub bytes: u64,
    /// Names that the list stops although devices need them: the first of them.
    pub warnings: Vec<ListWarning>,
    /// How many such names there are.
    pub warned: u64,
    /// When the copy in use was fetched or read, in milliseconds since 1970 UTC.
    #[schema(required, value_type = Option<u64>)]
    pub updated: Option<UnixTime>,
    /// When it was last tried.
    #[schema(required, value_type = Option<u64>)]
    pub tried: Option<UnixTime>,
    /// When it is tried next.
    #[schema(required, value_type = Option<u64>)]
    pub next: Option<UnixTime>,
    /// Whether it is being fetched or read now.
    pub busy: bool,
    /// Why a newer download is not used; it can be accepted.
    #[schema(required)]
    pub held_back: Option<String>,
    /// What went wrong at the last try; the copy before it stays in use.
    #[schema(required)]
    pub error: Option<String>,
}

/// A name that a list stops although devices need it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ListWarning {
    /// The name.
    pub name: String,
    /// Whose it is.
    pub vendor: String,
    /// What it is part of.
    pub service: String,
    /// What stops working, where that is known.
    #[schema(required)]
    pub breaks: Option<String>,
}
