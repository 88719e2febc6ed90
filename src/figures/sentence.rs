//! Sentences as data: which one, and what belongs into its gaps, so that they can be told in any language and tested.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{clients::DeviceId, time::UnixTime};

/// A sentence: `template` says which, `slots` hold what belongs into its gaps. "Tried" means looked up.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(tag = "template", content = "slots", rename_all = "snake_case")]
pub enum Sentence {
    /// Nothing was asked in this time.
    #[schema(title = "NothingAsked")]
    NothingAsked {},
    /// So many devices tried to reach so many companies by names that are not needed, so often; so many tries were
    /// stopped, the others got through.
    #[schema(title = "StoppedShare")]
    StoppedShare {
        /// The share of all queries that was stopped, 0 to 1.
        share: f64,
        /// Devices that tried.
        devices: usize,
        /// All devices that are known.
        all_devices: usize,
        /// Companies.
        companies: usize,
        /// Tries.
        tries: u64,
        /// Tries that were stopped.
        stopped: u64,
        /// Tries that were not.
        through: u64,
    },
    /// So many queries of so many were stopped; which device asked for what is not kept.
    #[schema(title = "Stopped")]
    Stopped {
        /// The share of all queries that was stopped, 0 to 1.
        share: f64,
        /// All queries.
        queries: u64,
        /// Those that were stopped.
        stopped: u64,
    },
    /// The device that tried to reach a company most.
    #[schema(title = "MostActive")]
    MostActive {
        /// The device.
        #[schema(value_type = String)]
        device_id: DeviceId,
        /// What it is called.
        device: String,
        /// The company.
        vendor: String,
        /// Its home country: not where data would have gone.
        #[schema(required)]
        country: Option<String>,
        /// How often it tried.
        tries: u64,
        /// The usual gap between two tries for the busiest name, where that is regular.
        #[schema(required)]
        every_seconds: Option<f64>,
        /// Whether it also tried at night, from 00 to 06 by the clocks of the house.
        at_night: bool,
    },
    /// A device asks for a name at regular intervals.
    #[schema(title = "AsksRegularly")]
    AsksRegularly {
        /// The name.
        name: String,
        /// Whose it is.
        #[schema(required)]
        vendor: Option<String>,
        /// The usual gap.
        every_seconds: f64,
        /// When that began, in milliseconds since 1970 UTC.
        #[schema(value_type = u64)]
        since: UnixTime,
        /// Whether it does so in nearly every hour of the day.
        day_and_night: bool,
    },
    /// A device tried to reach a company for the first time.
    #[schema(title = "NewVendor")]
    NewVendor {
        /// The company.
        vendor: String,
        /// Its home country.
        #[schema(required)]
        country: Option<String>,
        /// When it first did, in milliseconds since 1970 UTC.
        #[schema(value_type = u64)]
        first_seen: UnixTime,
    },
    /// A name that reports got through.
    #[schema(title = "GotThrough")]
    GotThrough {
        /// The name.
        name: String,
        /// Whose it is.
        vendor: String,
        /// Tries that got through.
        tries: u64,
    },
    /// A name that the device needs is stopped.
    #[schema(title = "NeededButStopped")]
    NeededButStopped {
        /// The name.
        name: String,
        /// Whose it is.
        vendor: String,
        /// What stops working, where that is known.
        #[schema(required)]
        breaks: Option<String>,
        /// Tries that were stopped.
        tries: u64,
    },
    /// Names of regional variants of a company were asked for.
    #[schema(title = "RegionalVariants")]
    RegionalVariants {
        /// The company.
        vendor: String,
        /// The regions, such as `Russia`.
        regions: Vec<String>,
    },
    /// Devices of this company also use addresses that are compiled in: DNS can neither see nor stop that.
    #[schema(title = "DnsCannotSee")]
    DnsCannotSee {
        /// The company.
        vendor: String,
        /// What uses the addresses, as far as it is known.
        used_by: Vec<String>,
        /// How many addresses are known.
        addresses: usize,
    },
}
