//! A running ponor that judges, and questions to it and to others, bit by bit.

use std::{
    fs,
    net::UdpSocket,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use ponor::dns::{Answer, Name, RecordType, Section};
use tempfile::TempDir;

use crate::support::port::free_port;

const PATIENCE: Duration = Duration::from_secs(15);

/// A ponor; it is killed when this is dropped.
pub(crate) struct Ponor {
    pub(crate) port: u16,
    page: u16,
    child: Child,
    folder: TempDir,
}

/// What a query asks for beside its name and type.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Flags {
    pub(crate) signatures: bool,
    pub(crate) authentic: bool,
    pub(crate) unchecked: bool,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) rcode: u16,
    pub(crate) authentic: bool,
    /// Types of the answer section.
    pub(crate) answers: Vec<String>,
    /// Types of the authority section.
    pub(crate) authority: Vec<String>,
    pub(crate) ede: Option<u16>,
}

impl Ponor {
    /// One that asks `upstream`, believes `anchor`, and has `more` lines of `[upstream]`.
    pub(crate) fn start(upstream: &str, anchor: &str, more: &str) -> Self {
        let (folder, port, page) = (tempfile::tempdir().unwrap(), free_port(), free_port());
        let config = format!(
            "dns.listen = \"127.0.0.1:{port}\"\nhttp.listen = \"127.0.0.1:{page}\"\nlists = []\n\
             [upstream]\nservers = \"{upstream}\"\nbootstrap = []\ndnssec = \"validate\"\n\
             trust_anchors = [\"{anchor}\"]\n{more}"
        );
        fs::write(folder.path().join("config.toml"), config).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_ponor"));
        command.current_dir(folder.path()).env_clear().stdin(Stdio::null());
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let ponor = Self { port, page, child, folder };
        let end = Instant::now() + PATIENCE;
        while try_ask(port, "localhost", RecordType::A, Flags::default(), Duration::from_millis(100)).is_none() {
            assert!(Instant::now() < end, "ponor does not answer");
        }
        ponor
    }

    /// Changes its configuration while it runs.
    pub(crate) fn reload(&self, from: &str, to: &str) {
        let path = self.folder.path().join("config.toml");
        let config = fs::read_to_string(&path).unwrap();
        assert!(config.contains(from), "{config}");
        fs::write(path, config.replace(from, to)).unwrap();
        kill(Pid::from_raw(i32::try_from(self.child.id()).unwrap()), Signal::SIGHUP).unwrap();
    }

    /// What a command of this ponor writes.
    pub(crate) fn tell(&self, arguments: &[&str]) -> String {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ponor"));
        let output = command.args(arguments).current_dir(self.folder.path()).env_clear().output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    }

    /// A page of this ponor, as it goes over the wire.
    pub(crate) fn page(&self, path: &str) -> String {
        use std::io::{Read, Write};
        let mut stream = std::net::TcpStream::connect(("127.0.0.1", self.page)).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\r\n", self.page).unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    }
}

impl Drop for Ponor {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asks the server on `port`.
pub(crate) fn ask(port: u16, name: &str, rtype: &str, flags: Flags) -> Seen {
    let rtype = rtype.parse().unwrap();
    try_ask(port, name, rtype, flags, PATIENCE).unwrap_or_else(|| panic!("no reply to {name} {rtype}"))
}

fn try_ask(port: u16, name: &str, rtype: RecordType, flags: Flags, patience: Duration) -> Option<Seen> {
    let mut query = vec![0x12, 0x34, 1, u8::from(flags.authentic) << 5 | u8::from(flags.unchecked) << 4];
    query.extend([0, 1, 0, 0, 0, 0, 0, 1]);
    query.extend_from_slice(name.parse::<Name>().unwrap().wire());
    query.extend(rtype.0.to_be_bytes());
    query.extend([0, 1]);
    query.extend([0, 0, 41, 0xFF, 0xFF, 0, 0, u8::from(flags.signatures) << 7, 0, 0, 0]);
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(patience)).unwrap();
    socket.send_to(&query, ("127.0.0.1", port)).unwrap();
    let mut buffer = vec![0; 65_535];
    let length = socket.recv(&mut buffer).ok()?;
    let reply = &buffer[..length];
    let answer = Answer::read(reply).unwrap();
    let types = |section| {
        let records = answer.records().filter(|record| record.section() == section);
        let mut types: Vec<String> = records.map(|record| record.rtype().to_string()).collect();
        types.sort();
        types
    };
    Some(Seen {
        rcode: answer.rcode().0,
        authentic: reply[3] & 0x20 != 0,
        answers: types(Section::Answer),
        authority: types(Section::Authority),
        ede: answer.ede().map(|ede| ede.code.0),
    })
}
