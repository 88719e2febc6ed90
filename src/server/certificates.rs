//! The certificate of the encrypted listeners: read from files, and read again when they change.

use std::{
    fs::{self, File},
    io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use arc_swap::ArcSwapOption;
use rustls::{
    ServerConfig,
    crypto::{CryptoProvider, ring},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use webpki::EndEntityCert;

use crate::{config::Tls, dns::Name, state::open_regular_file};

/// The certificate and key that every encrypted listener shows.
///
/// Listeners hold on to this, so that a renewed certificate is shown on the next handshake without a restart.
#[derive(Debug, Default)]
pub struct Certificates {
    current: ArcSwapOption<CertifiedKey>,
    files: Mutex<Option<Files>>,
}

/// A certificate that was read and is not shown yet.
#[derive(Debug)]
pub(super) struct Loaded {
    key: Arc<CertifiedKey>,
    files: Files,
}

/// Why files hold no certificate that can be shown.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// The file of the certificate cannot be read, or holds none.
    #[error("cannot read a certificate from `{}`: {error}", path.display())]
    Certificate {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: rustls_pki_types::pem::Error,
    },
    /// The file of the key cannot be read, or holds none.
    #[error("cannot read a key from `{}`: {error}", path.display())]
    PrivateKey {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: rustls_pki_types::pem::Error,
    },
    /// The key is of a kind that is not known, or of another certificate.
    #[error("`{}` is not the key of the certificate in `{}`: {error}", key.display(), certificate.display())]
    Pair {
        /// The file of the certificate.
        certificate: PathBuf,
        /// The file of the key.
        key: PathBuf,
        /// What is wrong with it.
        error: rustls::Error,
    },
}

/// The files and what they looked like when they were last read.
#[derive(Debug)]
struct Files {
    certificate: PathBuf,
    key: PathBuf,
    looks: [Look; 2],
}

/// What tells whether a file has changed: its inode, size and time of change in nanoseconds; `None` without a file.
type Look = Option<(u64, u64, i64, i64)>;

impl Certificates {
    /// A TLS configuration that shows this certificate and speaks one of `protocols` (ALPN names, best first).
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "ring has the cipher suites of TLS 1.2 and 1.3")]
    pub fn server_config(self: &Arc<Self>, protocols: &[&[u8]]) -> ServerConfig {
        let mut config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .expect("the ring provider has the cipher suites of TLS 1.2 and 1.3")
            .with_no_client_auth()
            .with_cert_resolver(Arc::<Self>::clone(self));
        config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
        config
    }

    /// The names that the certificate is for; none without a certificate.
    #[must_use]
    pub fn names(&self) -> Vec<Name> {
        let current = self.current.load();
        let Some(leaf) = current.as_ref().and_then(|key| key.cert.first()) else { return Vec::new() };
        // A certificate that TLS shows but this cannot read has no names to tell.
        let Ok(leaf) = EndEntityCert::try_from(leaf) else { return Vec::new() };
        leaf.valid_dns_names().filter_map(|name| name.parse().ok()).collect()
    }

    /// Reads the files again if they have changed; the certificate stays as it is when the new one is no good. True
    /// when there is a new one.
    ///
    /// # Errors
    /// When the new one is no good; said once for each change.
    pub fn refresh(&self) -> Result<bool, CertificateError> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(files) = files.as_mut() else { return Ok(false) };
        let looks = [look(&files.certificate), look(&files.key)];
        if looks == files.looks {
            return Ok(false);
        }
        files.looks = looks;
        self.current.store(Some(read(&files.certificate, &files.key)?));
        Ok(true)
    }

    /// Shows `loaded` from now on, or nothing.
    pub(super) fn show(&self, loaded: Option<Loaded>) {
        let (key, files) = loaded.map(|loaded| (loaded.key, loaded.files)).unzip();
        // Both are of the same files, whatever is refreshed meanwhile.
        let mut shown = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        self.current.store(key);
        *shown = files;
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.current.load_full()
    }
}

impl Loaded {
    /// Reads the files of a configuration.
    pub(super) fn read(tls: &Tls) -> Result<Self, CertificateError> {
        // How they look is noted first: a change while they are read is then found by the next look.
        let looks = [look(&tls.certificate), look(&tls.key)];
        let key = read(&tls.certificate, &tls.key)?;
        Ok(Self { key, files: Files { certificate: tls.certificate.clone(), key: tls.key.clone(), looks } })
    }
}

/// What keeps the certificate of a configuration and its key from being used: files that cannot be read, or a key of another
/// certificate.
#[must_use]
pub fn check_certificate(tls: &Tls) -> Vec<CertificateError> {
    match (read_chain(&tls.certificate), read_key(&tls.key)) {
        (Ok(chain), Ok(private)) => pair(&tls.certificate, &tls.key, chain, private).err().into_iter().collect(),
        (chain, key) => chain.err().into_iter().chain(key.err()).collect(),
    }
}

fn read(certificate: &Path, key: &Path) -> Result<Arc<CertifiedKey>, CertificateError> {
    pair(certificate, key, read_chain(certificate)?, read_key(key)?)
}

