//! Whole numbers packed as Parquet packs them: differences (`DELTA_BINARY_PACKED`) and small indices (`RLE_DICTIONARY`).
//!
//! Parquet's own writer does the same value by value, at about ten nanoseconds each, which was a fifth of a history's time. What
//! is written here is read by any reader of Parquet, and held against one by the tests.

/// Values of a block, and of its parts, each of which has its own width.
const BLOCK: usize = 128;
const PART: usize = 32;

/// Appends days as `DELTA_BINARY_PACKED`.
pub(crate) fn put_days(days: &[i32], out: &mut Vec<u8>) {
    // Differences wrap around, as the values that are made of them do.
    let first = days.first().map_or(0, |day| i64::from(*day));
    put_differences(first, days, |before, day| day.wrapping_sub(before), i64::from, out);
}

/// Appends ascending numbers as `DELTA_BINARY_PACKED`.
pub(crate) fn put_ascending(numbers: &[u32], out: &mut Vec<u8>) {
    // No difference is negative: what half of all numbers lies below zero is as far apart as they are.
    let first = numbers.first().map_or(0, |number| i64::from(*number));
    let key = |before: u32, number: u32| number.wrapping_sub(before).cast_signed() ^ i32::MIN;
    put_differences(first, numbers, key, |key| i64::from((key ^ i32::MIN).cast_unsigned()), out);
}

/// `key` tells how far two neighbours lie apart, in the order of differences and as far from one another; `difference` the
/// difference of a key. With keys of 32 bits a loop works on several at a time.
fn put_differences<T: Copy>(
    first: i64,
    values: &[T],
    key: impl Fn(T, T) -> i32,
    difference: impl Fn(i32) -> i64,
    out: &mut Vec<u8>,
) {
    for number in [BLOCK as u64, (BLOCK / PART) as u64, values.len() as u64] {
        put_number(out, number);
    }
    put_signed(out, first);
    let mut block = [0_i32; BLOCK];
    for start in (1..values.len()).step_by(BLOCK) {
        let (before, now) = (&values[start - 1..], &values[start..]);
        let held = now.len().min(BLOCK);
        for ((place, before), now) in block.iter_mut().zip(before).zip(now) {
            *place = key(*before, *now);
        }
        let least = block[..held].iter().copied().fold(i32::MAX, i32::min);
        // What fills up the last block.
        block[held..].fill(least);
        put_signed(out, difference(least));
        let widths_at = out.len();
        out.extend_from_slice(&[0; BLOCK / PART]);
        for (part, values) in block.as_chunks::<PART>().0.iter().enumerate() {
            let packed = values.map(|value| value.wrapping_sub(least).cast_unsigned());
            let width = packed.iter().fold(0, |all, value| all | value).checked_ilog2().map_or(0, |bits| bits + 1);
            out[widths_at + part] = width as u8;
            // Behind the last value nothing need stand.
            if part * PART < held {
                put_bits(&packed, width, out);
            }
        }
    }
}

/// Appends numbers of so many bits, lowest first.
#[inline]
fn put_bits(values: &[u32; PART], width: u32, out: &mut Vec<u8>) {
    let (mut open, mut bits) = (0_u64, 0_u32);
    let mut words = [0_u32; PART];
    let mut n = 0;
    for value in values {
        open |= u64::from(*value) << bits;
        bits += width;
        if bits >= u32::BITS {
            words[n] = open as u32;
            n += 1;
            open >>= u32::BITS;
            bits -= u32::BITS;
        }
    }
    // Thirty-two numbers of `width` bits are `width` words.
    words[..n].iter().for_each(|word| out.extend_from_slice(&word.to_le_bytes()));
}

/// Appends indices below 2^`width` as a data page of `RLE_DICTIONARY` has them; `width` is 1 to 8.
pub(crate) fn put_indices(indices: &[u8], width: u32, out: &mut Vec<u8>) {
    out.push(width as u8);
    let groups = indices.len().div_ceil(8);
    put_number(out, (groups as u64) << 1 | 1);
    for group in indices.chunks(8) {
        // Eight numbers of `width` bits are `width` bytes.
        let packed = group.iter().rev().fold(0_u64, |packed, index| packed << width | u64::from(*index));
        out.extend_from_slice(&packed.to_le_bytes()[..width as usize]);
    }
}

/// Appends the definition levels of a page in which every value is null.
pub(crate) fn put_nulls(n: usize, out: &mut Vec<u8>) {
    let mut levels = Vec::new();
    put_number(&mut levels, (n as u64) << 1);
    levels.push(0);
    out.extend_from_slice(&(levels.len() as u32).to_le_bytes());
    out.extend_from_slice(&levels);
}

/// Appends a number as LEB128.
pub(crate) fn put_number(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Appends a number as LEB128 of its zigzag form.
pub(crate) fn put_signed(bytes: &mut Vec<u8>, number: i64) {
    put_number(bytes, ((number << 1) ^ (number >> 63)) as u64);
}
