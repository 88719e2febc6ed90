//! What an operator may ask of a running ponor: commands and their replies.

use tokio::sync::{mpsc, oneshot};

pub use crate::state::Refused;
use crate::{
    changes::{Author, Change, ListRecord, Request},
    clients::DeviceId,
    devices::{DeviceChange, DeviceEdit},
    rules::{ListFormat, ListKind},
};

/// A change that an operator asks for.
#[derive(Clone, Debug)]
pub enum Command {
    /// Fetch one list, or all of them, now.
    UpdateLists {
        /// The list; `None`: all.
        id: Option<String>,
    },
    /// Believe a download that was held back because it had shrunk.
    AcceptList {
        /// The list.
        id: String,
    },
    /// Subscribe to a list.
    AddList(NewList),
    /// Subscribe again to a list that was removed.
    RestoreList(ListRecord),
    /// Use a list, or stop using it.
    EnableList {
        /// The list.
        id: String,
        /// Whether it is used.
        enabled: bool,
    },
    /// Forget a list.
    RemoveList {
        /// The list.
        id: String,
    },
    /// Change what is said of devices.
    Devices(DeviceOrder),
    /// Erase everything that was recorded of a device.
    EraseDevice {
        /// What it is known by, or one of its addresses.
        device: DeviceId,
    },
    /// Change exceptions, pauses, own rules and groups.
    Change(Request),
    /// Take a change back.
    Undo {
        /// Its number.
        change: u64,
    },
    /// Read the configuration again.
    Reload,
}

/// A change to what people say of devices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeviceOrder {
    /// Name it, say what it is, put it in a group.
    Change {
        /// The device.
        id: DeviceId,
        /// What changes.
        change: DeviceChange,
    },
    /// Make two devices one.
    Merge {
        /// The device that stays.
        id: DeviceId,
        /// The one that becomes a part of it.
        other: DeviceId,
    },
    /// Make an address or hardware address of a device a device of its own.
    Split {
        /// The device.
        id: DeviceId,
        /// The address.
        part: DeviceId,
    },
    /// Take a change back.
    TakeBack(DeviceEdit),
}

/// A list that is added while ponor runs.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewList {
    /// Its id: lower-case letters, digits, `-` and `_`.
    #[schema(pattern = "^[a-z0-9_-]{1,64}$", example = "more")]
    pub id: String,
    /// An `http://` or `https://` URL, or `builtin:` and a name.
    #[schema(example = "builtin:vendors-strict")]
    pub source: String,
    /// What its plain names mean.
    #[serde(default)]
    pub kind: ListKind,
    /// How its lines are read.
    #[serde(default)]
    pub format: ListFormat,
    /// Whether a bare name also means everything below it.
    #[serde(default)]
    pub subdomains: bool,
}

/// What a command came to: the change that it made, if it made one that is remembered.
pub type Outcome = Result<Option<Change>, Refused>;

/// A command on its way to the owner of the policy.
#[derive(Debug)]
pub struct Order {
    /// What is to be done.
    pub command: Command,
    /// Who wants it.
    pub by: Author,
    /// The place for its reply.
    pub reply: oneshot::Sender<Outcome>,
}

/// Gives commands to the owner of the policy.
#[derive(Clone, Debug)]
pub struct Control(mpsc::Sender<Order>);

impl Control {
    /// A handle, and the end at which its owner receives.
    #[must_use]
    pub fn channel(capacity: usize) -> (Self, mpsc::Receiver<Order>) {
        let (sender, receiver) = mpsc::channel(capacity);
        (Self(sender), receiver)
    }

    /// Gives a command and waits until it is in force.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn run(&self, command: Command, by: Author) -> Outcome {
        let (reply, done) = oneshot::channel();
        self.0.send(Order { command, by, reply }).await.map_err(|_| Refused::Closing)?;
        done.await.map_err(|_| Refused::Closing)?
    }
}
