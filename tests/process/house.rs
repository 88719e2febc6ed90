//! A house for a ponor: a folder with its configuration, the process, and what it says.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
    sync::{
        Arc, LazyLock, Mutex,
        atomic::{AtomicU16, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use reqwest::{Client, Method, Response};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::support::{
    daemon::Daemon,
    port::free_port,
    upstream::{Asked, ScriptedUpstream, Step},
};

/// The longest that a test waits for something to happen on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// The zone that nsd serves.
const ZONE: &str = r"$ORIGIN example.org.
$TTL 300
@ SOA ns hostmaster 1 3600 600 86400 60
@ NS ns
ns A 192.0.2.1
www A 192.0.2.80
www AAAA 2001:db8::80
alias CNAME www
tracked CNAME tracker
tracker A 192.0.2.66
inside A 192.168.1.1
";

/// Where the servers and clients of tests run; the tests themselves are not asynchronous.
pub(crate) static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    rustls::crypto::ring::default_provider().install_default().ok();
    Runtime::new().unwrap()
});

/// A folder with a configuration.
pub(crate) struct House {
    pub(crate) folder: Arc<TempDir>,
}

/// A running ponor; it is killed when this is dropped.
pub(crate) struct Ponor {
    child: Child,
    /// Where DNS is answered.
    pub(crate) dns: SocketAddr,
    /// All such places.
    pub(crate) all_dns: Vec<SocketAddr>,
    /// Where the dashboard is.
    pub(crate) page: SocketAddr,
    /// What it said on standard output until it was up.
    pub(crate) announcement: String,
    log: Arc<Mutex<String>>,
    /// What it runs in stays as long as it runs, whatever becomes of the [`House`].
    folder: Option<Arc<TempDir>>,
}

/// How a ponor ended.
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) log: String,
}

impl House {
    /// One whose configuration is `upstream` as the only server, ports of the system's choice, and `rest`.
    pub(crate) fn new(upstream: SocketAddr, rest: &str) -> Self {
        Self::with_config(&config(upstream, rest))
    }

    /// One with this configuration.
    pub(crate) fn with_config(text: &str) -> Self {
        let house = Self { folder: Arc::new(tempfile::tempdir().unwrap()) };
        house.write("config.toml", text);
        house
    }

    /// A file of the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file of the folder.
    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    /// A command of the program, in this folder, without the environment of the tests.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ponor"));
        command.args(arguments).current_dir(self.folder.path()).env_clear().stdin(Stdio::null());
        command
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs a command that must do well; what it wrote to standard output.
    pub(crate) fn tell(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", error_text(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    /// The same, read as JSON.
    pub(crate) fn tell_json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.tell(arguments)).unwrap()
    }

    /// What `ponor lists` says of a list.
    pub(crate) fn list(&self, id: &str) -> Value {
        let lists = self.tell_json(&["lists", "--json"]);
        lists["lists"].as_array().unwrap().iter().find(|list| list["id"] == id).cloned().unwrap_or_default()
    }

    /// Starts ponor and waits until it is up.
    pub(crate) fn start(&self) -> Ponor {
        let mut ponor = Ponor::start(self.command(&[]));
        ponor.folder = Some(Arc::clone(&self.folder));
        ponor
    }
}

impl Ponor {
    /// Starts ponor by this command and waits until it has said where it listens.
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let (lines, kept) = (BufReader::new(child.stderr.take().unwrap()), Arc::clone(&log));
        thread::spawn(move || {
            for line in lines.lines().map_while(Result::ok) {
                kept.lock().unwrap().push_str(&(line + "\n"));
            }
        });
        let mut ponor = Self {
            dns: SocketAddr::from(([0, 0, 0, 0], 0)),
            all_dns: Vec::new(),
            page: SocketAddr::from(([0, 0, 0, 0], 0)),
            announcement: String::new(),
            log,
            folder: None,
            child,
        };
        ponor.read_announcement();
        ponor
    }

    fn read_announcement(&mut self) {
        let mut lines = BufReader::new(self.child.stdout.take().unwrap());
        loop {
            let before = self.announcement.len();
            if lines.read_line(&mut self.announcement).unwrap() == 0 {
                let code = self.child.wait().unwrap().code();
                panic!("ponor did not start ({code:?}):\n{}{}", self.announcement, self.log());
            }
            let line = self.announcement[before..].trim();
            let (label, value) = line.split_once(' ').unwrap_or((line, ""));
            let value = value.trim();
            match label {
                "DNS" => self.all_dns = value.split(", ").map(|address| address.parse().unwrap()).collect(),
                "dashboard" => {
                    self.page = value.trim_start_matches("http://").trim_end_matches('/').parse().unwrap();
                }
                "rules" => break,
                _ => {}
            }
        }
        self.dns = self.all_dns[0];
        // Nothing more is said there; it is read all the same, so that it never fills.
        thread::spawn(move || lines.read_to_string(&mut String::new()));
    }

    /// What it wrote to standard error so far.
    pub(crate) fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Its process id.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(i32::try_from(self.child.id()).unwrap()), signal).unwrap();
    }

    /// Has it read its configuration again, and waits until it says what came of it.
    pub(crate) fn reload(&self) -> String {
        let before = self.log().len();
        self.signal(Signal::SIGHUP);
        let said = || self.log()[before..].to_owned();
        let done = |text: &str| text.contains("was read again") || text.contains("stays as it was");
        wait_until(|| done(&said()), || format!("no reload in:\n{}", self.log()));
        // A refusal may have several lines.
        thread::sleep(Duration::from_millis(50));
        said()
    }

    /// Ends it by this signal and waits.
    pub(crate) fn end(mut self, signal: Signal) -> Ended {
        self.signal(signal);
        let mut code = None;
        wait_until(
            || {
                code = self.child.try_wait().unwrap();
                code.is_some()
            },
            || "ponor does not end".to_owned(),
        );
        // The reader of the log may be a step behind.
        thread::sleep(Duration::from_millis(50));
        Ended { code: code.and_then(|code| code.code()), log: self.log() }
    }

    /// The most memory that it has had at one time, in bytes.
    pub(crate) fn peak_memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
    }

    /// Asks the API; the status and the answer.
    pub(crate) fn http(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        http(method, &format!("http://{}{path}", self.page), body)
    }

    /// Sends a request whose answer nobody waits for.
    pub(crate) fn http_without_answer(&self, method: Method, path: &str) {
        let request = Client::new().request(method, format!("http://{}{path}", self.page)).send();
        RUNTIME.spawn(request);
    }

    /// Reads a part of the API.
    pub(crate) fn get(&self, path: &str) -> Value {
        let (status, answer) = self.http(Method::GET, path, None);
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }
}

