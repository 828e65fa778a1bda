//! How a command ends badly: by the input (exit status 1), by us (2), or stopped by the user (130).

use std::{fmt, path::Path, process::ExitCode};

use casework::CaseworkError;

/// Why a command did not do what was asked.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The answer is no, or the input is bad; the message says what to do.
    Input(String),
    /// Something failed that should not.
    Ours(String),
    /// The user stopped it.
    Stopped,
}

impl Failure {
    pub(crate) fn input(error: impl fmt::Display) -> Self {
        Self::Input(error.to_string())
    }

    pub(crate) fn ours(error: impl fmt::Display) -> Self {
        Self::Ours(error.to_string())
    }

    /// The same, told after what was done before.
    pub(crate) fn after(self, done: &str) -> Self {
        match self {
            Self::Input(what) => Self::Input(format!("{done}: {what}")),
            Self::Ours(what) => Self::Ours(format!("{done}: {what}")),
            Self::Stopped => Self::Stopped,
        }
    }

    /// A file that could not be written.
    pub(crate) fn write(path: &Path, error: &std::io::Error) -> Self {
        Self::Input(format!(
            "{} could not be written: {error}; make room or choose another place, then run again",
            path.display()
        ))
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Input(_) => 1,
            Self::Ours(_) => 2,
            Self::Stopped => 130,
        })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Input(what) => f.write_str(what),
            Self::Ours(what) => write!(f, "{what}\nThis is not your fault; please report it."),
            Self::Stopped => f.write_str("stopped; nothing half done remains. Run the same command again to finish"),
        }
    }
}

impl From<CaseworkError> for Failure {
    fn from(error: CaseworkError) -> Self {
        match error {
            CaseworkError::Stopped => Self::Stopped,
            CaseworkError::Store { .. } | CaseworkError::Match(_) => Self::ours(error),
            _ => Self::input(error),
        }
    }
}

/// A message in which the addresses of databases have no passwords. An address stands in a message of its own without one; this is for words that
/// were typed in the wrong place and are repeated as they came.
pub(crate) fn without_passwords(message: &str) -> String {
    let mut safe = String::new();
    let mut rest = message;
    while let Some(at) =
        ["postgres://", "postgresql://"].iter().filter_map(|scheme| Some(rest.find(scheme)? + scheme.len())).min()
    {
        safe.push_str(&rest[..at]);
        rest = &rest[at..];
        // A password in which signs were not written with a percent sign may hold a slash, or another sign of an address.
        let end = rest.find(|sign: char| sign.is_whitespace() || "'\"".contains(sign)).unwrap_or(rest.len());
        if let Some(host) = rest[..end].rfind('@')
            && let Some(password) = rest[..host].find(':')
        {
            safe.push_str(&rest[..password]);
            rest = &rest[host..];
        }
    }
    safe + rest
}

#[cfg(test)]
mod tests {
    use super::without_passwords;

    #[test]
    fn no_password_is_repeated() {
        for (said, safe) in [
            ("nothing to hide", "nothing to hide"),
            (
                "'postgres://u:secret@h/d#x' and postgresql://u:other@h/d.",
                "'postgres://u@h/d#x' and postgresql://u@h/d.",
            ),
            ("postgres://u:a/b@c:d@h:1/d", "postgres://u@h:1/d"),
            ("postgres://u@h:1/d", "postgres://u@h:1/d"),
        ] {
            assert_eq!(without_passwords(said), safe);
        }
    }
}
