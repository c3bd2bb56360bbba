//! Which column of a file means what.

use std::collections::{BTreeMap, BTreeSet};

use super::column::{Column, Kind};
use super::values::{NumberForm, TimeForm, is_email, is_hex, is_masked, is_mobile};
use super::words;

/// What a column can mean, but for ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    EventId,
    Time,
    Behavior,
    Status,
    Order,
    Line,
    Item,
    Category,
    Quantity,
    Amount,
    Price,
    Currency,
    Rating,
    Channel,
    Store,
    Campaign,
    Keyword,
}

/// Which column means what, by its place.
#[derive(Debug, Clone, Default)]
pub(super) struct Roles {
    of: BTreeMap<Role, usize>,
    /// Types of ids and their columns, strongest first.
    pub(super) ids: Vec<(String, usize)>,
    /// How the time is written.
    pub(super) time_form: Option<TimeForm>,
    /// When somebody became known, where the file says so.
    pub(super) registered: Option<(usize, TimeForm)>,
    /// What was guessed, for people.
    pub(super) notes: Vec<String>,
}

/// Roles that take any value, told by their names alone.
const NAMED: [(Role, &[&str]); 7] = [
    (Role::Order, words::ORDER),
    (Role::Line, words::LINE),
    (Role::Item, words::ITEM),
    (Role::Category, words::CATEGORY),
    (Role::Channel, words::CHANNEL),
    (Role::Store, words::STORE),
    (Role::Campaign, words::CAMPAIGN),
];

impl Roles {
    /// Settles what the columns of a file mean.
    pub(super) fn of(columns: &[Column], now_us: i64) -> Self {
        let mut roles = Self::default();
        roles.find_ids(columns);
        for (role, words) in NAMED {
            roles.take(role, columns, words, &|column| !matches!(column.kind, Kind::Nested | Kind::Other));
        }
        roles.find_behavior(columns);
        roles.take(Role::Status, columns, words::STATUS, &|column| column.distinct().len() <= 50);
        roles.take(Role::Rating, columns, words::RATING, &|column| column.mostly(95, is_rating));
        roles.take(Role::Currency, columns, words::CURRENCY, &|column| column.mostly(95, |text| text.len() == 3));
        roles.take(Role::Keyword, columns, words::KEYWORD, &|column| column.kind == Kind::Text);
        roles.take(Role::EventId, columns, words::EVENT_ID, &|column| !column.has_gaps());
        let is_number = |column: &Column| NumberForm::of(column).is_some();
        roles.take(Role::Amount, columns, words::AMOUNT, &is_number);
        roles.take(Role::Price, columns, words::PRICE, &is_number);
        let is_whole = |column: &Column| NumberForm::of(column).is_some_and(|form| form.decimals == 0);
        roles.take(Role::Quantity, columns, words::QUANTITY, &is_whole);
        roles.find_time(columns, now_us);
        roles
    }

