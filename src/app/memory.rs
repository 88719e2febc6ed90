//! How the memory of the process is taken and given back.

/// Has memory that is no longer used given back to the system. The C library of GNU takes a large piece that is freed for a
/// sign that pieces of that size are worth keeping, and so holds megabytes that nobody needs before the next reload. Others
/// give back what is large by themselves.
pub(super) fn give_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    gnu::give_back();
}

/// Gives back at once what was freed, in whatever order: of what many small pieces took, the C library of GNU keeps what lies
/// below a piece that is still there.
pub(super) fn trim() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    gnu::trim();
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod gnu {
    use nix::libc;

    /// Octets from which on a piece of memory is taken from the system, and given back, by itself: what the library begins
    /// with (mallopt(3)). Stated, it stays so.
    const BY_ITSELF: libc::c_int = 128 * 1024;

    #[expect(unsafe_code, reason = "the C library has no other way to state this")]
    pub(super) fn give_back() {
        // SAFETY: the call changes two numbers of the library under a lock of its own, and takes no pointers.
        let stated = unsafe { libc::mallopt(libc::M_MMAP_THRESHOLD, BY_ITSELF) };
        if stated == 0 {
            tracing::debug!("the C library keeps as much memory as it likes");
        }
    }

    #[expect(unsafe_code, reason = "the C library has no other way to ask for this")]
    pub(super) fn trim() {
        // SAFETY: the call gives back pages that no piece in use lies on, under locks of the library (malloc_trim(3)).
        unsafe { libc::malloc_trim(0) };
    }
}
