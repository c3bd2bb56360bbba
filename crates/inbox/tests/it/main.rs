//! What an inbox promises: nothing lost, nothing given twice, nothing given that has changed.

mod damage;
mod keeps;

use std::collections::BTreeMap;
use std::path::Path;

use databank_inbox::{Entry, Inbox, InboxError, Options, Record};
use databank_model::BrandSlug;

pub(crate) fn brand(slug: &str) -> BrandSlug {
    slug.parse().unwrap()
}

pub(crate) fn entry(slug: &str, body: &str) -> Entry {
    let (facts, body) = (b"facts".to_vec(), body.as_bytes().to_vec());
    Entry { brand: brand(slug), received_us: 7, events: 2, facts, body }
}

/// Files so small that every few records begin another.
pub(crate) fn small() -> Options {
    Options { segment_bytes: 400, ..Options::default() }
}

/// Opens an inbox of which nothing is deposited.
pub(crate) fn open(directory: &Path) -> Result<Inbox, InboxError> {
    Inbox::open(directory, small(), &|_| Some(0), 0)
}

pub(crate) fn bodies(records: &[Record]) -> Vec<String> {
    records.iter().map(|record| String::from_utf8(record.body.clone()).unwrap()).collect()
}

/// All that an inbox holds, by brand.
pub(crate) fn all(inbox: &Inbox) -> Result<BTreeMap<String, Vec<String>>, InboxError> {
    let read = |brand: BrandSlug| Ok((brand.to_string(), bodies(&inbox.read(&brand, 0, u64::MAX)?)));
    inbox.all_pending().into_iter().map(|(brand, _)| read(brand)).collect()
}
