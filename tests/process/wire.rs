//! DNS messages by hand, over sockets of our own.

use std::{
    io::{self, Read, Write},
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream, UdpSocket},
    time::Duration,
};

use ponor::dns::{Answer, Name, Rcode, RecordType};

/// How long a client waits for a reply.
const PATIENCE: Duration = Duration::from_secs(15);

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) rcode: Rcode,
    pub(crate) truncated: bool,
    /// The records of the answer section, as zone files have them.
    pub(crate) answers: Vec<String>,
    /// Code and text of the extended error.
    pub(crate) ede: Option<(u16, String)>,
    /// Records of all sections.
    pub(crate) records: usize,
}

impl Reply {
    /// Reads a reply to a query of this id.
    pub(crate) fn read(bytes: &[u8], id: u16) -> Self {
        let answer = Answer::read(bytes).unwrap();
        assert_eq!(answer.id(), id);
        Self {
            rcode: answer.rcode(),
            truncated: answer.is_truncated(),
            answers: answer.answers_text(),
            ede: answer.ede().map(|ede| (ede.code.0, ede.text.to_string())),
            records: answer.records().count(),
        }
    }

    /// The data of the answer's records: its last words.
    pub(crate) fn data(&self) -> Vec<&str> {
        self.answers.iter().map(|record| record.rsplit(' ').next().unwrap()).collect()
    }

    /// Whether the name was stopped by this list.
    pub(crate) fn stopped_by(&self, list: &str) -> bool {
        self.ede.as_ref().is_some_and(|(code, text)| *code == 15 && text.ends_with(&format!("list {list}")))
    }
}

/// A query with an OPT record for 1232 octets.
pub(crate) fn query(id: u16, name: &str, rtype: RecordType) -> Vec<u8> {
    let mut bytes = id.to_be_bytes().to_vec();
    bytes.extend([1, 0, 0, 1, 0, 0, 0, 0, 0, 1]);
    bytes.extend_from_slice(name.parse::<Name>().unwrap().wire());
    bytes.extend(rtype.0.to_be_bytes());
    bytes.extend([0, 1]);
    bytes.extend([0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0]);
    bytes
}

/// Asks over UDP from 127.0.0.1.
pub(crate) fn ask(server: SocketAddr, name: &str, rtype: RecordType) -> Reply {
    ask_from(Ipv4Addr::LOCALHOST.into(), server, name, rtype)
}

/// Asks for IPv4 addresses.
pub(crate) fn ask_a(server: SocketAddr, name: &str) -> Reply {
    ask(server, name, RecordType::A)
}

/// Asks over UDP from this address.
pub(crate) fn ask_from(client: IpAddr, server: SocketAddr, name: &str, rtype: RecordType) -> Reply {
    let socket = UdpSocket::bind((client, 0)).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    socket.connect(server).unwrap();
    let id = socket.local_addr().unwrap().port();
    socket.send(&query(id, name, rtype)).unwrap();
    let mut buffer = vec![0; 65535];
    let length = socket.recv(&mut buffer).unwrap();
    Reply::read(&buffer[..length], id)
}

/// Asks over TCP.
pub(crate) fn ask_over_tcp(server: SocketAddr, name: &str, rtype: RecordType) -> Reply {
    try_over_tcp(server, name, rtype).unwrap()
}

/// Asks over TCP where the server may have too many connections to take another.
pub(crate) fn try_over_tcp(server: SocketAddr, name: &str, rtype: RecordType) -> io::Result<Reply> {
    let mut stream = TcpStream::connect(server)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let message = query(7, name, rtype);
    stream.write_all(&[&u16::try_from(message.len()).unwrap().to_be_bytes(), message.as_slice()].concat())?;
    let mut length = [0; 2];
    stream.read_exact(&mut length)?;
    let mut reply = vec![0; usize::from(u16::from_be_bytes(length))];
    stream.read_exact(&mut reply)?;
    Ok(Reply::read(&reply, 7))
}
