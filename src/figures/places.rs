//! Where what was answered is at home, in a report.

use std::{cmp::Reverse, collections::HashMap};

use serde::Serialize;
use utoipa::ToSchema;

use super::ledger::Line;
use crate::geo::{Country, Place};

/// Places that are told at most.
const PLACES: usize = 20;

/// Where what was answered is at home: in which country the address is registered, and which network announces it. Not
/// where the machine stands, nor where data goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReportPlace {
    /// The place, as it was first found out on each day.
    #[serde(flatten)]
    pub place: Place,
    /// How often names were let through whose answers are at home there.
    pub queries: u64,
}

/// What was counted of places.
#[derive(Debug, Default)]
pub(super) struct PlaceSums(HashMap<Key, Counted>);

/// The country, and the number of the network.
type Key = (Option<Country>, Option<u32>);
/// What the network is called, and how many queries there were.
type Counted = (Option<String>, u64);

impl PlaceSums {
    /// Adds queries, where it is known where their answers are at home.
    pub(super) fn add(&mut self, line: &Line<'_>) {
        let Some(home) = line.home else { return };
        let (called, queries) = self.0.entry((home.country, home.asn)).or_default();
        if called.is_none() {
            called.clone_from(&home.as_name);
        }
        *queries += line.queries;
    }

    /// The places, those that were asked most first.
    pub(super) fn tell(self) -> Vec<ReportPlace> {
        let place =
            |((country, asn), (as_name, queries))| ReportPlace { place: Place { country, asn, as_name }, queries };
        let mut places: Vec<ReportPlace> = self.0.into_iter().map(place).collect();
        places.sort_by_key(|place| (Reverse(place.queries), place.place.country, place.place.asn));
        places.truncate(PLACES);
        places
    }
}
