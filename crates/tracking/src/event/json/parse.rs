//! From the text of an event to its values.

use std::borrow::Cow;
use std::collections::HashSet;

use super::{Object, Value, n_plain};
use crate::event::refused::{Refused, excerpt};

/// How large events may be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// Bytes.
    pub(crate) bytes: usize,
    /// How deep brackets may stand within one another, the outermost being 1.
    pub(crate) depth: usize,
    /// Names of one object.
    pub(crate) keys: usize,
    /// Characters of a name.
    pub(crate) key_characters: usize,
}

impl Bounds {
    /// What the catalogue of bad input promises for events.
    pub(crate) const OF_EVENTS: Self = Self { bytes: 32 << 10, depth: 32, keys: 1_000, key_characters: 255 };
}

/// A value that was read.
#[derive(Debug)]
pub(crate) struct Parsed<'a> {
    pub(crate) value: Value<'a>,
    /// Whether a NUL stood in a text. U+FFFD stands there now: databases and C programs end a text at a NUL.
    pub(crate) had_nul: bool,
    /// Whether an object gave a name twice.
    pub(crate) had_twins: bool,
}

/// Reads a text that is one JSON value.
///
/// A text above the bound of bytes is still gone through, without keeping anything of it, so that a more telling reason
/// is found where there is one.
pub(crate) fn parse<'a>(text: &'a str, bounds: &Bounds) -> Result<Parsed<'a>, Refused> {
    let keeps = text.len() <= bounds.bytes;
    let mut parser = Parser { text, at: 0, bounds: *bounds, keeps, had_nul: false, had_twins: false };
    parser.skip_space();
    let value = parser.value(1)?;
    parser.skip_space();
    if parser.at < text.len() {
        return Err(parser.bad("something follows the value"));
    }
    if !keeps {
        let message = format!("the event has {} bytes; at most {} are taken", text.len(), bounds.bytes);
        return Err(Refused::whole("size_violation", message));
    }
    Ok(Parsed { value, had_nul: parser.had_nul, had_twins: parser.had_twins })
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    bounds: Bounds,
    keeps: bool,
    had_nul: bool,
    had_twins: bool,
}

