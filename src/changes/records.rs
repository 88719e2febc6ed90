//! Records that are made while ponor runs, beside those of the configuration.

use serde::Serialize;

use super::{
    Edit, Fixed, Ledger, NewRecord,
    ledger::{check_length, shown},
};
use crate::{
    config::did_you_mean,
    local::{LocalRecord, parse_record},
    policy::StandingRecord,
    state::Refused,
    time::UnixTime,
};

/// A record that is answered here, as people see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct RecordStatus {
    /// What it is removed by.
    pub id: String,
    /// The record in zone-file style.
    #[schema(example = "nas.home.arpa A 192.168.1.5")]
    pub record: String,
    /// Whether `config.toml` has it, where alone it can be changed then.
    pub fixed: bool,
    /// When it was made while ponor ran, in milliseconds since 1970 UTC.
    #[schema(required, value_type = Option<u64>)]
    pub made: Option<UnixTime>,
}

impl Ledger {
    /// All records: those of the configuration, then those that were made.
    pub(super) fn records(&self, fixed: &Fixed) -> Vec<RecordStatus> {
        let of_config = fixed.records.iter().zip(1..).map(|(record, number)| RecordStatus {
            id: format!("config-{number}"),
            record: record.to_string(),
            fixed: true,
            made: None,
        });
        let made = self.standing().records.iter().map(|made| RecordStatus {
            id: made.id.to_string(),
            record: made.record.clone(),
            fixed: false,
            made: Some(made.made),
        });
        of_config.chain(made).collect()
    }

    pub(super) fn add_record(&self, new: &NewRecord, fixed: &Fixed, now: UnixTime) -> Result<Edit, Refused> {
        check_length(&new.record)?;
        let record = parse_record(&new.record);
        let record = record.map_err(|why| Refused::Invalid(format!("`{}`: {why}", shown(new.record.trim()))))?;
        self.check_record(&record, fixed)?;
        let after = StandingRecord { id: self.next(), record: record.to_string(), made: now };
        Ok(Edit::Record { before: None, after: Some(after) })
    }

    /// Whether `record` can be answered beside those that there are. Where a name is an alias it has no other records (RFC 1034,
    /// section 3.6.2).
    pub(super) fn check_record(&self, record: &LocalRecord, fixed: &Fixed) -> Result<(), Refused> {
        if let Some(known) = fixed.records.iter().find(|known| known.says_the_same_as(record)) {
            return Err(Refused::Fixed(format!("`{known}`")));
        }
        let made: Vec<LocalRecord> = self.standing().local_records().collect();
        if let Some(known) = made.iter().find(|known| known.says_the_same_as(record)) {
            return Err(Refused::Invalid(format!("there is such a record: `{known}`")));
        }
        let mut beside = fixed.records.iter().chain(&made).filter(|known| known.has_owner_of(record));
        match beside.find(|known| known.is_alias() || record.is_alias()) {
            Some(known) => Err(Refused::Invalid(format!(
                "beside `{known}` there cannot be `{record}`: a name that is an alias has no other records"
            ))),
            None => Ok(()),
        }
    }

    pub(super) fn remove_record(&self, id: &str, fixed: &Fixed) -> Result<Edit, Refused> {
        check_length(id)?;
        let meant = parse_record(id).ok();
        let is_meant = |known: &LocalRecord| meant.as_ref().is_some_and(|meant| known.says_the_same_as(meant));
        let number: Option<usize> = id.strip_prefix("config-").and_then(|number| number.parse().ok());
        let by_number = number.and_then(|number| fixed.records.get(number.checked_sub(1)?));
        if let Some(known) = by_number.or_else(|| fixed.records.iter().find(|known| is_meant(known))) {
            return Err(Refused::Fixed(format!("`{known}`")));
        }
        let records = &self.standing().records;
        let is_this = |made: &StandingRecord| {
            made.id.to_string() == id || parse_record(&made.record).is_ok_and(|record| is_meant(&record))
        };
        let before = records.iter().find(|made| is_this(made)).ok_or_else(|| {
            let probably = did_you_mean(id, records.iter().map(|made| made.record.as_str()));
            Refused::NotFound(format!("there is no record `{}`{probably}", shown(id)))
        })?;
        Ok(Edit::Record { before: Some(before.clone()), after: None })
    }
}
