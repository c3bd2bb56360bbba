use super::*;

const HEAD: &str = "name = \"t\"\nentity = \"brand\"\n";

/// A rule set of one stage whose `any` list is the given text, on line 5.
fn with_conditions(conditions: &str) -> String {
    format!("{HEAD}[[stage]]\ncode = \"L\"\nany = [{conditions}]\n")
}

fn events(within_days: u32, threshold: Threshold) -> EventCondition {
    let behaviors = vec!["view".parse().unwrap()];
    EventCondition { behaviors, within_days, threshold, filter: None, scope: Scope::Every }
}

#[track_caller]
fn check_refused(source: &str, problems: &[&str]) {
    let found = RuleSet::parse(source).expect_err(source);
    let found: Vec<String> = found.problems.iter().map(ToString::to_string).collect();
    assert_eq!(found, problems, "{source}");
}

#[test]
fn the_presets_are_read() {
    let codes = |name: &str| {
        let rules = RuleSet::from_preset(name).unwrap();
        assert_eq!((rules.name(), rules.entity()), (name, EntityKind::Brand));
        assert_eq!(rules.source(), preset(name).unwrap());
        rules.stages().iter().map(|stage| stage.code.clone()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(PRESETS.map(codes), ["L P I A", "A5 A4 A3 A2 A1", "AD AC AP AW"]);
    assert_eq!(preset("other"), None);
}

#[test]
fn every_part_of_a_condition_is_read() {
    let rules = RuleSet::parse(&with_conditions(
        "{ behaviors = [\"view\", \"custom:try-on\"], within_days = 15, min_orders = 2, where = \"rating >= 4\", \
         scope = \"brand\" }, { all = [{ state = \"member\" }, { any = [{ state = \"fan\" }] }] }, \
         { behaviors = [\"view\"], within_days = 3660 }, \
         { behaviors = [\"view\"], within_days = 0x0f, min_distinct_days = 2 }",
    ))
    .unwrap();
    let first = EventCondition {
        behaviors: vec!["view".parse().unwrap(), "custom:try-on".parse().unwrap()],
        within_days: 15,
        threshold: Threshold::Orders(2),
        filter: Some("rating >= 4".to_owned()),
        scope: Scope::Brand,
    };
    let nested = vec![Condition::State(StatusKind::Member), Condition::Any(vec![Condition::State(StatusKind::Fan)])];
    let any = vec![
        Condition::Events(first),
        Condition::All(nested),
        Condition::Events(events(3660, Threshold::Count(1))),
        Condition::Events(events(15, Threshold::DistinctDays(2))),
    ];
    assert_eq!(rules.stages()[0].condition, Condition::Any(any));
    assert!(rules.stages()[0].name.is_empty());
}

#[test]
fn a_stage_with_both_lists_needs_both() {
    let view = "{ behaviors = [\"view\"], within_days = 15 }";
    let rules = RuleSet::parse(&format!("{HEAD}[[stage]]\ncode = \"L\"\nall = [{view}]\nany = [{view}]\n")).unwrap();
    let leaf = || vec![Condition::Events(events(15, Threshold::Count(1)))];
    assert_eq!(rules.stages()[0].condition, Condition::All(vec![Condition::Any(leaf()), Condition::All(leaf())]));
}

#[test]
fn conditions_that_read_the_same_are_one_in_canonical_form() {
    let mut other = events(15, Threshold::DistinctDays(1));
    other.behaviors = vec!["view".parse().unwrap(), "cart".parse().unwrap(), "view".parse().unwrap()];
    other.scope = Scope::Brand;
    let mut same = events(15, Threshold::Count(1));
    same.behaviors = vec!["cart".parse().unwrap(), "view".parse().unwrap()];
    assert_eq!(other.canonical(), same);
    assert_ne!(events(15, Threshold::Orders(1)).canonical(), events(15, Threshold::Count(1)));
}

#[test]
fn a_refused_condition_says_where_and_what_would_be_right() {
    let cases = [
        ("{ behaviors = [\"view\"] }", "within_days is missing; write for example within_days = 15"),
        (
            "{ behaviors = [\"view\"], within_days = 0 }",
            "within_days = 0 is out of range; it must be a whole number from 1 to 3660",
        ),
        (
            "{ behaviors = [\"view\"], within_days = 3661 }",
            "within_days = 3661 is out of range; it must be a whole number from 1 to 3660",
        ),
        ("{ behaviors = [\"view\"], within_days = \"15\" }", "within_days must be a whole number, not string"),
        (
            "{ behaviors = [\"view\"], within_days = 15, min_count = 0 }",
            "min_count = 0 is out of range; it must be a whole number from 1 to 1000",
        ),
        (
            "{ behaviors = [\"view\"], within_days = 15, min_orders = -2 }",
            "min_orders = -2 is out of range; it must be a whole number from 1 to 1000",
        ),
        (
            "{ behaviors = [\"view\"], within_days = 15, min_count = 2, min_orders = 2 }",
            "min_count and min_orders are given at once; keep one of min_count, min_distinct_days and min_orders",
        ),
        (
            "{ behaviors = [\"view\"], within_days = 3, min_distinct_days = 4 }",
            "min_distinct_days = 4 can never be reached within 3 days; widen the window or ask less",
        ),
        ("{ behaviors = [], within_days = 15 }", "behaviors is empty; give at least one, or remove what it belongs to"),
        ("{ all = [] }", "all is empty; give at least one, or remove what it belongs to"),
        ("{ behaviors = \"view\", within_days = 15 }", "behaviors must be a list [ … ], not string"),
        (
            "{ behaviors = [\"view\"], within_days = 15, where = \" \" }",
            "where is empty; give at least one, or remove what it belongs to",
        ),
        (
            "{ behaviors = [\"view\"], within_days = 15, scope = \"shop\" }",
            "scope = \"shop\" is not known; it must be one of brand, every",
        ),
        ("{ state = \"vip\" }", "state = \"vip\" is not known; it must be one of member, fan"),
        ("{ state = \"fan\", within_days = 3 }", "unknown key \"within_days\"; known here: state"),
        (
            "{ behaviors = [\"view\"], within_days = 15, min_days = 2 }",
            "unknown key \"min_days\"; known here: behaviors, within_days, min_count, min_distinct_days, min_orders, \
             where, scope",
        ),
        (
            "{ state = \"fan\", behaviors = [\"view\"] }",
            "a condition has exactly one of behaviors, state, all and any; this one has behaviors and state",
        ),
        ("{}", "a condition has exactly one of behaviors, state, all and any; this one has none of them"),
        ("3", "a condition must be a table { … }, not integer"),
    ];
    for (condition, text) in cases {
        let source = with_conditions(&format!("{{ state = \"fan\" }},\n {condition}"));
        check_refused(&source, &[&format!("line 6: stage L, condition 2: {text}")]);
    }
}

#[test]
fn an_unknown_behavior_is_answered_with_the_list() {
    let errors = RuleSet::parse(&with_conditions("{ behaviors = [\"buy\"], within_days = 15 }")).unwrap_err();
    let text = errors.to_string();
    assert!(text.starts_with("line 5: stage L, condition 1: unknown behavior \"buy\"; one of view, "), "{text}");
}

#[test]
fn a_refused_rule_set_names_its_parts() {
    let any = "any = [{ state = \"fan\" }]";
    check_refused(
        "",
        &[
            "line 1: name is missing; write for example name = \"example\"",
            "line 1: entity is missing; write for example entity = \"brand\"",
            "line 1: stage is missing; write for example [[stage]]",
        ],
    );
    check_refused(
        &format!("name = \"A b\"\nentity = \"shop\"\nversion = 1\n[[stage]]\ncode = \"l\"\n{any}\nwindow = 2\n"),
        &[
            "line 1: name \"A b\" must be 1 to 40 of a-z, 0-9, _ and -, and begin with a letter or digit",
            "line 2: entity = \"shop\" is not known; it must be one of brand, category, item",
            "line 3: unknown key \"version\"; known here: name, entity, stage",
            "line 5: stage number 1: code \"l\" must be a capital letter followed by up to seven capital letters or \
             digits, such as \"L\"",
            "line 7: stage number 1: unknown key \"window\"; known here: code, name, any, all",
        ],
    );
    check_refused(
        &format!("{HEAD}[[stage]]\ncode = \"L\"\n{any}\n[[stage]]\ncode = \"L\"\n{any}\n[[stage]]\ncode = \"P\"\n"),
        &[
            "line 7: stage number 2: code \"L\" is already the code of stage 1; each stage needs its own",
            "line 9: stage P: a stage needs any = [ … ] or all = [ … ] with at least one condition",
        ],
    );
    check_refused(
        &format!("{HEAD}[[stage]]\ncode = \"L\"\nname = {{ zh = \"\" }}\n{any}\n"),
        &["line 5: stage L: name.zh is empty; give at least one, or remove what it belongs to"],
    );
    let syntax = RuleSet::parse("name = \"t\"\nentity =\n").unwrap_err().to_string();
    assert!(syntax.starts_with("line 2: not valid TOML: "), "{syntax}");
}

#[test]
fn only_a_brand_rule_set_reads_statuses() {
    for entity in ["category", "item"] {
        let source = with_conditions("{ state = \"member\" }").replace("brand", entity);
        let text = format!(
            "line 5: stage L, condition 1: state is not allowed in a rule set with entity = \"{entity}\"; only a \
             brand has members and fans"
        );
        check_refused(&source, &[&text]);
    }
}

#[test]
fn stages_conditions_and_nesting_have_limits() {
    let stages = |n: usize| {
        let stage = |i| format!("[[stage]]\ncode = \"S{i}\"\nany = [{{ state = \"fan\" }}]\n");
        HEAD.to_owned() + &(0..n).map(stage).collect::<String>()
    };
    assert_eq!(RuleSet::parse(&stages(32)).unwrap().stages().len(), 32);
    check_refused(&stages(33), &["line 99: 33 stages are too many; a rule set has at most 32"]);

    let conditions = |n: usize| {
        let one = |i: usize| format!("{{ behaviors = [\"view\"], within_days = {} }},\n", i % n + 1);
        with_conditions(&(0..2 * n).map(one).collect::<String>())
    };
    RuleSet::parse(&conditions(64)).unwrap();
    check_refused(
        &conditions(65),
        &["line 69: stage L, condition 65: this is one distinct event condition too many; a rule set has at most 64"],
    );

    let nested = |groups: usize| {
        with_conditions(&format!("{}{{ state = \"fan\" }}{}", "{ all = [".repeat(groups), "] }".repeat(groups)))
    };
    RuleSet::parse(&nested(7)).unwrap();
    check_refused(
        &nested(8),
        &[
            "line 5: stage L, condition 1.1.1.1.1.1.1.1.1: conditions are nested deeper than 8; flatten the all and any \
           lists",
        ],
    );
}

#[test]
fn of_a_text_that_is_wrong_everywhere_the_first_hundred_problems_are_told() {
    let keys: String = (0..200_000).map(|number| format!("k{number}=1\n")).collect();
    let refused = RuleSet::parse(&keys).unwrap_err();
    assert_eq!(refused.problems.len(), MAX_PROBLEMS);
    let condition = |days: u32| format!("{{ behaviors = [\"view\"], within_days = {days} }}");
    let conditions: Vec<String> = (1..=3_600).map(condition).collect();
    let stages = format!("[[stage]]\ncode = \"A\"\nany = [ {} ]\n", conditions.join(", "));
    let refused = RuleSet::parse(&format!("name = \"x\"\nentity = \"brand\"\n{stages}")).unwrap_err();
    assert_eq!(refused.problems.len(), 1, "{refused}");
}
