//! DNS in and out: the listeners of every transport, and the front that each of them gives the bytes of a query to.
//!
//! Leaves the answers to `resolver`, DNS over HTTPS to `http` (which calls the same front), and what is listened on to
//! `config`. The only folder that names hickory-server, which brings QUIC.

mod addresses;
mod bind;
mod certificates;
mod figures;
mod front;
mod holder;
mod listeners;
mod metrics;
#[cfg_attr(not(feature = "quic"), path = "without_quic.rs")]
mod quic;
mod set;
mod stream;
mod udp;

pub use bind::{BindError, BindErrors, Carrier, listen_tcp};
pub use certificates::{CertificateError, Certificates, check_certificate};
pub use figures::Figures;
pub use front::{Front, Heard, Reading, Round, Waiting};
pub use holder::Holder;
pub use listeners::{ListenError, Listeners, Prepared};
pub use set::Endpoint;
pub use stream::{Limits, StreamLimits};
