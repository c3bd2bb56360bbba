//! A reader of Thrift's compact protocol that allocates nothing, for looking at a Parquet file's claims before its decoder
//! acts on them.
//!
//! It must see what the decoder will see: a field of another type than the format gives it is refused, since the decoder
//! would read its bytes as the type that it expects.

/// Why bytes are not what they should be.
pub(super) type Refusal = String;

/// The types of fields, as they are written.
pub(super) mod kind {
    /// No field: the record ends.
    pub(in super::super) const STOP: u8 = 0;
    pub(in super::super) const TRUE: u8 = 1;
    pub(in super::super) const FALSE: u8 = 2;
    pub(in super::super) const BYTE: u8 = 3;
    pub(in super::super) const I16: u8 = 4;
    pub(in super::super) const I32: u8 = 5;
    pub(in super::super) const I64: u8 = 6;
    pub(in super::super) const DOUBLE: u8 = 7;
    pub(in super::super) const BINARY: u8 = 8;
    pub(in super::super) const LIST: u8 = 9;
    pub(in super::super) const SET: u8 = 10;
    pub(in super::super) const MAP: u8 = 11;
    pub(in super::super) const STRUCT: u8 = 12;
    pub(in super::super) const UUID: u8 = 13;
}

/// The most elements of a list that nothing else bounds.
const MOST_ELEMENTS: usize = 65_536;

/// The deepest nesting of what is skipped.
const MOST_DEPTH: usize = 32;

/// The fields that the format gives a record: number and type. Others are skipped, whatever they are.
pub(super) type Fields = &'static [(i16, u8)];

