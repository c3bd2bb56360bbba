//! Blocks of events.

use super::column::{Column, Kind, Sample};
use super::roles::{Role, Roles, behavior_of};
use super::text::{Block, Query, literal};
use super::values::{NumberForm, as_name, cents};
use super::words::UNPAID;

/// The most values of a column that become cases.
const MOST_CASES: usize = 60;

/// A file with what its columns mean.
#[derive(Debug)]
pub(super) struct Told<'a> {
    pub(super) sample: &'a Sample,
    pub(super) columns: Vec<Column>,
    pub(super) roles: Roles,
}

impl<'a> Told<'a> {
    pub(super) fn of(sample: &'a Sample, now_us: i64) -> Self {
        let mut roles = Roles::of(&sample.columns, now_us);
        if sample.options.header == Some(false) {
            name_by_place(&sample.columns, &mut roles);
        }
        Self { sample, columns: sample.columns.clone(), roles }
    }

    pub(super) fn get(&self, role: Role) -> Option<&Column> {
        self.roles.get(role, &self.columns)
    }

    pub(super) fn has(&self, role: Role) -> bool {
        self.roles.has(role)
    }

    /// Whether a row is something that somebody bought.
    pub(super) fn is_bought(&self) -> bool {
        let money = self.has(Role::Amount) || self.has(Role::Price);
        self.has(Role::Order) && !self.has(Role::Rating) || money || self.has(Role::Quantity)
    }

    /// The same with columns that name their table, to be joined.
    fn of_table(&self) -> Vec<Column> {
        self.columns.iter().map(|column| column.of_table(&self.sample.table)).collect()
    }
}

/// Columns without names, in the order in which public data sets have them: who, what, of which kind.
fn name_by_place(columns: &[Column], roles: &mut Roles) {
    let used = roles.used();
    let mut free = (0..columns.len()).filter(|place| !used.contains(place));
    let mut named = Vec::new();
    if roles.ids.is_empty()
        && let Some(place) = free.next()
    {
        roles.ids.push(("customer_id".to_owned(), place));
        named.push(format!("column {} is who", place + 1));
    }
    if roles.has(Role::Behavior) {
        for (role, what) in [(Role::Item, "which item"), (Role::Category, "of which category")] {
            if let Some(place) = free.next().filter(|_| !roles.has(role)) {
                roles.set(role, place);
                named.push(format!("column {} is {what}", place + 1));
            }
        }
    }
    roles.notes.push(format!("the file names no columns: it is assumed that {}", named.join(", ")));
}

/// The block of events of one file, and whether some of them have nobody.
pub(super) fn block_of(told: &Told<'_>, notes: &mut Vec<String>) -> (Block, bool) {
    let mut query = Query::from(&told.sample.table);
    let anonymous = fill(&mut query, told, &told.columns, notes);
    (Block { kind: "events", query, valid_from: None }, anonymous)
}

/// The block of order lines whose orders, and so whose people, are in another file.
pub(super) fn joined_block_of(lines: &Told<'_>, orders: &Told<'_>, notes: &mut Vec<String>) -> Option<(Block, bool)> {
    let (line_columns, order_columns) = (lines.of_table(), orders.of_table());
    let key = lines.roles.get(Role::Order, &line_columns)?;
    let other = orders.roles.get(Role::Order, &order_columns)?;
    let [from, to] = [lines, orders].map(|told| super::column::quoted(&told.sample.table));
    let mut query = Query::from_text(format!("{from} join {to} on {} = {}", as_name(key), as_name(other)));
    notes.push(format!(
        "{} holds the lines of the orders in {}: they are joined by {:?}, and lines without an order are left out",
        lines.sample.files.join(", "),
        orders.sample.files.join(", "),
        key.name
    ));
    // When and who is the order's matter; what and for how much is the line's.
    let mut roles = lines.roles.clone();
    let mut columns = line_columns;
    let offset = columns.len();
    columns.extend(order_columns);
    // What is said about an order is said later.
    let own_time = lines.has(Role::Rating) && lines.has(Role::Time);
    let of_order = |role: &Role| *role != Role::Time || !own_time;
    let shared = [Role::Time, Role::Status, Role::Channel, Role::Store, Role::Campaign, Role::Currency];
    for role in shared.into_iter().filter(of_order) {
        if let Some(place) = orders.roles.get(role, &orders.columns).and_then(|held| position(&orders.columns, held)) {
            if role == Role::Time {
                roles.time_form = orders.roles.time_form;
            }
            roles.set(role, offset + place);
        }
    }
    roles.ids = orders.roles.ids.iter().map(|(id_type, place)| (id_type.clone(), offset + place)).collect();
    let joined = Told { sample: lines.sample, columns, roles };
    let anonymous = fill(&mut query, &joined, &joined.columns, notes);
    Some((Block { kind: "events", query, valid_from: None }, anonymous))
}

fn position(columns: &[Column], one: &Column) -> Option<usize> {
    columns.iter().position(|column| column.name == one.name)
}

