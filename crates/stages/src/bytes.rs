//! The bytes of a state: LEB128 numbers, zigzag where they have a sign.

use databank_model::Day;
use databank_model::rules::StatusKind;

use crate::input::StatusSpan;

/// The bytes are no state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StateBytesError {
    /// The bytes end too early, go on too long, or hold an impossible value.
    #[error("the bytes are not a stage state")]
    Malformed,
    /// The bytes come from a later version of the format.
    #[error("stage state format {version} is not known to this version")]
    UnknownVersion {
        /// The format's version.
        version: u8,
    },
}

/// Appends numbers to bytes.
pub(crate) struct Writer<'a>(pub(crate) &'a mut Vec<u8>);

impl Writer<'_> {
    pub(crate) fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    pub(crate) fn fixed(&mut self, value: u64, n_bytes: usize) {
        self.0.extend_from_slice(&value.to_le_bytes()[..n_bytes]);
    }

    pub(crate) fn unsigned(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }

    pub(crate) fn signed(&mut self, value: i64) {
        self.unsigned(((value << 1) ^ (value >> 63)) as u64);
    }

    /// Spans follow each other: kind and open end in one number, then the days, each from the one before it.
    pub(crate) fn statuses(&mut self, spans: &[StatusSpan]) {
        self.unsigned(spans.len() as u64);
        let mut before = 0;
        for span in spans {
            let open = span.to == Day::OPEN_END;
            let kind = match span.kind {
                StatusKind::Member => 0,
                StatusKind::Fan => 2,
            };
            self.byte(kind | u8::from(open));
            self.signed(i64::from(span.from.0) - before);
            before = i64::from(span.from.0);
            if !open {
                self.signed(i64::from(span.to.0) - before);
                before = i64::from(span.to.0);
            }
        }
    }
}

/// Takes numbers from bytes.
pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) fn byte(&mut self) -> Result<u8, StateBytesError> {
        let (first, rest) = self.0.split_first().ok_or(StateBytesError::Malformed)?;
        self.0 = rest;
        Ok(*first)
    }

    pub(crate) fn fixed(&mut self, n_bytes: usize) -> Result<u64, StateBytesError> {
        let mut value = 0;
        for i in 0..n_bytes {
            value |= u64::from(self.byte()?) << (8 * i);
        }
        Ok(value)
    }

    pub(crate) fn unsigned(&mut self) -> Result<u64, StateBytesError> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let part = u64::from(byte & 0x7f);
            if part << shift >> shift != part {
                return Err(StateBytesError::Malformed);
            }
            value |= part << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(StateBytesError::Malformed)
    }

    /// A day that is written as a signed distance from a base, forward (`sign` 1) or back (-1).
    pub(crate) fn day(&mut self, base: i32, sign: i64) -> Result<i32, StateBytesError> {
        let zigzag = self.unsigned()?;
        let distance = (zigzag >> 1) as i64 ^ -((zigzag & 1) as i64);
        let day = distance.checked_mul(sign).and_then(|distance| distance.checked_add(i64::from(base)));
        day.and_then(|day| i32::try_from(day).ok()).ok_or(StateBytesError::Malformed)
    }

    pub(crate) fn statuses(&mut self) -> Result<Vec<StatusSpan>, StateBytesError> {
        let n = self.unsigned()?;
        let (mut spans, mut before) = (Vec::new(), 0);
        for _ in 0..n {
            let head = self.byte()?;
            let kind = match head & !1 {
                0 => StatusKind::Member,
                2 => StatusKind::Fan,
                _ => return Err(StateBytesError::Malformed),
            };
            let from = self.day(before, 1)?;
            before = from;
            let mut to = Day::OPEN_END;
            if head & 1 == 0 {
                to = Day(self.day(before, 1)?);
                before = to.0;
            }
            spans.push(StatusSpan { kind, from: Day(from), to });
        }
        Ok(spans)
    }

    pub(crate) fn finish(self) -> Result<(), StateBytesError> {
        if self.0.is_empty() { Ok(()) } else { Err(StateBytesError::Malformed) }
    }
}
