//! What every request must pass, and what every answer carries.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
};

use axum::Router;

use super::Deps;

/// Where connections come from.
#[derive(Clone, Debug)]
pub enum Door {
    /// Other programs, perhaps on other machines.
    Tcp,
    /// The socket in the data directory, which only its owner can open.
    Socket,
}

/// Who sent a request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer {
    /// From where.
    pub(super) address: IpAddr,
    /// Whether a token is asked for at this door.
    pub(super) needs_token: bool,
}

pub(super) fn protect(routes: Router<Arc<Deps>>, _deps: &Arc<Deps>, door: Door) -> Router<Arc<Deps>> {
    let peer = Peer { address: IpAddr::V4(Ipv4Addr::LOCALHOST), needs_token: matches!(door, Door::Tcp) };
    routes.layer(axum::Extension(peer))
}
