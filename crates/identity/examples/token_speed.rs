//! Prints how many values a second are normalised and turned into tokens, with and without aliases.

#![expect(clippy::print_stdout, reason = "an example that prints its measurement")]

use std::hint::black_box;
use std::time::Instant;

use databank_identity::{IdKey, IdType, Tokenizer, normalize};

const N_VALUES: u64 = 2_000_000;

fn main() {
    let tokenizer = Tokenizer::new(&IdKey::new([7; 32]));
    let phone: IdType = "phone".parse().expect("phone is a type");
    let user_id: IdType = "user_id".parse().expect("user_id is a type");
    let phones: Vec<String> = (0..N_VALUES).map(|n| (13_900_000_001 + n).to_string()).collect();
    let user_ids: Vec<String> = (0..N_VALUES).map(|n| (1_000_251 + n).to_string()).collect();

    measure("normalize user_id", &user_ids, |value| normalize(&user_id, value).map_or(0, |normal| normal.len()));
    measure("normalize phone", &phones, |value| normalize(&phone, value).map_or(0, |normal| normal.len()));
    measure("token", &phones, |value| usize::from(tokenizer.token(&phone, value).slot()));
    measure("alias tokens (6 per phone)", &phones, |value| tokenizer.alias_tokens(&phone, value).len());
}

fn measure(what: &str, values: &[String], mut work: impl FnMut(&str) -> usize) {
    let start = Instant::now();
    let sum: usize = values.iter().map(|value| work(value)).sum();
    let seconds = start.elapsed().as_secs_f64();
    black_box(sum);
    let rate = values.len() as f64 / seconds;
    println!("{what}: {rate:.0} values/s, {:.0} ns each", 1e9 / rate);
}