/// Fills a query of events; says whether some rows have nobody.
fn fill(query: &mut Query, told: &Told<'_>, columns: &[Column], notes: &mut Vec<String>) -> bool {
    if let Some(column) = told.get(Role::EventId) {
        query.column(as_name(column), "event_id");
    }
    if let (Some(column), Some(form)) = (told.get(Role::Time), told.roles.time_form) {
        query.column(form.sql(column), "ts");
        if column.has_gaps() && told.is_bought() {
            query.filter(format!("{} is not null", column.sql));
            notes.push(format!("rows without {:?} are left out: nothing was paid", column.name));
        }
    }
    query.column(behavior(told, notes), "behavior");
    let mut nobody = vec![true; columns.iter().map(|column| column.values.len()).max().unwrap_or(0)];
    for (id_type, place) in &told.roles.ids {
        let Some(column) = columns.get(*place) else { continue };
        query.column(as_name(column), &format!("id.{id_type}"));
        for (nobody, value) in nobody.iter_mut().zip(&column.values) {
            *nobody &= value.as_deref().is_none_or(|text| text.trim().is_empty());
        }
    }
    let names = [
        (Role::Order, "order_id"),
        (Role::Line, "line_id"),
        (Role::Item, "item_id"),
        (Role::Category, "category"),
        (Role::Channel, "channel"),
        (Role::Store, "store_id"),
        (Role::Campaign, "campaign"),
        (Role::Keyword, "keyword"),
        (Role::Currency, "currency"),
        (Role::Rating, "rating"),
    ];
    for (role, name) in names {
        if let Some(column) = told.get(role) {
            query.column(as_name(column), name);
        }
    }
    numbers(query, told, notes);
    leave_out_unpaid(query, told, notes);
    let used = told.roles.used();
    let status = told.get(Role::Status).and_then(|status| position(columns, status));
    for (place, column) in columns.iter().enumerate() {
        let is_key = told.get(Role::Order).is_some_and(|order| order.name == column.name);
        let says_more = (!used.contains(&place) && !is_key) || Some(place) == status;
        if says_more && column.kind != Kind::Nested {
            query.column(column.sql.clone(), &format!("prop.{}", column.name));
        }
    }
    let some_nobody = told.roles.ids.is_empty() || nobody.contains(&true);
    if some_nobody && told.is_bought() {
        let what = if told.roles.ids.is_empty() { "no column names a person" } else { "some rows name nobody" };
        notes.push(format!("{what}: such rows count in money and quantity, never in people"));
    }
    some_nobody && told.is_bought()
}

fn behavior(told: &Told<'_>, notes: &mut Vec<String>) -> String {
    if let Some(column) = told.get(Role::Behavior) {
        let known = column.distinct().into_iter().filter_map(|text| Some((text, behavior_of(text)?)));
        let cases: Vec<String> = known
            .take(MOST_CASES)
            .map(|(text, behavior)| format!("           when {} then {}\n", literal(text), literal(behavior)))
            .collect();
        let strange: Vec<&str> =
            column.distinct().into_iter().filter(|text| behavior_of(text).is_none()).take(10).collect();
        if !strange.is_empty() {
            notes.push(format!(
                "{:?} also says {}: say what they mean, or such rows are refused",
                column.name,
                strange.join(", ")
            ));
        }
        return format!("case {}\n{}           else {}\n         end", column.sql, cases.concat(), column.sql);
    }
    let constant = if told.is_bought() {
        "purchase".to_owned()
    } else if told.has(Role::Rating) {
        "review".to_owned()
    } else if told.has(Role::Keyword) {
        "search".to_owned()
    } else {
        format!("custom:{}", told.sample.table)
    };
    notes
        .push(format!("no column of {} says what people did: every row is a {constant}", told.sample.files.join(", ")));
    let below = |role: Role| {
        let column = told.get(role)?;
        let form = NumberForm::of(column).filter(|form| form.has_negative)?;
        Some(form.is_negative(column))
    };
    match below(Role::Quantity).or_else(|| below(Role::Amount)).filter(|_| constant == "purchase") {
        Some(is_negative) => {
            notes.push("rows below zero are refunds".to_owned());
            format!("case when {is_negative} then 'refund' else 'purchase' end")
        }
        None => literal(&constant),
    }
}

fn numbers(query: &mut Query, told: &Told<'_>, notes: &mut Vec<String>) {
    let number = |role: Role| {
        let column = told.get(role)?;
        Some((column, NumberForm::of(column)?))
    };
    let quantity = number(Role::Quantity);
    if let Some((column, form)) = quantity {
        query.column(form.whole(column), "quantity");
    }
    match (number(Role::Amount), number(Role::Price), quantity) {
        (Some((column, form)), ..) => query.column(form.amount(column), "amount"),
        (None, Some((price, form)), Some((count, counted))) => {
            notes.push(format!("the amount of a row is {:?} times {:?}", count.name, price.name));
            let product = cents(&format!("{} * {}", counted.exact(count), form.exact(price)));
            query.column(if counted.has_negative { format!("abs({product})") } else { product }, "amount");
        }
        (None, Some((price, form)), None) => query.column(form.amount(price), "amount"),
        (None, None, _) => {}
    }
}

/// States in which nothing was paid are no purchases.
fn leave_out_unpaid(query: &mut Query, told: &Told<'_>, notes: &mut Vec<String>) {
    let Some(status) = told.get(Role::Status).filter(|_| told.is_bought() && !told.has(Role::Behavior)) else { return };
    let is_unpaid = |text: &&str| UNPAID.contains(&text.to_lowercase().as_str());
    let unpaid: Vec<String> = status.distinct().into_iter().filter(is_unpaid).map(literal).collect();
    let seen: Vec<&str> = status.distinct().into_iter().take(20).collect();
    notes.push(format!("{:?} says {}: check which of them were paid", status.name, seen.join(", ")));
    if !unpaid.is_empty() {
        query.filter(format!("{} not in ({})", status.sql, unpaid.join(", ")));
    }
}
