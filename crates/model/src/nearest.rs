//! "Did you mean": the known name nearest to one that is not known.

/// The most edits between a name and the one that was meant.
const MOST_EDITS: usize = 2;

/// Returns the candidate that was probably meant: the same but for case, or at most two edits away.
pub fn nearest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let lower = name.to_lowercase();
    let scored = candidates.into_iter().map(|candidate| (edits(&lower, &candidate.to_lowercase()), candidate));
    scored
        .filter(|(edits, _)| *edits <= MOST_EDITS.min(name.chars().count().div_ceil(2)))
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

/// Returns the Levenshtein distance. O(product of the lengths), for names only.
fn edits(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (line, from) in left.chars().enumerate() {
        let mut next = Vec::with_capacity(row.len());
        next.push(line + 1);
        for ((&diagonal, &above), to) in row.iter().zip(row.iter().skip(1)).zip(&right) {
            let before = next.last().copied().unwrap_or_default();
            next.push((diagonal + usize::from(from != *to)).min(above + 1).min(before + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}
