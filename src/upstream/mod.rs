//! Asking other servers: which one, over what, how often, and one exchange for equal questions.
//!
//! From the outside in: [`Upstreams`] (routes), `flights` (equal questions in flight), `server_set` (the tries of one query),
//! `server` (one server: its health and the ways to speak to it), then the ways: `pool`, `socket`, `pending` and `datagrams`
//! for UDP; `stream` for TCP and TLS; `web` for HTTPS and QUIC. `kept` holds the one session to a server, `tls` judges
//! certificates, `asked` has the bytes that go up and the test whether a reply answers them, `randomness` what makes them
//! hard to guess. `validator` judges what comes down by its signatures, where that is wanted, `keyring` finds the keys for that,
//! `zones` has what is known of zones, `tally` what came of it. [`Bootstrap`] finds the addresses of servers that are given by name.
//!
//! Leaves to others: remembering answers (`cache`), judging them (`policy`), and what a client is told (`resolver`).

mod asked;
mod bootstrap;
mod datagrams;
mod exchange;
mod flights;
mod health;
mod kept;
mod keyring;
pub mod metrics;
mod pending;
mod pool;
mod randomness;
mod server;
mod server_set;
mod socket;
mod stream;
mod tally;
mod tasks;
mod tls;
mod upstreams;
mod validator;
mod web;
mod zones;

pub use bootstrap::{Bootstrap, BootstrapError};
pub use exchange::{Exchange, ExchangeError};
pub use health::{ServerHealth, ServerState};
pub use tally::Validation;
pub use tls::{certificate_in_words, client_config, is_before_release};
pub use upstreams::Upstreams;
