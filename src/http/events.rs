//! Streams of server-sent events: few, bounded, ended when ponor ends.

use std::{
    convert::Infallible,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    http::StatusCode,
    response::{
        IntoResponse, Response, Sse,
        sse::{Event, KeepAlive},
    },
};
use futures_util::{Stream, StreamExt, stream};
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

use super::Problem;
use crate::{
    clients::{Called, has_room},
    filter::Filter,
    journal::Batch,
    lists::UpdateProgress,
    stats::{Row, Stats},
};

/// A comment is sent this often, so that a silent stream is not taken for a dead one.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// The streams of events that are open, and their end; clones share the places.
#[derive(Clone, Debug)]
pub struct Streams {
    /// For whom, once for each.
    taken: Arc<Mutex<Vec<IpAddr>>>,
    capacity: usize,
    share: usize,
    closing: CancellationToken,
}

/// A place among the streams; given back when it is dropped.
struct Place {
    client: IpAddr,
    taken: Arc<Mutex<Vec<IpAddr>>>,
}

impl Streams {
    /// At most `capacity` streams, and `share` to one address.
    #[must_use]
    pub fn new(capacity: usize, share: usize) -> Self {
        Self { taken: Arc::default(), capacity, share, closing: CancellationToken::new() }
    }

    /// The same places, for streams that end when `closing` is cancelled.
    #[must_use]
    pub fn until(&self, closing: CancellationToken) -> Self {
        Self { closing, ..self.clone() }
    }

    fn place(&self, client: IpAddr) -> Result<Place, Problem> {
        let mut taken = locked(&self.taken);
        if !has_room(client, taken.iter().copied(), self.capacity, self.share) {
            let detail = "too many live pages are open; close one and try again";
            return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail));
        }
        taken.push(client);
        Ok(Place { client, taken: Arc::clone(&self.taken) })
    }

    /// Answers `client` with a stream of events.
    pub(super) fn open(
        &self,
        client: IpAddr,
        events: impl Stream<Item = Event> + Send + 'static,
    ) -> Result<Response, Problem> {
        let place = self.place(client)?;
        let closed = self.closing.clone().cancelled_owned();
        let events = events.take_until(closed).map(move |event| {
            // The place is held by the stream and given back with it.
            let _ = &place;
            Ok::<_, Infallible>(event)
        });
        Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = locked(&self.taken);
        if let Some(position) = taken.iter().position(|other| *other == self.client) {
            taken.swap_remove(position);
        }
    }
}

fn locked(taken: &Mutex<Vec<IpAddr>>) -> MutexGuard<'_, Vec<IpAddr>> {
    taken.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Queries from `last` on that `filter` means: first those that are still remembered, then each as it happens.
pub(super) fn queries(
    receiver: broadcast::Receiver<Batch>,
    stats: &Stats,
    last: Option<u64>,
    filter: Filter,
    called: &Called,
) -> impl Stream<Item = Event> + Send + use<> {
    // An id of another run may be beyond what this one gives for years.
    let last = last.map(|last| last.min(stats.next_id().saturating_sub(1)));
    let replay: Batch = last.map(|last| stats.rows_after(last, usize::MAX, called)).unwrap_or_default().into();
    let first = stats.first_id();
    let batches = stream::once(async { replay }).chain(batches(receiver));
    let mut expected = last.map(|last| last.saturating_add(1).max(first));
    batches.flat_map(move |batch| stream::iter(batch_events(&batch, &mut expected, &filter)))
}

/// The batches that a receiver gets; those it missed are left out, and show as a gap in the ids.
fn batches(receiver: broadcast::Receiver<Batch>) -> impl Stream<Item = Batch> + Send + 'static {
    stream::unfold(receiver, |mut receiver| async {
        loop {
            match receiver.recv().await {
                Ok(batch) => return Some((batch, receiver)),
                Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    })
}

/// The events for a batch when `expected` is the id of the row that should come next.
fn batch_events(batch: &[Arc<Row>], expected: &mut Option<u64>, filter: &Filter) -> Vec<Event> {
    let start = batch.partition_point(|row| expected.is_some_and(|expected| row.id < expected));
    let rows = &batch[start..];
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Vec::new() };
    let missed = expected.map_or(0, |expected| first.id - expected);
    *expected = Some(last.id + 1);
    let mut events = Vec::new();
    if missed > 0 {
        events.push(Event::default().event("lagged").data(format!("{{\"missed\":{missed}}}")));
    }
    let meant: Vec<&Arc<Row>> = rows.iter().filter(|row| filter.admits(row)).collect();
    if !meant.is_empty() {
        events.extend(Event::default().event("queries").id(last.id.to_string()).json_data(meant).ok());
    }
    events
}

