//! The list of the lines that may be drawn, in one order and with one root, fixed before anybody can know the seed.

use std::{fmt, str::FromStr};

use domain::LineRef;
use ledger::{Hash, Tree, from_hex, hex};
use serde::{Serialize, Serializer};

/// Why a list of lines cannot be sealed or drawn from.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// No lines.
    #[error("the list has no lines; count the lines first")]
    Empty,
    /// A line stands in the list twice.
    #[error("line {line} stands in the list more than once; every line is countable once, so strike the repeat")]
    Repeated {
        /// The first line, in the list's order, that is repeated.
        line: LineRef,
    },
    /// Not the list that was sealed.
    #[error(
        "the list has the root {found} but {sealed} was sealed: lines came, went or changed since; draw from the sealed list, or seal anew and roll a new seed"
    )]
    NotAsSealed {
        /// The root of the list.
        found: Root,
        /// The root that was sealed.
        sealed: Root,
    },
}

/// Why a text is not a root.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a root; write its 64 hexadecimal digits in lower case")]
pub struct ParseRootError;

/// The root of the tree of RFC 6962 over a list of lines, printed as 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Root(Hash);

impl fmt::Display for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl FromStr for Root {
    type Err = ParseRootError;

    fn from_str(text: &str) -> Result<Self, ParseRootError> {
        from_hex(text).map(Self).ok_or(ParseRootError)
    }
}

impl Serialize for Root {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The lines that may be drawn: sorted by section and line as numbers, none twice, at least one.
///
/// For the statute's sample these are all countable lines. For the check of a decision they are the lines on the side
/// that the decision rests on, a list of its own with its own root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    lines: Vec<LineRef>,
    root: Root,
}

impl Manifest {
    /// The list of these lines, which may come in any order.
    pub fn new(mut lines: Vec<LineRef>) -> Result<Self, ManifestError> {
        lines.sort_unstable();
        if lines.is_empty() {
            return Err(ManifestError::Empty);
        }
        if let Some(pair) = lines.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(ManifestError::Repeated { line: pair[0] });
        }
        let mut tree = Tree::default();
        for line in &lines {
            tree.push(line.to_string().as_bytes());
        }
        Ok(Self { lines, root: Root(tree.root()) })
    }

    /// The lines as CSV with the header `section,line`, as both sides get them.
    pub fn csv(&self) -> String {
        let mut text = "section,line\n".to_owned();
        self.lines.iter().for_each(|line| text.push_str(&format!("{},{}\n", line.section, line.line)));
        text
    }

    /// The lines, in order.
    pub fn lines(&self) -> &[LineRef] {
        &self.lines
    }

    /// The number of lines, N.
    pub fn count(&self) -> u64 {
        self.lines.len() as u64
    }

    /// The root over the lines, each a leaf of the ASCII text `section:line`.
    pub fn root(&self) -> Root {
        self.root
    }
}

/// A list of which the caller has shown the root that was published before the seed; only from this can be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedManifest(Manifest);

impl SealedManifest {
    /// The list, if it has the root that was sealed. That the seal came before the seed is for the caller to see to: it
    /// has the ledger.
    pub fn new(manifest: Manifest, sealed: Root) -> Result<Self, ManifestError> {
        if manifest.root != sealed {
            return Err(ManifestError::NotAsSealed { found: manifest.root, sealed });
        }
        Ok(Self(manifest))
    }

    /// The list.
    pub fn manifest(&self) -> &Manifest {
        &self.0
    }
}
