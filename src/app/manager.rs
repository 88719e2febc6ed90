//! Tells the service manager that ponor is up, as systemd's `Type=notify` has it: `sd_notify(3)`.

use std::{
    env,
    ffi::OsStr,
    io,
    os::{
        linux::net::SocketAddrExt,
        unix::{
            ffi::OsStrExt,
            net::{SocketAddr, UnixDatagram},
        },
    },
};

/// Names the socket of a manager that wants to be told.
const SOCKET: &str = "NOTIFY_SOCKET";

/// Says that ponor answers, to whoever wants to know.
pub(super) fn tell_ready() {
    let Some(socket) = env::var_os(SOCKET) else { return };
    if let Err(error) = tell(&socket, b"READY=1") {
        tracing::warn!(%error, "the service manager cannot be told that ponor is up");
    }
}

fn tell(socket: &OsStr, message: &[u8]) -> io::Result<()> {
    // What begins with `@` is no file.
    let address = match socket.as_bytes() {
        [b'@', name @ ..] => SocketAddr::from_abstract_name(name)?,
        path => SocketAddr::from_pathname(OsStr::from_bytes(path))?,
    };
    UnixDatagram::unbound()?.send_to_addr(message, &address)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manager_hears_by_a_file_and_by_a_name() {
        let check = |address: &SocketAddr, told: &OsStr| {
            let manager = UnixDatagram::bind_addr(address).unwrap();
            tell(told, b"READY=1").unwrap();
            let mut heard = [0; 16];
            let count = manager.recv(&mut heard).unwrap();
            assert_eq!(&heard[..count], b"READY=1");
        };
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify");
        check(&SocketAddr::from_pathname(&path).unwrap(), path.as_os_str());
        let name = path.to_str().unwrap();
        check(&SocketAddr::from_abstract_name(name).unwrap(), OsStr::new(&format!("@{name}")));
        assert!(tell(folder.path().join("gone").as_os_str(), b"READY=1").is_err());
    }
}
