//! Finds out which program holds a port, as far as this process may see it.

use std::{
    fmt, fs, io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::Path,
};

use nix::unistd::{Uid, User};

use super::bind::{Carrier, overlap};

/// A TCP socket that accepts connections, as `/proc/net/tcp` states it.
const LISTENS: u8 = 0x0A;

/// Who holds a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A program whose descriptors this process may see.
    Program {
        /// Its name.
        name: String,
        /// Its process.
        pid: u32,
    },
    /// A program of another user, who has this name: services have one each as a rule.
    OfUser(String),
}

impl Holder {
    /// What frees the port.
    pub(super) fn remedy(&self) -> &'static str {
        let (Self::Program { name, .. } | Self::OfUser(name)) = self;
        match name.as_str() {
            "systemd-resolved" | "systemd-resolve" => {
                "set `DNSStubListener=no` in /etc/systemd/resolved.conf and restart it, or listen on other addresses"
            }
            "dnsmasq" => {
                "set `port=0` in its configuration (libvirt and NetworkManager run their own), or listen on other addresses"
            }
            _ => "stop it, or listen on another address",
        }
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Program { name, pid } => write!(out, "`{name}` (pid {pid})"),
            Self::OfUser(name) => write!(out, "a program of the user `{name}`"),
        }
    }
}

/// Who holds `address`. What the processes of other users hold only root may see; the kernel tells everybody whose it is, which
/// is as good where a service has a user of its own. `None`: it is a program of root, which says nothing.
pub(super) fn find(address: SocketAddr, carrier: Carrier) -> Option<Holder> {
    let mut sockets = sockets(carrier);
    sockets.retain(|socket| socket.address.port() == address.port() && overlap(socket.address.ip(), address.ip()));
    if sockets.is_empty() { None } else { process_with(&sockets).or_else(|| user_of(&sockets)) }
}

/// The first user but root who has one of these sockets.
fn user_of(sockets: &[Entry]) -> Option<Holder> {
    let user = sockets.iter().map(|socket| Uid::from_raw(socket.user)).find(|user| !user.is_root())?;
    Some(Holder::OfUser(User::from_uid(user).ok().flatten()?.name))
}

/// Datagrams that the kernel dropped before the UDP sockets at one of `addresses` could take them: they came faster than they
/// were answered.
pub(super) fn kernel_drops(addresses: &[SocketAddr]) -> u64 {
    let ours = sockets(Carrier::Udp).into_iter().filter(|socket| addresses.contains(&socket.address));
    ours.map(|socket| socket.drops).sum()
}

/// One line of `/proc/net/udp` and its kind.
#[derive(Debug, PartialEq, Eq)]
struct Entry {
    address: SocketAddr,
    /// The number of the user who made it.
    user: u32,
    inode: u64,
    drops: u64,
}

fn sockets(carrier: Carrier) -> Vec<Entry> {
    let files = match carrier {
        Carrier::Udp => ["/proc/net/udp", "/proc/net/udp6"],
        Carrier::Tcp => ["/proc/net/tcp", "/proc/net/tcp6"],
    };
    let texts = files.map(|file| fs::read_to_string(file).unwrap_or_default());
    texts.iter().flat_map(|text| text.lines().skip(1)).filter_map(|line| entry(line, carrier)).collect()
}

/// Reads `sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode ref pointer drops`.
fn entry(line: &str, carrier: Carrier) -> Option<Entry> {
    let fields: Vec<&str> = line.split_ascii_whitespace().collect();
    if carrier == Carrier::Tcp && u8::from_str_radix(fields.get(3)?, 16).ok()? != LISTENS {
        return None;
    }
    Some(Entry {
        address: hexadecimal(fields.get(1)?)?,
        user: fields.get(7)?.parse().ok()?,
        inode: fields.get(9)?.parse().ok()?,
        drops: fields.get(12).and_then(|drops| drops.parse().ok()).unwrap_or(0),
    })
}

/// An address as the kernel prints it: groups of four octets, each in the order of this machine.
fn hexadecimal(text: &str) -> Option<SocketAddr> {
    let (ip, port) = text.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let group = |at: usize| Some(u32::from_str_radix(ip.get(at * 8..at * 8 + 8)?, 16).ok()?.to_ne_bytes());
    let ip = if ip.len() == 8 {
        IpAddr::from(Ipv4Addr::from(group(0)?))
    } else {
        let groups = [group(0)?, group(1)?, group(2)?, group(3)?];
        let mut octets = [0; 16];
        octets.iter_mut().zip(groups.as_flattened()).for_each(|(octet, &found)| *octet = found);
        Ipv6Addr::from(octets).into()
    };
    Some(SocketAddr::new(ip, port))
}

