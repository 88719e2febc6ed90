//! `ponor settings`: the keys of the configuration, and setting those that it leaves open.

use serde_json::{Value, json};

use super::{args::SettingAction, changes, client::Running, say, table::table};
use crate::{
    app::{
        Sources,
        offline::{Offline, Purpose},
    },
    changes::{NewSetting, Request},
    config::SettingValue,
    control::Command,
};

/// Sets a key, or shows them all.
pub(super) async fn run(sources: &Sources, action: Option<SettingAction>, json: bool) -> anyhow::Result<()> {
    let request = match action {
        None => return show(sources, json).await,
        Some(SettingAction::Set { key, value }) => {
            Request::Set(NewSetting { key, value: SettingValue::of_words(&value) })
        }
        Some(SettingAction::Reset { key }) => Request::Reset { key },
    };
    changes::order(sources, Command::Change(request), json).await
}

async fn show(sources: &Sources, json: bool) -> anyhow::Result<()> {
    let data_dir = sources.load()?.config.data_dir;
    let settings: Value = if let Some(running) = Running::find(&data_dir).await? {
        running.get("/api/v1/settings").await?
    } else {
        json!({ "settings": Offline::open(sources, Purpose::Look).await?.changes().settings() })
    };
    if json {
        say(&settings.to_string());
        return Ok(());
    }
    let all = settings["settings"].as_array().into_iter().flatten();
    let told = |value: &Value| {
        let value = serde_json::from_value::<SettingValue>(value.clone());
        value.map(|value| value.to_string()).unwrap_or_default()
    };
    let rows = all.filter(|setting| setting["fixed"] != "never").map(|setting| {
        let by = match (setting["set_by"].as_str(), setting["place"].as_str()) {
            (_, Some(place)) => place,
            (Some("setting"), None) => "set here",
            _ => "default",
        };
        let aside = &setting["set_aside"];
        let aside = aside["why"].as_str().map(|why| format!("{} is set aside: {why}", told(&aside["value"])));
        let key = setting["key"].as_str().unwrap_or_default();
        [key.to_owned(), told(&setting["value"]), by.to_owned(), aside.unwrap_or_default()]
    });
    say(&table(["key", "value", "by", ""], rows));
    say("\nAll other keys are set in config.toml alone; `ponor check --print-effective` shows them.");
    Ok(())
}
