//! Encrypted DNS for devices, with a certificate that changes.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    sync::{Arc, LazyLock},
};

use ponor::dns::{Rcode, RecordType};
use reqwest::{Client, Method, Response};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::{
    house::{House, Ponor, RUNTIME, error_text, honest, nobody, own_address, wait_until},
    support::{
        certificate::{Signed, signed_for},
        port::free_port,
    },
    wire::{Reply, ask, query},
};

const SERVER_NAME: &str = "dns.ponor.test";
const STOPPED: &str = "data.mistat.xiaomi.com";

/// A ponor with a certificate, and where it answers over TLS and over HTTPS.
fn encrypted(signed: &Signed, upstream: SocketAddr) -> (House, Ponor, [SocketAddr; 2]) {
    let [dot, doh] = [853, 443].map(|_| SocketAddr::new(own_address(), free_port()));
    let rest = format!("[tls]\ncertificate = \"cert.pem\"\nkey = \"key.pem\"\ndot = \"{dot}\"\ndoh = \"{doh}\"\n");
    let house = House::new(upstream, &rest);
    certify(&house, signed);
    let ponor = house.start();
    (house, ponor, [dot, doh])
}

fn certify(house: &House, signed: &Signed) {
    house.write("cert.pem", &signed.certificate_pem);
    house.write("key.pem", &signed.key_pem);
}

fn trusting(signed: &Signed) -> ClientConfig {
    // Installs the provider of cryptography too.
    LazyLock::force(&RUNTIME);
    let mut roots = RootCertStore::empty();
    roots.add(signed.authority.clone()).unwrap();
    ClientConfig::builder().with_root_certificates(roots).with_no_client_auth()
}

fn ask_over_tls(signed: &Signed, server: SocketAddr, name: &str) -> std::io::Result<Reply> {
    let connection = ClientConnection::new(Arc::new(trusting(signed)), SERVER_NAME.try_into().unwrap()).unwrap();
    let mut stream = StreamOwned::new(connection, TcpStream::connect(server)?);
    let message = query(5, name, RecordType::A);
    stream.write_all(&[&u16::try_from(message.len()).unwrap().to_be_bytes(), message.as_slice()].concat())?;
    let mut length = [0; 2];
    stream.read_exact(&mut length)?;
    let mut reply = vec![0; usize::from(u16::from_be_bytes(length))];
    stream.read_exact(&mut reply)?;
    Ok(Reply::read(&reply, 5))
}

fn https(signed: &Signed, server: SocketAddr, method: Method, path: &str, body: Vec<u8>) -> Response {
    let client = Client::builder().tls_backend_preconfigured(trusting(signed)).resolve(SERVER_NAME, server);
    let url = format!("https://{SERVER_NAME}:{}{path}", server.port());
    let request = client.build().unwrap().request(method, url).header("content-type", "application/dns-message");
    RUNTIME.block_on(request.body(body).send()).unwrap()
}

#[test]
fn devices_are_answered_over_tls_and_https() {
    let signed = signed_for(&[SERVER_NAME], 2100);
    let upstream = honest();
    let (_house, ponor, [dot, doh]) = encrypted(&signed, upstream.address);
    assert!(ask_over_tls(&signed, dot, STOPPED).unwrap().stopped_by("vendors"));
    let post = https(&signed, doh, Method::POST, "/dns-query", query(0, STOPPED, RecordType::A));
    assert_eq!(
        (post.status().as_u16(), &post.headers()["content-type"]),
        (200, &"application/dns-message".parse().unwrap())
    );
    assert!(post.headers()["cache-control"].to_str().unwrap().contains("max-age=10"), "{:?}", post.headers());
    assert!(Reply::read(&RUNTIME.block_on(post.bytes()).unwrap(), 0).stopped_by("vendors"));
    // The query for www.example.com of RFC 8484, section 4.1.1.
    let get =
        https(&signed, doh, Method::GET, "/dns-query?dns=AAABAAABAAAAAAAAA3d3dwdleGFtcGxlA2NvbQAAAQAB", Vec::new());
    assert_eq!(get.status(), 200);
    let reply = Reply::read(&RUNTIME.block_on(get.bytes()).unwrap(), 0);
    assert_eq!((reply.rcode, reply.data()), (Rcode::NOERROR, vec!["192.0.2.53"]));
    // The page and the API are not there.
    assert_eq!(https(&signed, doh, Method::GET, "/api/v1/status", Vec::new()).status(), 404);
    let designated = ask(ponor.dns, "_dns.resolver.arpa", RecordType::SVCB);
    assert!(designated.answers.len() >= 2 && designated.answers[0].contains(SERVER_NAME), "{designated:?}");
    let told = format!("listening address={doh} transport=Doh\n");
    assert!(ponor.log().contains(&told), "{told}: {}", ponor.log());
}

