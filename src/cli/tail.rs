//! `ponor tail`: queries as they happen.

use std::{io, pin::pin};

use anyhow::bail;
use futures_util::StreamExt;
use serde_json::Value;

use super::{
    client::query,
    figures::{filter_text, purpose, running},
    table::counted,
    try_say,
};
use crate::{
    app::{Sources, clock::LocalTime},
    time::UnixTime,
};

/// Shows queries that the filter means until ponor ends or nobody reads any more.
pub(super) async fn run(sources: &Sources, filter: &[String], json: bool) -> anyhow::Result<()> {
    let running = running(sources).await?;
    let filter = Some(filter_text(filter)).filter(|text| !text.is_empty());
    let mut events = pin!(running.events(&query("/api/v1/queries/live", [("filter", filter)])).await?);
    let here = LocalTime::read();
    // A ponor that is killed breaks the stream off, which is no other end than to close it.
    while let Some(Ok(event)) = events.next().await {
        if show(&event, &here, json).is_err() {
            return Ok(());
        }
    }
    bail!("ponor has ended")
}

/// Shows the rows of an event, or how many were left out.
///
/// # Errors
/// When nobody reads any more.
fn show(data: &Value, here: &LocalTime, json: bool) -> io::Result<()> {
    for row in data.as_array().into_iter().flatten() {
        try_say(&if json { row.to_string() } else { line(row, here) })?;
    }
    match data["missed"].as_u64().filter(|_| !json) {
        Some(missed) => try_say(&format!("({} left out: too many at once)", counted(missed, "query", "queries"))),
        None => Ok(()),
    }
}

/// A row in columns of a usual width, at the time of the house.
fn line(row: &Value, here: &LocalTime) -> String {
    let text = |key: &str| row[key].as_str().unwrap_or_default();
    let at = here.to_the_second(UnixTime(row["at"].as_u64().unwrap_or_default()));
    let whose = &row["attribution"];
    let vendor = whose["vendor"].as_str().unwrap_or_default();
    let purpose = purpose(whose["purpose"].as_str().unwrap_or_default());
    let line = format!(
        "{at}  {:<18} {:<8} {:<6} {}  {vendor} {purpose}",
        text("device_name"),
        text("verdict"),
        text("type"),
        text("name")
    );
    line.trim_end().to_owned()
}
