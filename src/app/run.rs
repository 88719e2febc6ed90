//! A ponor that answers: from the first file that is read to the last query that is finished.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use anyhow::Context;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use tokio::{
    runtime,
    signal::unix::{SignalKind, signal},
};
use tokio_util::sync::CancellationToken;

use super::{
    clock,
    data_dir::DataDir,
    demo,
    faces::{self, Faces},
    keeper::Keeper,
    logging::Logging,
    manager, memory,
    named::{Named, Strictness},
    parts::Parts,
    sources::Sources,
    tasks::Tasks,
    upward::Upward,
};
use crate::{config::Loaded, control::Control, devices::Surroundings, upstream::is_before_release};

/// Orders that may wait.
const ORDERS: usize = 32;
/// How long the workers have to finish at the end.
const FAREWELL: Duration = Duration::from_secs(2);

/// What kind of ponor runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A real one.
    Real,
    /// The demonstration: a household and an Internet of its own.
    Demo,
}

/// What a ponor that is up has to say.
#[derive(Clone, Debug)]
pub struct Announcement {
    /// Where DNS is answered.
    pub dns: Vec<SocketAddr>,
    /// An address that the dashboard is called by.
    pub page: Option<SocketAddr>,
    /// The file with the token that the dashboard asks for; `None`: it asks for none.
    pub token: Option<PathBuf>,
    /// Rules in force.
    pub rules: u64,
}

/// Runs until SIGTERM or SIGINT. `announce` is told once, when everything is up.
///
/// # Errors
/// When ponor cannot start: [`LoadError`](super::LoadError) for the configuration,
/// [`DataDirError`](super::DataDirError) for the state folder, and whatever keeps an address from being listened on.
pub fn run(mut sources: Sources, kind: Kind, announce: impl FnOnce(&Announcement)) -> anyhow::Result<()> {
    if kind == Kind::Demo {
        sources.made_up = demo::records();
    }
    let loaded = sources.load()?;
    let logging = Logging::start(&loaded.config.log);
    let named = Named::read(&loaded, Strictness::Needed)?;
    let data_dir = DataDir::take(&loaded.config.data_dir)?;
    raise_file_limit();
    memory::give_back();
    let runtime = runtime::Builder::new_multi_thread().enable_all().build().context("cannot start the runtime")?;
    runtime.block_on(async {
        // Signals are heard from the first moment: before that a SIGHUP would end ponor, as it does any program.
        let (stop, hangups) = (stop_signal()?, signal(SignalKind::hangup())?);
        let (keeper, orders) = start(sources, loaded, named, kind, &data_dir, logging).await?;
        announce(&announcement(&keeper, &data_dir).await);
        manager::tell_ready();
        let keeper = keeper.run(orders, hangups, stop).await;
        tracing::info!("finishing what is in flight");
        finish(keeper).await;
        anyhow::Ok(())
    })?;
    tracing::info!("stopped");
    Ok(())
}

/// Takes as many descriptors as the system grants: connections and questions to upstreams each take one, and the usual soft
/// limit is made for programs that use `select`.
fn raise_file_limit() {
    let raised =
        getrlimit(Resource::RLIMIT_NOFILE).and_then(|(_, hard)| setrlimit(Resource::RLIMIT_NOFILE, hard, hard));
    if let Err(error) = raised {
        tracing::debug!(%error, "the limit of open files stays as it is");
    }
}

type Orders = tokio::sync::mpsc::Receiver<crate::control::Order>;

