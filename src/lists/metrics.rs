//! How fresh the lists are, for programs that scrape figures.

use prometheus_client::{
    metrics::{family::Family, gauge::Gauge},
    registry::Registry,
};

use super::ListStatus;
use crate::time::UnixTime;

type PerList = Family<[(&'static str, String); 1], Gauge<f64, std::sync::atomic::AtomicU64>>;

/// Shows the figures of `lists` in `registry`. A list without a copy has no age.
#[expect(clippy::cast_precision_loss, reason = "no list has 2^53 rules, and no copy is that many milliseconds old")]
pub fn register(lists: &[ListStatus], now: UnixTime, registry: &mut Registry) {
    let (enabled, rules, age, failed) =
        (PerList::default(), PerList::default(), PerList::default(), PerList::default());
    for list in lists {
        let label = [("list", list.id.clone())];
        let flag = |set: bool| if set { 1.0 } else { 0.0 };
        enabled.get_or_create(&label).set(flag(list.enabled));
        rules.get_or_create(&label).set(list.rules as f64);
        failed.get_or_create(&label).set(flag(list.error.is_some()));
        if let Some(updated) = list.updated {
            age.get_or_create(&label).set(now.0.saturating_sub(updated.0) as f64 / 1000.0);
        }
    }
    registry.register("ponor_list_enabled", "Whether the list is used", enabled);
    registry.register("ponor_list_rules", "Rules of the list in force", rules);
    registry.register("ponor_list_age_seconds", "Time since its copy was fetched or read", age);
    registry.register("ponor_list_failed", "Whether its last update failed", failed);
}
