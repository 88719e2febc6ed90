//! Reading the configuration again: everything that can fail comes first and changes nothing; then what has changed is
//! replaced, and only that.

use super::{
    keeper::Keeper,
    named::{Named, Strictness},
    parts,
    sources::LoadError,
};
use crate::{changes::Fixed, config::Config, resolver::Backing, server::ListenError};

/// Why the configuration stays as it was.
#[derive(Debug, thiserror::Error)]
pub(super) enum ReloadError {
    /// It cannot be read or is wrong.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// Something in it can only change with a restart.
    #[error("`{0}` cannot change while ponor runs; restart it")]
    Restart(&'static str),
    /// An address of DNS cannot be had.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// The dashboard or DNS over HTTPS cannot be served as it says.
    #[error(transparent)]
    Http(#[from] super::faces::HttpError),
}

/// Reads and applies the configuration; returns the sections that have changed.
pub(super) async fn run(keeper: &mut Keeper) -> Result<Vec<&'static str>, ReloadError> {
    let loaded = keeper.sources.load_with(&keeper.parts.changes.ledger().settings())?;
    refuse_restarts(&keeper.config, &loaded.config)?;
    let Named { local, geo } = Named::read(&loaded, Strictness::Everything)?;
    let config = loaded.config.clone();
    let prepared = keeper.faces.prepare(&keeper.config, &config).await?;
    // From here on nothing is refused any more. A list that cannot be had as it says shows in its status and in the log, as at
    // a start.
    keeper.parts.lists.reconfigure(config.lists.clone()).await.ok();
    keeper.faces.commit(prepared).await;
    let changed = changed(&keeper.config, &config, keeper.local != local);
    keeper.parts.geo.store(geo);
    keeper.local = local;
    keeper.parts.changes.reconfigure(Fixed::new(loaded));
    keeper.settled = keeper.parts.changes.settled();
    tell_devices(keeper, &config);
    take_over(keeper, config);
    Ok(changed)
}

/// Puts what the settings come to now in force. After a fault nothing has changed.
pub(super) async fn settle(keeper: &mut Keeper) -> Result<(), ReloadError> {
    let settled = keeper.parts.changes.settled();
    let mut config = settled.config.clone();
    keeper.sources.add_made_up(&mut config);
    if config.dns != keeper.config.dns {
        let prepared = keeper.faces.prepare(&keeper.config, &config).await?;
        keeper.faces.commit(prepared).await;
    }
    if config.devices != keeper.config.devices {
        tell_devices(keeper, &config);
    }
    keeper.settled = settled;
    take_over(keeper, config);
    Ok(())
}

/// Replaces what has changed and cannot fail.
fn take_over(keeper: &mut Keeper, config: Config) {
    replace_backing(keeper, &config);
    if config.log.level != keeper.config.log.level {
        keeper.logging.set_level(config.log.level);
    }
    keeper.config = config;
    keeper.publish();
}

/// Has what the configuration says of devices looked at.
fn tell_devices(keeper: &Keeper, config: &Config) {
    let with_made = parts::with_made(&keeper.local, &keeper.parts.changes.standing());
    keeper.parts.devices.reconfigure(&config.devices, &config.groups, with_made);
}

fn refuse_restarts(old: &Config, new: &Config) -> Result<(), ReloadError> {
    let fixed = [
        ("data_dir", old.data_dir != new.data_dir),
        ("dns.threads", old.dns.threads != new.dns.threads),
        ("journal", old.journal != new.journal),
        ("stats.keep", old.stats != new.stats),
        ("log.format", old.log.format != new.log.format),
    ];
    match fixed.into_iter().find(|(_, changed)| *changed) {
        Some((key, _)) => Err(ReloadError::Restart(key)),
        None => Ok(()),
    }
}

/// Replaces the upstreams and the cache where their sections have changed. A new upstream brings an empty cache: what the
/// former one said need not hold any more.
fn replace_backing(keeper: &Keeper, config: &Config) {
    let parts = &keeper.parts;
    let asks_others = config.upstream != keeper.config.upstream;
    if !asks_others && config.cache == keeper.config.cache {
        return;
    }
    if asks_others {
        parts.upward.replace(&config.upstream, parts.clock);
    }
    parts.resolver.replace(Backing { cache: parts::cache(&config.cache), upstreams: parts.upward.exchange() });
}

fn changed(old: &Config, new: &Config, local: bool) -> Vec<&'static str> {
    let sections = [
        ("dns", old.dns != new.dns),
        ("tls", old.tls != new.tls),
        ("upstream", old.upstream != new.upstream),
        ("cache", old.cache != new.cache),
        ("blocking", old.blocking != new.blocking),
        ("local", local || old.local != new.local),
        ("lists", old.lists != new.lists),
        ("groups", old.groups != new.groups),
        ("geo", old.geo != new.geo),
        ("devices", old.devices != new.devices),
        ("http", old.http != new.http),
        ("log", old.log != new.log),
    ];
    sections.into_iter().filter(|(_, changed)| *changed).map(|(section, _)| section).collect()
}
