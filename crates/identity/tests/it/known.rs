//! What is remembered of ids changes nothing but time.

use std::collections::BTreeMap;
use std::convert::Infallible;

use databank_identity::{IdKey, IdNumber, IdType, KnownIds, Token, Tokenizer};
use proptest::prelude::*;

fn tokenizer() -> Tokenizer {
    Tokenizer::new(&IdKey::new([7; 32]))
}

fn id_type(name: &str) -> IdType {
    name.parse().unwrap()
}

/// The token of a value, its number, and whether it had to be made.
fn token(known: &mut KnownIds, id_type: &IdType, value: &str) -> (Token, Option<IdNumber>, bool) {
    let mut made = false;
    let number = known.type_number(id_type);
    let look = known.look(number, value);
    let result = known.token(look, number, value, |tokenizer| {
        made = true;
        Ok::<_, Infallible>(tokenizer.token(id_type, value))
    });
    let Ok((token, number)) = result;
    (token, number, made)
}

proptest! {
    #[test]
    fn tokens_are_the_same_whatever_is_remembered(
        ids in prop::collection::vec((0_usize..3, "[a-c]{0,2}|[a-c]{63,66}"), 1..200),
        room in 0_usize..60,
    ) {
        let types = ["user_id", "cookie", "member"].map(id_type);
        let mut known = KnownIds::new(tokenizer());
        let mut numbers: BTreeMap<usize, (usize, String)> = BTreeMap::new();
        let mut held: BTreeMap<(usize, String), Option<IdNumber>> = BTreeMap::new();
        for (place, (kind, value)) in ids.into_iter().enumerate() {
            known.set_may_grow(place < room);
            let (token, number, made) = token(&mut known, &types[kind], &value);
            prop_assert_eq!(token, tokenizer().token(&types[kind], &value));
            let id = (kind, value);
            // A number is of one value for ever, and a value that has one is not made again.
            match number {
                Some(number) => prop_assert_eq!(numbers.entry(number.place()).or_insert(id.clone()), &id),
                None => prop_assert!(made && (place >= room || id.1.len() > 64)),
            }
            let before = held.insert(id, number).flatten();
            prop_assert_eq!(before.is_some(), !made);
            prop_assert!(before.is_none() || before == number);
        }
        // Numbers leave no gaps: something is kept beside each.
        prop_assert!(numbers.keys().copied().eq(0..numbers.len()));
    }
}

#[test]
fn a_value_that_cannot_be_a_token_is_not_remembered() {
    let mut known = KnownIds::new(tokenizer());
    let user = id_type("user_id");
    let number = known.type_number(&user);
    let look = known.look(number, "x");
    assert_eq!(known.token(look, number, "x", |_| Err("refused")), Err("refused"));
    assert_eq!(known.token(look, number, "x", |_| Err("again")), Err("again"));
    assert!(token(&mut known, &user, "x").2);
    assert!(!token(&mut known, &user, "x").2);
}

#[test]
fn types_beyond_those_that_have_numbers_are_not_remembered() {
    let mut known = KnownIds::new(tokenizer());
    for n in 0..300 {
        let kind = id_type(&format!("t{n}"));
        let (first, second) = (token(&mut known, &kind, "x"), token(&mut known, &kind, "x"));
        assert_eq!(first.0, tokenizer().token(&kind, "x"));
        assert_eq!((first.0, second.2), (second.0, n >= 256));
    }
}

#[test]
fn a_value_that_came_since_it_was_looked_for_is_found() {
    let mut known = KnownIds::new(tokenizer());
    let user = id_type("user_id");
    let number = known.type_number(&user);
    let looks = ["x", "x", "y"].map(|value| known.look(number, value));
    let made = |known: &mut KnownIds, look, value: &str| {
        let mut made = false;
        let make = |tokenizer: &Tokenizer| {
            made = true;
            Ok::<_, Infallible>(tokenizer.token(&user, value))
        };
        let Ok((token, _)) = known.token(look, number, value, make);
        assert_eq!(token, tokenizer().token(&user, value));
        made
    };
    assert_eq!([made(&mut known, looks[0], "x"), made(&mut known, looks[1], "x")], [true, false]);
    assert!(made(&mut known, looks[2], "y"));
    // What was said of another value is of no use, and does no harm.
    let of_x = known.look(number, "x");
    assert!(!made(&mut known, of_x, "x"));
    assert!(made(&mut known, of_x, "z"));
}
