//! Queries at a steady pace, and that none of them is lost.

use std::{
    collections::HashMap,
    net::{SocketAddr, UdpSocket},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use ponor::dns::RecordType;

use crate::{
    house::{House, honest},
    wire::{Reply, query},
};

/// How long stragglers are waited for at the end.
const FAREWELL: Duration = Duration::from_secs(5);

/// Queries without an answer beyond which the client waits for answers: a machine that is busy with other tests slows it
/// down instead of filling buffers of the kernel.
const OPEN: usize = 200;
/// How long it waits until it takes those for lost.
const LOST: Duration = Duration::from_secs(5);

/// A client that asks at a steady pace from one socket.
pub(crate) struct Load {
    stop: Arc<AtomicBool>,
    sender: JoinHandle<Vec<Instant>>,
    receiver: JoinHandle<HashMap<usize, (Vec<u8>, Instant)>>,
}

/// What came of a load.
#[derive(Debug)]
pub(crate) struct Figures {
    pub(crate) sent: usize,
    pub(crate) lost: usize,
    pub(crate) wrong: usize,
    /// The longest time until an answer.
    pub(crate) longest: Duration,
}

impl Load {
    /// Asks for the names that `name` gives for the numbers from 0, this many a second.
    pub(crate) fn start(server: SocketAddr, a_second: u32, name: impl Fn(usize) -> String + Send + 'static) -> Self {
        let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::DGRAM, None).unwrap();
        socket.set_recv_buffer_size(4 << 20).unwrap();
        let socket = UdpSocket::from(socket);
        socket.connect(server).unwrap();
        socket.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
        let stop = Arc::new(AtomicBool::new(false));
        let (receiving, stopped) = (socket.try_clone().unwrap(), Arc::clone(&stop));
        let answered = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&answered);
        let receiver = thread::spawn(move || receive(&receiving, &counter, &stopped));
        let stopped = Arc::clone(&stop);
        let sender = thread::spawn(move || send(&socket, a_second, &name, &answered, &stopped));
        Self { stop, sender, receiver }
    }

    /// Ends it and judges each answer by its number.
    pub(crate) fn end(self, right: impl Fn(usize, &Reply) -> bool) -> Figures {
        self.stop.store(true, Ordering::SeqCst);
        let sent = self.sender.join().unwrap();
        let received = self.receiver.join().unwrap();
        let wrong = received.iter().filter(|(number, (bytes, _))| {
            !right(**number, &Reply::read(bytes, u16::try_from(**number % 65_536).unwrap()))
        });
        let longest = received.iter().map(|(number, (_, at))| at.saturating_duration_since(sent[*number])).max();
        Figures {
            sent: sent.len(),
            lost: sent.len() - received.len(),
            wrong: wrong.count(),
            longest: longest.unwrap_or_default(),
        }
    }
}

fn send(
    socket: &UdpSocket,
    a_second: u32,
    name: &dyn Fn(usize) -> String,
    answered: &AtomicUsize,
    stop: &AtomicBool,
) -> Vec<Instant> {
    let (begun, mut sent) = (Instant::now(), Vec::new());
    while !stop.load(Ordering::SeqCst) {
        let due = usize::try_from(begun.elapsed().as_micros() * u128::from(a_second) / 1_000_000).unwrap();
        while sent.len() < due && !stop.load(Ordering::SeqCst) {
            wait_for_answers(sent.len(), answered);
            let number = sent.len();
            sent.push(Instant::now());
            socket.send(&query(u16::try_from(number % 65_536).unwrap(), &name(number), RecordType::A)).unwrap();
        }
        thread::sleep(Duration::from_millis(1));
    }
    sent
}

fn wait_for_answers(sent: usize, answered: &AtomicUsize) {
    let begun = Instant::now();
    while sent.saturating_sub(answered.load(Ordering::SeqCst)) >= OPEN && begun.elapsed() < LOST {
        thread::sleep(Duration::from_millis(1));
    }
}

/// Takes answers until they cease after the end. Ids come again after 65,536 queries, long after their answers.
fn receive(socket: &UdpSocket, answered: &AtomicUsize, stop: &AtomicBool) -> HashMap<usize, (Vec<u8>, Instant)> {
    let (mut received, mut buffer, mut ended) = (HashMap::new(), [0; 4096], None);
    let (mut newest, mut quiet) = (0, 0);
    loop {
        if stop.load(Ordering::SeqCst) {
            let ended = *ended.get_or_insert_with(Instant::now);
            if ended.elapsed() > FAREWELL || quiet >= 10 {
                return received;
            }
        }
        let Ok(length) = socket.recv(&mut buffer) else {
            quiet += 1;
            continue;
        };
        quiet = 0;
        let id = usize::from(u16::from_be_bytes([buffer[0], buffer[1]]));
        let number = nearest(id, newest);
        newest = newest.max(number);
        if received.insert(number, (buffer[..length].to_vec(), Instant::now())).is_none() {
            answered.fetch_add(1, Ordering::SeqCst);
        }
    }
}

/// The number with this id that is nearest to `newest`.
fn nearest(id: usize, newest: usize) -> usize {
    let round = newest / 65_536 * 65_536;
    let candidates = [Some(round + id), Some(round + 65_536 + id), (round + id).checked_sub(65_536)];
    candidates.into_iter().flatten().min_by_key(|number| number.abs_diff(newest)).unwrap()
}

/// Half of the names are on the list of every generation.
fn names(generation: usize) -> String {
    let name = |number: usize| match number % 2 {
        0 => format!("n{number}.load.example\n"),
        _ => format!("n{number}.g{generation}.load.example\n"),
    };
    (0..50_000).map(name).collect::<Vec<_>>().concat()
}

#[test]
fn a_list_of_50_000_names_changes_under_5_000_queries_a_second() {
    let upstream = honest();
    let house =
        House::new(upstream.address, "upstream.timeout = \"30s\"\n[[lists]]\nid = \"own\"\nsource = \"names.txt\"\n");
    house.write("names.txt", &names(0));
    let ponor = house.start();
    // A third on every generation's list, a third on some generation's, a third on none.
    let load = Load::start(ponor.dns, 5_000, |number| match number % 3 {
        0 => format!("n{}.load.example", number * 2 % 50_000),
        1 => format!("n{}.g{}.load.example", (number * 2 + 1) % 50_000, number % 4),
        _ => format!("free{}.load.example", number % 50),
    });
    let begun = Instant::now();
    let mut generation = 0;
    while begun.elapsed() < Duration::from_secs(6) || generation < 3 {
        generation += 1;
        house.write("names.txt", &names(generation % 4));
        ponor.reload();
        thread::sleep(Duration::from_millis(100));
    }
    let figures = load.end(|number, reply| {
        let stopped = reply.stopped_by("own") && reply.data() == ["0.0.0.0"];
        let passed = reply.ede.is_none() && reply.data() == ["192.0.2.53"];
        match number % 3 {
            0 => stopped,
            1 => stopped || passed,
            _ => passed,
        }
    });
    println!("{generation} changes of 50,000 names; longest answer {:?}: {figures:?}", figures.longest);
    assert_eq!((figures.lost, figures.wrong), (0, 0), "{figures:?}");
    assert!(figures.sent > 1_000, "{generation} {figures:?}");
}