    /// The column of a role.
    pub(super) fn get<'c>(&self, role: Role, columns: &'c [Column]) -> Option<&'c Column> {
        columns.get(*self.of.get(&role)?)
    }

    /// Whether a role has a column.
    pub(super) fn has(&self, role: Role) -> bool {
        self.of.contains_key(&role)
    }

    /// Gives a role to a column.
    pub(super) fn set(&mut self, role: Role, place: usize) {
        self.of.insert(role, place);
    }

    /// Places of columns that mean something.
    pub(super) fn used(&self) -> BTreeSet<usize> {
        self.of.values().copied().chain(self.ids.iter().map(|(_, place)| *place)).collect()
    }

    fn is_free(&self, place: usize) -> bool {
        !self.of.values().any(|used| *used == place) && !self.ids.iter().any(|(_, used)| *used == place)
    }

    fn take(&mut self, role: Role, columns: &[Column], words: &[&str], fits: &dyn Fn(&Column) -> bool) {
        let place = words.iter().find_map(|word| {
            columns
                .iter()
                .enumerate()
                .find(|(place, column)| column.key == *word && self.is_free(*place) && fits(column))
        });
        if let Some((place, _)) = place {
            self.set(role, place);
        }
    }

    fn find_ids(&mut self, columns: &[Column]) {
        for (id_type, words) in words::IDS {
            let named = words.iter().find_map(|word| columns.iter().position(|column| column.key == *word));
            let by_value: Option<fn(&str) -> bool> = match *id_type {
                "phone" => Some(is_mobile),
                "email" => Some(is_email),
                _ => None,
            };
            let found = match by_value {
                None => named.map(|place| (place, (*id_type).to_owned())),
                Some(is_value) => self.find_contact(columns, id_type, named, is_value),
            };
            if let Some((place, id_type)) = found.filter(|(place, _)| self.is_free(*place)) {
                self.ids.push((id_type, place));
            }
        }
    }

    /// Phones and addresses are told by their values, digests of them by their values and names.
    fn find_contact(
        &mut self,
        columns: &[Column],
        id_type: &str,
        named: Option<usize>,
        is_value: fn(&str) -> bool,
    ) -> Option<(usize, String)> {
        if let Some((place, column)) = named.and_then(|place| Some((place, columns.get(place)?))) {
            if column.mostly(50, is_masked) {
                self.notes.push(format!("{:?} is masked: it names nobody and is kept as a property", column.name));
            } else if column.mostly(80, |text| is_hex(text, 64)) {
                return Some((place, format!("{id_type}_sha256")));
            } else if column.mostly(80, |text| is_hex(text, 32)) {
                return Some((place, format!("{id_type}_md5")));
            } else if column.mostly(50, is_value) {
                return Some((place, id_type.to_owned()));
            }
        }
        let (place, column) = columns.iter().enumerate().find(|(_, column)| column.mostly(90, is_value))?;
        self.notes.push(format!("{:?} looks like a {id_type} by its values", column.name));
        Some((place, id_type.to_owned()))
    }

    fn find_behavior(&mut self, columns: &[Column]) {
        let says_what = |column: &Column| column.distinct().iter().any(|text| behavior_of(text).is_some());
        self.take(Role::Behavior, columns, words::BEHAVIOR, &|column| {
            column.kind == Kind::Text && column.distinct().len() <= 200 && says_what(column)
        });
        if !self.has(Role::Behavior) {
            let all_known = |column: &&Column| {
                let distinct = column.distinct();
                (2..=30).contains(&distinct.len()) && distinct.iter().all(|text| behavior_of(text).is_some())
            };
            let found = columns.iter().enumerate().find(|(place, column)| self.is_free(*place) && all_known(column));
            if let Some((place, column)) = found {
                self.notes.push(format!("{:?} says what people did, by its values", column.name));
                self.set(Role::Behavior, place);
            }
        }
    }

    /// The time that says when the consumer acted.
    fn find_time(&mut self, columns: &[Column], now_us: i64) {
        let times: Vec<(usize, &Column, TimeForm)> = columns
            .iter()
            .enumerate()
            .filter(|(place, column)| self.is_free(*place) && !is_about(&column.key, words::BIRTH))
            .filter_map(|(place, column)| Some((place, column, TimeForm::of(column, now_us)?)))
            // A bare number is a time only where its column is called so, or is not called anything.
            .filter(|(_, column, _)| sounds_like_time(&column.key) || column.told().any(|text| !is_digits(text)))
            .collect();
        let registered = by_words(&times, words::REGISTERED);
        self.registered = registered.map(|(place, _, form)| (*place, *form));
        let bought = self.has(Role::Order) || self.has(Role::Amount) || self.has(Role::Price);
        let (first, second) =
            if bought { (words::ORDERED, words::HAPPENED) } else { (words::HAPPENED, words::ORDERED) };
        let paid = by_words(&times, words::PAID).filter(|_| bought);
        let best = paid.or_else(|| by_words(&times, first)).or_else(|| by_words(&times, second));
        let early = || times.iter().find(|(_, column, _)| !is_about(&column.key, words::LATER));
        let Some((place, column, form)) = best.or_else(early).or_else(|| times.first()) else { return };
        if times.len() > 1 || best.is_none() {
            self.notes.push(format!("the time of an event is taken from {:?}", column.name));
        }
        if form.is_ambiguous() {
            self.notes
                .push(format!("{:?} may have day and month the other way round: look at the dry run", column.name));
        }
        self.set(Role::Time, *place);
        self.time_form = Some(*form);
    }
}

fn by_words<'t, 'c>(
    times: &'t [(usize, &'c Column, TimeForm)],
    words: &[&str],
) -> Option<&'t (usize, &'c Column, TimeForm)> {
    words.iter().find_map(|word| times.iter().find(|(_, column, _)| column.key == *word))
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_about(key: &str, words: &[&str]) -> bool {
    words.iter().any(|word| key.contains(word))
}

fn sounds_like_time(key: &str) -> bool {
    let is_unnamed = key.strip_prefix('c').is_some_and(|number| !number.is_empty() && is_digits(number));
    is_unnamed || key == "ts" || key == "ds" || is_about(key, &["time", "date", "stamp", "unix", "day", "时间", "日期"])
}

fn is_rating(text: &str) -> bool {
    text.parse::<f64>().is_ok_and(|rating| (0.0..=5.0).contains(&rating))
}

/// The behavior that a word means.
pub(super) fn behavior_of(text: &str) -> Option<&'static str> {
    let key: String = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let known = databank_model::behavior::BUILT_IN.iter().find(|built_in| **built_in == text).copied();
    known.or_else(|| {
        words::BEHAVIORS.iter().find(|(_, words)| words.contains(&key.as_str())).map(|(behavior, _)| *behavior)
    })
}
