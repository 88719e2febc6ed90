//! The password by which one may log in instead of by the token: chosen by the operator, kept as a hash.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{self, PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::{sync::Semaphore, task::spawn_blocking};

use crate::state::{Refused, write_atomically};

/// The file in the data directory.
const FILE: &str = "password";
/// The fewest characters of a password, and the most octets.
const SHORTEST: usize = 8;
const LONGEST: usize = 256;
/// Memory for a hash in KiB, and passes over it: what OWASP holds for as good as more memory and fewer passes (Password
/// Storage Cheat Sheet, Argon2id), and what a router has.
const MEMORY: u32 = 9 * 1024;
const PASSES: u32 = 4;
/// The most memory, in KiB, that a hash from the file may ask for.
const MOST_MEMORY: u32 = 64 * 1024;

/// The password, if there is one; clones share it.
#[derive(Clone, Debug)]
pub struct Password(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    path: PathBuf,
    hash: RwLock<Option<PasswordHash>>,
    /// How often it was changed: what was opened by a former one is closed then.
    changes: AtomicU64,
    /// One hash is made at a time, whoever guesses, and whether or not they wait for it.
    one: Arc<Semaphore>,
}

impl Password {
    /// Reads it from the file `password` in `data_dir`, if there is one. Whoever calls this holds the lock of `data_dir`.
    ///
    /// # Errors
    /// When the file cannot be read or holds no hash.
    pub fn open(data_dir: &Path) -> io::Result<Self> {
        let path = data_dir.join(FILE);
        let hash = match fs::read_to_string(&path) {
            Ok(text) => Some(read(text.trim()).ok_or_else(|| no_hash(&path))?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let (changes, one) = (AtomicU64::new(0), Arc::new(Semaphore::new(1)));
        Ok(Self(Arc::new(Shared { path, hash: RwLock::new(hash), changes, one })))
    }

    /// Whether there is one.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.hash().is_some()
    }

    /// Takes `chosen` from now on; `None`: none. It is on the disk then.
    ///
    /// # Errors
    /// When it is too short or too long, or cannot be written.
    pub async fn choose(&self, chosen: Option<String>) -> Result<(), Refused> {
        if let Some(chosen) = &chosen {
            check(chosen)?;
        }
        let password = self.clone();
        self.alone(move || {
            let hash = chosen.map(|chosen| hashed(&chosen)).transpose()?;
            password.write(hash.as_ref())?;
            *password.0.hash.write().unwrap_or_else(PoisonError::into_inner) = hash;
            password.0.changes.fetch_add(1, Ordering::Release);
            Ok(())
        })
        .await
        .unwrap_or(Err(Refused::Closing))
    }

    /// Whether it is `given`. Takes a tenth of a second or longer.
    pub(super) async fn is(&self, given: &str) -> bool {
        let Some(hash) = self.hash().filter(|_| given.len() <= LONGEST) else { return false };
        let given = given.to_owned();
        self.alone(move || argon2().verify_password(given.as_bytes(), &hash).is_ok()).await.unwrap_or(false)
    }

    /// How often it was changed.
    pub(super) fn changes(&self) -> u64 {
        self.0.changes.load(Ordering::Acquire)
    }

    fn hash(&self) -> Option<PasswordHash> {
        self.0.hash.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Does something slow beside the runtime, and nothing else like it meanwhile; `None` when ponor shuts down.
    async fn alone<T: Send + 'static>(&self, slow: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let turn = Arc::clone(&self.0.one).acquire_owned().await.ok()?;
        let slow = move || {
            // Whoever asked may have gone: nobody else has a turn until this has ended.
            let _turn = turn;
            slow()
        };
        spawn_blocking(slow).await.ok()
    }

    fn write(&self, hash: Option<&PasswordHash>) -> Result<(), Refused> {
        let path = &self.0.path;
        let written = match hash {
            Some(hash) => write_atomically(path, format!("{hash}\n").as_bytes()),
            None => match fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            },
        };
        written.map_err(|error| Refused::Failed(format!("cannot write `{}`: {error}", path.display())))
    }
}

