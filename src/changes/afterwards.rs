//! What comes back when an exception ends: the opposite, if that was there before and lasts longer. A block for ever that is
//! lifted for an hour is in force again after it, as whoever lifted it expects.

use std::iter;

use crate::{policy::Exception, rules::Action, state::Refused, time::UnixTime};

/// The most exceptions that wait for each other to end.
const MOST_WAITING: usize = 8;

/// What is left of `former` to come back when an exception with `action` for the same names and devices has ended. What does
/// the same is replaced, for that is how an end is changed; what ends sooner would be over.
///
/// # Errors
/// When too much waits already.
pub(super) fn coming_back(
    former: Option<&Exception>,
    action: Action,
    until: Option<UnixTime>,
) -> Result<Option<Box<Exception>>, Refused> {
    let left = waiting(former).find(|known| known.action != action && known.outlasts(until));
    if waiting(left).count() > MOST_WAITING {
        let told = "there are too many exceptions for these names that wait for each other to end; end some first";
        return Err(Refused::Invalid(told.to_owned()));
    }
    Ok(left.cloned().map(Box::new))
}

/// What is left of `exception` without what is over: itself, or else what comes afterwards.
pub(super) fn what_is_left(
    exception: Exception,
    is_over: &impl Fn(u64, Option<UnixTime>) -> bool,
) -> Option<Exception> {
    let afterwards = exception.afterwards.and_then(|afterwards| what_is_left(*afterwards, is_over));
    if is_over(exception.id, exception.until) {
        return afterwards;
    }
    Some(Exception { afterwards: afterwards.map(Box::new), ..exception })
}

/// `first`, and what comes afterwards, one after the other.
pub(super) fn waiting(first: Option<&Exception>) -> impl Iterator<Item = &Exception> {
    first.into_iter().flat_map(|first| iter::once(first).chain(first.later()))
}
