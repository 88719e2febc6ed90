//! The task that finds out which devices there are.

use std::{path::PathBuf, sync::Arc, time::Duration};

use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::{Devices, Surroundings, neighbours, probes, watch};
use crate::{config, local::LocalData, time::Clock};

/// News that come together are taken together.
const TOGETHER: Duration = Duration::from_millis(20);
/// The shortest time between two changes of what is known, however many devices come and go.
const PACE: Duration = Duration::from_secs(1);

/// What is needed to find out about devices.
pub struct Setup<'s> {
    /// `[devices]`
    pub devices: &'s config::Devices,
    /// `[[groups]]`
    pub groups: &'s [config::Group],
    /// Own records and hosts files.
    pub local: Arc<LocalData>,
    /// Where `devices.json` is.
    pub data_dir: PathBuf,
    /// Whether the network is looked at.
    pub surroundings: Surroundings,
    /// Reads the clocks.
    pub clock: Clock,
    /// Ends the worker.
    pub stop: CancellationToken,
}

/// Knows what was known before, and gives the task that finds out more.
pub fn start(setup: Setup<'_>) -> (Devices, impl Future<Output = ()> + Send + 'static + use<>) {
    let Setup { devices, groups, local, data_dir, surroundings, clock, stop } = setup;
    let devices = Devices::new(devices, groups, local, data_dir.join("devices.json"));
    (devices.clone(), run(devices, surroundings, clock, stop))
}

async fn run(devices: Devices, surroundings: Surroundings, clock: Clock, stop: CancellationToken) {
    let looking = async {
        if surroundings == Surroundings::Real {
            tokio::join!(
                neighbours::watch(&devices, clock),
                watch::leases(&devices, clock),
                probes::run(&devices, clock)
            );
        }
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = stop.cancelled() => {}
        () = looking => {}
        () = refresh(&devices) => {}
    }
}

/// Brings the directory up to date a moment after something was learnt, and then not again for a while.
async fn refresh(devices: &Devices) {
    loop {
        devices.learnt().await;
        sleep(TOGETHER).await;
        devices.refresh();
        sleep(PACE).await;
    }
}
