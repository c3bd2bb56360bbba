//! Which passwords may be chosen: long enough, not guessable; no rules about kinds of characters.

use databank_model::Username;
use zxcvbn::{Score, zxcvbn};

use crate::{AccessError, Secret};

/// The fewest characters of a password.
pub const SHORTEST_PASSWORD_CHARACTERS: usize = 10;

/// The most bytes of a password. Every byte counts, none is cut off.
pub const LONGEST_PASSWORD_BYTES: usize = 1_024;

/// What is looked at for guessing; whatever follows only makes it harder, and looking takes long.
const LOOKED_AT_CHARACTERS: usize = 100;

/// Refuses a password that is too short, too long, or easily guessed by somebody who knows the user.
pub(crate) fn check(
    field: &'static str,
    password: &Secret<String>,
    username: &Username,
    display_name: &str,
) -> Result<(), AccessError> {
    let text = password.expose();
    let refuse = |message: String| Err(AccessError::Invalid { field, message });
    if text.chars().count() < SHORTEST_PASSWORD_CHARACTERS {
        return refuse(format!("the password has fewer than {SHORTEST_PASSWORD_CHARACTERS} characters"));
    }
    if text.len() > LONGEST_PASSWORD_BYTES {
        return refuse(format!("the password has more than {LONGEST_PASSWORD_BYTES} bytes"));
    }
    let end = text.char_indices().nth(LOOKED_AT_CHARACTERS).map_or(text.len(), |(index, _)| index);
    let looked_at = text.get(..end).unwrap_or(text);
    let known: Vec<&str> = [username.as_str(), display_name, "databank"]
        .into_iter()
        .chain(username.as_str().split(['@', '.', '_', '-', '+']))
        .chain(display_name.split_whitespace())
        .filter(|word| !word.is_empty())
        .collect();
    if zxcvbn(looked_at, &known).score() < Score::Two {
        return refuse("the password is easily guessed; a few words that do not belong together are better".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(password: &str) -> Option<String> {
        let username = "anna.lindqvist@example.com".parse().unwrap();
        check("password", &Secret::new(password.to_owned()), &username, "Anna Lindqvist")
            .err()
            .map(|error| error.to_string())
    }

    #[test]
    fn passwords_are_refused_for_length_and_guessing_and_nothing_else() {
        let long = "lorem ipsum ".repeat(85);
        for good in [
            "correct horse battery",
            "all lower case letters",
            "密码是很长的一句话没有人猜得到",
            "ein längerer Satz ohne Ziffern",
            "x7Kq92mPw1",
            "exactly seventy-two bytes are not the end of a password here, honest!!!",
            &long,
        ] {
            assert_eq!(refused(good), None, "{good:?}");
        }
        for (bad, reason) in [
            ("", "fewer than 10"),
            ("x7Kq92mPw", "fewer than 10"),
            ("密码密码密码密码密", "fewer than 10"),
            ("passwordpassword", "guessed"),
            ("1234567890", "guessed"),
            ("aaaaaaaaaaaaaaaa", "guessed"),
            ("qwertyuiop", "guessed"),
            ("lindqvist1", "guessed"),
            ("annalindqvist", "guessed"),
            ("databank123", "guessed"),
            (&"a long text ".repeat(86), "more than 1024 bytes"),
        ] {
            assert!(refused(bad).is_some_and(|text| text.contains(reason)), "{bad:?}: {:?}", refused(bad));
        }
    }
}