impl Drop for Ponor {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// A configuration with `upstream` as the only server, ports of the system's choice, and `rest` behind it.
pub(crate) fn config(upstream: SocketAddr, rest: &str) -> String {
    format!(
        "dns.listen = \"127.0.0.1:0\"\nhttp.listen = \"127.0.0.1:0\"\n\
         upstream.servers = \"{upstream}\"\nupstream.bootstrap = \"{upstream}\"\n{rest}"
    )
}

/// An address of loopback that no other test has.
pub(crate) fn own_address() -> IpAddr {
    static NEXT: AtomicU16 = AtomicU16::new(1);
    let [high, low] = NEXT.fetch_add(1, Ordering::SeqCst).to_be_bytes();
    let process = u8::try_from(std::process::id() % 100).unwrap() + 100;
    Ipv4Addr::new(127, process, high, low.max(1)).into()
}

/// nsd with the zone example.org and these further records.
pub(crate) fn nsd(records: &str) -> (Daemon, SocketAddr, TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let address = SocketAddr::new(own_address(), free_port());
    let (ip, port) = (address.ip(), address.port());
    let long: Vec<_> = (0..40).map(|number| format!("long TXT \"{number:0>200}\"\n")).collect();
    fs::write(directory.path().join("zone"), format!("{ZONE}{}{records}\n", long.concat())).unwrap();
    let settings = format!(
        "server:\n ip-address: {ip}@{port}\n username: \"\"\n zonesdir: \"{0}\"\n zonelistfile: \"{0}/zone.list\"\n \
         xfrdfile: \"\"\n xfrdir: \"{0}\"\n database: \"\"\n pidfile: \"\"\n verbosity: 1\n server-count: 1\n rrl-ratelimit: 0\n\
         remote-control:\n control-enable: no\nzone:\n name: example.org\n zonefile: zone\n",
        directory.path().display()
    );
    let path = directory.path().join("nsd.conf");
    fs::write(&path, settings).unwrap();
    let daemon = Daemon::start("nsd", &["-d", "-c", path.to_str().unwrap()], directory.path(), "nsd started");
    (daemon, address, directory)
}

/// An upstream that does what the script says.
pub(crate) fn upstream(script: impl Fn(&Asked) -> Vec<Step> + Send + Sync + 'static) -> ScriptedUpstream {
    RUNTIME.block_on(ScriptedUpstream::start(script))
}

/// An upstream that always tells the truth.
pub(crate) fn honest() -> ScriptedUpstream {
    RUNTIME.block_on(ScriptedUpstream::honest())
}

/// An upstream that refuses: nobody has the address.
pub(crate) fn nobody() -> SocketAddr {
    SocketAddr::new(own_address(), 53)
}

/// Waits until `done`, or fails with what `said` gives.
pub(crate) fn wait_until(mut done: impl FnMut() -> bool, said: impl FnOnce() -> String) {
    let end = Instant::now() + PATIENCE;
    while !done() {
        assert!(Instant::now() < end, "{}", said());
        thread::sleep(Duration::from_millis(10));
    }
}

/// What a command wrote to standard error.
pub(crate) fn error_text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Sends a request; the status, and the answer if it is JSON.
pub(crate) fn http(method: Method, url: &str, body: Option<Value>) -> (u16, Value) {
    let response = send(method, url, body, &[]);
    let status = response.status().as_u16();
    (status, RUNTIME.block_on(response.json()).unwrap_or_default())
}

/// Sends a request with these headers.
pub(crate) fn send(method: Method, url: &str, body: Option<Value>, headers: &[(&str, &str)]) -> Response {
    RUNTIME.block_on(async {
        let mut request = Client::new().request(method, url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        request.send().await.unwrap()
    })
}
