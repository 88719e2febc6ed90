//! Names answered here: the operator's records, hosts files, special-use names, and our own encrypted listeners.
//!
//! Leaves the order in which these count to `policy`: a route in the configuration comes before a special-use name.

mod data;
mod ddr;
mod hosts;
mod node;
mod record;
mod special;

pub use data::{AnswerRecord, LocalAnswer, LocalData, reverse_name};
pub use ddr::{Ddr, Designation, Offer};
pub use hosts::{Hosts, HostsFault, parse_hosts, read_hosts};
pub use record::{LocalRecord, RecordFault, parse_record};
pub use special::{CHECK_ZONE, SpecialAnswer, SpecialUse, special_use};