/// What was read of a certificate's file and of its key's, as one.
fn pair(
    certificate: &Path,
    key: &Path,
    chain: Vec<CertificateDer<'static>>,
    private: PrivateKeyDer<'static>,
) -> Result<Arc<CertifiedKey>, CertificateError> {
    let pair = CertifiedKey::from_der(chain, private, &provider());
    pair.map(Arc::new).map_err(|error| CertificateError::Pair {
        certificate: certificate.to_owned(),
        key: key.to_owned(),
        error,
    })
}

fn read_chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, CertificateError> {
    let unreadable = |error| CertificateError::Certificate { path: path.to_owned(), error };
    let read = open(path).and_then(|file| CertificateDer::pem_reader_iter(file).collect::<Result<Vec<_>, _>>());
    let chain = read.map_err(unreadable)?;
    if chain.is_empty() { Err(unreadable(rustls_pki_types::pem::Error::NoItemsFound)) } else { Ok(chain) }
}

fn read_key(path: &Path) -> Result<PrivateKeyDer<'static>, CertificateError> {
    let read = open(path).and_then(PrivateKeyDer::from_pem_reader);
    read.map_err(|error| CertificateError::PrivateKey { path: path.to_owned(), error })
}

fn open(path: &Path) -> Result<File, rustls_pki_types::pem::Error> {
    open_regular_file(path).map_err(rustls_pki_types::pem::Error::Io)
}

fn look(path: &Path) -> Look {
    let seen: io::Result<fs::Metadata> = fs::metadata(path);
    seen.ok().map(|seen| (seen.ino(), seen.size(), seen.mtime(), seen.mtime_nsec()))
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes a new certificate for `name`; its octets.
    fn write(tls: &Tls, name: &str) -> Vec<u8> {
        let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
        fs::write(&tls.certificate, made.cert.pem()).unwrap();
        fs::write(&tls.key, made.signing_key.serialize_pem()).unwrap();
        made.cert.der().to_vec()
    }

    fn shown(certificates: &Certificates) -> Vec<u8> {
        certificates.current.load_full().unwrap().cert[0].to_vec()
    }

    fn files() -> (tempfile::TempDir, Tls) {
        let folder = tempfile::tempdir().unwrap();
        let (certificate, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
        (folder, Tls { certificate, key, dot: vec![], doh: vec![], doq: vec![] })
    }

    #[test]
    fn a_renewed_certificate_is_shown_and_a_broken_one_is_not() {
        let (_folder, tls) = files();
        let first = write(&tls, "one.example");
        let certificates = Certificates::default();
        certificates.show(Some(Loaded::read(&tls).unwrap()));
        assert_eq!(shown(&certificates), first);
        assert!(!certificates.refresh().unwrap(), "nothing has changed");

        let second = write(&tls, "two.two.example");
        assert!(certificates.refresh().unwrap());
        assert_eq!(shown(&certificates), second);

        fs::write(&tls.certificate, "not a certificate").unwrap();
        assert!(certificates.refresh().is_err());
        assert!(!certificates.refresh().unwrap(), "said once");
        fs::remove_file(&tls.key).unwrap();
        assert!(certificates.refresh().is_err());
        assert_eq!(shown(&certificates), second, "the last good one stays");
    }

    #[test]
    fn a_refresh_of_the_former_files_gives_way_to_new_ones() {
        let ((_folder, former), (_other_folder, new)) = (files(), files());
        write(&former, "one.example");
        let second = write(&new, "two.example");
        let certificates = Certificates::default();
        certificates.show(Some(Loaded::read(&former).unwrap()));
        std::thread::scope(|scope| {
            let refreshing = certificates.files.lock().unwrap();
            scope.spawn(|| certificates.show(Some(Loaded::read(&new).unwrap())));
            // The other thread comes as far as it can meanwhile; what a refresh has read comes after that.
            std::thread::sleep(std::time::Duration::from_millis(200));
            certificates.current.store(Some(read(&former.certificate, &former.key).unwrap()));
            drop(refreshing);
        });
        assert_eq!(shown(&certificates), second);
    }

    #[test]
    fn errors_name_the_file() {
        let check = |tls: &Tls, words: &[&str]| {
            let text = Loaded::read(tls).unwrap_err().to_string();
            for word in words {
                assert!(text.contains(word), "{word} in {text}");
            }
        };
        let (_folder, tls) = files();
        check(&tls, &["a certificate", "cert.pem"]);
        write(&tls, "one.example");
        let (_other_folder, other) = files();
        write(&other, "two.example");
        check(&Tls { key: other.key.clone(), ..tls.clone() }, &["is not the key of the certificate"]);
        check(&Tls { key: tls.certificate.clone(), ..tls.clone() }, &["a key", "cert.pem"]);
        fs::write(&tls.certificate, "").unwrap();
        check(&tls, &["a certificate", "cert.pem"]);
        // Nobody ever writes to them.
        for path in [&tls.certificate, &tls.key] {
            fs::remove_file(path).unwrap();
            nix::unistd::mkfifo(path, nix::sys::stat::Mode::S_IRWXU).unwrap();
        }
        check(&tls, &["a certificate", "cert.pem", "it is no file"]);
        assert_eq!(check_certificate(&tls).len(), 2);
    }
}
