//! What a question costs that has to be asked: misses a second over plain UDP against a responder in this process, all on
//! one thread but for the responder itself, and the allocations of one.

use std::{cell::Cell, hint::black_box, net::UdpSocket, thread, time::Duration};

use divan::{AllocProfiler, Bencher, counter::ItemsCount};
use futures_util::{StreamExt, stream};
use ponor::{
    app::clock,
    config::{self, Dnssec, Protocol, Server, ServerHost},
    dns::{Name, Question, RecordType},
    upstream::{Exchange, Upstreams},
};
use socket2::SockRef;
use tokio::runtime::{Builder, Runtime};

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

const QUESTIONS: usize = 10_000;

fn main() {
    divan::main();
}

/// Questions that are asked side by side.
#[divan::bench(args = [1, 10, 100, 1000], sample_count = 10, sample_size = 1)]
fn misses(bencher: Bencher, side_by_side: usize) {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime can be had");
    let upstreams = upstreams(&runtime);
    let round = Cell::new(0);
    // Fewer where each waits for the one before.
    let count = if side_by_side == 1 { QUESTIONS / 10 } else { QUESTIONS };
    bencher
        .counter(ItemsCount::new(count))
        .with_inputs(|| {
            round.set(round.get() + 1);
            questions(round.get(), count)
        })
        .bench_local_refs(|questions| {
            let asking = stream::iter(&*questions).map(|question| upstreams.exchange(question));
            let answers = asking.buffer_unordered(side_by_side).filter(|answer| {
                let good = black_box(answer).is_ok();
                async move { good }
            });
            assert_eq!(runtime.block_on(answers.count()), questions.len());
        });
}

fn upstreams(runtime: &Runtime) -> Upstreams {
    let address = respond();
    let server = Server {
        protocol: Protocol::Udp,
        host: ServerHost::Address(address.ip()),
        port: address.port(),
        path: String::new(),
    };
    let config = config::Upstream {
        servers: vec![server],
        bootstrap: Vec::new(),
        timeout: Duration::from_secs(4),
        dnssec: Dnssec::default(),
        routes: Vec::new(),
    };
    let _on = runtime.enter();
    Upstreams::new(&config, clock::system())
}

/// Starts a responder that gives every name the same address, and lasts as long as the process.
fn respond() -> std::net::SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("loopback is there");
    let address = socket.local_addr().expect("it is bound");
    // What comes while a thousand questions are asked at once shall wait here, and not be lost and asked again.
    SockRef::from(&socket).set_recv_buffer_size(4 << 20).expect("it can be asked for");
    thread::spawn(move || {
        let mut buffer = [0; 1024];
        while let Ok((length, from)) = socket.recv_from(&mut buffer) {
            // The OPT record of eleven octets at the end gives way to an address of sixteen.
            let end = length - 11;
            buffer[2] |= 0x80;
            buffer[7] = 1;
            buffer[11] = 0;
            buffer[end..end + 16].copy_from_slice(b"\xC0\x0C\0\x01\0\x01\0\0\x01\x2C\0\x04\xC0\0\x02\x07");
            let _ = socket.send_to(&buffer[..end + 16], from);
        }
    });
    address
}

fn questions(round: usize, count: usize) -> Vec<Question> {
    let name = |number: usize| format!("n{number}.r{round}.example.com").parse::<Name>().expect("it is a name");
    (0..count).map(|number| Question::plain(&name(number), RecordType::A)).collect()
}
