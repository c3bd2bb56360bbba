//! Whole numbers, money and ratings of a batch.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int64Array, RecordBatch, StringBuilder};
use arrow::datatypes::DataType;
use databank_model::{Currency, MoneyError, parse_minor};

use super::{Converter, Errors};
use crate::DepositError;
use crate::reject::{RowError, excerpt};
use crate::rows::empty_column;

impl Converter<'_> {
    pub(super) fn whole_numbers(
        &self,
        raw: &RecordBatch,
        name: &str,
        errors: &mut Errors,
    ) -> Result<ArrayRef, DepositError> {
        let Some(column) = self.text_column(raw, name)? else {
            return Ok(empty_column(&DataType::Int64, raw.num_rows()));
        };
        let numbers = column.iter().enumerate().map(|(row, text)| {
            let text = text?.trim();
            let whole = parse_minor(text, 0).ok();
            if whole.is_none() {
                let message = format!("{:?} is not a whole number", excerpt(text));
                errors.add(RowError::new(row, "bad_number", name, message));
            }
            whole
        });
        Ok(Arc::new(numbers.collect::<Int64Array>()))
    }

    pub(super) fn quantities(&self, raw: &RecordBatch, errors: &mut Errors) -> Result<ArrayRef, DepositError> {
        let numbers = self.whole_numbers(raw, "quantity", errors)?;
        for (row, number) in numbers.as_primitive::<arrow::datatypes::Int64Type>().iter().enumerate() {
            if number.is_some_and(|number| number <= 0) {
                let message = "quantity is not positive; returns are refunds with positive quantities";
                errors.add(RowError::new(row, "bad_quantity", "quantity", message));
            }
        }
        Ok(numbers)
    }

    pub(super) fn amounts(&self, raw: &RecordBatch, errors: &mut Errors) -> Result<(ArrayRef, ArrayRef), DepositError> {
        let n_rows = raw.num_rows();
        let amounts = self.text_column(raw, "amount")?;
        let currencies = self.text_column(raw, "currency")?;
        let mut minor = Vec::with_capacity(n_rows);
        let mut codes = StringBuilder::new();
        // Neighbors mostly share a currency: it is read, and its digits are looked up, when it changes.
        let (mut last, mut known) = (None, (self.currency, self.currency.digits()));
        for row in 0..n_rows {
            let named = currencies.as_ref().filter(|c| c.is_valid(row)).map(|c| c.value(row));
            if named != last {
                last = named;
                let currency = match named.map(str::parse::<Currency>) {
                    None => self.currency,
                    Some(Ok(currency)) => currency,
                    Some(Err(error)) => {
                        errors.add(RowError::new(row, "bad_currency", "currency", error.to_string()));
                        // Each row that names it is refused.
                        last = None;
                        self.currency
                    }
                };
                known = (currency, currency.digits());
            }
            let (currency, digits) = known;
            let text = amounts.as_ref().filter(|a| a.is_valid(row)).map(|a| a.value(row).trim());
            let amount = text.and_then(|text| match parse_minor(text, digits) {
                Ok(amount) if amount < 0 => {
                    let message = "amount is negative; a refund is a refund event with a positive amount";
                    errors.add(RowError::new(row, "negative_amount", "amount", message));
                    None
                }
                Ok(amount) => Some(amount),
                Err(error) => {
                    let code = match error {
                        MoneyError::NotANumber => "bad_number",
                        MoneyError::TooManyDecimals => "too_many_decimals",
                        MoneyError::OutOfRange => "number_out_of_range",
                    };
                    let message = format!("{:?} in {currency}: {error}", excerpt(text));
                    errors.add(RowError::new(row, code, "amount", message));
                    None
                }
            });
            minor.push(amount);
            // A currency without an amount would say nothing.
            codes.append_option(amount.map(|_| currency.as_str()));
        }
        Ok((Arc::new(Int64Array::from(minor)), Arc::new(codes.finish())))
    }

    pub(super) fn ratings(&self, raw: &RecordBatch, errors: &mut Errors) -> Result<ArrayRef, DepositError> {
        let Some(column) = self.text_column(raw, "rating")? else {
            return Ok(empty_column(&DataType::Float64, raw.num_rows()));
        };
        let ratings = column.iter().enumerate().map(|(row, text)| {
            let text = text?.trim();
            let rating = text.parse::<f64>().ok().filter(|rating| (0.0..=5.0).contains(rating));
            if rating.is_none() {
                let message = format!("{:?} is not a rating from 0 to 5; scale it in the mapping", excerpt(text));
                errors.add(RowError::new(row, "bad_rating", "rating", message));
            }
            rating
        });
        Ok(Arc::new(ratings.collect::<Float64Array>()))
    }
}
