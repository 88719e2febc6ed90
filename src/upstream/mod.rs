//! Asking other servers: pools, health, coalescing of equal questions.

mod exchange;

pub use exchange::{Exchange, ExchangeError};

pub use crate::dns::Question;
