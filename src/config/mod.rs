//! Configuration: text -> what was written -> what is valid, with all faults at once.

mod model;

pub use model::{
    AllowedClients, BlockMode, Blocking, Cache, Config, Dns, Group, Http, List, ListSelection, ListSource, Listen,
    Local, Log, LogFormat, Protocol, Route, Server, ServerHost, Tls, Upstream,
};