/// The hash that `text` is, unless it asks for more than this machine may have.
fn read(text: &str) -> Option<PasswordHash> {
    let hash = PasswordHash::new(text).ok()?;
    Params::try_from(&hash).is_ok_and(|params| params.m_cost() <= MOST_MEMORY).then_some(hash)
}

fn no_hash(path: &Path) -> io::Error {
    let why = format!("`{}` holds no hash of a password; delete it, and choose one again", path.display());
    io::Error::new(io::ErrorKind::InvalidData, why)
}

fn check(chosen: &str) -> Result<(), Refused> {
    if chosen.chars().count() < SHORTEST || chosen.len() > LONGEST {
        return Err(Refused::Invalid(format!("expected {SHORTEST} characters at least and {LONGEST} octets at most")));
    }
    Ok(())
}

fn hashed(chosen: &str) -> Result<PasswordHash, Refused> {
    let mut salt = [0; 16];
    let salted = getrandom::fill(&mut salt).map_err(|_| password_hash::Error::Crypto);
    let hash = salted.and_then(|()| argon2().hash_password_with_salt(chosen.as_bytes(), &salt));
    hash.map_err(|error| Refused::Failed(format!("cannot hash the password: {error}")))
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY, PASSES, 1, None).expect("within the bounds of the algorithm");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[tokio::test]
    async fn a_password_is_kept_as_a_hash_until_it_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Password::open(folder.path()).unwrap();
        let password = open();
        assert!(!password.is_set() && !password.is("").await);
        password.choose(Some("correct horse".to_owned())).await.unwrap();
        assert!(password.is("correct horse").await && !password.is("correct horsf").await);
        let path = folder.path().join(FILE);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("$argon2id$v=19$m=9216,t=4,p=1$") && !text.contains("horse"), "{text}");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(open().is("correct horse").await);
        // A hash that was made with other parameters says so itself.
        let other: PasswordHash = Argon2::default().hash_password_with_salt(b"of another day", &[7; 16]).unwrap();
        fs::write(&path, other.to_string()).unwrap();
        assert!(open().is("of another day").await);
        password.choose(None).await.unwrap();
        assert!(!path.exists() && !password.is("correct horse").await);
        password.choose(None).await.unwrap();
        assert_eq!(password.changes(), 3);
    }

    #[tokio::test]
    async fn who_hangs_up_has_no_turn_left_for_others_until_the_hash_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let password = Password::open(folder.path()).unwrap();
        let (begun, has_begun) = tokio::sync::oneshot::channel();
        let (end, told) = std::sync::mpsc::channel::<()>();
        let slow = move || {
            begun.send(()).unwrap();
            told.recv().unwrap();
        };
        tokio::select! {
            _ = password.alone(slow) => panic!("it ended before it was told to"),
            _ = has_begun => {}
        }
        assert_eq!(password.0.one.available_permits(), 0, "the hash is still being made");
        end.send(()).unwrap();
        assert_eq!(password.alone(|| 7).await, Some(7));
    }

    #[tokio::test]
    async fn what_is_no_password_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let password = Password::open(folder.path()).unwrap();
        for chosen in ["", "short", "\u{fc}\u{fc}\u{fc}\u{fc}\u{fc}\u{fc}\u{fc}", &"x".repeat(257)] {
            assert!(password.choose(Some(chosen.to_owned())).await.is_err(), "{chosen}");
        }
        assert!(!password.is_set() && password.choose(Some("\u{fc}".repeat(8))).await.is_ok());
        for text in
            ["plain text\n", "", "$argon2id$v=19$m=4000000,t=1,p=1$BwcHBwcHBwcHBwcHBwcHBw$c29tZXRoaW5nIGhhc2hlZA"]
        {
            fs::write(folder.path().join(FILE), text).unwrap();
            assert_eq!(Password::open(folder.path()).unwrap_err().kind(), io::ErrorKind::InvalidData, "{text}");
        }
    }
}
