//! Money as whole minor units of an ISO 4217 currency. Never a float.

use std::fmt;
use std::str::FromStr;

/// An ISO 4217 currency code: three capital letters that the standard lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

/// The text is no currency in use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not an ISO 4217 currency code such as \"CNY\"")]
pub struct CurrencyError {
    /// The refused text.
    pub text: String,
}

/// Currencies with no minor unit, with three digits and with four (ISO 4217, list one).
const ZERO_DIGITS: &str = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
const THREE_DIGITS: &str = "BHD IQD JOD KWD LYD OMR TND";
const FOUR_DIGITS: &str = "CLF UYW";
const TWO_DIGITS: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP \
    BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD \
    GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT \
    MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR \
    SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST \
    XCD YER ZAR ZMW ZWG";

fn listed(list: &str, code: &str) -> bool {
    code.len() == 3 && list.split(' ').any(|entry| entry == code)
}

impl Currency {
    /// The code as text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("???")
    }

    /// Decimal digits of the minor unit: 2 for CNY, 0 for JPY, 3 for KWD.
    pub fn digits(self) -> u32 {
        let code = self.as_str();
        if listed(ZERO_DIGITS, code) {
            0
        } else if listed(THREE_DIGITS, code) {
            3
        } else if listed(FOUR_DIGITS, code) {
            4
        } else {
            2
        }
    }
}

impl FromStr for Currency {
    type Err = CurrencyError;

    /// Reads a code in any letter case.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let code = text.trim().to_ascii_uppercase();
        let known = [TWO_DIGITS, ZERO_DIGITS, THREE_DIGITS, FOUR_DIGITS].iter().any(|list| listed(list, &code));
        match <[u8; 3]>::try_from(code.as_bytes()) {
            Ok(bytes) if known => Ok(Self(bytes)),
            _ => Err(CurrencyError { text: text.to_owned() }),
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a text is not an amount of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not a plain decimal number.
    #[error("not a decimal number")]
    NotANumber,
    /// More decimals than the currency's minor unit holds, other than trailing zeros.
    #[error("more decimals than the currency has")]
    TooManyDecimals,
    /// Beyond what 64 bits of minor units hold.
    #[error("number out of range")]
    OutOfRange,
}

/// Reads a plain decimal (`-12.50`, `1299`, `.5`) as a whole number of `10^-digits`. No exponents, separators or signs of
/// currency: a mapping cleans those away in the open, where its reader can see it.
pub fn parse_minor(text: &str, digits: u32) -> Result<i64, MoneyError> {
    let (negative, number) = match text.as_bytes() {
        [b'-', ..] => (true, &text[1..]),
        [b'+', ..] => (false, &text[1..]),
        _ => (false, text),
    };
    let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
    let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if (whole.is_empty() && decimals.is_empty()) || !all_digits(whole) || !all_digits(decimals) {
        return Err(MoneyError::NotANumber);
    }
    let kept = decimals.len().min(digits as usize);
    if decimals[kept..].bytes().any(|b| b != b'0') {
        return Err(MoneyError::TooManyDecimals);
    }
    let padding = digits as usize - kept;
    let mut minor: i64 = 0;
    for digit in whole.bytes().chain(decimals[..kept].bytes()).chain(std::iter::repeat_n(b'0', padding)) {
        minor =
            minor.checked_mul(10).and_then(|m| m.checked_add(i64::from(digit - b'0'))).ok_or(MoneyError::OutOfRange)?;
    }
    Ok(if negative { -minor } else { minor })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn currencies_know_their_digits() {
        for (code, digits) in [("CNY", 2), ("cny", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4)] {
            assert_eq!(code.parse::<Currency>().unwrap().digits(), digits, "{code}");
        }
        for bad in ["", "XXX", "RMB", "C Y", "CNYY"] {
            assert!(bad.parse::<Currency>().is_err(), "{bad}");
        }
    }

    #[test]
    fn amounts_are_exact_or_refused() {
        for (text, minor) in
            [("12.50", 1250), ("12.5", 1250), ("-0.01", -1), ("7", 700), (".5", 50), ("1.230", 123), ("3.", 300)]
        {
            assert_eq!(parse_minor(text, 2), Ok(minor), "{text}");
        }
        assert_eq!(parse_minor("1.005", 2), Err(MoneyError::TooManyDecimals));
        assert_eq!(parse_minor("1000000000000000000", 2), Err(MoneyError::OutOfRange));
        for bad in ["", ".", "-", "12,50", "￥1", "NaN", "1e3", "1 0", "true"] {
            assert_eq!(parse_minor(bad, 2), Err(MoneyError::NotANumber), "{bad}");
        }
    }
}
