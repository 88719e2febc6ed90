//! Exceptions, pauses, own rules and changes: from a request to a command, with its author.

use axum::http::header;
use serde_json::Value;

use super::{
    JSON,
    fake::{NOW, Site, TOKEN, ask, request, text, token_alone},
};
use crate::{
    changes::{Author, Change, Edit, Way},
    http::{Auth, Door},
};

#[tokio::test]
async fn orders_become_commands() {
    let mut site = Site::new(Auth::open(), &[]);
    let mut check = async |method: &str, path: &str, body: &str, command: Option<&str>, expected: u16| {
        let headers = if body.is_empty() { &[][..] } else { &[JSON][..] };
        let router = site.router(Door::Socket);
        let asked = tower::ServiceExt::oneshot(router, request(method, path, headers, body));
        let ordered = async {
            let Some(command) = command else { return };
            let order = site.orders.recv().await.unwrap();
            assert_eq!(format!("{:?}", order.command), command);
            let edit = Edit::Pause { before: None, after: None };
            let change = Change { id: 7, at: NOW, by: order.by, edit, undoes: None, undone_by: None };
            order.reply.send(Ok(Some(change))).unwrap();
        };
        let (response, ()) = tokio::join!(asked, ordered);
        let response = response.unwrap();
        assert_eq!(response.status().as_u16(), expected, "{method} {path} {body}");
        let told: Value = serde_json::from_str(&text(response).await).unwrap();
        assert_eq!(told["id"] == 7, expected == 200, "{told}");
    };
    let allow =
        "Change(Except(NewException { name: \"a.example\", action: Allow, scope: Everyone, lasts: For(3600s) }))";
    check("POST", "/api/v1/exceptions", "{\"name\":\"a.example\",\"action\":\"allow\"}", Some(allow), 200).await;
    let (body, block) = (
        "{\"name\":\"/ads/\",\"action\":\"block\",\"scope\":{\"device\":\"10.0.0.1\"},\"lasts\":\"until_tomorrow\"}",
        "Change(Except(NewException { name: \"/ads/\", action: Block, scope: Device(\"10.0.0.1\"), lasts: UntilTomorrow }))",
    );
    check("POST", "/api/v1/exceptions", body, Some(block), 200).await;
    check("DELETE", "/api/v1/exceptions/3", "", Some("Change(EndException { id: 3 })"), 200).await;
    let pause = "Change(Pause(NewPause { scope: Group(\"kids\"), lasts: Forever }))";
    check("POST", "/api/v1/pause", "{\"scope\":{\"group\":\"kids\"},\"lasts\":\"forever\"}", Some(pause), 200).await;
    check("DELETE", "/api/v1/pause", "", Some("Change(Resume { scope: Everyone })"), 200).await;
    let resume = "Change(Resume { scope: Group(\"kids\") })";
    check("DELETE", "/api/v1/pause?group=kids", "", Some(resume), 200).await;
    let rule = "Change(AddRule(NewRule { rule: \"@@a\", group: None }))";
    check("POST", "/api/v1/rules", "{\"rule\":\"@@a\"}", Some(rule), 200).await;
    check("DELETE", "/api/v1/rules/3", "", Some("Change(RemoveRule { id: \"3\" })"), 200).await;
    check("POST", "/api/v1/changes/3/undo", "", Some("Undo { change: 3 }"), 200).await;
    check("POST", "/api/v1/changes/x/undo", "", None, 400).await;
    check("POST", "/api/v1/pause", "{}", None, 422).await;
    check("POST", "/api/v1/pause", "{\"lasts\":\"0s\"}", None, 422).await;
    check("POST", "/api/v1/exceptions", "{\"name\":\"a\",\"action\":\"allow\",\"for\":\"1h\"}", None, 422).await;
}

#[tokio::test]
async fn a_change_has_the_author_who_asked_for_it() {
    let check = async |site: &mut Site, header: &str, way: Way| {
        let deps = std::sync::Arc::clone(&site.deps);
        let asked = request("DELETE", "/api/v1/pause", &[header], "");
        let order = async {
            let order = site.orders.recv().await.unwrap();
            assert_eq!(order.by, Author { way, address: Some([192, 168, 1, 23].into()) });
        };
        tokio::join!(ask(deps, asked), order);
    };
    check(&mut Site::new(Auth::open(), &[]), "accept: */*", Way::Open).await;
    let mut site = Site::new(token_alone(), &[]);
    check(&mut site, &format!("authorization: Bearer {TOKEN}"), Way::Token).await;
    let log_in = request("POST", "/api/v1/session", &[JSON], &format!("{{\"token\":\"{TOKEN}\"}}"));
    let response = site.ask(log_in).await;
    let cookie = response.headers()[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    check(&mut site, &format!("cookie: {cookie}"), Way::Session).await;
}
