//! How servers prove who they are: certificates, the authorities behind them, and the time they are judged at.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, ServerName, UnixTime},
    time_provider::TimeProvider,
};
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::{
    config::ServerHost,
    time::{self, Clock},
    upstream::{server::TryError, stream},
};

/// No certificate is judged at a time before this, in seconds since 1970: 2026-11-23, when this release was written. A router
/// without a battery starts in 1970 and needs DNS to find the true time.
const RELEASED: u64 = 1_795_392_000;

/// What TLS needs to know, whatever runs on top of it: the authorities of the web, `authorities` beside them, and a clock
/// that is never before the release.
#[must_use]
#[expect(clippy::missing_panics_doc, reason = "ring has cipher suites for both versions of TLS")]
pub fn client_config(clock: Clock, authorities: &[CertificateDer<'static>]) -> ClientConfig {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let (_, unreadable) = roots.add_parsable_certificates(authorities.iter().cloned());
    if unreadable > 0 {
        tracing::warn!(unreadable, "certificates of own authorities cannot be read");
    }
    ClientConfig::builder_with_details(Arc::new(ring::default_provider()), Arc::new(NotBeforeRelease(clock)))
        .with_safe_default_protocol_versions()
        .expect("ring has cipher suites for both versions of TLS")
        .with_root_certificates(roots)
        .with_no_client_auth()
}

/// Whether the clock is wrong for certain: before this release was written.
#[must_use]
pub fn is_before_release(now: time::UnixTime) -> bool {
    now.seconds() < RELEASED
}

/// What is wrong with a connection, with a sentence where rustls has but its own name for what is wrong with a certificate.
#[must_use]
pub fn certificate_in_words(error: &str) -> String {
    const WORDS: [(&str, &str); 2] = [
        ("UnknownIssuer", "no public authority has signed it"),
        (
            // What many make who sign for themselves.
            "Other(OtherError(CaUsedAsEndEntity))",
            "it is marked as that of an authority, as self-signed ones often are; expected one of a server, signed by a \
             public authority",
        ),
    ];
    WORDS.iter().fold(error.to_owned(), |text, (name, words)| text.replace(name, words))
}

/// The name that the certificate of a server must carry.
///
/// # Errors
/// When the host is no name that a certificate can carry.
pub(super) fn server_name(host: &ServerHost) -> Result<ServerName<'static>, TryError> {
    match host {
        ServerHost::Address(address) => Ok(ServerName::IpAddress((*address).into())),
        ServerHost::Name(name) => ServerName::try_from(name.trim_end_matches('.').to_owned())
            .map_err(|error| TryError::Invalid(format!("`{name}`: {error}"))),
    }
}

/// Connects by TLS over TCP. The name goes with the first message (SNI): some services tell their customers apart by it.
///
/// # Errors
/// When there is no connection, or the certificate is not the server's.
pub(super) async fn connect(
    address: SocketAddr,
    name: ServerName<'static>,
    config: Arc<ClientConfig>,
) -> Result<TlsStream<TcpStream>, TryError> {
    let tcp = stream::tcp(address).await?;
    TlsConnector::from(config).connect(name, tcp).await.map_err(TryError::Unreachable)
}

/// The time of day, or the day of the release when the clock says something earlier.
#[derive(Debug)]
struct NotBeforeRelease(Clock);

impl TimeProvider for NotBeforeRelease {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = self.0.now().unix.seconds().max(RELEASED);
        Some(UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Now;

    #[test]
    fn a_clock_that_is_behind_is_set_to_the_release() {
        let check = |clock: fn() -> Now, expected: u64| {
            assert_eq!(NotBeforeRelease(Clock(clock)).current_time().unwrap().as_secs(), expected);
        };
        check(Now::default, RELEASED);
        check(|| Now { unix: time::UnixTime((RELEASED + 7) * 1000), ..Now::default() }, RELEASED + 7);
    }
}
