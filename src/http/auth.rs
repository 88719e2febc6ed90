//! Who may read the API where it is reachable from other machines: the holder of the token, or of a session that the
//! token or the password opened.

use std::{net::IpAddr, sync::Mutex, time::Duration};

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use subtle::ConstantTimeEq;

use super::{Password, Problem};
use crate::{changes::Way, clients::picked_from, time::Moment};

/// The name of the cookie.
pub(super) const COOKIE: &str = "ponor_session";
/// How long a session lives.
const SESSION: Duration = Duration::from_hours(168);
/// Sessions at one time; a further one ends the oldest.
const SESSIONS: usize = 64;
/// Wrong tokens and passwords from one address within [`PENANCE`] before it has to wait; from the addresses of one /64 of IPv6
/// together, of which whoever guesses has as many as they like.
const ATTEMPTS: u32 = 10;
/// How long these are remembered.
const PENANCE: Duration = Duration::from_mins(1);
/// Addresses of which they are remembered; a further one displaces the oldest.
const SUSPECTS: usize = 256;

/// Decides who may read the API.
#[derive(Debug)]
pub struct Auth {
    keys: Option<Keys>,
    memory: Mutex<Memory>,
}

/// What opens the door.
#[derive(Debug)]
struct Keys {
    token: String,
    /// Beside the token, where it is one that people type.
    password: Password,
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
    /// How often the password had been changed when it began.
    changes: u64,
}

#[derive(Debug)]
struct Suspect {
    /// What the address is picked from.
    address: IpAddr,
    attempts: u32,
    first: Moment,
}

impl Auth {
    /// Everyone who can connect may read: for a listener on loopback.
    #[must_use]
    pub fn open() -> Self {
        Self { keys: None, memory: Mutex::default() }
    }

    /// The holder of `token` may read, and whoever logs in with it or with `password`.
    #[must_use]
    pub fn keys(token: String, password: Password) -> Self {
        Self { keys: Some(Keys { token, password }), memory: Mutex::default() }
    }

    pub(super) fn needs_log_in(&self) -> bool {
        self.keys.is_some()
    }

    /// Whether the headers of a request hold the token or a session.
    pub(super) fn check(&self, headers: &HeaderMap, from: IpAddr, now: Moment) -> Result<(), Problem> {
        let Some(keys) = &self.keys else { return Ok(()) };
        if let Some(given) = bearer(headers) {
            self.begin_try(from, now)?;
            if !same(&keys.token, given) {
                return Err(wrong());
            }
            self.forgive(from);
            return Ok(());
        }
        let mut memory = self.memory();
        memory.sessions.retain(|session| session.ends > now && session.changes == keys.password.changes());
        let known = cookies(headers).any(|id| memory.sessions.iter().any(|session| same(&session.id, id)));
        if known { Ok(()) } else { Err(Problem::new(StatusCode::UNAUTHORIZED, LOG_IN)) }
    }

    /// How a request that may read does so.
    pub(super) fn way(&self, headers: &HeaderMap) -> Way {
        match (self.needs_log_in(), bearer(headers)) {
            (false, _) => Way::Open,
            (true, Some(_)) => Way::Token,
            (true, None) => Way::Session,
        }
    }

    /// Opens a session for who gives the token or the password; returns the cookie to be set.
    pub(super) async fn log_in(&self, given: &str, from: IpAddr, now: Moment) -> Result<HeaderValue, Problem> {
        // A password that is changed meanwhile opens nothing any more.
        let changes = self.changes();
        if let Some(keys) = &self.keys {
            self.begin_try(from, now)?;
            if !same(&keys.token, given.trim()) && !keys.password.is(given).await {
                return Err(wrong());
            }
            self.forgive(from);
        }
        self.begin_session(changes, now)
    }

    /// Opens a session in place of the one by which the password was just changed; returns the cookie to be set.
    pub(super) fn renew_session(&self, now: Moment) -> Result<HeaderValue, Problem> {
        self.begin_session(self.changes(), now)
    }

    /// How often the password was changed.
    fn changes(&self) -> u64 {
        self.keys.as_ref().map_or(0, |keys| keys.password.changes())
    }

