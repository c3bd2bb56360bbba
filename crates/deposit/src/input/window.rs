//! A growing window over a text stream: what the record splitters look at.

use std::io;
use std::sync::Arc;

use encoding_rs::Encoding;

use super::InputError;
use super::decode::{TextStream, open_text, stream_error};
use super::files::InputFile;

/// The room a window starts with.
const START: usize = 256 << 10;

/// The least room made for one read.
const READ: usize = 256 << 10;

/// The bytes of a stream that are not consumed yet, as far as they were read.
pub(crate) struct Window {
    stream: TextStream,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    at_end: bool,
}

impl Window {
    pub(crate) fn new(stream: TextStream) -> Self {
        Self { stream, buffer: vec![0; START], start: 0, end: 0, at_end: false }
    }

    /// Returns the bytes at hand.
    pub(crate) fn data(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// Returns whether no bytes follow those at hand.
    pub(crate) fn at_end(&self) -> bool {
        self.at_end
    }

    /// Drops the first bytes.
    pub(crate) fn consume(&mut self, count: usize) {
        self.start = (self.start + count).min(self.end);
    }

    /// Reads more bytes behind those at hand. The caller bounds how often it asks without consuming.
    pub(crate) fn fill(&mut self) -> io::Result<()> {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        if self.buffer.len() - self.end < READ {
            let room = (self.buffer.len() * 2).max(self.end + READ);
            self.buffer.resize(room, 0);
        }
        // Fills all the room: a reader that gives little at a time must not make the splitter scan a record often.
        while self.end < self.buffer.len() && !self.at_end {
            let Some(room) = self.buffer.get_mut(self.end..) else { break };
            match self.stream.read(room) {
                Ok(0) => self.at_end = true,
                Ok(count) => self.end += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// Returns the average length of the lines at the beginning of a file.
pub(crate) fn line_bytes(file: &InputFile, encoding: Option<&'static Encoding>) -> Result<u64, InputError> {
    let mut window = Window::new(open_text(file, encoding, Arc::default())?);
    window.fill().map_err(|error| stream_error(file, 0, error))?;
    let lines = memchr::memchr2_iter(b'\n', b'\r', window.data()).count();
    Ok((window.data().len() / (lines + 1)) as u64)
}

/// Returns the length of the first physical line with its end (`\n`, `\r\n` or `\r`), or nothing if the end is not at hand.
pub(crate) fn line_length(data: &[u8], at_end: bool) -> Option<usize> {
    let at = memchr::memchr2(b'\n', b'\r', data)?;
    if data.get(at) == Some(&b'\n') {
        return Some(at + 1);
    }
    match data.get(at + 1) {
        Some(b'\n') => Some(at + 2),
        Some(_) => Some(at + 1),
        None if at_end => Some(at + 1),
        None => None,
    }
}
