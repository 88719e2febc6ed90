//! Why something asked of the lists was not done.

/// Why something asked of the lists was not done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListsError {
    /// There is no such list.
    #[error("there is no list `{0}`")]
    NotFound(String),
    /// `config.toml` sets it.
    #[error("`{0}` is set in config.toml and can only be changed there")]
    Fixed(String),
    /// What was asked contradicts itself or what exists.
    #[error("{0}")]
    Invalid(String),
    /// It was tried and failed.
    #[error("{0}")]
    Failed(String),
    /// ponor is shutting down.
    #[error("ponor is shutting down")]
    Closing,
}
