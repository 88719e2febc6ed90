//! `ponor records`: names that are answered here.

use serde_json::{Value, json};

use super::{args::RecordAction, changes, client::Running, say, table::table};
use crate::{
    app::{
        Sources,
        offline::{Offline, Purpose},
    },
    changes::{NewRecord, Request},
    control::Command,
};

/// Changes the records, or shows them.
pub(super) async fn run(sources: &Sources, action: Option<RecordAction>, json: bool) -> anyhow::Result<()> {
    let request = match action {
        None => return show(sources, json).await,
        Some(RecordAction::Add { record }) => Request::AddRecord(NewRecord { record: record.join(" ") }),
        Some(RecordAction::Remove { record }) => Request::RemoveRecord { id: record.join(" ") },
    };
    changes::order(sources, Command::Change(request), json).await
}

async fn show(sources: &Sources, json: bool) -> anyhow::Result<()> {
    let data_dir = sources.load()?.config.data_dir;
    let records: Value = if let Some(running) = Running::find(&data_dir).await? {
        running.get("/api/v1/records").await?
    } else {
        json!({ "records": Offline::open(sources, Purpose::Look).await?.changes().records() })
    };
    if json {
        say(&records.to_string());
        return Ok(());
    }
    let rows = records["records"].as_array().into_iter().flatten().map(|record| {
        let text = |key: &str| record[key].as_str().unwrap_or_default().to_owned();
        let origin = if record["fixed"] == true { "config.toml" } else { "" }.to_owned();
        [text("id"), text("record"), origin]
    });
    say(&table(["id", "record", ""], rows));
    Ok(())
}
