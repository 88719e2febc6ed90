//! Who may read the API where it is reachable from other machines: the holder of the token, or of a session that the
//! token opened.

use std::{net::IpAddr, sync::Mutex, time::Duration};

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use subtle::ConstantTimeEq;

use super::Problem;
use crate::{changes::Way, time::Moment};

/// The name of the cookie.
pub(super) const COOKIE: &str = "ponor_session";
/// How long a session lives.
const SESSION: Duration = Duration::from_hours(168);
/// Sessions at one time; a further one ends the oldest.
const SESSIONS: usize = 64;
/// Wrong tokens from one address within [`PENANCE`] before it has to wait.
const ATTEMPTS: u32 = 10;
/// How long wrong tokens are remembered.
const PENANCE: Duration = Duration::from_mins(1);
/// Addresses whose wrong tokens are remembered; a further one displaces the oldest.
const SUSPECTS: usize = 256;

/// Decides who may read the API.
#[derive(Debug)]
pub struct Auth {
    token: Option<String>,
    memory: Mutex<Memory>,
}

#[derive(Debug, Default)]
struct Memory {
    sessions: Vec<Session>,
    suspects: Vec<Suspect>,
}

#[derive(Debug)]
struct Session {
    id: String,
    ends: Moment,
}

#[derive(Debug)]
struct Suspect {
    address: IpAddr,
    attempts: u32,
    first: Moment,
}

impl Auth {
    /// Everyone who can connect may read: for a listener on loopback.
    #[must_use]
    pub fn open() -> Self {
        Self { token: None, memory: Mutex::default() }
    }

    /// The holder of `token` may read.
    #[must_use]
    pub fn token(token: String) -> Self {
        Self { token: Some(token), memory: Mutex::default() }
    }

    pub(super) fn needs_token(&self) -> bool {
        self.token.is_some()
    }

    /// Whether the headers of a request hold the token or a session.
    pub(super) fn check(&self, headers: &HeaderMap, from: IpAddr, now: Moment) -> Result<(), Problem> {
        let Some(token) = &self.token else { return Ok(()) };
        if let Some(given) = bearer(headers) {
            return self.compare(token, given, from, now);
        }
        let mut memory = self.memory();
        memory.sessions.retain(|session| session.ends > now);
        let known = cookies(headers).any(|id| memory.sessions.iter().any(|session| same(&session.id, id)));
        if known { Ok(()) } else { Err(Problem::new(StatusCode::UNAUTHORIZED, LOG_IN)) }
    }

    /// How a request that may read does so.
    pub(super) fn way(&self, headers: &HeaderMap) -> Way {
        match (self.needs_token(), bearer(headers)) {
            (false, _) => Way::Open,
            (true, Some(_)) => Way::Token,
            (true, None) => Way::Session,
        }
    }

    /// Opens a session for the holder of the token; returns the cookie to be set.
    pub(super) fn log_in(&self, given: &str, from: IpAddr, now: Moment) -> Result<HeaderValue, Problem> {
        if let Some(token) = &self.token {
            self.compare(token, given, from, now)?;
        }
        let mut id = [0; 32];
        getrandom::fill(&mut id)
            .map_err(|_| Problem::new(StatusCode::SERVICE_UNAVAILABLE, "no random numbers for a session"))?;
        let id = hex::encode(id);
        let cookie = cookie(&id, SESSION);
        let mut memory = self.memory();
        memory.sessions.retain(|session| session.ends > now);
        if memory.sessions.len() >= SESSIONS {
            memory.sessions.remove(0);
        }
        memory.sessions.push(Session { id, ends: now.after(SESSION) });
        Ok(cookie)
    }

    /// Ends the session of a request; returns the cookie that takes its place.
    pub(super) fn log_out(&self, headers: &HeaderMap) -> HeaderValue {
        let mut memory = self.memory();
        for id in cookies(headers) {
            memory.sessions.retain(|session| !same(&session.id, id));
        }
        cookie("", Duration::ZERO)
    }

