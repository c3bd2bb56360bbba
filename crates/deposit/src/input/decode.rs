//! From a file's bytes to UTF-8: decompression and character encodings, with bounds.

use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8};
use flate2::bufread::MultiGzDecoder;

use super::InputError;
use super::files::InputFile;

/// The size of the buffers between the layers.
const CHUNK: usize = 256 << 10;

/// From this unpacked size on, a ratio above [`BOMB_RATIO`] is refused.
const BOMB_BYTES: u64 = 10 << 30;

/// The ratio of unpacked to packed size that no honest file has.
const BOMB_RATIO: u64 = 1000;

/// A byte that is in no UTF-8 text. The transcoder leaves it where input was malformed, so that the line it is in, and
/// only that line, fails the UTF-8 check later.
const MALFORMED: u8 = 0xFF;

/// The bytes of a text file, decompressed and in UTF-8 (or with invalid bytes where they are damaged).
pub(crate) type TextStream = Box<dyn Read + Send>;

/// Opens a text file. `position` follows the bytes consumed on disk.
pub(crate) fn open_text(
    file: &InputFile,
    encoding: Option<&'static Encoding>,
    position: Arc<AtomicU64>,
) -> Result<TextStream, InputError> {
    let io = |source| InputError::Io { file: file.name.to_string(), source };
    let opened = fs_err::File::open(&file.path).map_err(io)?;
    let packed_bytes = file.bytes;
    let mut packed = BufReader::with_capacity(CHUNK, Counted { inner: opened, read: 0, position });
    let head = packed.fill_buf().map_err(io)?;
    let unpacked: Box<dyn Read + Send> = match Magic::of(head) {
        Magic::Gzip => Box::new(Guarded::new(MultiGzDecoder::new(packed), packed_bytes)),
        Magic::Zstd => {
            Box::new(Guarded::new(zstd::stream::read::Decoder::with_buffer(packed).map_err(io)?, packed_bytes))
        }
        Magic::Refused(found, hint) => return Err(InputError::WrongKind { file: file.name.to_string(), found, hint }),
        Magic::None => return with_encoding(file, packed, encoding),
    };
    let mut unpacked = BufReader::with_capacity(CHUNK, unpacked);
    let head = unpacked.fill_buf().map_err(|error| stream_error(file, 0, error))?;
    match Magic::of(head) {
        Magic::None => with_encoding(file, unpacked, encoding),
        Magic::Gzip | Magic::Zstd => Err(InputError::WrongKind {
            file: file.name.to_string(),
            found: "compressed twice",
            hint: "unpack it once and import again",
        }),
        Magic::Refused(found, hint) => Err(InputError::WrongKind { file: file.name.to_string(), found, hint }),
    }
}

/// Turns an error of a [`TextStream`] into one that says what it means for the file.
pub(crate) fn stream_error(file: &InputFile, line: u64, error: io::Error) -> InputError {
    let file = file.name.to_string();
    if error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<BombError>) {
        return InputError::Bomb { file, limit_gib: BOMB_BYTES >> 30 };
    }
    InputError::Damaged { file, line, source: error }
}

fn with_encoding(
    file: &InputFile,
    mut bytes: impl BufRead + Send + 'static,
    declared: Option<&'static Encoding>,
) -> Result<TextStream, InputError> {
    let head = bytes.fill_buf().map_err(|error| stream_error(file, 0, error))?;
    // A byte order mark is the file's own word and wins over the declaration, as the WHATWG standard has it.
    let (encoding, mark) = Encoding::for_bom(head).unwrap_or((declared.unwrap_or(UTF_8), 0));
    bytes.consume(mark);
    if encoding == UTF_8 {
        return Ok(Box::new(bytes));
    }
    let decoder = encoding.new_decoder_without_bom_handling();
    Ok(Box::new(Transcoder { inner: bytes, decoder, output: vec![0; CHUNK], start: 0, end: 0, finished: false }))
}

