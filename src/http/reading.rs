//! Reading the journal for the pages: a few requests at a time, because each takes memory for the names that it meets; and
//! beside them a few files, which are written for as long as they are downloaded.

use std::sync::Arc;

use axum::http::StatusCode;
use tokio::{sync::Semaphore, task::spawn_blocking};

use super::Problem;

/// Lets a few requests read at once; others wait for their turn. Clones share the places.
#[derive(Clone)]
pub struct Reading {
    places: Arc<Semaphore>,
    files: Arc<Semaphore>,
    afterwards: fn(),
}

impl Reading {
    /// Lets `at_once` requests read, and as many files be written; `afterwards` follows each, once what it took is let go.
    #[must_use]
    pub fn new(at_once: usize, afterwards: fn()) -> Self {
        let places = || Arc::new(Semaphore::new(at_once));
        Self { places: places(), files: places(), afterwards }
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

    /// Begins to write a file, on a thread that may wait. It has a place of its own, for it waits for whoever downloads it: as
    /// slowly as they like, and no page waits for them. Nor does another file, which is refused.
    pub(super) fn write(&self, work: impl FnOnce() + Send + 'static) -> Result<(), Problem> {
        let place = Arc::clone(&self.files).try_acquire_owned().map_err(|_| {
            let detail = "as many files as may be are being downloaded; try again when one has ended";
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail)
        })?;
        let afterwards = self.afterwards;
        // The thread ends with the file.
        drop(spawn_blocking(move || {
            let _place = place;
            work();
            afterwards();
        }));
        Ok(())
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
    async fn a_file_that_is_downloaded_slowly_holds_up_no_page_and_no_more_are_written_than_may() {
        let reading = Reading::new(1, || {});
        let (end, told) = mpsc::channel::<()>();
        reading.write(move || told.recv().unwrap()).unwrap();
        assert_eq!(reading.read(|| 7).await.ok(), Some(7));
        assert!(reading.write(|| {}).is_err());
        end.send(()).unwrap();
        while reading.write(|| {}).is_err() {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn what_goes_wrong_is_told_and_lets_go_of_its_place() {
        let reading = Reading::new(1, || {});
        assert!(reading.read(|| panic!("this one fails")).await.is_err());
        assert_eq!(reading.read(|| 7).await.ok(), Some(7));
    }
}