/// The first process with one of these sockets among its descriptors.
fn process_with(sockets: &[Entry]) -> Option<Holder> {
    let links: Vec<String> = sockets.iter().map(|socket| format!("socket:[{}]", socket.inode)).collect();
    let processes = fs::read_dir("/proc").ok()?;
    processes.filter_map(Result::ok).find_map(|process| {
        let pid = process.file_name().to_str()?.parse().ok()?;
        let holds = has_descriptor(&process.path(), &links).unwrap_or(false);
        holds.then(|| Holder::Program { name: name_of(&process.path()), pid })
    })
}

fn has_descriptor(process: &Path, links: &[String]) -> io::Result<bool> {
    for descriptor in fs::read_dir(process.join("fd"))? {
        let target = fs::read_link(descriptor?.path()).unwrap_or_default();
        if links.iter().any(|link| target.as_os_str() == link.as_str()) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The name that a process was started by; `comm` alone is cut after fifteen octets.
fn name_of(process: &Path) -> String {
    let command = fs::read(process.join("cmdline")).unwrap_or_default();
    let first = command.split(|&octet| octet == 0).next().unwrap_or_default();
    let name = first.rsplit(|&octet| octet == b'/').next().unwrap_or_default();
    if name.is_empty() {
        return fs::read_to_string(process.join("comm")).unwrap_or_default().trim().to_owned();
    }
    String::from_utf8_lossy(name).into_owned()
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, UdpSocket};

    use super::*;

    #[test]
    fn lines_of_the_kernel() {
        let check = |line: &str, carrier: Carrier, expected: Option<(&str, u32, u64, u64)>| {
            let found =
                entry(line, carrier).map(|entry| (entry.address.to_string(), entry.user, entry.inode, entry.drops));
            assert_eq!(
                found,
                expected.map(|(address, user, inode, drops)| (address.to_owned(), user, inode, drops)),
                "{line}"
            );
        };
        let udp =
            "  77: 3500007F:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000   101        0 4242 2 0 9";
        check(udp, Carrier::Udp, Some(("127.0.0.53:53", 101, 4242, 9)));
        let tcp = "   0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 17 1 0 100 0 0 10 0";
        check(tcp, Carrier::Tcp, Some(("0.0.0.0:8080", 0, 17, 100)));
        check(&tcp.replace(" 0A ", " 01 "), Carrier::Tcp, None);
        let v6 = "0: 00000000000000000000000001000000:0035 0:0 07 0:0 00:0 0 0 0 5 2 0 0";
        check(v6, Carrier::Udp, Some(("[::1]:53", 0, 5, 0)));
        check("nonsense", Carrier::Udp, None);
        check("0: 0:0035", Carrier::Udp, None);
    }

    #[test]
    fn the_user_is_named_whose_processes_cannot_be_seen() {
        let check = |users: &[u32], expected: Option<&str>| {
            let address = "127.0.0.53:53".parse().unwrap();
            let sockets: Vec<_> = users.iter().map(|&user| Entry { address, user, inode: 1, drops: 0 }).collect();
            assert_eq!(user_of(&sockets), expected.map(|name| Holder::OfUser(name.to_owned())), "{users:?}");
        };
        let nobody = User::from_name("nobody").unwrap().unwrap();
        check(&[0, nobody.uid.as_raw()], Some("nobody"));
        check(&[0], None);
        // No user has the number.
        check(&[u32::MAX - 7], None);
    }

    #[test]
    fn what_nobody_takes_in_time_is_counted() {
        let (full, sender) = (UdpSocket::bind("127.0.0.1:0").unwrap(), UdpSocket::bind("127.0.0.1:0").unwrap());
        let address = full.local_addr().unwrap();
        assert_eq!(kernel_drops(&[address]), 0);
        // Far more than the buffer of a socket takes.
        for _ in 0..20_000 {
            sender.send_to(&[0; 1000], address).unwrap();
        }
        let drops = kernel_drops(&[address]);
        assert!((1..20_000).contains(&drops), "{drops}");
    }

    #[test]
    fn this_process_is_found() {
        let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
        let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
        let check = |address: SocketAddr, carrier: Carrier| {
            let found = find(address, carrier);
            let ours = std::process::id();
            assert!(matches!(found, Some(Holder::Program { pid, .. }) if pid == ours), "{found:?}");
        };
        check(udp.local_addr().unwrap(), Carrier::Udp);
        check(tcp.local_addr().unwrap(), Carrier::Tcp);
        let free = udp.local_addr().unwrap();
        drop(udp);
        assert_eq!(find(free, Carrier::Udp), None);
    }
}
