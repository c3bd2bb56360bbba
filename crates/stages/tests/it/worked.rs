//! Worked cases: a consumer in words, and the history that the preset's rules give by hand.

use databank_model::rules::{EntityKind, RuleSet};

use crate::world::check;

#[track_caller]
fn check_all(preset: &str, entity: EntityKind, cases: &[(&str, &str)]) {
    let rules = RuleSet::from_preset(preset).unwrap();
    for (consumer, expected) in cases {
        check(&rules, entity, consumer, expected);
    }
}

#[test]
fn aipl_counts_browse_days() {
    let cases = [
        ("", ""),
        ("0 view", "A 0..15"),
        ("0 view; 0 view", "A 0..15"),
        ("0 view; 3 view", "A 0..3, I 3..15, A 15..18"),
        // Fifteen calendar days: day 14 still sees day 0, day 15 does not.
        ("0 view; 14 view", "A 0..14, I 14..15, A 15..29"),
        ("0 view; 15 view", "A 0..30"),
        ("0 view; 16 view", "A 0..15, A 16..31"),
        ("0 search", "I 0..15"),
        ("0 ad_click; 10 cart; 12 ad_impression", "A 0..10, I 10..25, A 25..27"),
    ];
    check_all("aipl", EntityKind::Brand, &cases);
}

#[test]
fn aipl_counts_purchase_days() {
    let cases = [
        // 911 days after the day of the purchase, and already 910 after: out of the chain.
        ("0 purchase#1", "P 0..910"),
        ("0 purchase#1; 0 purchase#2", "P 0..910"),
        ("0 purchase#1; 10 purchase#2", "P 0..10, L 10..365, P 365..920"),
        ("0 purchase#1; 364 purchase#2", "P 0..364, L 364..365, P 365..1274"),
        ("0 purchase#1; 365 purchase#2", "P 0..1275"),
        // The stage decays by time alone when the last purchase but one ages out.
        ("0 purchase#1; 100 purchase#2; 200 purchase#3", "P 0..100, L 100..465, P 465..1110"),
        ("0 purchase#1; 915 view", "P 0..910, A 915..930"),
    ];
    check_all("aipl", EntityKind::Brand, &cases);
}

#[test]
fn aipl_counts_a_good_review_as_loyalty_for_a_year() {
    let cases =
        [("0 review+", "L 0..365"), ("0 review", ""), ("0 purchase#1; 35 review+", "P 0..35, L 35..400, P 400..910")];
    check_all("aipl", EntityKind::Brand, &cases);
}

#[test]
fn aipl_keeps_members_and_fans_interested() {
    let cases = [
        ("member 0..", "I 0.."),
        ("0 view; member 0..400", "I 0..400"),
        ("0 view; member 5..10", "A 0..5, I 5..10, A 10..15"),
        ("member 0..10; member 5..20; fan 20..25; fan 30..30", "I 0..25"),
        ("100 purchase#1; member 0..", "I 0..100, P 100..1010, I 1010.."),
    ];
    check_all("aipl", EntityKind::Brand, &cases);
}

#[test]
fn a_member_without_behavior_is_lost_when_the_membership_switch_is_off() {
    let source = databank_model::rules::preset("aipl").unwrap();
    let switched_off = source.replace("  { state = \"member\" },\n", "").replace("  { state = \"fan\" },\n", "");
    let rules = RuleSet::parse(&switched_off).unwrap();
    check(&rules, EntityKind::Brand, "0 view; member 0..", "A 0..15");
}

#[test]
fn a_refund_ends_a_purchase_and_leaves_earlier_days_alone() {
    let cases = [
        ("0 purchase#1 x10", "P 0..10"),
        ("0 purchase#1 x0", ""),
        ("0 purchase#1 x2000", "P 0..910"),
        ("0 purchase#1; 20 purchase#2 x30", "P 0..20, L 20..30, P 30..910"),
        ("0 purchase#1 x30; 20 purchase#2", "P 0..20, L 20..30, P 30..930"),
        // Another purchase of the same day keeps the day.
        ("0 purchase#1; 20 purchase#2 x30; 20 purchase#3", "P 0..20, L 20..365, P 365..930"),
        ("0 view; 5 purchase#1 x8; 5 refund#1", "A 0..5, P 5..8, A 8..15"),
    ];
    check_all("aipl", EntityKind::Brand, &cases);
}

#[test]
fn brand_touchpoints_and_statuses_give_no_category_stage() {
    let cases = [
        ("0 ad_click", ""),
        ("0 view; 3 ad_click; member 0..", "A 0..15"),
        ("0 view; 1 view; 2 content_view", "A 0..1, I 1..15, A 15..16"),
        ("0 purchase#1", "P 0..910"),
    ];
    check_all("aipl", EntityKind::Category, &cases);
    check_all("aipl", EntityKind::Item, &cases);
}

#[test]
fn o_5a() {
    let cases = [
        ("0 ad_impression", "A1 0..15"),
        ("0 ad_impression; 0 ad_impression", "A1 0..15"),
        ("0 ad_impression; 0 ad_impression; 0 ad_impression", "A2 0..30"),
        ("0 ad_impression; 20 ad_impression; 29 ad_impression", "A1 0..15, A1 20..29, A2 29..30, A1 30..44"),
        ("0 ad_impression; 20 ad_impression; 30 ad_impression", "A1 0..15, A1 20..45"),
        ("0 content_view", "A1 0..15"),
        ("0 content_view+", "A2 0..30"),
        ("0 live_view+; 1 live_view", "A2 0..30"),
        ("0 like", "A2 0..30"),
        ("0 cart; 10 ad_impression; 20 ad_click", "A3 0..30, A2 30..50"),
        ("0 purchase#1; 0 purchase#2", "A4 0..365"),
        ("0 purchase#1; 1 purchase#2", "A4 0..1, A5 1..365, A4 365..366"),
        ("0 purchase#1; 5 share", "A4 0..365"),
        ("0 purchase#1; 5 share; fan 10..20", "A4 0..10, A5 10..20, A4 20..365"),
        ("0 share; 100 purchase#1; member 50..", "A2 0..30, A5 100..365, A4 365..465"),
        ("0 purchase#1 x3; 1 share; member 0..", "A4 0..1, A5 1..3, A2 3..31"),
    ];
    check_all("5a", EntityKind::Brand, &cases);
}

#[test]
fn jd_4a() {
    let cases = [
        ("0 view", "AW 0..15"),
        ("0 view; 10 view", "AW 0..10, AP 10..30"),
        ("0 view; 29 view", "AW 0..15, AP 29..30, AW 30..44"),
        ("0 search", "AP 0..30"),
        ("0 aftersale", "AC 0..365"),
        ("0 share", "AD 0..365"),
        ("0 review+; 1 review", "AD 0..365, AC 365..366"),
        ("0 purchase#7", "AC 0..365"),
        // Two orders of one day are two orders; two deliveries of one order are one; no order is none.
        ("0 purchase#7; 0 purchase#8", "AD 0..365"),
        ("0 purchase#7; 9 purchase#7", "AC 0..374"),
        ("0 purchase; 5 purchase", "AC 0..370"),
        ("0 purchase#7; 3 purchase#8; 10 purchase#7", "AC 0..3, AD 3..368, AC 368..375"),
        ("0 purchase#7; 3 purchase#8 x20", "AC 0..3, AD 3..20, AC 20..365"),
        ("0 purchase#7 x2; 1 purchase#7; 4 purchase#8", "AC 0..4, AD 4..366, AC 366..369"),
    ];
    check_all("jd4a", EntityKind::Brand, &cases);
}
