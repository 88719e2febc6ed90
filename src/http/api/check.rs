//! The check of whether lookups come here: a page has its browser look names up that nobody else knows, and asks which of them
//! ponor was asked for. Only the questions count; nothing answers at these names.

use std::{collections::BTreeSet, net::IpAddr, sync::Arc};

use axum::{Json, extract::State, http::StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

use super::extract::Id;
use crate::{
    clients::DeviceId,
    http::{Deps, Problem},
    local::CHECK_ZONE,
    stats::{Row, RowFilter, Transport},
};

/// Names of one check, numbered from 1.
const NAMES: u8 = 12;
/// Digits of the word that they begin with.
const DIGITS: usize = 16;

/// Which names of a check ponor was asked for.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct Check {
    /// How many names there are: `{nonce}-1.check.ponor.internal` and on.
    #[schema(example = 12)]
    names: u8,
    /// The numbers of those that somebody asked for, ascending.
    seen: BTreeSet<u8>,
    /// Who asked for them, each address by each way once; the latest first.
    askers: Vec<Asker>,
}

/// Who asked for names of a check.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = CheckAsker)]
pub(super) struct Asker {
    /// The address that asked.
    #[schema(value_type = String, example = "192.168.1.23")]
    device: IpAddr,
    /// What the device is known by.
    #[schema(value_type = String, example = "aa:bb:cc:dd:ee:ff")]
    device_id: DeviceId,
    /// What it is called; its address when nobody knows a name.
    #[schema(example = "living-room-tv")]
    device_name: String,
    /// What carried the queries.
    transport: Transport,
    /// The numbers of the names, ascending.
    seen: BTreeSet<u8>,
}

/// Which names of a check ponor was asked for, as far as they are among the latest thousand queries.
#[utoipa::path(
    get,
    path = "/api/v1/check/{nonce}",
    tag = "status",
    params(("nonce" = String, Path, description = "What the names begin with: 16 hexadecimal digits in lower case that nobody else has", pattern = "^[0-9a-f]{16}$", example = "0123456789abcdef")),
    responses((status = 200, body = Check), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn check(State(deps): State<Arc<Deps>>, Id(nonce): Id) -> Result<Json<Check>, Problem> {
    if !is_nonce(&nonce) {
        let detail = format!("`{}`: expected {DIGITS} hexadecimal digits in lower case", nonce.escape_debug());
        return Err(Problem::new(StatusCode::BAD_REQUEST, detail));
    }
    let filter = RowFilter { name: Some(format!("{nonce}-")), ..RowFilter::default() };
    let called = deps.view.devices().called();
    let (rows, ..) = deps.stats.page(&filter, usize::MAX, &called, |_| true);
    Ok(Json(Check::of(&nonce, &rows)))
}

fn is_nonce(text: &str) -> bool {
    text.len() == DIGITS && text.bytes().all(|octet| matches!(octet, b'0'..=b'9' | b'a'..=b'f'))
}

/// The number of a name of the check that begins with `nonce`.
fn number(nonce: &str, name: &str) -> Option<u8> {
    let name = name.to_ascii_lowercase();
    let digits = name.strip_prefix(nonce)?.strip_prefix('-')?.strip_suffix(CHECK_ZONE)?.strip_suffix('.')?;
    (1..=NAMES).find(|number| number.to_string() == digits)
}

impl Check {
    fn of(nonce: &str, rows: &[Arc<Row>]) -> Self {
        let mut check = Self { names: NAMES, seen: BTreeSet::new(), askers: Vec::new() };
        for row in rows {
            let Some(number) = number(nonce, &row.name) else { continue };
            check.seen.insert(number);
            let known = |asker: &&mut Asker| (asker.device, asker.transport) == (row.device, row.transport);
            match check.askers.iter_mut().find(known) {
                Some(asker) => drop(asker.seen.insert(number)),
                None => check.askers.push(Asker {
                    device: row.device,
                    device_id: row.device_id,
                    device_name: row.device_name.clone(),
                    transport: row.transport,
                    seen: BTreeSet::from([number]),
                }),
            }
        }
        check
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONCE: &str = "0123456789abcdef";

    #[test]
    fn a_nonce_is_sixteen_hexadecimal_digits() {
        for (text, expected) in [
            (NONCE, true),
            ("ffffffffffffffff", true),
            ("", false),
            ("0123456789abcde", false),
            ("0123456789abcdef0", false),
            ("0123456789ABCDEF", false),
            ("0123456789abcdeg", false),
            ("0123456789abcd-1", false),
            ("01234567\u{e9}abcdef", false),
        ] {
            assert_eq!(is_nonce(text), expected, "{text}");
        }
    }

    #[test]
    fn which_names_are_of_a_check() {
        for (name, expected) in [
            ("0123456789abcdef-1.check.ponor.internal", Some(1)),
            ("0123456789aBCdef-12.Check.ponor.INTERNAL", Some(12)),
            ("0123456789abcdef-0.check.ponor.internal", None),
            ("0123456789abcdef-13.check.ponor.internal", None),
            ("0123456789abcdef-01.check.ponor.internal", None),
            ("0123456789abcdef-+1.check.ponor.internal", None),
            ("0123456789abcdef-1.x.check.ponor.internal", None),
            ("0123456789abcdef-1.check.ponor.internal.lan", None),
            ("0123456789abcdef-1check.ponor.internal", None),
            ("x0123456789abcdef-1.check.ponor.internal", None),
            ("0123456789abcde0-1.check.ponor.internal", None),
            ("check.ponor.internal", None),
        ] {
            assert_eq!(number(NONCE, name), expected, "{name}");
        }
    }
}
