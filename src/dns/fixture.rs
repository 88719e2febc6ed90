//! An answer that several tests read.

/// `www.mi.com` A: an alias to `x.mi.com`, two addresses, an OPT record with an extended error.
pub(super) const ALIASED: &[u8] = b"\x12\x34\x85\x80\0\x01\0\x03\0\0\0\x01\x03www\x02mi\x03com\0\0\x01\0\x01\
    \xc0\x0c\0\x05\0\x01\0\0\0\x3c\0\x04\x01x\xc0\x10\
    \xc0\x28\0\x01\0\x01\0\0\0\x1e\0\x04\x01\x02\x03\x04\
    \xc0\x28\0\x01\0\x01\0\0\0\x1e\0\x04\xc0\xa8\0\x01\
    \0\0\x29\x04\xd0\0\0\0\0\0\x08\0\x0f\0\x04\0\x03ok";
