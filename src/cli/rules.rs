//! `ponor rules`: what stands beside the lists: exceptions, pauses, own rules.

use serde_json::{Value, json};

use super::{args::RuleAction, changes, client::Running, names::Names, say, table::table};
use crate::{
    app::{
        Sources,
        clock::{self, LocalTime},
        offline::{Offline, Purpose},
    },
    changes::{NewRule, Request},
    control::Command,
    policy::{Exception, Pause},
    rules::Action,
};

/// Changes the own rules, or shows what stands.
pub(super) async fn run(sources: &Sources, action: Option<RuleAction>, json: bool) -> anyhow::Result<()> {
    let request = match action {
        None => return show(sources, json).await,
        Some(RuleAction::Add { rule, group }) => Request::AddRule(NewRule { rule, group }),
        Some(RuleAction::Remove { id }) => Request::RemoveRule { id },
    };
    changes::order(sources, Command::Change(request), json).await
}

async fn show(sources: &Sources, json: bool) -> anyhow::Result<()> {
    let data_dir = sources.load()?.config.data_dir;
    let (exceptions, pauses, rules, names): (Value, Value, Value, Names) =
        if let Some(running) = Running::find(&data_dir).await? {
            (
                running.get("/api/v1/exceptions").await?,
                running.get("/api/v1/pause").await?,
                running.get("/api/v1/rules").await?,
                Names::of_running(&running).await?,
            )
        } else {
            let offline = Offline::open(sources, Purpose::Look).await?;
            let standing = offline.changes().standing();
            (
                json!({ "exceptions": standing.exceptions }),
                json!({ "pauses": standing.pauses }),
                json!({ "rules": offline.changes().own_rules(), "missing_groups": offline.changes().missing_groups() }),
                Names::of_state(&offline)?,
            )
        };
    let all = json!({
        "exceptions": exceptions["exceptions"], "pauses": pauses["pauses"], "rules": rules["rules"],
        "missing_groups": rules["missing_groups"],
    });
    if json {
        say(&all.to_string());
        return Ok(());
    }
    let rows = rules["rules"].as_array().into_iter().flatten().map(|rule| {
        let text = |key: &str| rule[key].as_str().unwrap_or_default().to_owned();
        let group = rule["group"].as_str().unwrap_or("everyone").to_owned();
        let origin = if rule["fixed"] == true { "config.toml" } else { "" }.to_owned();
        [text("id"), text("rule"), group, origin]
    });
    let standing = orders(&exceptions, &pauses, &names)?;
    say(&table(["rule", "text", "for", "until"], standing.into_iter().chain(rows)));
    for group in rules["missing_groups"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        say(&format!("there is no group `{group}`: what is for it holds for nobody"));
    }
    Ok(())
}

/// Exceptions and pauses as lines.
fn orders(exceptions: &Value, pauses: &Value, names: &Names) -> anyhow::Result<Vec<[String; 4]>> {
    let exceptions: Vec<Exception> = serde_json::from_value(exceptions["exceptions"].clone())?;
    let pauses: Vec<Pause> = serde_json::from_value(pauses["pauses"].clone())?;
    let (here, now) = (LocalTime::read(), clock::system().now().unix);
    let until = |until: Option<_>| until.map_or_else(|| "for ever".to_owned(), |until| here.text(until, now));
    let ends = |until| changes::ends(until, " for ever", &here, now);
    let called = |id| names.called(id);
    let pauses = pauses.into_iter().map(|pause| {
        [
            format!("pause {}", pause.id),
            "nothing is stopped".to_owned(),
            pause.scope.in_words(&called),
            until(pause.until),
        ]
    });
    let exceptions = exceptions.into_iter().map(|exception| {
        let sign = if exception.action == Action::Allow { "@@" } else { "" };
        let id = format!("exception {}", exception.id);
        [
            id,
            format!("{sign}{}", exception.rule),
            exception.scope.in_words(&called),
            until(exception.until) + &changes::afterwards(&exception, &ends),
        ]
    });
    Ok(pauses.chain(exceptions).collect())
}
