//! Devices, in network namespaces with links of their own, where the kernel lets us make them: hardware addresses found
//! by ARP and NDP, groups by hardware address, devices that come and go.

use std::{
    env, fs,
    io::{BufRead, BufReader},
    net::UdpSocket,
    process::{Child, Command, Stdio},
};

use ponor::dns::{Name, RecordType};
use reqwest::Method;
use serde_json::json;

use crate::{
    house::{House, Ponor, honest, wait_until},
    wire::{Reply, ask},
};

/// The hardware address of the device `tablet`; Samsung's.
const TABLET: &str = "00:00:f0:77:00:02";
/// The hardware address of the device `laptop`; made up by it.
const LAPTOP: &str = "da:00:00:77:00:03";
/// What the client of a namespace is to ask: server, name, how often.
const ASK: &str = "PONOR_TEST_ASK";
/// Set within namespaces.
pub(crate) const INSIDE: &str = "PONOR_TEST_INSIDE";

/// Runs a test of this program again in namespaces of its own; says why not where that is not permitted.
#[expect(clippy::print_stderr, reason = "a test that is passed over says so")]
pub(crate) fn inside(test: &str) {
    let exe = env::current_exe().unwrap();
    let allowed = Command::new("unshare").args(["-rnm", "ip", "link"]).stdout(Stdio::null()).status();
    if !allowed.is_ok_and(|status| status.success()) {
        eprintln!("passed over: this system lets us make no network namespaces");
        return;
    }
    let arguments = ["--exact", test, "--ignored", "--nocapture"];
    let output = Command::new("unshare").arg("-rnm").arg(exe).args(arguments).env(INSIDE, "yes").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

#[test]
fn a_device_is_governed_by_its_hardware_address() {
    inside("devices::governed_by_hardware_address");
}

#[test]
fn a_hundred_devices_coming_and_going_lose_no_query() {
    inside("devices::a_hundred_come_and_go");
}

#[test]
fn an_order_for_a_device_holds_for_all_its_addresses() {
    inside("devices::ordered_for_a_device");
}

#[test]
fn devices_and_the_router_are_asked_for_names() {
    inside("devices::asked_for_names");
}

/// Runs a command that must do well.
fn run(line: &str) {
    let words: Vec<&str> = line.split_whitespace().collect();
    let output = Command::new(words[0]).args(&words[1..]).output().unwrap();
    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
}

fn plug_in_two_devices() {
    plug_in(&[("tablet", TABLET), ("laptop", LAPTOP)]);
}

/// Devices with these hardware addresses, each on a link of its own to this host, which is `10.77.x.1` and `fd77:x::1` there.
pub(crate) fn plug_in(devices: &[(&str, &str)]) {
    run("mount -t tmpfs tmpfs /run");
    run("ip link set lo up");
    for ((device, mac), number) in devices.iter().zip(1..) {
        run(&format!("ip netns add {device}"));
        run(&format!("ip link add lan{number} type veth peer name eth0 address {mac} netns {device}"));
        run(&format!("ip address add 10.77.{number}.1/24 dev lan{number}"));
        run(&format!("ip address add fd77:{number}::1/64 dev lan{number} nodad"));
        run(&format!("ip link set lan{number} up"));
        let within = format!("nsenter --net=/run/netns/{device} ip");
        run(&format!("{within} address add 10.77.{number}.2/24 dev eth0"));
        run(&format!("{within} address add fd77:{number}::2/64 dev eth0 nodad"));
        run(&format!("{within} link set eth0 up"));
    }
}

/// A house that answers both devices, in which games are stopped for the tablet alone.
fn house() -> House {
    let listen: Vec<String> =
        [1, 2].iter().flat_map(|n| [format!("10.77.{n}.1:5300"), format!("[fd77:{n}::1]:5300")]).collect();
    let upstream = honest();
    let address = upstream.address;
    // It answers for as long as the test runs.
    std::mem::forget(upstream);
    House::with_config(&format!(
        "dns.listen = {listen:?}\nhttp.listen = \"127.0.0.1:0\"\nupstream.servers = \"{address}\"\n\
         upstream.bootstrap = \"{address}\"\ndevices.lease_files = \"leases\"\n\
         [[groups]]\nid = \"kids\"\ndevices = [\"{TABLET}\"]\nrules = [\"||games.example^\"]\n\
         [[groups]]\nid = \"guests\"\nrules = [\"||games.example^\"]\n"
    ))
}

/// Has a device ask a number of times, one after the other; how many were answered, and how many of these stopped.
pub(crate) fn ask_as(device: &str, server: &str, name: &str, times: usize) -> (usize, usize) {
    let mut command = Command::new("nsenter");
    command.arg(format!("--net=/run/netns/{device}")).arg(env::current_exe().unwrap());
    command.args(["--exact", "devices::the_client", "--ignored", "--nocapture"]);
    let output = command.env(ASK, format!("{server} {name} {times}")).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    let counts = said.split_once("answered ").unwrap().1.lines().next().unwrap();
    let (answered, stopped) = counts.split_once(" stopped ").unwrap();
    (answered.parse().unwrap(), stopped.parse().unwrap())
}

#[test]
#[ignore = "the client within a namespace, run by the other tests"]
fn the_client() {
    let Ok(asked) = env::var(ASK) else { return };
    let words: Vec<&str> = asked.split(' ').collect();
    let server = words[0].parse().unwrap();
    let replies: Vec<Reply> = (0..words[2].parse().unwrap()).map(|_| ask_bound(server, words[1])).collect();
    let stopped = replies.iter().filter(|reply| reply.ede.is_some()).count();
    println!("answered {} stopped {stopped}", replies.len());
}

/// Asks from whichever address the way to the server has.
fn ask_bound(server: std::net::SocketAddr, name: &str) -> Reply {
    let any = if server.is_ipv4() { "0.0.0.0" } else { "::" };
    crate::wire::ask_from(any.parse().unwrap(), server, name, RecordType::A)
}

fn device(ponor: &Ponor, id: &str) -> serde_json::Value {
    ponor.http(Method::GET, &format!("/api/v1/devices/{id}"), None).1
}

#[test]
#[ignore = "needs a namespace, and is run in one by another test"]
fn asked_for_names() {
    if env::var(INSIDE).is_err() {
        return;
    }
    plug_in_two_devices();
    run("ip route add default via 10.77.1.2");
    let _responder = Responder::start("tablet");
    let house = House::with_config(
        "dns.listen = \"10.77.1.1:5300\"\nhttp.listen = \"127.0.0.1:0\"\nupstream.servers = \"127.0.0.1:9\"\n\
         devices.probe_mdns = true\ndevices.probe_reverse = true\n",
    );
    // The kernel finds out who is there as soon as something is sent to them.
    let socket = UdpSocket::bind("0.0.0.0:0").unwrap();
    for address in ["10.77.1.2:9", "10.77.2.2:9"] {
        socket.send_to(&[0], address).unwrap();
    }
    let ponor = house.start();
    let name = |id: &str| (device(&ponor, id)["name"].clone(), device(&ponor, id)["named_by"].clone());
    let all = || ponor.get("/api/v1/devices").to_string();
    wait_until(|| name(TABLET) == (json!("Kitchen-Cast"), json!("multicast_dns")), all);
    wait_until(|| name(LAPTOP) == (json!("laptop-by-router"), json!("reverse_name")), all);
    // What it announces, and what another device than the sender is said to be called.
    wait_until(|| device(&ponor, TABLET).to_string().contains("announces `_googlecast._tcp`"), all);
    assert!(!all().contains("forged"), "{}", all());
}

/// Who answers within the namespace of a device, until it is dropped.
struct Responder(Child);

impl Responder {
    fn start(device: &str) -> Self {
        let mut command = Command::new("nsenter");
        command.arg(format!("--net=/run/netns/{device}")).arg(env::current_exe().unwrap());
        command.args(["--exact", "devices::the_responder", "--ignored", "--nocapture"]);
        let mut child = command.env(ASK, "answer").stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap().contains("listening")), "the responder listens");
        Self(child)
    }
}

