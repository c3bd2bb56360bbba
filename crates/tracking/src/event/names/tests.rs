use proptest::prelude::*;

use super::*;

fn behavior(names: &Names, name: &str) -> String {
    match names.meaning(name) {
        Meaning::Behavior(behavior) => behavior.to_owned(),
        Meaning::Page => "page".to_owned(),
        Meaning::Custom(behavior) => behavior,
    }
}

#[test]
fn every_standard_name_is_a_behavior_and_stands_once() {
    let mut seen = std::collections::HashSet::new();
    for (behavior, names) in STANDARD {
        assert!(Behavior::is_known(behavior), "{behavior}");
        for name in *names {
            assert!(seen.insert(folded(name)), "{name}");
        }
    }
}

#[test]
fn names_are_told_apart_by_their_letters_alone() {
    let names = Names::default();
    for (name, expected) in [
        ("Order Completed", "purchase"),
        ("order_completed", "purchase"),
        ("ORDER-COMPLETED", "purchase"),
        ("orderCompleted", "purchase"),
        ("purchase", "purchase"),
        ("add_to_cart", "cart"),
        ("AddToCart", "cart"),
        ("Product Added to Wishlist", "favorite"),
        ("Order Cancelled", "aftersale"),
        ("join_member", "join_member"),
        ("page_view", "page"),
        ("Cart Viewed", "visit"),
        ("custom:try-on", "custom:try-on"),
        ("Product Removed", "custom:product_removed"),
        ("  Try  on! (3D) ", "custom:try_on_3d"),
        ("点击", "custom:event_9828c2c0"),
        ("点击 Buy", "custom:buy_ed750d10"),
        ("!!!", "custom:event_2d53a722"),
    ] {
        assert_eq!(behavior(&names, name), expected, "{name}");
    }
}

#[test]
fn a_brand_adds_its_own() {
    let own = |pairs: &[(&str, &str)]| {
        Names::with(pairs.iter().map(|(name, behavior)| ((*name).to_owned(), (*behavior).to_owned())))
    };
    let names = own(&[("预约试驾", "book"), ("Order Updated", "purchase"), ("spin", "custom:wheel")]).unwrap();
    assert_eq!(behavior(&names, "预约试驾"), "book");
    assert_eq!(behavior(&names, "order updated"), "purchase");
    assert_eq!(behavior(&names, "SPIN"), "custom:wheel");
    assert_eq!(behavior(&names, "Product Viewed"), "view");
    assert!(own(&[("x", "buy")]).is_err());
}

proptest! {
    #[test]
    fn every_name_is_some_known_behavior(name in "\\PC{1,100}") {
        let behavior = behavior(&Names::default(), &name);
        prop_assert!(behavior == "page" || Behavior::is_known(&behavior), "{behavior}");
    }

    #[test]
    fn other_letters_do_not_make_two_names_one(names in prop::collection::vec("[äöü点击购买]{1,5}", 2)) {
        let custom: Vec<String> = names.iter().map(|name| custom(name)).collect();
        prop_assert_eq!(names[0] == names[1], custom[0] == custom[1]);
    }
}
