//! Columns as texts.

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, PrimitiveArray, StringArray};
use arrow::buffer::{Buffer, OffsetBuffer};
use arrow::compute::cast;
use arrow::datatypes::{
    DataType, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};

use crate::DepositError;

/// A column as texts, as a cast would give them. Whole numbers are spelled here: ids, items and orders often are
/// numbers, and the cast formats each value several times slower.
pub(crate) fn texts_of(column: &ArrayRef) -> Result<StringArray, DepositError> {
    match column.data_type() {
        DataType::Int8 => spelled(column.as_primitive::<Int8Type>()),
        DataType::Int16 => spelled(column.as_primitive::<Int16Type>()),
        DataType::Int32 => spelled(column.as_primitive::<Int32Type>()),
        DataType::Int64 => spelled(column.as_primitive::<Int64Type>()),
        DataType::UInt8 => spelled(column.as_primitive::<UInt8Type>()),
        DataType::UInt16 => spelled(column.as_primitive::<UInt16Type>()),
        DataType::UInt32 => spelled(column.as_primitive::<UInt32Type>()),
        DataType::UInt64 => spelled(column.as_primitive::<UInt64Type>()),
        _ => Ok(cast(column, &DataType::Utf8)?.as_string::<i32>().clone()),
    }
}

fn spelled<T: ArrowPrimitiveType>(column: &PrimitiveArray<T>) -> Result<StringArray, DepositError>
where
    T::Native: Into<i128>,
{
    let mut bytes = Vec::with_capacity(column.len() * 8);
    let mut ends: Vec<i32> = Vec::with_capacity(column.len() + 1);
    ends.push(0);
    for row in 0..column.len() {
        if column.is_valid(row) {
            spell(column.value(row).into(), &mut bytes);
        }
        // At most 20 bytes a value: no batch comes near 2 GiB.
        ends.push(bytes.len() as i32);
    }
    let ends = OffsetBuffer::new(ends.into());
    Ok(StringArray::try_new(ends, Buffer::from_vec(bytes), column.nulls().cloned())?)
}

/// Adds the decimal digits of a number that has at most 64 bits.
fn spell(number: i128, bytes: &mut Vec<u8>) {
    if number < 0 {
        bytes.push(b'-');
    }
    let mut left = number.unsigned_abs() as u64;
    let mut digits = [0; 20];
    let mut first = digits.len();
    // Two digits for each division.
    while let [.., tens, ones] = &mut digits[..first] {
        let pair = (left % 100) as u8;
        left /= 100;
        (*tens, *ones) = (b'0' + pair / 10, b'0' + pair % 10);
        first -= 2;
        if left == 0 {
            first += usize::from(pair < 10);
            break;
        }
    }
    bytes.extend_from_slice(&digits[first..]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Int8Array, Int64Array, UInt16Array, UInt64Array};
    use std::sync::Arc;

    #[test]
    fn whole_numbers_are_spelled_as_a_cast_spells_them() {
        let columns: [ArrayRef; 4] = [
            Arc::new(Int64Array::from(vec![Some(0), Some(i64::MIN), None, Some(i64::MAX), Some(-10), Some(907)])),
            Arc::new(UInt64Array::from(vec![u64::MAX, 0, 10_000_000_000_000_000_000, 99])),
            Arc::new(Int8Array::from(vec![Some(-128), Some(127), None])),
            Arc::new(UInt16Array::from(Vec::<u16>::new())),
        ];
        for column in columns {
            assert_eq!(&texts_of(&column).unwrap(), cast(&column, &DataType::Utf8).unwrap().as_string());
            let half = column.slice(column.len() / 2, column.len() - column.len() / 2);
            assert_eq!(&texts_of(&half).unwrap(), cast(&half, &DataType::Utf8).unwrap().as_string());
        }
    }
}
