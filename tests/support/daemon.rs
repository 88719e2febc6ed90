//! Name servers from Debian, run in the foreground for a test and ended with it.

use std::{
    env,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

/// How long a server may take to start on a busy machine.
const START: Duration = Duration::from_secs(30);

/// A running server; it ends when this is dropped.
pub struct Daemon {
    child: Child,
}

impl Daemon {
    /// Starts `program` and waits until it writes a line with `ready` to its standard error.
    ///
    /// # Panics
    /// When it is not installed, saying how to install it, or does not become ready.
    pub fn start(program: &str, arguments: &[&str], directory: &Path, ready: &'static str) -> Self {
        let mut command = Command::new(find(program));
        command.args(arguments).current_dir(directory).stdin(Stdio::null()).stdout(Stdio::null());
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        let (sender, lines) = mpsc::channel();
        // Reads on to the end, so that the server never waits for somebody to read what it says.
        thread::spawn(move || {
            for line in log.lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        let daemon = Self { child };
        let mut said = Vec::new();
        while let Ok(line) = lines.recv_timeout(START) {
            if line.contains(ready) {
                return daemon;
            }
            said.push(line);
        }
        panic!("`{program}` did not start:\n{}", said.join("\n"));
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // By signal, so that it ends its own children too.
        let _ = kill(Pid::from_raw(i32::try_from(self.child.id()).unwrap()), Signal::SIGTERM);
        let _ = self.child.wait();
    }
}

/// Where a Debian program is; administrators' programs are not on everybody's path.
fn find(program: &str) -> PathBuf {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut places = env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/local/sbin".into()]);
    places
        .find_map(|place| Some(place.join(program)).filter(|found| found.is_file()))
        .unwrap_or_else(|| panic!("`{program}` is not installed; install it with `apt-get install {program}`"))
}