impl<'a> Parser<'a> {
    fn bad(&self, what: &str) -> Refused {
        Refused::whole("bad_json", format!("{what} at byte {}", self.at))
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    /// The text from a place to where it stands now.
    fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn value(&mut self, depth: usize) -> Result<Value<'a>, Refused> {
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => Ok(Value::Text(self.string()?)),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
            _ => Err(self.bad("no value")),
        }
    }

    fn word(&mut self, word: &str, value: Value<'a>) -> Result<Value<'a>, Refused> {
        if !self.text.get(self.at..).is_some_and(|rest| rest.starts_with(word)) {
            return Err(self.bad("no value"));
        }
        self.at += word.len();
        Ok(value)
    }

    fn descend(&mut self, depth: usize) -> Result<(), Refused> {
        if depth > self.bounds.depth {
            let message = format!("brackets stand more than {} deep in the event", self.bounds.depth);
            return Err(Refused::whole("too_deep", message));
        }
        self.at += 1;
        self.skip_space();
        Ok(())
    }

    /// Goes over what stands after an element; `false` when that was the last.
    fn has_more(&mut self, end: u8) -> Result<bool, Refused> {
        self.skip_space();
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                self.skip_space();
                Ok(true)
            }
            Some(byte) if byte == end => {
                self.at += 1;
                Ok(false)
            }
            _ => Err(self.bad("neither a comma nor an end")),
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value<'a>, Refused> {
        self.descend(depth)?;
        let mut values = Vec::new();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Value::Array(values));
        }
        let mut place = 0_usize;
        loop {
            let value = self.value(depth + 1).map_err(|refused| refused.within(&place.to_string()))?;
            if self.keeps {
                values.push(value);
            }
            place += 1;
            if !self.has_more(b']')? {
                return Ok(Value::Array(values));
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value<'a>, Refused> {
        self.descend(depth)?;
        let mut object = Object::default();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Value::Object(object));
        }
        if self.keeps {
            object.fields.reserve(8);
        }
        let mut n_keys = 0_usize;
        loop {
            if self.peek() != Some(b'"') {
                return Err(self.bad("no name"));
            }
            let name = self.string()?;
            n_keys += 1;
            if n_keys > self.bounds.keys {
                let message = format!("an object has more than {} names", self.bounds.keys);
                return Err(Refused::whole("too_many_keys", message));
            }
            if name.len() > self.bounds.key_characters && name.chars().count() > self.bounds.key_characters {
                let message = format!("a name has more than {} characters", self.bounds.key_characters);
                return Err(Refused::new("key_too_long", excerpt(&name), message));
            }
            self.skip_space();
            if self.peek() != Some(b':') {
                return Err(self.bad("no colon"));
            }
            self.at += 1;
            self.skip_space();
            let value = self.value(depth + 1).map_err(|refused| refused.within(&name))?;
            if self.keeps {
                object.fields.push((name, value));
            }
            if !self.has_more(b'}')? {
                break;
            }
        }
        if has_twins(&object.fields) {
            settle_twins(&mut object);
            self.had_twins = true;
        }
        Ok(Value::Object(object))
    }

    fn number(&mut self) -> Result<Value<'a>, Refused> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let digits = |parser: &mut Self| {
            let first = parser.at;
            while let Some(b'0'..=b'9') = parser.peek() {
                parser.at += 1;
            }
            parser.at - first
        };
        let leading_zero = self.peek() == Some(b'0');
        let n_whole = digits(self);
        let mut is_well_formed = n_whole == 1 || (n_whole > 1 && !leading_zero);
        if self.peek() == Some(b'.') {
            self.at += 1;
            is_well_formed &= digits(self) > 0;
        }
        let mut may_be_huge = n_whole > 300;
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            is_well_formed &= digits(self) > 0;
            may_be_huge = true;
        }
        let number = self.since(start);
        if !is_well_formed {
            return Err(self.bad("no number"));
        }
        // Nothing that reads the properties later can hold such a number, exact or not.
        if may_be_huge && number.parse::<f64>().is_ok_and(f64::is_infinite) {
            return Err(Refused::whole("number_out_of_range", format!("{} is out of range", excerpt(number))));
        }
        Ok(Value::Number(number))
    }

    fn string(&mut self) -> Result<Cow<'a, str>, Refused> {
        self.at += 1;
        let start = self.at;
        self.skip_plain();
        match self.peek() {
            Some(b'"') => {
                let text = self.since(start);
                self.at += 1;
                Ok(Cow::Borrowed(text))
            }
            Some(b'\\') => self.escaped(start),
            _ => Err(self.bad("a text does not end")),
        }
    }

    fn skip_plain(&mut self) {
        self.at += self.text.as_bytes().get(self.at..).map_or(0, n_plain);
    }

    /// The rest of a text from its first escape on.
    fn escaped(&mut self, start: usize) -> Result<Cow<'a, str>, Refused> {
        let mut text = self.since(start).to_owned();
        loop {
            let plain = self.at;
            self.skip_plain();
            text.push_str(self.since(plain));
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(Cow::Owned(text));
                }
                Some(b'\\') => {
                    self.at += 1;
                    let character = self.escape()?;
                    text.push(character);
                }
                _ => return Err(self.bad("a text does not end")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Refused> {
        let escape = self.peek();
        self.at += 1;
        Ok(match escape {
            Some(b'n') => '\n',
            Some(b't') => '\t',
            Some(b'r') => '\r',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(plain @ (b'"' | b'\\' | b'/')) => char::from(plain),
            Some(b'u') => self.unicode()?,
            _ => {
                self.at -= 1;
                return Err(self.bad("no escape"));
            }
        })
    }

    fn unicode(&mut self) -> Result<char, Refused> {
        let unit = self.unit()?;
        let alone = || Refused::whole("bad_unicode", format!("a text holds half a character: \\u{unit:04x}"));
        let code = match unit {
            0 => {
                self.had_nul = true;
                return Ok(char::REPLACEMENT_CHARACTER);
            }
            0xd800..0xdc00 => {
                if !self.text.get(self.at..).is_some_and(|rest| rest.starts_with("\\u")) {
                    return Err(alone());
                }
                self.at += 2;
                match self.unit()? {
                    low @ 0xdc00..0xe000 => 0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00),
                    _ => return Err(alone()),
                }
            }
            code => code,
        };
        char::from_u32(code).ok_or_else(alone)
    }

    /// Four hex digits.
    fn unit(&mut self) -> Result<u32, Refused> {
        let digits = self.text.get(self.at..self.at + 4).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        let unit = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let unit = unit.ok_or_else(|| self.bad("no escape"))?;
        self.at += 4;
        Ok(unit)
    }
}

/// Whether a name is given twice.
fn has_twins(fields: &[(Cow<'_, str>, Value<'_>)]) -> bool {
    if fields.len() <= 16 {
        return fields
            .iter()
            .enumerate()
            .any(|(place, (name, _))| fields.iter().take(place).any(|(held, _)| held == name));
    }
    let mut names: Vec<&str> = fields.iter().map(|(name, _)| name.as_ref()).collect();
    names.sort_unstable();
    names.windows(2).any(|pair| matches!(pair, [a, b] if a == b))
}

/// Leaves the last of each name, and the names that had others before.
fn settle_twins(object: &mut Object<'_>) {
    let mut seen = HashSet::new();
    let mut twins = Vec::new();
    object.fields.reverse();
    object.fields.retain(|(name, _)| {
        let is_last = seen.insert(name.clone());
        if !is_last {
            twins.push(name.clone());
        }
        is_last
    });
    object.fields.reverse();
    object.twins = twins.into();
}
