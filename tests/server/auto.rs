//! `listen = "auto"` on the addresses that this machine has, whichever those are.

use std::{
    collections::BTreeSet,
    net::{SocketAddr, UdpSocket},
    time::Duration,
};

use futures_util::TryStreamExt;
use ponor::{
    config::{Dns, Listen},
    server::{Limits, Listeners},
    stats::Transport,
};

use crate::{
    own_network::{in_own_network, own_loopback},
    port::free_port,
    server_support::{Ponor, ask, client, dns, front, query, script},
};

fn auto(port: u16) -> Dns {
    Dns { listen: Listen::Auto, port, ..dns(&[]) }
}

async fn addresses(listeners: &Listeners, transport: Transport) -> BTreeSet<SocketAddr> {
    let endpoints = listeners.endpoints().await;
    endpoints.iter().filter(|endpoint| endpoint.transport == transport).map(|endpoint| endpoint.address).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_private_address_is_bound_by_itself() {
    let port = free_port();
    let ponor = Ponor::start_with(&auto(port), None, Limits::default()).await;
    let udp = addresses(&ponor.listeners, Transport::Udp).await;
    assert_eq!(udp, addresses(&ponor.listeners, Transport::Tcp).await);
    assert!(udp.contains(&SocketAddr::from(([127, 0, 0, 1], port))) && udp.iter().all(|at| at.port() == port));
    assert!(!udp.iter().any(|address| address.ip().is_unspecified()));
    for server in udp.into_iter().filter(SocketAddr::is_ipv4) {
        assert_eq!(ask(&client("0.0.0.0"), server, &query(7, "www.example")).1, server);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_hold_is_skipped_unless_only_loopback_is_left() {
    let port = free_port();
    let ponor = Ponor::start_with(&auto(port), None, Limits::default()).await;
    let all = addresses(&ponor.listeners, Transport::Udp).await;
    ponor.listeners.stop().await;

    let (loopback, others): (BTreeSet<_>, BTreeSet<_>) = all.into_iter().partition(|at| at.ip().is_loopback());
    let holder = UdpSocket::bind(SocketAddr::from(([127, 0, 0, 1], port))).unwrap();
    let started = Listeners::start(front(&script()), &auto(port), None).await;
    // A machine without a network has nothing left but `::1`, which is not worth starting for.
    assert_eq!(started.is_ok(), !others.is_empty());
    if let Ok(listeners) = started {
        let kept = addresses(&listeners, Transport::Udp).await;
        assert!(!kept.contains(&holder.local_addr().unwrap()) && others.is_subset(&kept));
        listeners.stop().await;
    }
    drop(holder);

    let held: Vec<_> = others.iter().map(|address| UdpSocket::bind(address).unwrap()).collect();
    match Listeners::start(front(&script()), &auto(port), None).await {
        Err(error) => assert!(!held.is_empty() && error.to_string().contains("is held by"), "{error}"),
        Ok(listeners) => {
            assert!(held.is_empty());
            assert_eq!(addresses(&listeners, Transport::Udp).await, loopback);
        }
    }
}

#[test]
fn addresses_that_come_and_go_are_followed() {
    in_own_network("auto::in_a_network_of_its_own");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "changes the addresses of the machine; the test above runs it where that is harmless"]
async fn in_a_network_of_its_own() {
    let (handle, _tasks) = own_loopback(|link| link).await;
    let ponor = Ponor::start_with(&auto(53), None, Limits::default()).await;
    let listens = async |address: SocketAddr, expected: bool| {
        while addresses(&ponor.listeners, Transport::Udp).await.contains(&address) != expected {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    for (ip, prefix) in [("10.9.9.9", 32), ("fd00:9::9", 64)] {
        let server = SocketAddr::new(ip.parse().unwrap(), 53);
        handle.address().add(1, server.ip(), prefix).execute().await.unwrap();
        listens(server, true).await;
        assert_eq!(ask(&client(ip), server, &query(7, "www.example")).1, server);

        let mut found = handle.address().get().set_address_filter(server.ip()).execute();
        let message = found.try_next().await.unwrap().unwrap();
        handle.address().del(message).execute().await.unwrap();
        listens(server, false).await;
    }
    handle.address().add(1, "2001:db8:5::9".parse().unwrap(), 64).execute().await.unwrap();
    let link = "2001:db8:5::/64".parse().unwrap();
    while !ponor.listeners.on_link().await.contains(&link) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
