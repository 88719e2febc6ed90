//! Who is asked: the upstreams of the configuration, replaced as one when it changes, or the script of the demonstration.

use std::{future::Future, pin::Pin, sync::Arc};

use arc_swap::ArcSwap;

use crate::{
    config,
    lists::{Resolve, Resolved},
    time::Clock,
    upstream::{Exchange, ServerHealth, Upstreams, Validation},
};

/// Who is asked. A clone asks the same.
#[derive(Clone)]
pub(super) enum Upward {
    /// The servers of the configuration.
    Servers(Arc<ArcSwap<Upstreams>>),
    /// The script of the demonstration.
    Script(Arc<dyn Exchange>),
}

impl Upward {
    /// The servers that `config` names.
    pub(super) fn servers(config: &config::Upstream, clock: Clock) -> Self {
        Self::Servers(Arc::new(ArcSwap::from_pointee(Upstreams::new(config, clock))))
    }

    /// The door to them.
    pub(super) fn exchange(&self) -> Arc<dyn Exchange> {
        match self {
            Self::Servers(upstreams) => upstreams.load_full(),
            Self::Script(script) => Arc::clone(script),
        }
    }

    /// Asks the servers of `config` from now on. The former ones end with the last who has a door to them, which is whoever
    /// still waits for an answer.
    pub(super) fn replace(&self, config: &config::Upstream, clock: Clock) {
        if let Self::Servers(upstreams) = self {
            upstreams.store(Arc::new(Upstreams::new(config, clock)));
        }
    }

    /// How they do.
    pub(super) fn health(&self) -> Vec<ServerHealth> {
        match self {
            Self::Servers(upstreams) => upstreams.load().health(),
            Self::Script(_) => Vec::new(),
        }
    }

    /// What judging answers has come to, where that is wanted.
    pub(super) fn validation(&self) -> Option<Validation> {
        match self {
            Self::Servers(upstreams) => upstreams.load().validation(),
            Self::Script(_) => None,
        }
    }

    /// Gives up what is still being asked.
    pub(super) async fn close(&self) {
        if let Self::Servers(upstreams) = self {
            upstreams.load_full().close().await;
        }
    }
}

impl Resolve for Upward {
    fn resolve<'a>(&'a self, host: &'a str) -> Pin<Box<dyn Future<Output = Resolved> + Send + 'a>> {
        Box::pin(async move {
            match self {
                Self::Servers(upstreams) => {
                    let bootstrap = Arc::clone(upstreams.load().bootstrap());
                    bootstrap.resolve(host).await.map_err(Into::into)
                }
                Self::Script(_) => Err("the demonstration has no network".into()),
            }
        })
    }
}
