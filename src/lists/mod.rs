//! Keeping lists fresh: schedule, fetch, vet, store, compile.
//!
//! [`start`] gives a [`ListsHandle`] and the worker behind it, which somebody else owns and runs. What comes out is a
//! [`CompiledLists`] on a watch channel, again whenever rules changed; who follows it makes policies of it. A step that
//! fails leaves everything as it was and shows in the list's [`ListStatus`].
//!
//! - deciding, pure: `schedule` when, `vet` whether to believe, `meta` what to remember, `digest` what changed;
//! - touching the world: `fetch` the network, `store`, `settings`, `stamp` and `key` the disk, `background` the thread;
//! - compiling: `runs` what was read of each list, `tables` what they come to, `mapped` as memory, `compile` in order;
//! - `update` one list from its source to its copy, `worker` all of it in order.
//!
//! Leaves the reading of lines to `rules`, whose names are whose to `catalog`, and finding servers to a [`Resolve`].

mod background;
mod compile;
mod digest;
mod entry;
mod fetch;
mod handle;
mod key;
mod mapped;
mod meta;
pub mod metrics;
mod numbers;
mod progress;
mod requests;
mod runs;
mod schedule;
mod settings;
mod source;
mod stamp;
mod status;
mod store;
mod tables;
mod update;
mod vet;
mod waiters;
mod worker;

pub use compile::{CompiledLists, ListInfo};
pub use fetch::{Limits, Resolve, Resolved};
pub use handle::{ListsHandle, Setup, start};
pub use progress::{UpdateProgress, UpdateState};
pub use source::{parse_source, path_meant};
pub use status::{ListStatus, ListWarning};
