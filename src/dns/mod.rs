//! The DNS message: names in wire form, queries read, answers read, replies built, all on plain bytes.
//!
//! Leaves to others: what to answer (`policy`, `local`, `cache`), and how bytes travel (`server`, `upstream`).

mod answer;
mod domains;
mod ede;
#[cfg(test)]
mod fixture;
mod name;
mod numbers;
mod private;
mod proven;
mod query;
mod question;
pub mod rdata;
pub mod reply;
mod summary;
mod text;

pub use answer::{Answer, AnswerView, NotAnAnswer, Record, Section};
pub use domains::DomainMap;
pub use ede::{Ede, EdeCode};
pub use name::{MAX_LABEL, MAX_NAME, Name, NameError, lower, suffixes};
pub use numbers::{Class, Rcode, RecordType, UnknownType};
pub use private::PRIVATE;
pub use query::{CLASSIC_PAYLOAD, Edns, HEADER, Packet, Query, Refusal, UDP_PAYLOAD};
pub use question::{Asked, Question};
pub use summary::{Outcome, Summary};
pub use text::data_text;