    fn begin_session(&self, changes: u64, now: Moment) -> Result<HeaderValue, Problem> {
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
        memory.sessions.push(Session { id, ends: now.after(SESSION), changes });
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

    /// Notes that `from` tries, before it is known whether it is right: many at once are no way around the limit.
    fn begin_try(&self, from: IpAddr, now: Moment) -> Result<(), Problem> {
        let from = picked_from(from);
        let mut memory = self.memory();
        memory.suspects.retain(|suspect| now.since(suspect.first) < PENANCE);
        match memory.suspects.iter_mut().find(|suspect| suspect.address == from) {
            Some(suspect) if suspect.attempts >= ATTEMPTS => {
                return Err(Problem::new(
                    StatusCode::TOO_MANY_REQUESTS,
                    "too many wrong log-ins; try again in a minute",
                ));
            }
            Some(suspect) => suspect.attempts += 1,
            None => {
                if memory.suspects.len() >= SUSPECTS {
                    memory.suspects.remove(0);
                }
                memory.suspects.push(Suspect { address: from, attempts: 1, first: now });
            }
        }
        Ok(())
    }

    /// Takes the last try of `from`, which was right, for none.
    fn forgive(&self, from: IpAddr) {
        let from = picked_from(from);
        self.memory().suspects.retain_mut(|suspect| {
            suspect.attempts -= u32::from(suspect.address == from);
            suspect.attempts > 0
        });
    }

    fn memory(&self) -> std::sync::MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

const LOG_IN: &str = "log in with the password or the token, which stands in the file `token` of the data directory, or send \
                      the token as `Authorization: Bearer ...`";

fn wrong() -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "this is neither the token, which stands in the file `token` of the data directory, nor the password",
    )
}

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

    fn auth() -> (Auth, Password, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let password = Password::open(folder.path()).unwrap();
        (Auth::keys(TOKEN.to_owned(), password.clone()), password, folder)
    }

    async fn status(auth: &Auth, given: &str, from: IpAddr, now: Moment) -> u64 {
        match auth.log_in(given, from, now).await {
            Ok(_) => 204,
            Err(problem) => serde_json::to_value(problem).unwrap()["status"].as_u64().unwrap(),
        }
    }

    async fn session(auth: &Auth, now: Moment) -> String {
        let cookie = auth.log_in(TOKEN, ADDRESS, now).await.unwrap();
        cookie.to_str().unwrap().split(';').next().unwrap().to_owned()
    }

    #[tokio::test]
    async fn who_guesses_has_to_wait_and_nobody_else_does() {
        let (auth, password, _folder) = auth();
        password.choose(Some("correct horse".to_owned())).await.unwrap();
        let status = async |given, from, now| status(&auth, given, from, now).await;
        for _ in 0..=ATTEMPTS {
            assert_eq!(status("correct horse", ADDRESS, minute(1)).await, 204, "who knows it need not count");
        }
        for _ in 0..ATTEMPTS {
            assert_eq!(status("wrong", ADDRESS, minute(1)).await, 401);
        }
        assert_eq!(status("wrong", ADDRESS, minute(1)).await, 429);
        assert_eq!(status(TOKEN, ADDRESS, minute(1)).await, 429, "a right guess is not told either");
        assert_eq!(status(TOKEN, [192, 168, 1, 24].into(), minute(1)).await, 204);
        assert_eq!(status(TOKEN, ADDRESS, minute(2)).await, 204);
    }

    #[tokio::test]
    async fn guesses_at_the_same_time_are_all_counted() {
        let (auth, password, _folder) = auth();
        password.choose(Some("correct horse".to_owned())).await.unwrap();
        let guesses = (0..3 * ATTEMPTS).map(|_| status(&auth, "wrong horse", ADDRESS, minute(1)));
        let told = futures_util::future::join_all(guesses).await;
        assert_eq!(
            told.iter().filter(|status| **status == 401).count(),
            usize::try_from(ATTEMPTS).unwrap(),
            "{told:?}"
        );
    }

    #[tokio::test]
    async fn another_address_of_the_same_network_is_no_way_around_the_limit() {
        let (auth, ..) = auth();
        let from =
            |network: u16, host: u32| IpAddr::from([0xfd00, 0, 0, network, 0, 0, 0, u16::try_from(host).unwrap()]);
        for host in 0..ATTEMPTS {
            assert_eq!(status(&auth, "wrong", from(1, host), minute(1)).await, 401);
            assert_eq!(
                status(&auth, TOKEN, from(1, 1000 + host), minute(1)).await,
                if host + 1 < ATTEMPTS { 204 } else { 429 }
            );
        }
        assert_eq!(status(&auth, TOKEN, from(2, 1), minute(1)).await, 204);
    }

    #[tokio::test]
    async fn memory_of_guesses_is_bounded() {
        let (auth, ..) = auth();
        for number in 0..5000_u32 {
            assert!(auth.log_in("wrong", IpAddr::V4(number.into()), minute(1)).await.is_err());
        }
        assert_eq!(auth.memory().suspects.len(), SUSPECTS);
    }

    #[tokio::test]
    async fn sessions_end_with_their_time_and_the_oldest_gives_way() {
        let (auth, ..) = auth();
        let first = session(&auth, minute(0)).await;
        let end = Moment(0).after(SESSION);
        assert!(auth.check(&headers(&first), ADDRESS, Moment(end.0 - 1)).is_ok());
        assert!(auth.check(&headers(&first), ADDRESS, end).is_err());
        let mut sessions = Vec::new();
        for _ in 0..=SESSIONS {
            sessions.push(session(&auth, minute(1)).await);
        }
        assert!(auth.check(&headers(&sessions[0]), ADDRESS, minute(1)).is_err());
        assert!(auth.check(&headers(&sessions[1]), ADDRESS, minute(1)).is_ok());
        for wrong in ["ponor_session=", "ponor_session", "other=1", &format!("{}0", sessions[1])] {
            assert!(auth.check(&headers(wrong), ADDRESS, minute(1)).is_err(), "{wrong}");
        }
    }

    #[tokio::test]
    async fn sessions_end_when_the_password_changes() {
        let (auth, password, _folder) = auth();
        for chosen in [Some("correct horse".to_owned()), None] {
            let before = session(&auth, minute(1)).await;
            password.choose(chosen).await.unwrap();
            assert!(auth.check(&headers(&before), ADDRESS, minute(1)).is_err());
            let after = session(&auth, minute(1)).await;
            assert!(auth.check(&headers(&after), ADDRESS, minute(1)).is_ok());
        }
    }
}
