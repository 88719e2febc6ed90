//! Several datagrams a system call on a connected socket.

use std::{
    array,
    cell::RefCell,
    io::{self, IoSlice, IoSliceMut},
    net::UdpSocket,
    os::fd::AsRawFd,
};

use nix::{
    errno::Errno,
    sys::socket::{MsgFlags, MultiHeaders, recvmmsg, sendmmsg},
};

/// Datagrams of one system call at most.
pub(super) const BATCH: usize = 32;
/// Datagrams of most system calls: each that is made room for costs a little, whether it comes or not.
const FEW: usize = 4;
/// The largest datagram that is read whole. Servers were told 1232; one that fills this is taken for cut short.
pub(super) const LARGEST: usize = 2048;

/// What the calls of one thread work with; all sockets of the thread use it in turn.
struct Tray {
    headers: MultiHeaders<()>,
    buffers: Vec<[u8; LARGEST]>,
    /// Whether the next call may bring more than a few.
    many: bool,
    several: bool,
}

/// What a call to [`receive`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Received {
    /// All that was there.
    All,
    /// As much as fits; there may be more.
    Some,
}

thread_local! {
    static TRAY: RefCell<Tray> = RefCell::new(Tray {
        headers: MultiHeaders::preallocate(BATCH, None),
        buffers: vec![[0; LARGEST]; BATCH],
        many: false,
        several: true,
    });
}

/// Sends `messages`, at most [`BATCH`]; returns how many the network took, which is one at least.
///
/// # Errors
/// That of the first message.
pub(super) fn send<'m>(socket: &UdpSocket, messages: impl Iterator<Item = &'m [u8]>) -> io::Result<usize> {
    let mut slices = [[IoSlice::new(&[])]; BATCH];
    let mut count = 0;
    for (slice, message) in slices.iter_mut().zip(messages) {
        *slice = [IoSlice::new(message)];
        count += 1;
    }
    TRAY.with_borrow_mut(|tray| {
        if tray.several {
            let fd = socket.as_raw_fd();
            let addresses = [None; BATCH];
            match sendmmsg(fd, &mut tray.headers, &slices[..count], &addresses[..count], [], MsgFlags::MSG_DONTWAIT) {
                Err(Errno::ENOSYS) => tray.several = false,
                sent => return Ok(sent?.count()),
            }
        }
        socket.send(slices.first().map_or(&[], |[slice]| slice)).map(|_| count.min(1))
    })
}

/// Receives what waits, at most [`BATCH`] datagrams, and hands each to `take`.
///
/// # Errors
/// When nothing waits, by [`io::ErrorKind::WouldBlock`], or what the network reports of an earlier message.
pub(super) fn receive(socket: &UdpSocket, mut take: impl FnMut(&mut [u8])) -> io::Result<Received> {
    TRAY.with_borrow_mut(|tray| {
        let mut lengths = [0; BATCH];
        let room = if tray.many { BATCH } else { FEW };
        let received = if tray.many {
            tray.receive_together::<BATCH>(socket, &mut lengths)
        } else {
            tray.receive_together::<FEW>(socket, &mut lengths)
        };
        let count = match received {
            Err(Errno::ENOSYS) => {
                tray.several = false;
                lengths[0] = socket.recv(&mut tray.buffers[0])?;
                1
            }
            count => count?,
        };
        for (buffer, length) in tray.buffers.iter_mut().zip(lengths).take(count) {
            take(&mut buffer[..length.min(LARGEST)]);
        }
        Ok(if tray.several && count < room { Received::All } else { Received::Some })
    })
}

impl Tray {
    /// Receives at most `N` datagrams.
    fn receive_together<const N: usize>(
        &mut self,
        socket: &UdpSocket,
        lengths: &mut [usize; BATCH],
    ) -> nix::Result<usize> {
        if !self.several {
            return Err(Errno::ENOSYS);
        }
        let mut buffers = self.buffers.iter_mut();
        let mut slices: [_; N] =
            array::from_fn(|_| [IoSliceMut::new(buffers.next().map_or(&mut [], |buffer| buffer.as_mut_slice()))]);
        let fd = socket.as_raw_fd();
        let mut count = 0;
        let messages = recvmmsg(fd, &mut self.headers, slices.iter_mut(), MsgFlags::MSG_DONTWAIT, None)?;
        for (length, message) in lengths.iter_mut().zip(messages) {
            *length = message.bytes;
            count += 1;
        }
        self.many = count >= FEW;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_sending_and_receiving_loses_nothing() {
        for several in [true, false] {
            TRAY.with_borrow_mut(|tray| (tray.several, tray.many) = (several, false));
            let (one, other) = (UdpSocket::bind("127.0.0.1:0").unwrap(), UdpSocket::bind("127.0.0.1:0").unwrap());
            one.connect(other.local_addr().unwrap()).unwrap();
            other.connect(one.local_addr().unwrap()).unwrap();
            other.set_nonblocking(true).unwrap();
            let messages: Vec<Vec<u8>> = (0..50_u8).map(|number| vec![number; usize::from(number)]).collect();
            let mut sent = 0;
            while sent < messages.len() {
                let count = send(&one, messages[sent..].iter().map(Vec::as_slice)).unwrap();
                assert!((1..=BATCH).contains(&count));
                sent += count;
            }
            let mut received = Vec::new();
            while received.len() < 50 {
                receive(&other, |message| received.push(message.to_vec())).unwrap();
            }
            assert_eq!(received, messages);
            let nothing = receive(&other, |_| panic!("there is nothing")).unwrap_err();
            assert_eq!(nothing.kind(), io::ErrorKind::WouldBlock);
        }
    }
}