impl Drop for Responder {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

#[test]
#[ignore = "the responder within a namespace, run by another test"]
fn the_responder() {
    if env::var(ASK).is_err() {
        return;
    }
    let mdns = UdpSocket::bind("0.0.0.0:5353").unwrap();
    mdns.join_multicast_v4(&[224, 0, 0, 251].into(), &[10, 77, 1, 2].into()).unwrap();
    let router = UdpSocket::bind("10.77.1.2:53").unwrap();
    println!("listening");
    let said: &[(&str, &str)] = &[
        ("2.1.77.10.in-addr.arpa", "Kitchen-Cast.local"),
        ("2.2.77.10.in-addr.arpa", "forged.local"),
        ("_googlecast._tcp.local", "Kitchen-Cast._googlecast._tcp.local"),
    ];
    std::thread::spawn(move || answer(&mdns, said));
    answer(&router, &[("2.2.77.10.in-addr.arpa", "laptop-by-router.lan")]);
}

/// Answers questions for the names in `said` with a PTR record each, to whoever asks.
fn answer(socket: &UdpSocket, said: &[(&str, &str)]) {
    let mut buffer = [0; 1500];
    loop {
        let (length, from) = socket.recv_from(&mut buffer).unwrap();
        let query = &buffer[..length];
        let asked = |name: &str| query[12..].starts_with(name.parse::<Name>().unwrap().wire());
        let Some((_, target)) = said.iter().find(|(name, _)| asked(name)) else { continue };
        let target: Name = target.parse().unwrap();
        let header = [query[0], query[1], 0x84, 0, 0, 1, 0, 1, 0, 0, 0, 0];
        let record = [0xC0, 12, 0, 12, 0, 1, 0, 0, 0, 10, 0, u8::try_from(target.wire().len()).unwrap()];
        socket.send_to(&[&header, &query[12..], &record, target.wire()].concat(), from).unwrap();
    }
}

#[test]
#[ignore = "needs a namespace, and is run in one by another test"]
fn ordered_for_a_device() {
    if env::var(INSIDE).is_err() {
        return;
    }
    plug_in_two_devices();
    let house = house();
    house.write("leases", "");
    let ponor = house.start();
    let servers = ["10.77.1.1:5300", "[fd77:1::1]:5300"];
    let stopped =
        |expected: usize| servers.iter().all(|server| ask_as("tablet", server, "games.example", 5) == (5, expected));
    // The first questions show the kernel who is there.
    wait_until(|| stopped(5), || ponor.get("/api/v1/devices").to_string());
    wait_until(|| device(&ponor, "fd77:1::2")["id"] == TABLET, || ponor.get("/api/v1/devices").to_string());
    house.tell(&["devices", "name", "10.77.1.2", "Kids tablet"]);
    for whom in ["kids tablet", TABLET, "fd77:1::2"] {
        let explained = house.tell_json(&["query", "games.example", "--device", whom, "--json"]);
        assert_eq!((&explained["group"], &explained["decision"]), (&json!("kids"), &json!("stopped")), "{whom}");
    }
    let allowed = house.tell_json(&["allow", "games.example", "--device", "10.77.1.2", "--json"]);
    assert_eq!(allowed["edit"]["after"]["scope"], json!({ "device": TABLET }));
    assert!(stopped(0));
    drop(ponor);
    let _ponor = house.start();
    wait_until(|| stopped(0), || "after the restart".to_owned());
}

#[test]
#[ignore = "needs a namespace, and is run in one by another test"]
fn governed_by_hardware_address() {
    if env::var(INSIDE).is_err() {
        return;
    }
    plug_in_two_devices();
    let house = house();
    house.write("leases", &format!("0 {TABLET} 10.77.1.2 tizen-tablet *\n"));
    let ponor = house.start();
    for (name, server, expected) in
        [("tablet", "10.77.1.1:5300", 5), ("tablet", "[fd77:1::1]:5300", 5), ("laptop", "10.77.2.1:5300", 0)]
    {
        // The first question shows the kernel who is there.
        ask_as(name, server, "games.example", 1);
        let id = if name == "tablet" { TABLET } else { LAPTOP };
        let address =
            server.rsplit_once(':').unwrap().0.trim_matches(['[', ']']).trim_end_matches('1').to_owned() + "2";
        wait_until(|| device(&ponor, &address)["id"] == id, || format!("{address}: {}", ponor.get("/api/v1/devices")));
        wait_until(|| ask_as(name, server, "games.example", 5) == (5, expected), || format!("{name} by {server}"));
    }
    let tablet = device(&ponor, TABLET);
    assert_eq!(
        (&tablet["name"], &tablet["group"], &tablet["vendor"]),
        (&json!("tizen-tablet"), &json!("kids"), &json!("Samsung"))
    );
    let addresses = tablet["addresses"].as_array().unwrap();
    assert!(addresses.contains(&json!("10.77.1.2")) && addresses.contains(&json!("fd77:1::2")), "{tablet}");
    assert!(tablet["fixed"].as_array().unwrap().contains(&json!("group")), "{tablet}");
    assert_eq!(device(&ponor, LAPTOP)["macs"][0]["private"], true);
    let row = &ponor.get("/api/v1/queries?device=fd77:1::2&limit=1")["rows"][0];
    assert_eq!((&row["device_id"], &row["device_name"]), (&json!(TABLET), &json!("tizen-tablet")));
    // A group by hand is in force for every address at once, and after a restart.
    let path = format!("/api/v1/devices/{LAPTOP}");
    let said = json!({ "group": "guests", "name": "Laptop" });
    assert_eq!(ponor.http(Method::PATCH, &path, Some(said)).0, 204);
    assert_eq!(ask_as("laptop", "10.77.2.1:5300", "games.example", 5), (5, 5));
    assert_eq!(ponor.http(Method::PATCH, &path, Some(json!({ "group": "nobody" }))).0, 422);
    assert_eq!(ponor.http(Method::PATCH, &format!("/api/v1/devices/{TABLET}"), Some(json!({ "group": null }))).0, 409);
    drop(ponor);
    let ponor = house.start();
    wait_until(
        || ask_as("laptop", "[fd77:2::1]:5300", "games.example", 5) == (5, 5),
        || "after the restart".to_owned(),
    );
    assert_eq!(device(&ponor, LAPTOP)["name"], "Laptop");
    // A lease that is written anew brings another name.
    house.write("leases", &format!("0 {TABLET} 10.77.1.2 kitchen-tablet *\n0 da:00:00:00:00:09 10.77.1.9 new *\n"));
    wait_until(|| device(&ponor, TABLET)["name"] == "kitchen-tablet", || device(&ponor, TABLET).to_string());
}

#[test]
#[ignore = "needs a namespace, and is run in one by another test"]
fn a_hundred_come_and_go() {
    if env::var(INSIDE).is_err() {
        return;
    }
    plug_in_two_devices();
    let house = house();
    let ponor = house.start();
    assert_eq!(ask_as("laptop", "10.77.2.1:5300", "www.example", 1), (1, 0));
    let batch = |command: &str| {
        let line =
            |number: u8| format!("neigh {command} 10.77.1.{number} lladdr da:00:00:01:00:{number:02x} dev lan1\n");
        (100..200).map(line).collect::<String>()
    };
    house.write("come", &batch("replace"));
    house.write("go", &batch("del"));
    let asking = std::thread::spawn(|| ask_as("laptop", "10.77.2.1:5300", "www.example", 5000));
    let mut rounds = 0;
    while !asking.is_finished() || rounds < 3 {
        run(&format!("ip -batch {}", house.path("come").display()));
        run(&format!("ip -batch {}", house.path("go").display()));
        rounds += 1;
    }
    assert_eq!(asking.join().unwrap(), (5000, 0), "none is lost in {rounds} rounds");
    let known = || ponor.get("/api/v1/devices")["devices"].as_array().unwrap().len();
    wait_until(|| known() >= 101, || format!("{} devices", known()));
}

/// A ponor without neighbours: what people say is remembered, on the command line too.
#[test]
fn what_people_say_is_remembered() {
    let upstream = honest();
    let house = House::new(
        upstream.address,
        "[[devices.named]]\nname = \"Printer\"\nkind = \"printer\"\naddresses = \"127.0.0.9\"\n",
    );
    let ponor = house.start();
    ask(ponor.dns, "time.samsungcloudsolution.com", RecordType::A);
    wait_until(|| device(&ponor, "127.0.0.1")["kind"] == "tv", || device(&ponor, "127.0.0.1").to_string());
    house.tell(&["devices", "name", "127.0.0.1", "Telly"]);
    assert_eq!(device(&ponor, "127.0.0.1")["name"], "Telly");
    ask(ponor.dns, "www.example", RecordType::A);
    let row = || ponor.get("/api/v1/queries?limit=1")["rows"][0]["device_name"].clone();
    wait_until(|| row() == "Telly", || row().to_string());
    let refused = house.run(&["devices", "name", "127.0.0.9", "Other"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("is set in config.toml"), "{refused:?}");
    let listed = house.tell(&["devices"]);
    assert!(listed.contains("Telly") && listed.contains("Printer"), "{listed}");
    crate::wire::ask_from([127, 0, 0, 7].into(), ponor.dns, "www.example", RecordType::A);
    wait_until(|| device(&ponor, "127.0.0.7")["queries"] == 1, || device(&ponor, "127.0.0.7").to_string());
    house.tell(&["devices", "merge", "127.0.0.1", "127.0.0.7"]);
    drop(ponor);
    house.tell(&["devices", "name", "127.0.0.1", "Television"]);
    let ponor = house.start();
    assert_eq!(device(&ponor, "127.0.0.7")["name"], "Television");
    let file = fs::read_to_string(house.path("data/devices.json")).unwrap();
    assert!(file.contains("\"version\": 1"), "{file}");
    house.tell(&["devices", "split", "127.0.0.1", "127.0.0.7"]);
    assert_eq!(ponor.http(Method::GET, "/api/v1/devices/127.0.0.7", None).0, 404);
    // A file that is not ours is left as it is.
    drop(ponor);
    house.write("data/devices.json", "{\"version\": 9}");
    let ponor = house.start();
    let (status, problem) = ponor.http(Method::PATCH, "/api/v1/devices/127.0.0.9", Some(json!({ "group": null })));
    assert_eq!(status, 502, "{problem}");
    assert_eq!(fs::read_to_string(house.path("data/devices.json")).unwrap(), "{\"version\": 9}");
}
