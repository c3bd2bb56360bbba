//! Values that stand for "no value", whatever the type.

/// Whether a trimmed value is a placeholder, as such or in quotes.
pub(super) fn is_null_like(value: &str) -> bool {
    // The usual value, a number without a leading zero, is told by its first byte.
    if matches!(value.as_bytes().first(), Some(b'1'..=b'9')) {
        return false;
    }
    let mut bare = value;
    loop {
        // Words may have brackets of their own, so that each layer is looked at.
        if bare.chars().all(is_zero_or_dash) || is_null_word(bare) {
            return true;
        }
        match unquoted(bare) {
            Some(inner) => bare = inner,
            None => return false,
        }
    }
}

/// Hyphens, dashes and the minus sign: what a table shows in a cell without a value.
fn is_zero_or_dash(c: char) -> bool {
    matches!(c, '0' | '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// Pairs of characters that a value may stand in.
const QUOTES: [(char, char); 9] =
    [('"', '"'), ('\'', '\''), ('`', '`'), ('“', '”'), ('‘', '’'), ('(', ')'), ('[', ']'), ('{', '}'), ('<', '>')];

/// The value without its outermost quotes or brackets.
fn unquoted(value: &str) -> Option<&str> {
    let inside = |(open, close): &(char, char)| value.strip_prefix(*open)?.strip_suffix(*close);
    QUOTES.iter().find_map(inside).map(str::trim)
}

const LONGEST_WORD: usize = 24;

/// The words in lower case. PostHog's and Mixpanel's lists, what data frames, databases and spreadsheets write, and
/// what people type into a field that they must fill.
pub(super) const NULL_WORDS: &[&str] = &[
    "", "-1", "#n/a", "#ref!", "#value!", "(null)", "<null>", "<nil>", "\\n", "[object object]", ".", "?", "_", "/",
    "0.0", "anon", "anonymous", "distinct_id", "distinctid", "email", "empty", "false", "guest", "id", "n/a", "na",
    "nan", "nil", "none", "not available", "not_authenticated", "not set", "(not set)", "null", "phone", "true",
    "undefined", "unknown", "user_id", "无", "空", "未知", "匿名", "匿名用户", "游客", "暂无", "不详", "未填写",
    "<na>", "#null!",
];

fn is_null_word(bare: &str) -> bool {
    if bare.len() > LONGEST_WORD {
        return false;
    }
    NULL_WORDS.iter().any(|word| word.eq_ignore_ascii_case(bare))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_is_longer_than_the_limit_or_starts_as_a_usual_number() {
        for word in NULL_WORDS {
            assert!(word.len() <= LONGEST_WORD && is_null_like(word), "{word}");
        }
    }
}
