//! The commands. The one place that writes to standard output, and where every error becomes an exit code.

mod args;
mod catalog;
mod changes;
mod check;
mod client;
mod devices;
mod figures;
mod fix;
mod groups;
mod lists;
mod manual;
mod names;
mod password;
mod query;
mod records;
mod rules;
mod settings;
mod table;
mod tail;

use std::{
    io::{self, Write},
    pin::{Pin, pin},
    process::ExitCode,
};

use args::{Arguments, Command, Common, LogFormat, Subject};
use clap::{CommandFactory, Parser};
use tokio::runtime;

use crate::{
    app::{self, Announcement, Kind, LoadError, Sources},
    config::Overrides,
    rules::Action,
};

/// The exit code for a configuration that is wrong (`EX_CONFIG` of sysexits.h).
const CONFIGURATION: u8 = 78;
/// Where the demonstration listens unless it is told otherwise.
const DEMO_DNS: &str = "127.0.0.1:5300";
const DEMO_PAGE: &str = "127.0.0.1:8053";

/// Reads the command line and does what it says.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // Everything that speaks TLS uses this provider; a second installation, as in tests, changes nothing.
    rustls::crypto::ring::default_provider().install_default().ok();
    match dispatch(arguments) {
        Ok(code) => code,
        Err(error) => {
            say_error(&error);
            if error.downcast_ref::<LoadError>().is_some() { ExitCode::from(CONFIGURATION) } else { ExitCode::FAILURE }
        }
    }
}

fn dispatch(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let sources = sources(arguments.common);
    match arguments.command.unwrap_or(Command::Run) {
        Command::Run => app::run(sources, Kind::Real, announce)?,
        Command::Demo => demo(sources)?,
        Command::Check { print_effective, json } => return check::run(&sources, print_effective, json),
        Command::Lists { action, json } => wait(lists::run(&sources, action, json))?,
        Command::Devices { action, json } => wait(devices::run(&sources, action, json))?,
        Command::Allow { what, json } => wait(changes::except(&sources, Action::Allow, what, json))?,
        Command::Block { what, json } => wait(changes::except(&sources, Action::Block, what, json))?,
        Command::Pause { lasts, whom, json } => wait(changes::pause(&sources, lasts, whom, json))?,
        Command::Resume { whom, json } => wait(changes::resume(&sources, whom, json))?,
        Command::Rules { action, json } => wait(rules::run(&sources, action, json))?,
        Command::Records { action, json } => wait(records::run(&sources, action, json))?,
        Command::Settings { action, json } => wait(settings::run(&sources, action, json))?,
        Command::Groups { action, json } => wait(groups::run(&sources, action, json))?,
        Command::Password { remove } => wait(password::run(&sources, remove))?,
        Command::Changes { json } => wait(changes::show(&sources, json))?,
        Command::Undo { change, json } => wait(changes::undo(&sources, change, json))?,
        Command::Stats { filter, range, compare, json } => {
            wait(figures::stats(&sources, figures::WantedFigures { range, filter, compare }, json))?;
        }
        Command::Report { device, range, json } => wait(figures::report(&sources, &device, range, json))?,
        Command::Fix { device, json } => wait(fix::suspects(&sources, &device, json))?,
        Command::Tail { filter, json } => wait(tail::run(&sources, &filter, json))?,
        Command::Query { name, rtype, explain, device, json } => {
            let question = matches!(name, Subject::Address(_));
            let (name, rtype) = name.question(rtype);
            let asked = query::Asked { name, rtype, device };
            wait(query::run(&sources, &asked, query::Shown { explain, question, json }))?;
        }
        Command::Catalog { name: Some(name), json, .. } => catalog::show(&name, json)?,
        Command::Catalog { name: None, lists, json } => catalog::show_all(lists, json)?,
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "ponor", &mut script);
            say(&String::from_utf8_lossy(&script));
        }
        Command::Man => say(&manual::page()?),
        Command::Version { json } => version(json),
    }
    Ok(ExitCode::SUCCESS)
}

fn sources(common: Common) -> Sources {
    let format = common.log_format.map(|format| match format {
        LogFormat::Text => "text".to_owned(),
        LogFormat::Json => "json".to_owned(),
    });
    let flags = Overrides {
        data_dir: common.data_dir.map(|folder| folder.to_string_lossy().into_owned()),
        listen: common.listen,
        http_listen: common.http_listen,
        log_format: format,
    };
    Sources { file: common.config, flags, usual_files: true, made_up: Vec::new() }
}

/// The demonstration uses no file of the house and leaves nothing behind.
fn demo(mut sources: Sources) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    sources.usual_files = false;
    if sources.flags.listen.is_empty() {
        sources.flags.listen.push(DEMO_DNS.to_owned());
    }
    sources.flags.http_listen.get_or_insert_with(|| DEMO_PAGE.to_owned());
    sources.flags.data_dir.get_or_insert_with(|| folder.path().to_string_lossy().into_owned());
    app::run(sources, Kind::Demo, |announcement| {
        say("A demonstration: the devices, their queries and the Internet are made up; the server is real.");
        announce(announcement);
    })
}

fn announce(announcement: &Announcement) {
    let addresses: Vec<_> = announcement.dns.iter().map(ToString::to_string).collect();
    say(&format!("DNS        {}", addresses.join(", ")));
    if let Some(page) = announcement.page {
        say(&format!("dashboard  http://{page}/"));
    }
    if let Some(token) = &announcement.token {
        say(&format!("token      in {}", token.display()));
    }
    say(&format!("rules      {}", announcement.rules));
}

fn version(json: bool) {
    let version = env!("CARGO_PKG_VERSION");
    if json {
        say(&serde_json::json!({ "version": version }).to_string());
    } else {
        say(&format!("ponor {version}"));
    }
}

/// Does something that waits, on this thread.
fn wait(future: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    drive(pin!(future))
}

/// [`wait`] for whatever a command waits for: what drives it is large, and is there once so.
fn drive(future: Pin<&mut dyn Future<Output = anyhow::Result<()>>>) -> anyhow::Result<()> {
    runtime::Builder::new_current_thread().enable_all().build()?.block_on(future)
}

/// Writes a line. A reader that has seen enough and closed the pipe is no error.
fn say(text: &str) {
    try_say(text).ok();
}

/// Writes a line.
///
/// # Errors
/// When nobody reads it.
fn try_say(text: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{text}")
}

#[expect(clippy::print_stderr, reason = "the command line is where ponor speaks")]
fn say_error(error: &anyhow::Error) {
    eprintln!("{error:#}");
}
