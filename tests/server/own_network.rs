//! Tests in a network of their own, whose addresses and limits they may change without disturbing anybody.

use std::process::Command;

use rtnetlink::{Handle, LinkMessageBuilder, LinkUnspec};
use tokio::task::JoinSet;

/// Runs the ignored test of this name in a network of its own, if this machine lets tests have one.
#[expect(clippy::print_stderr, reason = "whoever runs tests is told what was not tested")]
pub(crate) fn in_own_network(test: &str) {
    let allowed = Command::new("unshare").args(["-rn", "true"]).status().is_ok_and(|status| status.success());
    if !allowed {
        eprintln!("not tested: this machine does not let tests have a network of their own");
        return;
    }
    let program = std::env::current_exe().unwrap();
    let output = Command::new("unshare").arg("-rn").arg(program).args(["--ignored", "--exact", test]).output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && told.contains("1 passed"), "{told}{}", String::from_utf8_lossy(&output.stderr));
}

/// Brings up the loopback interface, the only one of a new network, changed by `change`; and whatever else is to be changed goes
/// through what is returned, as long as the tasks live.
pub(crate) async fn own_loopback(
    change: impl FnOnce(LinkMessageBuilder<LinkUnspec>) -> LinkMessageBuilder<LinkUnspec>,
) -> (Handle, JoinSet<()>) {
    let (connection, handle, _) = rtnetlink::new_connection().unwrap();
    let mut tasks = JoinSet::new();
    tasks.spawn(connection);
    let link = change(LinkUnspec::new_with_index(1).up()).build();
    handle.link().set(link).execute().await.unwrap();
    (handle, tasks)
}
