//! Where a case, or what belongs to the office beside its cases, is kept: in one file, or in a schema of its own on a PostgreSQL server.

use std::{
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
};

use url::Url;

/// Where a case is kept. It is shown without its password.
#[derive(Clone, PartialEq, Eq)]
pub enum Place {
    /// One file, kept by SQLite.
    File(PathBuf),
    /// A case on a PostgreSQL server.
    Server(Box<Server>),
}

impl Place {
    /// The schema that holds the case; none for a file.
    pub(crate) fn schema(&self) -> Option<String> {
        match self {
            Self::File(_) => None,
            Self::Server(server) => Some(server.schema()),
        }
    }
}

/// The address of a case on a PostgreSQL server.
#[derive(Clone, PartialEq, Eq)]
pub struct Server {
    /// The address of the database, with the password where one was given.
    url: Url,
    name: String,
}

/// What an address may say beside the server and the database, in the words of PostgreSQL's own programs. A password is not among them:
/// it could not be told from the rest when the address is shown.
const OPTIONS: [&str; 6] = ["host", "port", "sslmode", "sslrootcert", "sslcert", "sslkey"];

/// The longest name of a case, in bytes; PostgreSQL cuts off the name of a schema after 63.
const LONGEST_NAME: usize = 50;

/// Why a text is no place. What stands in it is not repeated, since there may be a password in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// The address is none.
    #[error(
        "this is no address of a database; it has the form postgres://user@host/database#NAME, and signs that have a meaning in an address are written with a percent sign (# as %23, @ as %40, / as %2F)"
    )]
    NoAddress,
    /// The address names no database.
    #[error("the address names no database; it has the form postgres://user@host/database#NAME")]
    NoDatabase,
    /// The address does not end in a name.
    #[error(
        "the address does not end in a name, as in postgres://user@host/database#recall-2022: lower-case letters, digits, - and _, at most 50"
    )]
    NoName,
    /// The address says something that is not known.
    #[error(
        "after the question mark the address may say host, port, sslmode, sslrootcert, sslcert or sslkey, and nothing else; a password stands in PGPASSWORD, in ~/.pgpass, or before the @"
    )]
    UnknownOption,
}

impl FromStr for Place {
    type Err = PlaceError;

    fn from_str(text: &str) -> Result<Self, PlaceError> {
        if !["postgres:", "postgresql:"].iter().any(|scheme| text.starts_with(scheme)) {
            return Ok(Self::File(PathBuf::from(text)));
        }
        let mut url: Url = text.parse().map_err(|_| PlaceError::NoAddress)?;
        let name = url.fragment().unwrap_or_default().to_owned();
        url.set_fragment(None);
        if !text.contains("://") {
            return Err(PlaceError::NoAddress);
        }
        if url.path().trim_start_matches('/').is_empty() {
            return Err(PlaceError::NoDatabase);
        }
        let sign = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_';
        if name.is_empty() || name.len() > LONGEST_NAME || !name.bytes().all(sign) {
            return Err(PlaceError::NoName);
        }
        if url.query_pairs().any(|(key, _)| !OPTIONS.contains(&&*key)) {
            return Err(PlaceError::UnknownOption);
        }
        Ok(Self::Server(Box::new(Server { url, name })))
    }
}

impl Server {
    /// The name at its end.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The schema that holds a case of this name; it needs no quoting beyond quotation marks.
    pub(crate) fn schema(&self) -> String {
        format!("case_{}", self.name)
    }

    /// The address with settings that hold for each connection, and take precedence over those of the server, the database and the user.
    pub(crate) fn url_with(&self, settings: &[(&str, &str)]) -> String {
        let mut url = self.url.clone();
        for (name, value) in settings {
            url.query_pairs_mut().append_pair(&format!("options[{name}]"), value);
        }
        url.into()
    }
}

impl From<PathBuf> for Place {
    fn from(path: PathBuf) -> Self {
        Self::File(path)
    }
}

impl From<&Path> for Place {
    fn from(path: &Path) -> Self {
        Self::File(path.to_owned())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Server(server) => server.fmt(f),
        }
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = self.url.clone();
        // Refused only where an address has no server, and there it can have no password either.
        let _ = shown.set_password(None);
        write!(f, "{shown}#{}", self.name)
    }
}

// Not derived, so that no password is shown by accident.
impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
