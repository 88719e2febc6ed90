//! Certificates for servers in tests, signed by an authority of their own.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// A certificate with its key, and the authority that signed it.
pub struct Signed {
    /// Who signed.
    pub authority: CertificateDer<'static>,
    /// The certificate, for programs.
    pub certificate: CertificateDer<'static>,
    /// Its key, for programs.
    pub key: PrivateKeyDer<'static>,
    /// The certificate, for files.
    pub certificate_pem: String,
    /// Its key, for files.
    pub key_pem: String,
}

/// Signs a certificate for these names and addresses that is valid from 2026-01-01 until the given first of January.
pub fn signed_for(names: &[&str], until: i32) -> Signed {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let mut server = CertificateParams::new(names.iter().map(ToString::to_string).collect::<Vec<_>>()).unwrap();
    server.not_before = date_time_ymd(2026, 1, 1);
    server.not_after = date_time_ymd(until, 1, 1);
    let key = KeyPair::generate().unwrap();
    let certificate = server.signed_by(&key, &authority).unwrap();
    Signed {
        authority: authority.der().clone(),
        certificate: certificate.der().clone(),
        key: PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        certificate_pem: certificate.pem(),
        key_pem: key.serialize_pem(),
    }
}