async fn start(
    sources: Sources,
    loaded: Loaded,
    named: Named,
    kind: Kind,
    data_dir: &DataDir,
    logging: Logging,
) -> anyhow::Result<(Keeper, Orders)> {
    let clock = clock::system();
    if is_before_release(clock.now().unix) {
        tracing::warn!(
            "the clock of this machine is wrong; until it is set, certificates are judged at the day of this release"
        );
    }
    let (config, local) = (&loaded.config, Arc::clone(&named.local));
    let (upward, around) = match kind {
        Kind::Real => (Upward::servers(&config.upstream, clock), Surroundings::Real),
        Kind::Demo => (Upward::Script(demo::internet()), Surroundings::MadeUp),
    };
    let mut tasks = Tasks::new();
    let parts = Arc::new(Parts::build(&loaded, named, upward, around, data_dir.path(), clock, &mut tasks).await?);
    let (control, orders) = Control::channel(ORDERS);
    let demo = kind == Kind::Demo;
    let setup = faces::Setup { config, parts: Arc::clone(&parts), control, data_dir: data_dir.path(), demo };
    let faces = Faces::start(setup).await?;
    if demo {
        demo::start(&parts, faces.dns_addresses().await, &mut tasks).await;
    }
    let (settled, config) = (parts.changes.settled(), loaded.config);
    let keeper = Keeper { sources, config, settled, local, parts, faces, logging, tasks };
    keeper.publish();
    Ok((keeper, orders))
}

/// A token that SIGTERM or SIGINT cancels.
fn stop_signal() -> anyhow::Result<CancellationToken> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let stop = CancellationToken::new();
    let told = stop.clone();
    #[expect(clippy::disallowed_methods, reason = "it lives as long as the runtime, which ends it")]
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        told.cancel();
    });
    Ok(stop)
}

async fn announcement(keeper: &Keeper, data_dir: &DataDir) -> Announcement {
    let page = keeper.faces.page_address();
    let guarded = page.is_some_and(|address| !address.ip().is_loopback());
    let dns = keeper.faces.dns_addresses().await;
    Announcement {
        page: page.map(|page| called_by(page, &dns)),
        dns,
        token: guarded.then(|| data_dir.path().join("token")),
        rules: keeper.parts.lists.status().iter().map(|list| list.rules).sum(),
    }
}

/// An address that leads to a `page` that may be on all of this host, where DNS is answered on these: the unspecified one is
/// no address to call anybody by, and the page answers to none that it was not reached at.
fn called_by(page: SocketAddr, dns: &[SocketAddr]) -> SocketAddr {
    if !page.ip().is_unspecified() {
        return page;
    }
    let leads_to_it = |ip: &IpAddr| match ip {
        IpAddr::V4(ip) => !ip.is_unspecified() && !ip.is_loopback() && !ip.is_link_local(),
        IpAddr::V6(ip) => page.is_ipv6() && !ip.is_unspecified() && !ip.is_loopback() && !ip.is_unicast_link_local(),
    };
    let own = dns.iter().map(SocketAddr::ip).filter(leads_to_it);
    SocketAddr::new(own.min().unwrap_or(Ipv4Addr::LOCALHOST.into()), page.port())
}

/// Ends in the order in which queries travel: the faces first, then what they asked, then what was recorded.
async fn finish(keeper: Keeper) {
    let Keeper { parts, faces, tasks, .. } = keeper;
    faces.stop().await;
    parts.upward.close().await;
    if tokio::time::timeout(FAREWELL, parts.resolver.finish()).await.is_err() {
        tracing::warn!("refreshes under way were given up");
    }
    tasks.finish(FAREWELL).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_told_by_an_address_that_leads_to_it() {
        let check = |page: &str, dns: &[&str], expected: &str| {
            let dns: Vec<SocketAddr> = dns.iter().map(|address| address.parse().unwrap()).collect();
            assert_eq!(called_by(page.parse().unwrap(), &dns).to_string(), expected, "{page} {dns:?}");
        };
        let auto = ["127.0.0.1:53", "[::1]:53", "169.254.7.7:53", "[fe80::1%2]:53", "[fd00::2]:53", "192.168.1.2:53"];
        check("127.0.0.1:8053", &auto, "127.0.0.1:8053");
        check("192.168.1.3:8053", &auto, "192.168.1.3:8053");
        check("0.0.0.0:8053", &auto, "192.168.1.2:8053");
        check("[::]:8053", &auto, "192.168.1.2:8053");
        check("0.0.0.0:8053", &["[fd00::2]:53"], "127.0.0.1:8053");
        check("[::]:8053", &["[fd00::2]:53"], "[fd00::2]:8053");
        check("0.0.0.0:8053", &["0.0.0.0:53"], "127.0.0.1:8053");
    }
}
