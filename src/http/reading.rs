//! Reading the journal for the pages: a few requests at a time, because each takes memory for the names that it meets.

use std::sync::Arc;

use axum::http::StatusCode;
use tokio::{sync::Semaphore, task::spawn_blocking};

use super::Problem;

/// Lets a few requests read at once; others wait for their turn.
pub struct Reading {
    places: Arc<Semaphore>,
    afterwards: fn(),
}

impl Reading {
    /// Lets `at_once` requests read; `afterwards` follows each, once what it took is let go.
    #[must_use]
    pub fn new(at_once: usize, afterwards: fn()) -> Self {
        Self { places: Arc::new(Semaphore::new(at_once)), afterwards }
    }

    /// Does what may wait for files, on a thread that may.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let (places, afterwards) = (Arc::clone(&self.places), self.afterwards);
        let place = places.acquire_owned().await.map_err(|_| failed())?;
        let reading = spawn_blocking(move || {
            // Whoever asked may have gone: the place is taken until the reading has ended.
            let _place = place;
            let found = work();
            afterwards();
            found
        });
        reading.await.map_err(|_| failed())
    }
}

fn failed() -> Problem {
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the journal could not be read; the log says why")
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    };

    use tokio::task::JoinSet;

    use super::*;

    static FOLLOWED: AtomicUsize = AtomicUsize::new(0);

    #[tokio::test]
    async fn no_more_than_a_few_read_at_once_and_each_is_followed() {
        let reading = Arc::new(Reading::new(2, || {
            FOLLOWED.fetch_add(1, Ordering::Relaxed);
        }));
        let (busy, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        // Each ends when it is told to, so that as many as may read are there together.
        let (ending, told) = mpsc::channel::<()>();
        let told = Arc::new(Mutex::new(told));
        let mut all = JoinSet::new();
        for _ in 0..6 {
            let (reading, told) = (Arc::clone(&reading), Arc::clone(&told));
            let (busy, most) = (Arc::clone(&busy), Arc::clone(&most));
            all.spawn(async move {
                let work = move || {
                    most.fetch_max(busy.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    let _ = told.lock().unwrap().recv();
                    busy.fetch_sub(1, Ordering::SeqCst);
                };
                reading.read(work).await.is_ok()
            });
        }
        while busy.load(Ordering::SeqCst) < 2 {
            tokio::task::yield_now().await;
        }
        (0..6).for_each(|_| ending.send(()).unwrap());
        assert_eq!(all.join_all().await, [true; 6]);
        assert_eq!((most.load(Ordering::SeqCst), FOLLOWED.load(Ordering::Relaxed)), (2, 6));
    }

    #[tokio::test]
    async fn what_goes_wrong_is_told_and_lets_go_of_its_place() {
        let reading = Reading::new(1, || {});
        assert!(reading.read(|| panic!("this one fails")).await.is_err());
        assert_eq!(reading.read(|| 7).await.ok(), Some(7));
    }
}