#[test]
fn a_new_certificate_is_used_without_a_restart() {
    let (first, second) = (signed_for(&[SERVER_NAME], 2100), signed_for(&[SERVER_NAME], 2101));
    let (house, ponor, [dot, doh]) = encrypted(&first, nobody());
    assert!(ask_over_tls(&first, dot, STOPPED).is_ok());
    assert!(ask_over_tls(&second, dot, STOPPED).is_err());
    certify(&house, &second);
    ponor.reload();
    wait_until(|| ask_over_tls(&second, dot, STOPPED).is_ok(), || ponor.log());
    let post = https(&second, doh, Method::POST, "/dns-query", query(0, STOPPED, RecordType::A));
    assert_eq!(post.status(), 200);
}

#[test]
fn devices_are_told_the_name_of_a_certificate_that_was_renewed() {
    let (house, ponor, _) = encrypted(&signed_for(&[SERVER_NAME], 2100), nobody());
    let told = || ask(ponor.dns, "_dns.resolver.arpa", RecordType::SVCB).answers;
    assert!(told()[0].contains(SERVER_NAME), "{:?}", told());
    certify(&house, &signed_for(&["other.ponor.test"], 2101));
    wait_until(|| told()[0].contains("other.ponor.test"), || format!("{:?}\n{}", told(), ponor.log()));
}

#[test]
fn a_certificate_that_is_none_is_a_fault_of_the_configuration() {
    let house = House::new(nobody(), "[tls]\ncertificate = \"cert.pem\"\nkey = \"key.pem\"\ndot = \"127.0.0.1:0\"\n");
    let text = std::fs::read_to_string(house.path("config.toml")).unwrap();
    let first = 1 + text.lines().position(|line| line.starts_with("certificate")).unwrap();
    // The same at a start, by `check`, and for programs.
    let check = |line: usize, column: usize, said: &str| {
        let (started, checked) = (house.run(&[]), house.run(&["check"]));
        assert_eq!(started.status.code(), Some(78));
        assert_eq!((checked.status.code(), error_text(&checked)), (Some(78), error_text(&started)));
        let place = format!("config.toml:{line}:{column}: `tls.");
        assert!(error_text(&started).contains(&(place + said)), "{said} in {}", error_text(&started));
        let told = house.run(&["check", "--json"]);
        let told: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
        assert_eq!(
            (&told["faults"][0]["line"], &told["faults"][0]["origin"]),
            (&line.into(), &"file".into()),
            "{told}"
        );
    };
    check(first, 15, "certificate`: expected a certificate in PEM, found `cert.pem`");
    assert_eq!(error_text(&house.run(&["check"])).lines().count(), 2, "the key is missing as well");
    house.write("cert.pem", "nonsense");
    check(first, 15, "certificate`: expected a certificate in PEM, found `cert.pem`");
    certify(&house, &signed_for(&[SERVER_NAME], 2100));
    house.write("key.pem", "nonsense");
    check(first + 1, 7, "key`: expected a key in PEM, found `key.pem`");
    house.write("key.pem", &signed_for(&[SERVER_NAME], 2101).key_pem);
    check(first + 1, 7, "key`: expected the key of the certificate in `cert.pem`, found `key.pem`");
}
