//! The token of the operator: made at the first start, kept in a file that only its owner can read.

use std::{
    fs::{self, OpenOptions, Permissions},
    io::{self, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
};

/// The file in the data directory.
const FILE: &str = "token";
/// The shortest token that is accepted from a file that somebody else wrote.
const SHORTEST: usize = 32;

/// Reads the token from the file `token` in `data_dir`, or makes it: 32 random octets in hexadecimal. A file that others
/// could read is closed to them. Whoever calls this holds the lock of `data_dir`.
///
/// # Errors
/// When the file cannot be read, closed to others or written, or holds no token.
pub fn load_or_make_token(data_dir: &Path) -> io::Result<String> {
    let path = data_dir.join(FILE);
    match fs::read_to_string(&path) {
        Ok(text) => {
            if fs::metadata(&path)?.permissions().mode() & 0o077 != 0 {
                fs::set_permissions(&path, Permissions::from_mode(0o600))?;
            }
            valid(text.trim()).ok_or_else(|| not_a_token(&path))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => make(data_dir, &path),
        Err(error) => Err(error),
    }
}

fn valid(token: &str) -> Option<String> {
    (token.len() >= SHORTEST && token.bytes().all(|byte| byte.is_ascii_graphic())).then(|| token.to_owned())
}

fn not_a_token(path: &Path) -> io::Error {
    let path = path.display();
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!("`{path}` holds no token of at least {SHORTEST} characters; delete it, and ponor makes a new one"),
    )
}

/// Writes a new token beside its place and moves it there, so that no one ever sees half of it.
fn make(data_dir: &Path, path: &Path) -> io::Result<String> {
    let mut octets = [0; 32];
    getrandom::fill(&mut octets).map_err(io::Error::other)?;
    let token = hex::encode(octets);
    let fresh = data_dir.join("token.new");
    match fs::remove_file(&fresh) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh)?;
    writeln!(file, "{token}")?;
    file.sync_all()?;
    fs::rename(&fresh, path)?;
    Ok(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_made_once_and_for_its_owner_alone() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("token.new"), "left by a crash").unwrap();
        let token = load_or_make_token(directory.path()).unwrap();
        assert_eq!(token.len(), 64);
        assert_eq!(load_or_make_token(directory.path()).unwrap(), token);
        let mode = || fs::metadata(directory.path().join(FILE)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(), 0o600);
        fs::set_permissions(directory.path().join(FILE), Permissions::from_mode(0o644)).unwrap();
        assert_eq!(load_or_make_token(directory.path()).unwrap(), token);
        assert_eq!(mode(), 0o600);
    }

    #[test]
    fn a_file_without_a_token_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        for text in [
            "",
            "short\n",
            "a token with spaces that is long enough\n",
            "\u{fc}berlang-\u{fc}berlang-\u{fc}berlang-\u{fc}berlang",
        ] {
            fs::write(directory.path().join(FILE), text).unwrap();
            assert_eq!(load_or_make_token(directory.path()).unwrap_err().kind(), io::ErrorKind::InvalidData, "{text}");
        }
    }
}