/// Bytes that are read from their beginning.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// How many bytes are left.
    pub(super) fn left(&self) -> usize {
        self.rest.len()
    }

    fn byte(&mut self) -> Result<u8, Refusal> {
        let (first, rest) = self.rest.split_first().ok_or("it ends in the middle of a field")?;
        self.rest = rest;
        Ok(*first)
    }

    fn skip_bytes(&mut self, count: u64) -> Result<(), Refusal> {
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        self.rest = self.rest.get(count..).ok_or("a text is longer than what holds it")?;
        Ok(())
    }

    fn varint(&mut self) -> Result<u64, Refusal> {
        let mut value = 0;
        for shift in (0..70).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7F) << shift.min(63);
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err("a number has more than ten bytes".into())
    }

    /// A whole number, cut to the width that the decoder gives it.
    pub(super) fn i64(&mut self) -> Result<i64, Refusal> {
        let value = self.varint()?;
        Ok((value >> 1).cast_signed() ^ -((value & 1).cast_signed()))
    }

    pub(super) fn i32(&mut self) -> Result<i32, Refusal> {
        Ok(self.i64()? as i32)
    }

    /// The type and number of a list's elements, of which each takes a byte at least.
    pub(super) fn list(&mut self) -> Result<(u8, usize), Refusal> {
        let head = self.byte()?;
        let count = if head >> 4 == 15 { self.varint()? } else { u64::from(head >> 4) };
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        if count > self.left() {
            return Err(format!("a list claims {count} elements in {} bytes", self.left()));
        }
        Ok((head & 0x0F, count))
    }

    /// Reads a record, field by field. `visit` reads the value of a field and returns true, or leaves it to be skipped.
    pub(super) fn record(
        &mut self,
        fields: Fields,
        visit: &mut dyn FnMut(i16, &mut Self) -> Result<bool, Refusal>,
    ) -> Result<(), Refusal> {
        let mut last = 0_i16;
        loop {
            let head = self.byte()?;
            let found = head & 0x0F;
            if found == kind::STOP {
                return Ok(());
            }
            let id = match head >> 4 {
                0 => self.i64()? as i16,
                delta => last.checked_add(i16::from(delta)).ok_or("it has more fields than the format knows")?,
            };
            let found = match found {
                kind::TRUE => kind::FALSE,
                other => other,
            };
            let known = fields.iter().find(|(known, _)| *known == id);
            if known.is_some_and(|(_, wanted)| *wanted != found) {
                return Err(format!("field {id} has type {found}, which the format does not give it"));
            }
            if known.is_none() || !visit(id, self)? {
                self.skip(found, MOST_DEPTH)?;
            }
            last = id;
        }
    }

    /// Skips a field's value.
    fn skip(&mut self, found: u8, depth: usize) -> Result<(), Refusal> {
        let deeper = depth.checked_sub(1).ok_or("it nests too deep")?;
        match found {
            kind::TRUE | kind::FALSE => Ok(()),
            kind::BYTE => self.byte().map(drop),
            kind::I16 | kind::I32 | kind::I64 => self.varint().map(drop),
            kind::DOUBLE => self.skip_bytes(8),
            kind::UUID => self.skip_bytes(16),
            kind::BINARY => {
                let length = self.varint()?;
                self.skip_bytes(length)
            }
            kind::LIST | kind::SET => {
                let (element, count) = self.list()?;
                self.skip_elements(&[element], count, deeper)
            }
            kind::MAP => {
                let count = usize::try_from(self.varint()?).unwrap_or(usize::MAX);
                if count == 0 {
                    return Ok(());
                }
                let kinds = self.byte()?;
                self.skip_elements(&[kinds >> 4, kinds & 0x0F], count, deeper)
            }
            kind::STRUCT => loop {
                let head = self.byte()?;
                let found = head & 0x0F;
                if found == kind::STOP {
                    return Ok(());
                }
                if head >> 4 == 0 {
                    self.i64()?;
                }
                self.skip(found, deeper)?;
            },
            other => Err(format!("a field has type {other}, which is none")),
        }
    }

    fn skip_elements(&mut self, kinds: &[u8], count: usize, depth: usize) -> Result<(), Refusal> {
        if count > MOST_ELEMENTS {
            return Err(format!("a list of {count} elements, more than {MOST_ELEMENTS}"));
        }
        // Elements that are true or false take a byte by the format and none by the decoder; no writer has them here.
        if count > 0 && kinds.iter().any(|element| matches!(*element, kind::TRUE | kind::FALSE)) {
            return Err("a list of truth values where the format has none".into());
        }
        for _ in 0..count {
            for element in kinds {
                self.skip(*element, depth)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_and_others_skipped() {
        // 1: i32 = 3; 3: text "ab"; 20: list of three i32; 21: record with a text; end.
        let bytes = [0x15, 0x06, 0x28, 0x02, b'a', b'b', 0x09, 0x28, 0x35, 2, 4, 6, 0x1C, 0x18, 0x01, b'x', 0, 0];
        let mut found = None;
        let mut reader = Reader::new(&bytes);
        reader
            .record(&[(1, kind::I32)], &mut |_, reader| reader.i32().map(|value| found.replace(value)).map(|_| true))
            .unwrap();
        assert_eq!((found, reader.left()), (Some(3), 0));
    }

    #[test]
    fn what_is_cut_too_long_too_deep_or_of_another_type_is_refused() {
        let refused = |bytes: &[u8]| Reader::new(bytes).record(&[(1, kind::I32)], &mut |_, _| Ok(false)).unwrap_err();
        assert!(refused(&[0x15]).contains("ends"));
        assert!(refused(&[0x18, 0x01, b'x', 0]).contains("field 1 has type 8"));
        assert!(refused(&[0x28, 0x7F, b'x']).contains("longer"));
        assert!(refused(&[0x29, 0xFC, 0xFF, 0xFF, 0xFF, 0xFF, 0x07]).contains("claims"));
        assert!(refused(&[[0x2C].as_slice(), &[0x1C; 100]].concat()).contains("too deep"));
        assert!(
            refused(&[0x25, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]).contains("ten bytes")
        );
    }
}