/// What the first bytes of a file say about its kind.
enum Magic {
    None,
    Gzip,
    Zstd,
    Refused(&'static str, &'static str),
}

impl Magic {
    fn of(head: &[u8]) -> Self {
        const UNPACK: &str = "unpack it and import the files in it";
        match head {
            [0x1F, 0x8B, ..] => Self::Gzip,
            [0x28, 0xB5, 0x2F, 0xFD, ..] => Self::Zstd,
            // A skippable frame, which some tools put before the first data frame.
            [low, 0x2A, 0x4D, 0x18, ..] if low & 0xF0 == 0x50 => Self::Zstd,
            [b'P', b'K', 3, 4, ..] => {
                Self::Refused("a zip archive or an Excel workbook", "unpack it or save it as CSV")
            }
            [0xD0, 0xCF, 0x11, 0xE0, ..] => Self::Refused("an Excel workbook", "save it as CSV"),
            [b'B', b'Z', b'h', b'1'..=b'9', b'1', b'A', b'Y', ..] => Self::Refused("a bzip2 file", UNPACK),
            [0xFD, b'7', b'z', b'X', b'Z', 0, ..] => Self::Refused("an xz file", UNPACK),
            [b'7', b'z', 0xBC, 0xAF, ..] => Self::Refused("a 7z archive", UNPACK),
            [b'P', b'A', b'R', b'1' | b'E', ..] => Self::Refused("a Parquet file", "set format = \"parquet\""),
            _ => Self::None,
        }
    }
}

/// Counts the bytes read of the file on disk.
struct Counted<R> {
    inner: R,
    read: u64,
    position: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.read += count as u64;
        self.position.fetch_max(self.read, Ordering::Relaxed);
        Ok(count)
    }
}

#[derive(Debug, thiserror::Error)]
#[error("unpacks to an absurd size")]
struct BombError;

/// Stops a decompressor whose output is absurdly larger than its input.
struct Guarded<R> {
    inner: R,
    limit: u64,
    unpacked: u64,
}

impl<R> Guarded<R> {
    fn new(inner: R, packed_bytes: u64) -> Self {
        Self { inner, limit: BOMB_BYTES.max(packed_bytes.saturating_mul(BOMB_RATIO)), unpacked: 0 }
    }
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.unpacked += count as u64;
        if self.unpacked > self.limit {
            return Err(io::Error::other(BombError));
        }
        Ok(count)
    }
}

/// Decodes a character encoding to UTF-8, leaving [`MALFORMED`] where the input is damaged.
struct Transcoder<R> {
    inner: R,
    decoder: Decoder,
    output: Vec<u8>,
    start: usize,
    end: usize,
    finished: bool,
}

impl<R: BufRead> Transcoder<R> {
    fn refill(&mut self) -> io::Result<()> {
        (self.start, self.end) = (0, 0);
        while self.end == 0 && !self.finished {
            let input = self.inner.fill_buf()?;
            let last = input.is_empty();
            // One byte is kept free for the mark of a malformed sequence.
            let room = self.output.len() - 1;
            let Some(output) = self.output.get_mut(..room) else { return Ok(()) };
            let (result, read, written) = self.decoder.decode_to_utf8_without_replacement(input, output, last);
            self.inner.consume(read);
            self.end = written;
            match result {
                DecoderResult::InputEmpty => self.finished = last,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => {
                    if let Some(mark) = self.output.get_mut(written) {
                        *mark = MALFORMED;
                        self.end = written + 1;
                    }
                }
            }
        }
        Ok(())
    }
}

impl<R: BufRead> Read for Transcoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.start == self.end {
            self.refill()?;
        }
        let ready = self.output.get(self.start..self.end).unwrap_or_default();
        let count = ready.len().min(buffer.len());
        if let (Some(target), Some(source)) = (buffer.get_mut(..count), ready.get(..count)) {
            target.copy_from_slice(source);
        }
        self.start += count;
        Ok(count)
    }
}
