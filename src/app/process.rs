//! What this process takes of the machine, for programs that scrape figures; the names are those that all exporters use.

use std::{fs, sync::atomic::AtomicU64};

use nix::sys::{
    resource::{Resource, UsageWho, getrlimit, getrusage},
    time::TimeValLike,
};
use prometheus_client::{
    metrics::{counter::Counter, gauge::Gauge},
    registry::Registry,
};

use crate::time::UnixTime;

/// Shows the figures in `registry`, as far as the system tells them; `started` is when the process was.
#[expect(clippy::cast_precision_loss, reason = "figures of this size are exact to a microsecond")]
pub(super) fn register(started: UnixTime, registry: &mut Registry) {
    let mut gauge = |name: &str, help: &str, value: Option<u64>| {
        if let Some(value) = value {
            let gauge = Gauge::<f64, AtomicU64>::default();
            gauge.set(value as f64);
            registry.register(name, help, gauge);
        }
    };
    gauge("process_resident_memory_bytes", "Memory that is in use", resident());
    gauge("process_open_fds", "Open file descriptors", descriptors());
    let most = getrlimit(Resource::RLIMIT_NOFILE).ok().map(|(soft, _)| soft);
    gauge("process_max_fds", "The most open file descriptors", most);
    gauge("process_start_time_seconds", "When it started, in seconds since 1970 UTC", Some(started.seconds()));
    if let Ok(usage) = getrusage(UsageWho::RUSAGE_SELF) {
        let spent = Counter::<f64, AtomicU64>::default();
        spent.inc_by((usage.user_time() + usage.system_time()).num_microseconds() as f64 / 1e6);
        registry.register("process_cpu_seconds", "Time of processors that was spent", spent);
    }
}

/// The figure behind `VmRSS:` in `/proc/self/status`, which counts units of 1024 octets.
fn resident() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.split_ascii_whitespace().next()?.parse().ok()?;
    kilobytes.checked_mul(1024)
}

/// The descriptor through which they are counted is one of them for that moment.
fn descriptors() -> Option<u64> {
    let count = fs::read_dir("/proc/self/fd").ok()?.count();
    u64::try_from(count).ok()?.checked_sub(1)
}
