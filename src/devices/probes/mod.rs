//! Asking, where the operator wants it: devices by multicast DNS what they are, the router what it calls them.

mod link;
mod mdns;
mod message;
mod reverse;

use std::{collections::HashMap, net::IpAddr, time::Duration};

use tokio::time::sleep;

use super::Devices;
use crate::time::{Clock, Moment};

/// How often devices are asked.
const ROUND: Duration = Duration::from_mins(10);
/// How long to wait before the first round, until the kernel has told whom it knows.
const START: Duration = Duration::from_secs(1);
/// How long after that to wait for those of whom the kernel had not heard yet.
const SOON: Duration = Duration::from_mins(1);
/// How often the router is asked for one address.
const AGAIN: Duration = Duration::from_hours(1);

/// Asks for ever, as far as the settings say.
pub(super) async fn run(devices: &Devices, clock: Clock) {
    let mut settings = devices.settings();
    let mut asked: HashMap<IpAddr, Moment> = HashMap::new();
    let mut pause = START;
    loop {
        tokio::select! {
            () = sleep(pause) => pause = if pause == START { SOON } else { ROUND },
            changed = settings.changed() => {
                if changed.is_err() {
                    return;
                }
                pause = START;
                continue;
            }
        }
        let now = settings.borrow_and_update().clone();
        if now.probe_mdns {
            mdns::round(devices, clock).await;
        }
        if now.probe_reverse {
            let moment = clock.now().moment;
            asked.retain(|_, at| moment.since(*at) < AGAIN);
            let unasked = devices.neighbours().into_iter().filter(|address| !asked.contains_key(address)).collect();
            for address in reverse::round(devices, unasked).await {
                asked.insert(address, moment);
            }
        }
    }
}
