//! `ponor query`: what would happen to a query, and why.

use serde_json::Value;

use super::{
    client::{Running, query},
    say,
};
use crate::{
    app::{
        Sources,
        offline::{Offline, Purpose},
    },
    dns::{Name, RecordType},
    http::ExplainQuestion,
};

/// What is asked.
pub(super) struct Asked {
    pub(super) name: Name,
    pub(super) rtype: RecordType,
    pub(super) device: Option<String>,
}

/// How much is told, and in which form.
pub(super) struct Shown {
    pub(super) explain: bool,
    /// What is asked, because it is not what was typed.
    pub(super) question: bool,
    pub(super) json: bool,
}

/// Asks the running ponor, or the state folder when none runs.
pub(super) async fn run(sources: &Sources, asked: &Asked, shown: Shown) -> anyhow::Result<()> {
    let data_dir = sources.load()?.config.data_dir;
    let explanation = match Running::find(&data_dir).await? {
        Some(running) => running.get(&path(asked)).await?,
        None => offline(sources, asked).await?,
    };
    if shown.json {
        say(&explanation.to_string());
    } else {
        if shown.question {
            say(&format!("Asked for {} of {}", asked.rtype, asked.name));
        }
        tell(&explanation, shown.explain);
    }
    Ok(())
}

async fn offline(sources: &Sources, asked: &Asked) -> anyhow::Result<Value> {
    let offline = Offline::open(sources, Purpose::Look).await?;
    let view = offline.view();
    let device = asked.device.as_deref().map(|device| view.address(device)).transpose()?;
    let question = ExplainQuestion { name: asked.name, rtype: asked.rtype, device };
    let explanation = view.explain(question).await.map_err(anyhow::Error::msg)?;
    Ok(serde_json::to_value(explanation)?)
}

fn path(asked: &Asked) -> String {
    let Asked { name, rtype, device } = asked;
    let parameters = [("name", Some(name.to_string())), ("type", Some(rtype.to_string())), ("device", device.clone())];
    query("/api/v1/explain", parameters)
}

fn tell(explanation: &Value, explain: bool) {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    say(&text(&explanation["summary"]).unwrap_or_default());
    let answer = &explanation["answer"];
    let ede = text(&answer["ede"]).map(|ede| format!("; extended error {ede}")).unwrap_or_default();
    tell_line("answer", text(&answer["rcode"]).map(|rcode| rcode + &ede));
    for record in answer["records"].as_array().into_iter().flatten() {
        tell_line("", text(record));
    }
    if !explain {
        return;
    }
    tell_line("group", text(&explanation["group"]));
    tell_rule("rule", &explanation["cause"]);
    for other in explanation["others"].as_array().into_iter().flatten() {
        tell_rule("also", other);
    }
    let aliases: Vec<String> =
        explanation["aliases"].as_array().into_iter().flatten().filter_map(|alias| text(&alias["name"])).collect();
    tell_line("aliases", (!aliases.is_empty()).then(|| aliases.join(" -> ")));
    let catalog = &explanation["catalog"];
    let home = text(&catalog["country"]).map(|country| format!("{country} (the vendor's home country)"));
    for (label, key) in [
        ("vendor", "vendor"),
        ("service", "service"),
        ("region", "region"),
        ("purpose", "purpose"),
        ("class", "class"),
        ("sends", "sent"),
        ("breaks", "breaks"),
        ("confidence", "confidence"),
    ] {
        tell_line(label, text(&catalog[key]).map(|value| value.replace('_', " ")));
        if key == "vendor" {
            tell_line("home", home.clone());
        }
    }
    for source in catalog["sources"].as_array().into_iter().flatten() {
        tell_line("source", text(source));
    }
    let of_list = text(&explanation["list_vendor"]);
    tell_line("vendor", of_list.map(|vendor| format!("{vendor}, whose names this list holds")));
    tell_places(&explanation["places"]);
}

/// Where the addresses of the answer are at home, and whom to thank for knowing it.
fn tell_places(places: &Value) {
    let addresses = places["addresses"].as_array().into_iter().flatten();
    for (place, label) in addresses.zip(std::iter::once("places").chain(std::iter::repeat(""))) {
        let (address, text) = (&place["address"], &place["text"]);
        tell_line(label, address.as_str().zip(text.as_str()).map(|(address, text)| format!("{address}  {text}")));
    }
    let origin = &places["origin"];
    let own = origin["database"].as_str().map(|kind| format!("your database ({kind}), and "));
    let snapshot = origin["snapshot"].as_str();
    tell_line("as of", snapshot.map(|day| format!("{}the snapshot of {day}", own.unwrap_or_default())));
    for line in origin["attribution"].as_array().into_iter().flatten() {
        tell_line("", line.as_str().map(str::to_owned));
    }
}

fn tell_rule(label: &str, rule: &Value) {
    tell_line(label, rule_line(rule));
}

/// The rule and whose it is, with the line of a list where that is written otherwise.
fn rule_line(rule: &Value) -> Option<String> {
    let text = |key: &str| rule[key].as_str();
    let own = text("rule")?;
    let id = text("id").unwrap_or_default();
    let whose = match text("source") {
        Some("list") => format!("  list {id}"),
        Some("exception") => format!("  exception {id}"),
        Some("group_rules") => format!("  group {id}"),
        Some("own_rules") => "  own rule".to_owned(),
        // What the answer holds decided, safe search, or the hours of the group, and no rule.
        Some("rebinding" | "no_address" | "safe_search" | "offline") => return None,
        _ => String::new(),
    };
    let line = rule["line"].as_u64().map(|line| format!(", line {line}")).unwrap_or_default();
    let written =
        text("text").filter(|written| *written != own).map(|written| format!(": {written}")).unwrap_or_default();
    Some(format!("{own}{whose}{line}{written}"))
}

fn tell_line(label: &str, value: Option<String>) {
    if let Some(value) = value {
        say(&format!("  {label:<10} {value}"));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_rule_is_told_with_whose_it_is() {
        let check = |source: &str, id: Option<&str>, expected: &str| {
            let rule = json!({"source": source, "id": id, "rule": "||x.example^", "line": null, "text": null});
            assert_eq!(rule_line(&rule).as_deref(), Some(expected));
        };
        check("list", Some("vendors"), "||x.example^  list vendors");
        check("exception", Some("3"), "||x.example^  exception 3");
        check("group_rules", Some("kids"), "||x.example^  group kids");
        check("own_rules", None, "||x.example^  own rule");
        check("canary", None, "||x.example^");
        for source in ["rebinding", "no_address", "safe_search", "offline"] {
            assert_eq!(rule_line(&json!({"source": source, "id": null, "rule": "x.example"})), None);
        }
        let listed =
            json!({"source": "list", "id": "a", "rule": "|x.example^", "line": 2, "text": "0.0.0.0 x.example"});
        assert_eq!(rule_line(&listed).as_deref(), Some("|x.example^  list a, line 2: 0.0.0.0 x.example"));
        assert_eq!(rule_line(&Value::Null), None);
    }
}
