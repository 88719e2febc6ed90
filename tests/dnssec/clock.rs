//! A clock that cannot be right costs no answers: nothing is judged by it.

use std::time::Duration;

use ponor::{
    app::clock,
    config::{self, Dnssec, Protocol, Server, ServerHost},
    dns::{Question, Rcode, RecordType},
    time::{Clock, Now, UnixTime},
    upstream::{Exchange, Upstreams},
};

use crate::support::zones::Laboratory;

fn at_the_start_of_time() -> Now {
    Now { unix: UnixTime(1_000), ..clock::system().now() }
}

#[tokio::test]
async fn without_a_clock_nothing_is_judged() {
    let laboratory = Laboratory::start();
    let address = ServerHost::Address([127, 0, 0, 1].into());
    let server = Server { protocol: Protocol::Udp, host: address, port: laboratory.port, path: String::new() };
    let config = config::Upstream {
        servers: vec![server],
        bootstrap: Vec::new(),
        timeout: Duration::from_secs(8),
        dnssec: Dnssec { validate: true, except: Vec::new(), anchors: vec![laboratory.anchor.parse().unwrap()] },
        routes: Vec::new(),
    };
    for (clock, is_true) in [(Clock(at_the_start_of_time), false), (clock::system(), true)] {
        let upstreams = Upstreams::new(&config, clock);
        for (name, is_bogus) in [("www.signed.lab", false), ("www.bogus.lab", true)] {
            let question = Question::plain(&name.parse().unwrap(), RecordType::A);
            let answer = upstreams.exchange(&question).await.unwrap();
            let held_back = answer.rcode() == Rcode::SERVFAIL;
            assert_eq!((held_back, answer.is_authentic()), (is_true && is_bogus, is_true && !is_bogus), "{name}");
        }
        let told = upstreams.validation().unwrap();
        assert_eq!((told.secure, told.bogus), (u64::from(is_true), u64::from(is_true)));
        assert_eq!(told.obstacle.is_some_and(|obstacle| obstacle.contains("the clock of this machine")), !is_true);
    }
}
