//! Extending a history from a remembered state, and the state's bytes.

use databank_model::Day;
use databank_model::rules::{EntityKind, RuleSet};
use databank_stages::{Interval, NotResumable, Program, Scratch, State, StateBytesError, resume, sweep_with_state};

use crate::world::{events, read, write};

fn state_of(program: &Program, consumer: &str) -> (Vec<Interval>, State) {
    let (deeds, statuses) = read(consumer);
    let mut out = Vec::new();
    let mut state = State::default();
    sweep_with_state(program, &events(program, &deeds), &statuses, &mut Scratch::new(), &mut out, &mut state);
    (out, state)
}

/// Resumes with the new events and all statuses.
fn resumed(preset: &str, before: &str, news: &str) -> Result<String, NotResumable> {
    let rules = RuleSet::from_preset(preset).unwrap();
    let program = Program::compile(&rules, EntityKind::Brand);
    let (old, state) = state_of(&program, before);
    let (deeds, statuses) = read(news);
    let mut out = Vec::new();
    resume(&program, &state, &old, &events(&program, &deeds), &statuses, &mut Scratch::new(), &mut out)
        .map(|_| write(&rules, &out))
}

#[test]
fn news_extend_a_history() {
    let cases = [
        ("", "0 view", "A 0..15"),
        ("0 view", "", "A 0..15"),
        ("0 view", "0 view", "A 0..15"),
        ("0 view", "3 view", "A 0..3, I 3..15, A 15..18"),
        ("0 view", "20 view", "A 0..15, A 20..35"),
        ("0 view; 3 purchase#1 x8; 9 visit", "12 visit", "A 0..3, P 3..8, A 8..27"),
        ("0 view; member 0..", "member 0..100", "I 0..100"),
        // Two spans that touch are the same as one.
        ("15 view; member 0..10; member 10..20", "16 view; member 0..20", "I 0..30, A 30..31"),
        ("0 view; 5 view", "member 7..10", "A 0..5, I 5..15, A 15..20"),
        ("0 view; fan 3..6", "20 view; fan 3..6; member 30..", "A 0..3, I 3..6, A 6..15, A 20..30, I 30.."),
    ];
    for (before, news, expected) in cases {
        assert_eq!(resumed("aipl", before, news).as_deref(), Ok(expected), "{before} | {news}");
    }
}

#[test]
fn what_changes_the_past_is_not_resumable() {
    let (day, last_day) = (Day(4), Day(5));
    let cases = [
        ("5 view", "4 view", NotResumable::EarlierEvent { day, last_day }),
        ("3 view", "4 purchase#1 x9", NotResumable::CancelledEvent { day }),
        ("3 purchase#1 x9", "4 view", NotResumable::PendingCancellation),
        ("5 view", "6 view; member 4..", NotResumable::EarlierStatus { day, last_day }),
        ("5 view; member 4..", "6 view", NotResumable::EarlierStatus { day, last_day }),
    ];
    for (before, news, reason) in cases {
        assert_eq!(resumed("aipl", before, news), Err(reason), "{before} | {news}");
    }
}

#[test]
fn a_state_of_another_program_is_refused() {
    let program = |preset: &str| Program::compile(&RuleSet::from_preset(preset).unwrap(), EntityKind::Brand);
    let (old, state) = state_of(&program("aipl"), "0 view");
    let refused = resume(&program("5a"), &state, &old, &[], &[], &mut Scratch::new(), &mut Vec::new());
    assert_eq!(refused, Err(NotResumable::OtherProgram));
}

#[test]
fn a_state_forgets_what_can_no_longer_count() {
    let program = Program::compile(&RuleSet::from_preset("aipl").unwrap(), EntityKind::Brand);
    let (_, long) = state_of(&program, "0 view; 1 view; 2 cart; 300 purchase#4; 2000 visit");
    let (_, short) = state_of(&program, "2000 visit");
    assert_eq!(long, short);
    assert_eq!(long.last_day(), Some(Day(2000)));
}

#[test]
fn a_state_does_not_show_in_which_order_a_day_came() {
    let program = Program::compile(&RuleSet::from_preset("jd4a").unwrap(), EntityKind::Brand);
    let (_, first) = state_of(&program, "5 purchase#1; 5 purchase#2; 5 purchase#3");
    let (_, second) = state_of(&program, "5 purchase#3; 5 purchase#2; 5 purchase#1");
    assert_eq!(first, second);
}

/// Version 1 of the format. These bytes are stored in vaults: when they change, the version does too, and this test
/// stays beside the new one.
#[test]
fn states_are_stored_as_version_1() {
    let cases = [
        ("aipl", "", GOLDEN[0]),
        (
            "aipl",
            "19000 view; 19001 purchase#3; 19003 view; 19003 review+; member 18990..; fan 5..9; fan 12..",
            GOLDEN[1],
        ),
        ("aipl", "19000 purchase#3 x19010; 19001 view", GOLDEN[2]),
        ("jd4a", "19000 purchase#72623859790382856; 19001 purchase#9; 19002 view; 19003 view", GOLDEN[3]),
    ];
    for (preset, consumer, golden) in cases {
        let program = Program::compile(&RuleSet::from_preset(preset).unwrap(), EntityKind::Brand);
        let (_, state) = state_of(&program, consumer);
        let bytes = state.to_bytes().iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
        assert_eq!(bytes, golden, "{preset}: {consumer}");
        assert_eq!(State::from_bytes(&state.to_bytes()), Ok(state));
    }
}

const GOLDEN: [&str; 4] = [
    "01b59f1e1a00000700000000000000",
    "01b59f1e1a01f6a8020301dca80202d1a8020803060702040200020400040600020000",
    "01b59f1e1a03f2a80200070202000202000200020000",
    "013548347701f6a80200070506080706050403020104090000000000000000000204000402000200",
];

#[test]
fn bytes_that_are_no_state_are_refused() {
    let program = Program::compile(&RuleSet::from_preset("jd4a").unwrap(), EntityKind::Brand);
    let bytes = state_of(&program, "7 purchase#3; 8 purchase#4; 9 view; member 3..").1.to_bytes();
    for end in 0..bytes.len() {
        assert_eq!(State::from_bytes(&bytes[..end]), Err(StateBytesError::Malformed), "{end} bytes");
    }
    let longer = [&bytes[..], &[0]].concat();
    assert_eq!(State::from_bytes(&longer), Err(StateBytesError::Malformed));
    let later = [&[2], &bytes[1..]].concat();
    assert_eq!(State::from_bytes(&later), Err(StateBytesError::UnknownVersion { version: 2 }));
    // Whatever the bytes, reading them ends without a panic.
    for i in 0..bytes.len() {
        for byte in [0x00, 0x7f, 0x80, 0xff] {
            let mut changed = bytes.clone();
            changed[i] = byte;
            let _ = State::from_bytes(&changed);
        }
    }
}
