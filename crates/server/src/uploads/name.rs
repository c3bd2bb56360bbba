//! Names of files as strangers write them.

/// The longest name, in bytes.
const MOST_BYTES: usize = 120;

/// What is left of a file's name when nothing in it can be mistaken for a path, a hidden file or an option: its last part,
/// of letters, digits and `. - _ ( )` and spaces, and not too long.
pub(crate) fn safe_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let safe = |c: char| if c.is_alphanumeric() || ".-_() ".contains(c) { c } else { '_' };
    let cleaned: String = last.chars().map(safe).collect();
    let cleaned = cleaned.trim_matches(['.', ' ', '-']);
    if cleaned.is_empty() {
        return "file".to_owned();
    }
    if cleaned.len() <= MOST_BYTES {
        return cleaned.to_owned();
    }
    // Endings say how a file is read, so they stay.
    let ending_at = cleaned.char_indices().rev().find(|(at, _)| cleaned.len() - at > 20).map_or(0, |(at, _)| at);
    let ending =
        cleaned.get(ending_at..).and_then(|tail| tail.find('.').and_then(|dot| tail.get(dot..))).unwrap_or_default();
    let mut stem = String::new();
    for c in cleaned.chars() {
        if stem.len() + c.len_utf8() + ending.len() > MOST_BYTES {
            break;
        }
        stem.push(c);
    }
    format!("{stem}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_never_leaves_its_folder() {
        for (name, safe) in [
            ("orders.csv", "orders.csv"),
            ("订单 2026-10 (1).csv", "订单 2026-10 (1).csv"),
            ("../../etc/passwd", "passwd"),
            ("..\\..\\windows\\win.ini", "win.ini"),
            ("..", "file"),
            ("", "file"),
            ("/", "file"),
            (".hidden", "hidden"),
            ("-rf", "rf"),
            ("a\0b\n.csv", "a_b_.csv"),
            ("a*[b]?.csv", "a__b__.csv"),
            ("x\u{202e}vsc.exe", "x_vsc.exe"),
        ] {
            assert_eq!(safe_name(name), safe, "{name:?}");
        }
        let long = safe_name(&format!("{}.csv.gz", "长".repeat(500)));
        assert!(long.len() <= MOST_BYTES && long.ends_with("长.csv.gz"), "{long}");
        assert!(safe_name(&"x".repeat(500)).len() <= MOST_BYTES);
    }
}
