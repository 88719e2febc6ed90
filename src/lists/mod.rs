//! Keeping lists fresh: schedule, fetch, vet, store, compile.

mod status;

pub use status::ListStatus;
