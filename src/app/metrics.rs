//! The figures of all parts together. Each part names and explains its own.

use prometheus_client::{encoding::prometheus_text::encode, metrics::info::Info, registry::Registry};

use super::{process, view::Window};
use crate::{http::View, lists, upstream};

/// The figures in the text format of Prometheus.
pub(super) fn told(window: &Window) -> String {
    let mut registry = Registry::default();
    register(window, &mut registry);
    let mut text = String::new();
    // Writing to a text does not fail.
    encode(&mut text, &registry).map(|()| text).unwrap_or_default()
}

fn register(window: &Window, registry: &mut Registry) {
    let parts = &window.parts;
    let version = [("version", env!("CARGO_PKG_VERSION"))];
    registry.register("ponor_build", "The program that tells these figures", Info::new(version));
    parts.metrics.register(registry);
    parts.recorder.register(registry);
    parts.resolver.cache().usage().register(registry);
    upstream::metrics::register(&window.upstreams(), registry);
    if let Some(validation) = parts.upward.validation() {
        validation.register(registry);
    }
    lists::metrics::register(&window.lists(), parts.clock.now().unix, registry);
    window.front.figures().register(registry);
    process::register(parts.started_at, registry);
}
