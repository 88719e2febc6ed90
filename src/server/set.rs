//! The set of sockets that are listened on, and how one set is replaced by another.

use std::{
    any::Any,
    collections::{BTreeMap, BTreeSet},
    io,
    net::{Ipv4Addr, SocketAddr},
    pin::Pin,
    sync::{Arc, Weak},
};

use tokio::{
    net::{TcpListener, UdpSocket},
    task::JoinSet,
};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use super::{
    Certificates, Front, Limits,
    bind::{self, BindError, BindErrors, Carrier, Manner},
    holder,
    quic::QuicService,
    stream::{Guests, Service},
    udp::{Door, Lanes},
};
use crate::stats::Transport;

/// A place where queries are heard, as it was asked for: the port may be 0, for one of the system's choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Endpoint {
    /// Over what.
    pub transport: Transport,
    /// Where.
    pub address: SocketAddr,
}

/// A socket that is bound and not yet served.
pub(super) enum Bound {
    Udp(Vec<Arc<Door>>),
    Quic { address: SocketAddr, stop: CancellationToken, serve: Pin<Box<dyn Future<Output = ()> + Send>> },
    Stream(TcpListener),
}

/// An endpoint that is being served.
struct Serving {
    address: SocketAddr,
    stop: CancellationToken,
    doors: Vec<Arc<Door>>,
    /// There as long as the task that serves it, where that is not a lane.
    task: Weak<()>,
}

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Wanted {
    /// Endpoints that must be had, all of them.
    pub(super) required: BTreeSet<Endpoint>,
    /// Addresses for plain DNS that may be had by others, or not be there yet.
    pub(super) wished: BTreeSet<SocketAddr>,
}

/// Sockets bound for a new set, which take nothing yet.
pub(super) struct Fresh {
    wanted: BTreeSet<Endpoint>,
    bound: Vec<(Endpoint, Bound)>,
    /// Why wished addresses are left out.
    pub(super) skipped: Vec<BindError>,
}

/// What is being listened on.
pub(super) struct ListenerSet {
    lanes: Lanes,
    tcp: Service,
    dot: Service,
    quic: QuicService,
    open: BTreeMap<Endpoint, Serving>,
    /// What is let go and stays until the replies in flight are sent; gone when there is nothing behind it any more.
    closing: Vec<(Carrier, SocketAddr, Weak<dyn Any + Send + Sync>)>,
    tasks: JoinSet<()>,
    stop: CancellationToken,
}

impl Endpoint {
    /// Plain DNS at `address`, UDP first.
    pub(super) fn pair(address: SocketAddr) -> [Self; 2] {
        [Transport::Udp, Transport::Tcp].map(|transport| Self { transport, address })
    }

    fn carrier(self) -> Carrier {
        match self.transport {
            Transport::Udp | Transport::Doq | Transport::Doh3 => Carrier::Udp,
            Transport::Tcp | Transport::Dot | Transport::Doh => Carrier::Tcp,
        }
    }
}

impl ListenerSet {
    pub(super) fn start(
        front: &Arc<Front>,
        certificates: &Arc<Certificates>,
        lanes: usize,
        limits: Limits,
    ) -> io::Result<Self> {
        let lanes = Lanes::start(front, lanes)?;
        let tcp = Service { front: Arc::clone(front), limits: limits.tcp, guests: Guests::new(), tls: None };
        let tls = TlsAcceptor::from(Arc::new(certificates.server_config(&[b"dot"])));
        let dot = Service { limits: limits.tls, guests: Guests::new(), tls: Some(tls), ..tcp.clone() };
        let quic = QuicService {
            front: Arc::clone(front),
            limits: limits.quic,
            guests: Guests::new(),
            certificates: Arc::clone(certificates),
        };
        Ok(Self {
            lanes,
            tcp,
            dot,
            quic,
            open: BTreeMap::new(),
            closing: Vec::new(),
            tasks: JoinSet::new(),
            stop: CancellationToken::new(),
        })
    }

