//! The upstream of the demonstration: answers every name from a rule of its own, after a pause such as a real one makes.

use std::{
    future::Future,
    hash::{DefaultHasher, Hash, Hasher},
    pin::Pin,
    sync::Arc,
    time::Duration,
};

use crate::{
    dns::{Answer, Name, Question, Rcode, RecordType, reply},
    upstream::{Exchange, ExchangeError},
};

/// Lifetimes of the answers, in seconds, chosen by name.
const LIFETIMES: [u32; 4] = [30, 60, 300, 900];

/// Names that lead on to others, as trackers hide behind a host's own name: asked name, target.
const ALIASES: &[(&str, &str)] = &[
    ("news.example", "edge.cdn.example"),
    ("weather.example", "metrics.weather.example"),
    ("metrics.weather.example", "data.mistat.xiaomi.com"),
];

/// Answers as if it were the Internet, from addresses that are set aside for documentation (RFC 5737, RFC 3849).
#[derive(Debug)]
pub(super) struct ScriptedInternet;

impl Exchange for ScriptedInternet {
    fn exchange<'a>(
        &'a self,
        question: &'a Question,
    ) -> Pin<Box<dyn Future<Output = Result<Arc<Answer>, ExchangeError>> + Send + 'a>> {
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(4 + number(&question.name) % 40)).await;
            if question.name.labels().any(|label| label.starts_with(b"broken")) {
                return Err(ExchangeError::Timeout);
            }
            Answer::read(&answer(question)).map(Arc::new).map_err(|_| ExchangeError::Invalid)
        })
    }
}

/// The bytes of the answer to `question`.
fn answer(question: &Question) -> Vec<u8> {
    let query = question.to_query();
    let number = number(&question.name);
    let ttl = LIFETIMES[usize::try_from(number % 4).unwrap_or(0)];
    let missing = question.name.labels().any(|label| label.starts_with(b"typo"));
    let rcode = if missing { Rcode::NXDOMAIN } else { Rcode::NOERROR };
    let mut bytes = Vec::new();
    let mut writer = reply::ReplyWriter::new(&mut bytes, &query, rcode, reply::Authority::None);
    let owner = write_aliases(&mut writer, question.name, ttl);
    let host = u8::try_from(number % 250).unwrap_or(0) + 1;
    match question.rtype {
        _ if missing => writer.negative(60),
        RecordType::A => writer.answer_of(&owner, RecordType::A, ttl, &[198, 51, 100, host]),
        RecordType::AAAA => {
            let address = [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, host];
            writer.answer_of(&owner, RecordType::AAAA, ttl, &address);
        }
        _ => writer.negative(60),
    }
    writer.finish(&query, rcode, reply::Frame { limit: usize::from(u16::MAX), padded: false, ede: None });
    bytes
}

/// Writes the chain of aliases from `name` and returns its end.
fn write_aliases(writer: &mut reply::ReplyWriter<'_>, name: Name, ttl: u32) -> Name {
    let mut owner = name;
    while let Some((_, target)) = ALIASES.iter().find(|(alias, _)| alias.parse() == Ok(owner)) {
        let Ok(target) = target.parse::<Name>() else { break };
        writer.answer_of(&owner, RecordType::CNAME, ttl, target.wire());
        owner = target;
    }
    owner
}

/// A number that stays with the name.
fn number(name: &Name) -> u64 {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_addresses_aliases_or_nothing() {
        let check = |name: &str, rtype: RecordType, rcode: Rcode, records: &[&str]| {
            let name: Name = name.parse().unwrap();
            let question = Question::plain(&name, rtype);
            let answer = Answer::read(&answer(&question)).unwrap();
            let found: Vec<_> = answer.answers().map(|record| record.rtype().to_string()).collect();
            assert_eq!((answer.rcode(), found), (rcode, records.iter().map(ToString::to_string).collect()), "{name}");
        };
        check("a.b", RecordType::A, Rcode::NOERROR, &["A"]);
        check("a.b", RecordType::AAAA, Rcode::NOERROR, &["AAAA"]);
        check("a.b", RecordType::HTTPS, Rcode::NOERROR, &[]);
        check("typo.b", RecordType::A, Rcode::NXDOMAIN, &[]);
        check("weather.example", RecordType::A, Rcode::NOERROR, &["CNAME", "CNAME", "A"]);
    }
}
