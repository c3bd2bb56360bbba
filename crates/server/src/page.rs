//! Lists come in pages: `{"items": […], "next_page": cursor or null}`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::problem::Problem;

/// Items of a page when the caller names no number.
pub(crate) const DEFAULT_LIMIT: u32 = 50;

/// The most items of a page.
pub(crate) const MAX_LIMIT: u32 = 200;

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Page<T> {
    /// What is on this page.
    pub items: Vec<T>,
    /// Ask for it as `page` to get the next page; null on the last one.
    pub next_page: Option<String>,
}

/// Which page of a list.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// `next_page` of the page before; absent for the first page.
    pub page: Option<String>,
    /// The most items of a page: 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u32>,
}

impl PageQuery {
    /// How many items the caller wants.
    pub fn limit(&self) -> Result<usize, Problem> {
        limit(self.limit)
    }

    /// Where the page begins, as the page before it ended; none for the first page.
    pub fn after<T: DeserializeOwned>(&self) -> Result<Option<T>, Problem> {
        after(self.page.as_deref())
    }
}

/// How many items the caller wants, for queries that flatten no [`PageQuery`].
pub(crate) fn limit(asked: Option<u32>) -> Result<usize, Problem> {
    match asked.unwrap_or(DEFAULT_LIMIT) {
        limit @ 1..=MAX_LIMIT => Ok(limit as usize),
        other => Err(Problem::malformed(format!("limit is {other}; it must be 1 to {MAX_LIMIT}"))
            .with_error("limit", format!("must be 1 to {MAX_LIMIT}"))),
    }
}

/// Where a page begins, as the page before it ended.
pub(crate) fn after<T: DeserializeOwned>(page: Option<&str>) -> Result<Option<T>, Problem> {
    let Some(text) = page else { return Ok(None) };
    let position = URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    position.map(Some).ok_or_else(|| {
        Problem::malformed("page is not a cursor that this list gave out; leave it out to start at the first page")
            .with_error("page", "is not a cursor of this list")
    })
}

/// Writes where a page begins, opaque to callers.
pub(crate) fn cursor<T: Serialize>(position: &T) -> Option<String> {
    serde_json::to_vec(position).ok().map(|bytes| URL_SAFE_NO_PAD.encode(bytes))
}

impl<T> Page<T> {
    /// The page of a list that holds one item more than the limit when there is a next page; `position` is where an
    /// item stands, and the next page begins after the last item of this one.
    pub fn cut<P: Serialize>(mut items: Vec<T>, limit: usize, position: impl Fn(&T) -> P) -> Self {
        let more = items.len() > limit;
        items.truncate(limit);
        let next_page = if more { items.last().and_then(|last| cursor(&position(last))) } else { None };
        Self { items, next_page }
    }

    /// A page of a list that is small enough to be held whole: sorted by position, which is unique.
    pub fn of_sorted<P: Serialize + Ord>(
        items: Vec<T>,
        after: Option<&P>,
        limit: usize,
        position: impl Fn(&T) -> P,
    ) -> Self {
        let rest = items.into_iter().filter(|item| after.is_none_or(|after| position(item) > *after));
        let window = rest.take(limit + 1).collect();
        Self::cut(window, limit, position)
    }

    /// A page that a service cut by itself; `position` is its own text for where the next one begins.
    pub fn of_part(items: Vec<T>, position: Option<&String>) -> Self {
        Self { items, next_page: position.and_then(cursor) }
    }

    /// The same page of other items.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(change).collect(), next_page: self.next_page }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_a_list_hold_each_item_once() {
        let all: Vec<u32> = (0..23).collect();
        let mut seen = Vec::new();
        let mut query = PageQuery { page: None, limit: Some(5) };
        loop {
            let after: Option<u32> = query.after().unwrap();
            let page = Page::of_sorted(all.clone(), after.as_ref(), query.limit().unwrap(), |item| *item);
            seen.extend(page.items);
            match page.next_page {
                Some(next) => query.page = Some(next),
                None => break,
            }
        }
        assert_eq!(seen, all);
    }

    #[test]
    fn what_no_list_gave_out_is_refused() {
        let query = PageQuery { page: Some("%%%".to_owned()), limit: Some(201) };
        assert!(query.after::<u32>().is_err());
        assert!(query.limit().is_err());
    }
}
