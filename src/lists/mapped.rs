//! A file as memory: the one place where that is promised to be safe.

use std::{fs::File, io};

use bytes::Bytes;
use memmap2::Mmap;

/// The octets of a file, shared with the page cache, until the last part of them is dropped.
///
/// # Errors
/// When the file cannot be mapped.
#[expect(unsafe_code, reason = "a mapped file is not to change while it is borrowed, which the file's makers keep")]
pub(super) fn map(file: &File) -> io::Result<Bytes> {
    // SAFETY: the octets must not change while they are mapped. Tables alone are mapped; they are written under another
    // name, in full, before they are mapped, and never again: a new table is a new file. They lie in the state folder,
    // which is readable and writable by its owner alone and locked against a second ponor.
    let mapped = unsafe { Mmap::map(file)? };
    Ok(Bytes::from_owner(mapped))
}
