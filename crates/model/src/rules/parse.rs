//! From TOML text to a checked [`RuleSet`]. The only module that knows the TOML library.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{Fault, RuleSetErrors, RuleSetProblem};
use super::{
    Condition, EntityKind, EventCondition, MAX_DEPTH, MAX_EVENT_CONDITIONS, MAX_PROBLEMS, MAX_STAGES, MAX_THRESHOLD,
    MAX_WINDOW_DAYS, RuleSet, Scope, StageRule, StatusKind, Threshold,
};
use crate::behavior::Behavior;

type Value<'s> = Spanned<DeValue<'s>>;

const RULE_SET_KEYS: &[&str] = &["name", "entity", "stage"];
const STAGE_KEYS: &[&str] = &["code", "name", "any", "all"];
const EVENT_KEYS: &[&str] =
    &["behaviors", "within_days", "min_count", "min_distinct_days", "min_orders", "where", "scope"];
const CONDITION_KINDS: [&str; 4] = ["behaviors", "state", "all", "any"];

/// Reads and checks a whole rule set.
pub(super) fn read(source: &str) -> Result<RuleSet, RuleSetErrors> {
    let mut reader =
        Reader { source, problems: Vec::new(), place: Place::default(), entity: EntityKind::Brand, distinct: vec![] };
    let read = match DeTable::parse(source) {
        Ok(document) => reader.rule_set(&document),
        Err(error) => {
            let message = error.message().to_owned();
            reader.fault(&error.span().unwrap_or_default(), Fault::Syntax { message });
            None
        }
    };
    match read {
        Some(rules) if reader.problems.is_empty() => Ok(rules),
        _ => {
            reader.problems.sort_by_key(|problem| problem.line);
            Err(RuleSetErrors { problems: reader.problems })
        }
    }
}

/// Where the reader is, in words for a person.
#[derive(Default)]
struct Place {
    stage: Option<String>,
    conditions: Vec<usize>,
}

impl Place {
    fn text(&self) -> String {
        let mut text = self.stage.as_ref().map_or_else(String::new, |stage| format!("stage {stage}"));
        for (depth, number) in self.conditions.iter().enumerate() {
            text.push_str(if depth == 0 { ", condition " } else { "." });
            text.push_str(&number.to_string());
        }
        text
    }
}

/// Reads on after a problem, so that one look shows them all; a `None` means that a problem was noted.
struct Reader<'s> {
    source: &'s str,
    problems: Vec<RuleSetProblem>,
    place: Place,
    entity: EntityKind,
    /// The distinct event conditions so far, in canonical form.
    distinct: Vec<EventCondition>,
}

