//! `ponor tail`: queries as they happen.

use anyhow::bail;
use futures_util::StreamExt;
use serde_json::Value;

use super::{
    client::query,
    figures::{filter_text, purpose, running},
    say,
};
use crate::{
    app::Sources,
    time::{UnixTime, format_instant},
};

/// Shows queries that the filter means until ponor ends or nobody reads any more.
pub(super) async fn run(sources: &Sources, filter: &[String], json: bool) -> anyhow::Result<()> {
    let running = running(sources).await?;
    let filter = Some(filter_text(filter)).filter(|text| !text.is_empty());
    let stream = running.stream(&query("/api/v1/queries/live", [("filter", filter)])).await?;
    let (mut bytes, mut text) = (stream.bytes_stream(), String::new());
    while let Some(part) = bytes.next().await {
        text.push_str(&String::from_utf8_lossy(&part?));
        while let Some((line, rest)) = text.split_once('\n') {
            if let Some(data) = line.strip_prefix("data: ").and_then(|data| serde_json::from_str(data).ok()) {
                show(&data, json);
            }
            text = rest.to_owned();
        }
    }
    bail!("ponor has ended")
}

/// Shows the rows of an event, or how many were left out.
fn show(data: &Value, json: bool) {
    for row in data.as_array().into_iter().flatten() {
        say(&if json { row.to_string() } else { line(row) });
    }
    if let Some(missed) = data["missed"].as_u64().filter(|_| !json) {
        say(&format!("({missed} queries left out: too many at once)"));
    }
}

/// A row in columns of a usual width.
fn line(row: &Value) -> String {
    let text = |key: &str| row[key].as_str().unwrap_or_default();
    let at = format_instant(UnixTime(row["at"].as_u64().unwrap_or_default() / 1000 * 1000));
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