    fn compare(&self, token: &str, given: &str, from: IpAddr, now: Moment) -> Result<(), Problem> {
        let mut memory = self.memory();
        memory.suspects.retain(|suspect| now.since(suspect.first) < PENANCE);
        let known = memory.suspects.iter().position(|suspect| suspect.address == from);
        if known.is_some_and(|position| memory.suspects[position].attempts >= ATTEMPTS) {
            return Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, "too many wrong tokens; try again in a minute"));
        }
        if same(token, given) {
            return Ok(());
        }
        if let Some(position) = known {
            memory.suspects[position].attempts += 1;
        } else {
            if memory.suspects.len() >= SUSPECTS {
                memory.suspects.remove(0);
            }
            memory.suspects.push(Suspect { address: from, attempts: 1, first: now });
        }
        Err(Problem::new(
            StatusCode::UNAUTHORIZED,
            "this is not the token; it stands in the file `token` of the data directory",
        ))
    }

    fn memory(&self) -> std::sync::MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

const LOG_IN: &str = "log in with the token from the file `token` of the data directory, or send it as \
                      `Authorization: Bearer ...`";

/// Compares without telling by the time it takes where two texts differ; their length is no secret.
fn same(secret: &str, given: &str) -> bool {
    secret.as_bytes().ct_eq(given.as_bytes()).into()
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The session ids of a request; more than one when a browser kept an old cookie of another path.
fn cookies(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let all = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))
}

fn cookie(id: &str, lifetime: Duration) -> HeaderValue {
    let text = format!("{COOKIE}={id}; HttpOnly; SameSite=Strict; Path=/; Max-Age={}", lifetime.as_secs());
    HeaderValue::try_from(text).expect("a name, hexadecimal digits and a number")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "0123456789abcdef0123456789abcdef";
    const ADDRESS: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 168, 1, 23));

    fn minute(number: u64) -> Moment {
        Moment(number * 60_000_000)
    }

    fn headers(cookie: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::COOKIE, HeaderValue::try_from(cookie).unwrap())])
    }

    fn session(auth: &Auth, now: Moment) -> String {
        let cookie = auth.log_in(TOKEN, ADDRESS, now).unwrap();
        cookie.to_str().unwrap().split(';').next().unwrap().to_owned()
    }

    #[test]
    fn who_guesses_has_to_wait_and_nobody_else_does() {
        let auth = Auth::token(TOKEN.to_owned());
        let status = |given: &str, from: IpAddr, now: Moment| match auth.log_in(given, from, now) {
            Ok(_) => 204,
            Err(problem) => serde_json::to_value(problem).unwrap()["status"].as_u64().unwrap(),
        };
        for _ in 0..ATTEMPTS {
            assert_eq!(status("wrong", ADDRESS, minute(1)), 401);
        }
        assert_eq!(status("wrong", ADDRESS, minute(1)), 429);
        assert_eq!(status(TOKEN, ADDRESS, minute(1)), 429, "a right guess is not told either");
        assert_eq!(status(TOKEN, [192, 168, 1, 24].into(), minute(1)), 204);
        assert_eq!(status(TOKEN, ADDRESS, minute(2)), 204);
    }

    #[test]
    fn memory_of_guesses_is_bounded() {
        let auth = Auth::token(TOKEN.to_owned());
        for number in 0..5000_u32 {
            assert!(auth.log_in("wrong", IpAddr::V4(number.into()), minute(1)).is_err());
        }
        assert_eq!(auth.memory().suspects.len(), SUSPECTS);
    }

    #[test]
    fn sessions_end_with_their_time_and_the_oldest_gives_way() {
        let auth = Auth::token(TOKEN.to_owned());
        let first = session(&auth, minute(0));
        let end = Moment(0).after(SESSION);
        assert!(auth.check(&headers(&first), ADDRESS, Moment(end.0 - 1)).is_ok());
        assert!(auth.check(&headers(&first), ADDRESS, end).is_err());
        let sessions: Vec<String> = (0..=SESSIONS).map(|_| session(&auth, minute(1))).collect();
        assert!(auth.check(&headers(&sessions[0]), ADDRESS, minute(1)).is_err());
        assert!(auth.check(&headers(&sessions[1]), ADDRESS, minute(1)).is_ok());
        for wrong in ["ponor_session=", "ponor_session", "other=1", &format!("{}0", sessions[1])] {
            assert!(auth.check(&headers(wrong), ADDRESS, minute(1)).is_err(), "{wrong}");
        }
    }
}