impl Reader<'_> {
    fn fault(&mut self, span: &Range<usize>, fault: Fault) {
        // Each costs a look for its line: a text that is wrong everywhere would take the square of its length.
        if self.problems.len() == MAX_PROBLEMS {
            return;
        }
        let before = self.source.get(..span.start).unwrap_or(self.source);
        let line = 1 + before.matches('\n').count();
        self.problems.push(RuleSetProblem { line, place: self.place.text(), fault });
    }

    fn rule_set(&mut self, document: &Spanned<DeTable<'_>>) -> Option<RuleSet> {
        let (span, table) = (document.span(), document.get_ref());
        self.refuse_unknown_keys(table, RULE_SET_KEYS);
        let name = self.required(table, &(0..0), "name", "name = \"example\"").and_then(|value| self.name(value));
        let entity = self.required(table, &(0..0), "entity", "entity = \"brand\"");
        let kinds = EntityKind::ALL.map(|kind| (kind.as_str(), kind));
        let entity = entity.and_then(|value| self.word(value, "entity", &kinds));
        self.entity = entity.unwrap_or(EntityKind::Brand);
        let list = self.required(table, &span, "stage", "[[stage]]").and_then(|value| self.list(value, "stage"))?;
        if list.len() > MAX_STAGES {
            let span = list.get(MAX_STAGES).map_or(span, Spanned::span);
            self.fault(&span, Fault::TooManyStages { found: list.len() });
            return None;
        }
        let mut codes = Vec::with_capacity(list.len());
        let mut stages = Vec::with_capacity(list.len());
        for (i, value) in list.iter().enumerate() {
            self.place.stage = Some(format!("number {}", i + 1));
            stages.extend(self.stage(value, &mut codes));
            self.place.stage = None;
        }
        Some(RuleSet { name: name?, entity: entity?, stages, source: self.source.to_owned() })
    }

    fn name(&mut self, value: &Value<'_>) -> Option<String> {
        let text = self.text(value, "name")?;
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-';
        let shaped = (1..=40).contains(&text.len()) && text.bytes().all(allowed) && !text.starts_with(['_', '-']);
        if !shaped {
            self.fault(&value.span(), Fault::BadName { found: text.to_owned() });
        }
        shaped.then(|| text.to_owned())
    }

    fn stage(&mut self, value: &Value<'_>, codes: &mut Vec<String>) -> Option<StageRule> {
        let table = self.table(value, "stage")?;
        // A stage that is refused still takes its place in the numbering of the codes.
        let code = self.required(table, &value.span(), "code", "code = \"L\"").and_then(|code| self.code(code, codes));
        codes.push(code.clone().unwrap_or_default());
        if let Some(code) = &code {
            self.place.stage = Some(code.clone());
        }
        self.refuse_unknown_keys(table, STAGE_KEYS);
        let name = get(table, "name").map_or_else(|| Some(BTreeMap::new()), |names| self.stage_name(names));
        let (any, all) = (get(table, "any"), get(table, "all"));
        if any.is_none() && all.is_none() {
            self.fault(&value.span(), Fault::NoCondition);
            return None;
        }
        let any = any.map(|list| self.conditions(list, "any", 0).map(Condition::Any));
        // With both lists, the numbers of the second go on from the first.
        let first = match &any {
            Some(Some(Condition::Any(list))) => list.len(),
            _ => 0,
        };
        let all = all.map(|list| self.conditions(list, "all", first).map(Condition::All));
        let condition = match (any, all) {
            (Some(any), Some(all)) => Condition::All(vec![any?, all?]),
            (Some(one), None) | (None, Some(one)) => one?,
            (None, None) => return None,
        };
        Some(StageRule { code: code?, name: name?, condition })
    }

    fn code(&mut self, value: &Value<'_>, codes: &[String]) -> Option<String> {
        let text = self.text(value, "code")?;
        let shaped = (1..=8).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_uppercase())
            && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        if !shaped {
            self.fault(&value.span(), Fault::BadCode { found: text.to_owned() });
            return None;
        }
        if let Some(earlier) = codes.iter().position(|code| code == text) {
            self.fault(&value.span(), Fault::DuplicateCode { code: text.to_owned(), earlier: earlier + 1 });
            return None;
        }
        Some(text.to_owned())
    }

    fn stage_name(&mut self, value: &Value<'_>) -> Option<BTreeMap<String, String>> {
        let mut names = BTreeMap::new();
        for (language, text) in self.table(value, "name")? {
            let key = format!("name.{}", language.get_ref());
            let text = self.text(text, &key)?;
            names.insert(language.get_ref().to_string(), text.to_owned());
        }
        Some(names)
    }

    fn conditions(&mut self, value: &Value<'_>, key: &'static str, first: usize) -> Option<Vec<Condition>> {
        let list = self.list(value, key)?;
        let mut conditions = Vec::with_capacity(list.len());
        let mut complete = true;
        for (i, value) in list.iter().enumerate() {
            self.place.conditions.push(first + i + 1);
            match self.condition(value) {
                Some(condition) => conditions.push(condition),
                None => complete = false,
            }
            self.place.conditions.pop();
        }
        complete.then_some(conditions)
    }

    fn condition(&mut self, value: &Value<'_>) -> Option<Condition> {
        if self.place.conditions.len() > MAX_DEPTH {
            self.fault(&value.span(), Fault::TooDeep);
            return None;
        }
        let table = self.table(value, "a condition")?;
        let kinds: Vec<&str> = CONDITION_KINDS.into_iter().filter(|kind| get(table, kind).is_some()).collect();
        let [kind] = kinds[..] else {
            let found = if kinds.is_empty() { "none of them".to_owned() } else { kinds.join(" and ") };
            self.fault(&value.span(), Fault::NotOneKind { found });
            return None;
        };
        if kind == "behaviors" {
            return self.events(table, &value.span()).map(Condition::Events);
        }
        self.refuse_unknown_keys(table, &[kind]);
        let inner = get(table, kind)?;
        match kind {
            "all" => self.conditions(inner, "all", 0).map(Condition::All),
            "any" => self.conditions(inner, "any", 0).map(Condition::Any),
            _ => self.state(inner).map(Condition::State),
        }
    }

    fn state(&mut self, value: &Value<'_>) -> Option<StatusKind> {
        if self.entity != EntityKind::Brand {
            self.fault(&value.span(), Fault::StateNotAllowed { entity: self.entity.as_str() });
            return None;
        }
        self.word(value, "state", &StatusKind::ALL.map(|kind| (kind.as_str(), kind)))
    }

    fn events(&mut self, table: &DeTable<'_>, span: &Range<usize>) -> Option<EventCondition> {
        self.refuse_unknown_keys(table, EVENT_KEYS);
        let behaviors = get(table, "behaviors").and_then(|value| self.behaviors(value));
        let within_days = self.required(table, span, "within_days", "within_days = 15");
        let within_days = within_days.and_then(|value| self.number(value, "within_days", MAX_WINDOW_DAYS));
        let threshold = self.threshold(table, span);
        let filter = get(table, "where").map(|value| self.text(value, "where").map(str::to_owned));
        let scopes = [("brand", Scope::Brand), ("every", Scope::Every)];
        let scope = get(table, "scope").map_or(Some(Scope::Every), |value| self.word(value, "scope", &scopes));
        let condition = EventCondition {
            behaviors: behaviors?,
            within_days: within_days?,
            threshold: threshold?,
            filter: match filter {
                Some(filter) => Some(filter?),
                None => None,
            },
            scope: scope?,
        };
        if let Threshold::DistinctDays(needed) = condition.threshold
            && needed > condition.within_days
        {
            self.fault(span, Fault::NeverEnoughDays { needed, within_days: condition.within_days });
        }
        self.count_distinct(&condition, span);
        Some(condition)
    }

    fn behaviors(&mut self, value: &Value<'_>) -> Option<Vec<Behavior>> {
        let list = self.list(value, "behaviors")?;
        let mut behaviors = Vec::with_capacity(list.len());
        let mut complete = true;
        for value in list {
            match self.text(value, "behaviors")?.parse::<Behavior>() {
                Ok(behavior) => behaviors.push(behavior),
                Err(error) => {
                    self.fault(&value.span(), error.into());
                    complete = false;
                }
            }
        }
        complete.then_some(behaviors)
    }

    fn threshold(&mut self, table: &DeTable<'_>, span: &Range<usize>) -> Option<Threshold> {
        let keys = [
            ("min_count", Threshold::Count as fn(u32) -> Threshold),
            ("min_distinct_days", Threshold::DistinctDays),
            ("min_orders", Threshold::Orders),
        ];
        let mut found: Option<(&'static str, Option<Threshold>)> = None;
        for (key, make) in keys {
            let Some(value) = get(table, key) else { continue };
            if let Some((first, _)) = found {
                self.fault(span, Fault::TwoThresholds { first, second: key });
                return None;
            }
            found = Some((key, self.number(value, key, MAX_THRESHOLD).map(make)));
        }
        found.map_or(Some(Threshold::Count(1)), |(_, threshold)| threshold)
    }

    fn count_distinct(&mut self, condition: &EventCondition, span: &Range<usize>) {
        let canonical = condition.canonical();
        if self.distinct.len() > MAX_EVENT_CONDITIONS || self.distinct.contains(&canonical) {
            return;
        }
        self.distinct.push(canonical);
        if self.distinct.len() == MAX_EVENT_CONDITIONS + 1 {
            self.fault(span, Fault::TooManyConditions);
        }
    }

    fn refuse_unknown_keys(&mut self, table: &DeTable<'_>, known: &[&str]) {
        for (key, _) in table {
            if !known.contains(&key.get_ref().as_ref()) {
                let fault = Fault::UnknownKey { key: key.get_ref().to_string(), known: known.join(", ") };
                self.fault(&key.span(), fault);
            }
        }
    }

    fn required<'t, 's>(
        &mut self,
        table: &'t DeTable<'s>,
        span: &Range<usize>,
        key: &'static str,
        example: &'static str,
    ) -> Option<&'t Value<'s>> {
        let value = get(table, key);
        if value.is_none() {
            self.fault(span, Fault::Missing { key, example });
        }
        value
    }

    fn wrong_type(&mut self, value: &Value<'_>, key: &str, expected: &'static str) {
        let fault = Fault::WrongType { key: key.to_owned(), expected, found: value.get_ref().type_str() };
        self.fault(&value.span(), fault);
    }

    fn table<'t, 's>(&mut self, value: &'t Value<'s>, key: &str) -> Option<&'t DeTable<'s>> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.wrong_type(value, key, "a table { … }");
        }
        table
    }

    /// A list with at least one entry.
    fn list<'t, 's>(&mut self, value: &'t Value<'s>, key: &str) -> Option<&'t [Value<'s>]> {
        let Some(list) = value.get_ref().as_array() else {
            self.wrong_type(value, key, "a list [ … ]");
            return None;
        };
        if list.is_empty() {
            self.fault(&value.span(), Fault::Empty { key: key.to_owned() });
            return None;
        }
        Some(list)
    }

    /// A text that is not blank.
    fn text<'t>(&mut self, value: &'t Value<'_>, key: &str) -> Option<&'t str> {
        let Some(text) = value.get_ref().as_str() else {
            self.wrong_type(value, key, "a text in quotes");
            return None;
        };
        if text.trim().is_empty() {
            self.fault(&value.span(), Fault::Empty { key: key.to_owned() });
            return None;
        }
        Some(text)
    }

    /// A whole number from 1 to `max`.
    fn number(&mut self, value: &Value<'_>, key: &'static str, max: u32) -> Option<u32> {
        let Some(written) = value.get_ref().as_integer() else {
            self.wrong_type(value, key, "a whole number");
            return None;
        };
        let number = u32::from_str_radix(written.as_str(), written.radix()).ok().filter(|n| (1..=max).contains(n));
        if number.is_none() {
            self.fault(&value.span(), Fault::OutOfRange { key, found: written.to_string(), max });
        }
        number
    }

    /// One of a closed list of words.
    fn word<T: Copy>(&mut self, value: &Value<'_>, key: &'static str, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(value, key)?;
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, meaning)| *meaning);
        if found.is_none() {
            let known = words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
            self.fault(&value.span(), Fault::UnknownWord { key, found: text.to_owned(), known });
        }
        found
    }
}

fn get<'t, 's>(table: &'t DeTable<'s>, key: &str) -> Option<&'t Value<'s>> {
    table.iter().find(|(name, _)| name.get_ref().as_ref() == key).map(|(_, value)| value)
}