    /// Binds what is wanted beside what is open. All or nothing: after an error nothing new is bound.
    pub(super) fn prepare(&self, wanted: Wanted) -> Result<Fresh, BindErrors> {
        let Wanted { required, wished } = wanted;
        let mut fresh = Fresh { wanted: required, bound: Vec::new(), skipped: Vec::new() };
        let mut errors = Vec::new();
        for endpoint in fresh.wanted.clone() {
            errors.extend(self.bind_into(&mut fresh, endpoint).err());
        }
        for address in wished {
            let pair = Endpoint::pair(address);
            let before = fresh.bound.len();
            match pair.iter().try_for_each(|&endpoint| self.bind_into(&mut fresh, endpoint)) {
                Ok(()) => fresh.wanted.extend(pair),
                Err(error @ (BindError::Taken { .. } | BindError::NotHere { .. })) => {
                    fresh.bound.truncate(before);
                    fresh.skipped.push(error);
                }
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() { Ok(fresh) } else { Err(BindErrors(errors)) }
    }

    /// Serves what was prepared, and lets go what is not wanted any more.
    pub(super) fn commit(&mut self, fresh: Fresh) {
        for (endpoint, bound) in fresh.bound {
            let serving = self.serve(endpoint, bound);
            if let Some(former) = self.open.insert(endpoint, serving) {
                self.close(endpoint, &former);
            }
        }
        let (kept, gone) = std::mem::take(&mut self.open)
            .into_iter()
            .partition::<BTreeMap<_, _>, _>(|(endpoint, _)| fresh.wanted.contains(endpoint));
        self.open = kept;
        for (endpoint, serving) in &gone {
            self.close(*endpoint, serving);
        }
        self.closing.retain(|(.., held)| held.strong_count() > 0);
        while self.tasks.try_join_next().is_some() {}
    }

    /// What is being served, with the ports it got.
    pub(super) fn endpoints(&self) -> Vec<Endpoint> {
        let open = self.open.iter();
        open.map(|(endpoint, serving)| Endpoint { address: serving.address, ..*endpoint }).collect()
    }

    /// Datagrams that the kernel dropped because the lanes were too slow.
    pub(super) fn kernel_drops(&self) -> u64 {
        let udp = self.open.iter().filter(|(endpoint, _)| endpoint.transport == Transport::Udp);
        holder::kernel_drops(&udp.map(|(_, serving)| serving.address).collect::<Vec<_>>())
    }

    /// Hears nothing new and waits for what is in flight. Who does not want to wait drops the future.
    pub(super) async fn stop(mut self) {
        self.stop.cancel();
        self.open.clear();
        self.lanes.stop().await;
        while self.tasks.join_next().await.is_some() {}
    }

    fn bind_into(&self, fresh: &mut Fresh, endpoint: Endpoint) -> Result<(), BindError> {
        if !self.open.contains_key(&endpoint) {
            let bound = self.bind(endpoint, fresh)?;
            fresh.bound.push((endpoint, bound));
        }
        Ok(())
    }

    fn bind(&self, endpoint: Endpoint, fresh: &Fresh) -> Result<Bound, BindError> {
        let (carrier, mut address) = (endpoint.carrier(), endpoint.address);
        if address.port() == 0 && endpoint.transport == Transport::Tcp {
            // Plain DNS has one port for both: TCP follows UDP, which comes before it.
            let twin = Endpoint { transport: Transport::Udp, ..endpoint };
            let udp = fresh.bound.iter().find(|(endpoint, _)| *endpoint == twin).map(|(_, bound)| bound);
            address = udp.and_then(Bound::address).unwrap_or(address);
        }
        let v4 = SocketAddr::from((Ipv4Addr::UNSPECIFIED, address.port()));
        let manner = Manner {
            beside_ours: self.covers(carrier, address),
            only_v6: fresh.wanted.iter().any(|other| other.carrier() == carrier && other.address == v4),
        };
        match carrier {
            Carrier::Udp if endpoint.transport != Transport::Udp => {
                let bound = self.bound_quic(endpoint.transport, bind::one_udp(address, manner)?);
                bound.map_err(|error| BindError::new(address, carrier, error))
            }
            Carrier::Udp => {
                let sockets = bind::udp(bind::with_port(address, manner)?, self.lanes.count(), manner)?;
                let doors = sockets.into_iter().map(|socket| Door::new(socket).map(Arc::new)).collect();
                let doors: io::Result<Vec<_>> = doors;
                Ok(Bound::Udp(doors.map_err(|error| BindError::new(address, carrier, error))?))
            }
            Carrier::Tcp => {
                let listener = TcpListener::from_std(bind::tcp(address, manner)?);
                Ok(Bound::Stream(listener.map_err(|error| BindError::new(address, carrier, error))?))
            }
        }
    }

    fn bound_quic(&self, transport: Transport, socket: std::net::UdpSocket) -> io::Result<Bound> {
        let (address, stop) = (socket.local_addr()?, self.stop.child_token());
        let socket = UdpSocket::from_std(socket)?;
        let serve: Pin<Box<dyn Future<Output = ()> + Send>> = match transport {
            Transport::Doq => Box::pin(self.quic.doq(socket, stop.clone())?),
            _ => Box::pin(self.quic.doh3(socket, stop.clone())?),
        };
        Ok(Bound::Quic { address, stop, serve })
    }

    /// Whether a socket of ours is in the way at `address`.
    fn covers(&self, carrier: Carrier, address: SocketAddr) -> bool {
        let open = self.open.iter().filter(|(endpoint, _)| endpoint.carrier() == carrier);
        let closing = self.closing.iter().filter(|(other, _, held)| *other == carrier && held.strong_count() > 0);
        open.map(|(_, serving)| serving.address)
            .chain(closing.map(|(_, address, _)| *address))
            .any(|ours| bind::in_the_way(ours, address))
    }

    fn serve(&mut self, endpoint: Endpoint, bound: Bound) -> Serving {
        let address = bound.address().unwrap_or(endpoint.address);
        let mut serving = Serving { address, stop: self.stop.child_token(), doors: Vec::new(), task: Weak::new() };
        match bound {
            Bound::Udp(doors) => {
                self.lanes.open(&doors);
                serving.doors = doors;
            }
            Bound::Quic { stop, serve, .. } => {
                serving.stop = stop;
                serving.task = self.spawn(serve);
            }
            Bound::Stream(listener) => {
                let service = if endpoint.transport == Transport::Dot { &self.dot } else { &self.tcp };
                serving.task = self.spawn(service.clone().accept(listener, serving.stop.clone()));
            }
        }
        tracing::info!(%address, transport = ?endpoint.transport, "listening");
        serving
    }

    /// Runs `task`; what is returned is there as long as it runs.
    fn spawn(&mut self, task: impl Future<Output = ()> + Send + 'static) -> Weak<()> {
        let runs = Arc::new(());
        let seen = Arc::downgrade(&runs);
        self.tasks.spawn(async move {
            task.await;
            drop(runs);
        });
        seen
    }

    fn close(&mut self, endpoint: Endpoint, serving: &Serving) {
        tracing::info!(address = %serving.address, transport = ?endpoint.transport, "no longer listening");
        serving.stop.cancel();
        self.lanes.close(&serving.doors);
        let mut held: Vec<Weak<dyn Any + Send + Sync>> = vec![serving.task.clone()];
        for door in &serving.doors {
            let door: Weak<Door> = Arc::downgrade(door);
            held.push(door);
        }
        self.closing.extend(held.into_iter().map(|held| (endpoint.carrier(), serving.address, held)));
    }
}

impl Fresh {
    /// Whether another program keeps all but the addresses that only this host can reach.
    pub(super) fn is_crowded_out(&self) -> bool {
        let taken = self.skipped.iter().any(|error| matches!(error, BindError::Taken { .. }));
        taken && self.wanted.iter().all(|endpoint| endpoint.address.ip().is_loopback())
    }
}

impl Bound {
    fn address(&self) -> Option<SocketAddr> {
        match self {
            Self::Udp(doors) => doors.first().map(|door| door.address()),
            Self::Quic { address, .. } => Some(*address),
            Self::Stream(listener) => listener.local_addr().ok(),
        }
    }
}
