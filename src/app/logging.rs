//! What ponor says of itself while it runs. Names and clients of queries are never said above `debug`.

use tracing_subscriber::{
    Layer, Registry,
    filter::LevelFilter,
    fmt,
    layer::SubscriberExt,
    reload::{self, Handle},
    util::SubscriberInitExt,
};

use crate::config::{Log, LogFormat};

/// Changes the level while ponor runs.
#[derive(Clone, Debug)]
pub struct Logging(Handle<LevelFilter, Registry>);

impl Logging {
    /// Begins to log, to standard error.
    #[must_use]
    pub fn start(log: &Log) -> Self {
        let (filter, handle) = reload::Layer::new(LevelFilter::from_level(log.level));
        let lines = fmt::layer().with_writer(std::io::stderr).with_target(false);
        let lines = match log.format {
            LogFormat::Text => lines.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).boxed(),
            LogFormat::Json => lines.json().flatten_event(true).boxed(),
        };
        // A second start, as in tests, keeps the first one's output.
        tracing_subscriber::registry().with(filter).with(lines).try_init().ok();
        Self(handle)
    }

    /// Logs at this level from now on.
    pub fn set_level(&self, level: tracing::Level) {
        // Fails only when there is no output to change.
        self.0.modify(|filter| *filter = LevelFilter::from_level(level)).ok();
    }
}
