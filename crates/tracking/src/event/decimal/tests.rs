use proptest::prelude::*;

use super::*;

fn shown(text: &str) -> Result<String, NoDecimal> {
    Decimal::parse(text).map(|decimal| decimal.to_string())
}

#[test]
fn numbers_are_read_exactly() {
    for (text, expected) in [
        ("0", "0"),
        ("-0", "0"),
        ("0.000", "0"),
        ("9.9", "9.9"),
        ("1299.00", "1299"),
        (" +12.50 ", "12.5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("-0.000001", "-0.000001"),
        ("1e3", "1000"),
        ("1.5E+2", "150"),
        ("12345e-4", "1.2345"),
        ("100000e-5", "1"),
        ("0e999999999999", "0"),
        ("0.1000000000000000000000000000000000000", "0.1"),
        ("000000000000000000000000000000001", "1"),
        ("999999999999999.999999", "999999999999999.999999"),
        ("999999999999999000000e-6", "999999999999999"),
    ] {
        assert_eq!(shown(text).as_deref(), Ok(expected), "{text}");
    }
}

#[test]
fn what_is_no_number_or_too_large_is_told_apart() {
    for text in [
        "", " ", "-", ".", "e3", "1e", "1e+", "1,5", "1 5", "￥1", "0x1", "NaN", "Infinity", "1.2.3", "1e1.5", "--1",
        "１",
    ] {
        assert_eq!(shown(text), Err(NoDecimal::NotANumber), "{text}");
    }
    for text in
        ["1e15", "1000000000000000", "1e-7", "0.0000001", "1e18", "1e400", "1e-400", "0.123456789012345678901234567890"]
    {
        assert_eq!(shown(text), Err(NoDecimal::OutOfRange), "{text}");
    }
    assert_eq!(Decimal::parse("0.001").unwrap().times(Decimal::parse("0.0001").unwrap()), Err(NoDecimal::OutOfRange));
    let large = Decimal::parse("999999999999999.999999").unwrap();
    assert_eq!(large.times(large), Err(NoDecimal::OutOfRange));
}

proptest! {
    #[test]
    fn a_number_is_its_units_however_it_is_written(units in -10_i64.pow(18)..10_i64.pow(18), decimals in 0_u32..=6, zeros in 0_usize..4) {
        let plain = {
            let scale = 10_u64.pow(decimals);
            let sign = if units < 0 { "-" } else { "" };
            let (whole, fraction) = (units.unsigned_abs() / scale, units.unsigned_abs() % scale);
            let zeros = "0".repeat(zeros);
            let width = decimals as usize;
            if decimals == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction:0width$}{zeros}") }
        };
        let plain_read = Decimal::parse(&plain);
        prop_assert_eq!(Decimal::parse(&format!("{units}e-{decimals}")), plain_read);
        match plain_read {
            Ok(read) => prop_assert_eq!(read.units * 10_i128.pow(decimals - read.decimals), i128::from(units)),
            Err(error) => {
                prop_assert_eq!(error, NoDecimal::OutOfRange);
                prop_assert!(units.unsigned_abs() >= 10_u64.pow(15 + decimals));
            }
        }
    }

    #[test]
    fn products_are_those_of_whole_numbers(price in 0_i64..10_000_000_000, decimals in 0_u32..=6, quantity in 1_i64..100_000) {
        let price_read = Decimal::parse(&format!("{price}e-{decimals}")).unwrap();
        let product = price_read.times(Decimal::from(quantity));
        let expected = i128::from(price) * i128::from(quantity);
        match product {
            Ok(product) => prop_assert_eq!(product.units * 10_i128.pow(decimals - product.decimals), expected),
            Err(_) => prop_assert!(expected >= 10_i128.pow(15 + decimals)),
        }
    }
}
