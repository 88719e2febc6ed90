//! Why a change was not made: the one form in which those who keep something say no.

/// Why something that is kept was not changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// There is no such thing.
    #[error("{0}")]
    NotFound(String),
    /// `config.toml` sets it.
    #[error("{0} is set in config.toml and can only be changed there")]
    Fixed(String),
    /// A place of the configuration sets it: the file with its line, a variable, a flag.
    #[error("{0} is set by {1} and can only be changed there")]
    FixedBy(String, String),
    /// The request contradicts itself or what exists.
    #[error("{0}")]
    Invalid(String),
    /// It was tried and failed.
    #[error("{0}")]
    Failed(String),
    /// ponor is shutting down.
    #[error("ponor is shutting down")]
    Closing,
}
