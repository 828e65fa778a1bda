//! The one place where a snapshot is mapped into memory.

use std::fs::File;
use std::io;

use memmap2::Mmap;

/// Maps a file for reading.
#[expect(unsafe_code, reason = "a mapped file could change under the reader; see SAFETY")]
pub(crate) fn map(file: &File) -> io::Result<Mmap> {
    // SAFETY: the map is read-only, and no part of this program writes to what is read through it. A snapshot that has
    // its name is never written again: an import writes another file and renames it, which leaves the mapped one as it
    // was. A snapshot under way is mapped by its import alone, which reads parts that are complete while others are
    // appended and the header is filled in; where rows are taken out, the map is dropped before. Another program that
    // changes the file in place could change bytes that we read; every reader here checks bounds and UTF-8 at each
    // access, so that gives wrong text, not undefined use of memory. One that truncates it ends this program with a bus
    // error.
    unsafe { Mmap::map(file) }
}