/// The steps of list updates.
pub(super) fn progress(receiver: broadcast::Receiver<UpdateProgress>) -> impl Stream<Item = Event> + Send + 'static {
    stream::unfold(receiver, |mut receiver| async {
        match receiver.recv().await {
            Ok(step) => Some((Event::default().event("progress").json_data(step).ok(), receiver)),
            Err(broadcast::error::RecvError::Lagged(missed)) => {
                Some((Some(Event::default().event("lagged").data(format!("{{\"missed\":{missed}}}"))), receiver))
            }
            Err(broadcast::error::RecvError::Closed) => None,
        }
    })
    .filter_map(std::future::ready)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{catalog::Catalog, dns::Name, stats::event_at, time::UnixTime};

    fn rows(count: usize) -> Vec<Arc<Row>> {
        let stats = Stats::new(Catalog::built_in(), UnixTime(1));
        stats.record_events((0..count).map(|_| event_at(5, &Name::ROOT)));
        stats.rows_after(0, usize::MAX, &Called::default())
    }

    #[test]
    fn one_address_cannot_take_all_places() {
        let [one, other] = [23, 24].map(|host| IpAddr::from([192, 168, 1, host]));
        let streams = Streams::new(3, 2);
        let (first, _second) = (streams.place(one).unwrap(), streams.place(one).unwrap());
        assert!(streams.place(one).is_err());
        let _third = streams.place(other).unwrap();
        assert!(streams.place(other).is_err(), "there are three places");
        drop(first);
        let _fourth = streams.place(other).unwrap();
        assert!(streams.place(one).is_err());
    }

    #[tokio::test]
    async fn an_id_that_was_not_given_yet_silences_nothing() {
        for beyond in [1000, u64::MAX / 2] {
            let stats = Stats::new(Catalog::built_in(), UnixTime(1));
            let (sender, receiver) = broadcast::channel::<Batch>(4);
            let last = Some(stats.next_id() + beyond);
            let mut events = Box::pin(queries(receiver, &stats, last, Filter::default(), &Called::default()));
            stats.record_events([event_at(5, &Name::ROOT)]);
            sender.send(stats.rows_after(0, usize::MAX, &Called::default()).into()).unwrap();
            let event = tokio::time::timeout(Duration::from_secs(5), events.next()).await;
            let event = format!("{:?}", event.expect("nothing is told"));
            assert!(event.contains("event: queries"), "{event}");
        }
    }

    #[test]
    fn a_gap_is_told_and_nothing_is_told_twice() {
        let rows = rows(20);
        // Ids are 1 to 20; a batch is given by its first and last id.
        let check =
            |expected: Option<u64>, batch: (usize, usize), events: usize, missed: Option<u64>, next: Option<u64>| {
                let mut cursor = expected;
                let told = batch_events(&rows[batch.0 - 1..batch.1], &mut cursor, &Filter::default());
                assert_eq!((told.len(), cursor), (events, next), "{expected:?} {batch:?}");
                if let Some(missed) = missed {
                    assert!(format!("{:?}", told[0]).contains(&format!("missed\\\":{missed}}}")), "{:?}", told[0]);
                }
            };
        check(None, (5, 8), 1, None, Some(9));
        check(Some(5), (5, 8), 1, None, Some(9));
        check(Some(3), (5, 8), 2, Some(2), Some(9));
        check(Some(7), (5, 8), 1, None, Some(9));
        check(Some(9), (5, 8), 0, None, Some(9));
        check(Some(9), (8, 9), 1, None, Some(10));
    }
}
