//! Which files become which blocks.

use super::column::Sample;
use super::events::{self, Told};
use super::masters;
use super::roles::Role;
use super::text::{Block, Head, render};
use super::{SuggestSettings, Suggestion};
use crate::DepositError;

/// Composes a mapping of files.
pub(super) fn compose(samples: &[Sample], settings: &SuggestSettings) -> Result<Suggestion, DepositError> {
    let told: Vec<Told<'_>> = samples.iter().map(|sample| Told::of(sample, settings.now_us)).collect();
    let mut notes: Vec<String> = Vec::new();
    let mut blocks: Vec<Block> = Vec::new();
    let mut used: Vec<bool> = told.iter().map(|_| false).collect();
    let mut keeps_anonymous = false;
    for (place, lines) in told.iter().enumerate() {
        let Some(owner) = orders_of(&told, place) else { continue };
        let Some(orders) = told.get(owner) else { continue };
        notes.extend(lines.roles.notes.iter().chain(&orders.roles.notes).cloned());
        if let Some((block, anonymous)) = events::joined_block_of(lines, orders, &mut notes) {
            blocks.push(block);
            keeps_anonymous |= anonymous;
            for (at, used) in used.iter_mut().enumerate() {
                *used |= at == place || at == owner;
            }
        }
    }
    for (told, used) in told.iter().zip(&mut used) {
        if *used {
            continue;
        }
        let mut own = told.roles.notes.clone();
        let block = if is_event(told) {
            let (block, anonymous) = events::block_of(told, &mut own);
            keeps_anonymous |= anonymous;
            Some(block)
        } else {
            masters::block_of(told, settings.now_us, &mut own)
        };
        let Some(block) = block else {
            notes.push(left_out(told));
            continue;
        };
        notes.extend(own);
        blocks.push(block);
        *used = true;
    }
    if blocks.is_empty() {
        let reasons: Vec<String> = told.iter().map(left_out).collect();
        return Err(DepositError::BadRequest {
            message: format!("no mapping can be proposed: {}", reasons.join("; ")),
        });
    }
    let mut seen = std::collections::BTreeSet::new();
    notes.retain(|note| seen.insert(note.clone()));
    let inputs: Vec<&Sample> = samples.iter().zip(&used).filter(|(_, used)| **used).map(|(sample, _)| sample).collect();
    let head = Head {
        name: inputs.first().map_or_else(|| "rows".to_owned(), |sample| sample.table.replace('_', "-")),
        timezone: &settings.timezone,
        currency: &settings.currency,
        keeps_anonymous,
        notes: &notes,
    };
    let text = render(&head, &inputs, &blocks);
    Ok(Suggestion { text, notes })
}

/// Whether a file's rows are things that happened, rather than facts about somebody or something.
fn is_event(told: &Told<'_>) -> bool {
    if !told.has(Role::Time) {
        return false;
    }
    let says_what = told.has(Role::Behavior) || told.has(Role::Rating) || told.has(Role::Keyword);
    let is_registered_only = told.roles.registered.is_some() && !told.has(Role::Item);
    let has_person = !told.roles.ids.is_empty();
    told.is_bought() || says_what || (has_person && !is_registered_only)
}

/// The file that has the orders, and the people, of a file of order lines.
fn orders_of(told: &[Told<'_>], place: usize) -> Option<usize> {
    let lines = told.get(place)?;
    if !lines.has(Role::Order) || !lines.roles.ids.is_empty() {
        return None;
    }
    let is_line = lines.has(Role::Item) || lines.has(Role::Line) || lines.has(Role::Rating);
    told.iter()
        .position(|other| is_line && other.has(Role::Order) && other.has(Role::Time) && !other.roles.ids.is_empty())
}

fn left_out(told: &Told<'_>) -> String {
    let names: Vec<&str> = told.columns.iter().map(|column| column.name.as_str()).take(30).collect();
    let lacks = match (told.has(Role::Time), told.roles.ids.is_empty()) {
        (false, true) => "no column of it names a person, an item or a store, or says when",
        (true, true) => "no column of it names a person or an order",
        _ => "nothing in it says what its rows are",
    };
    format!("{} is left out: {lacks} (it has {})", told.sample.files.join(", "), names.join(", "))
}
