//! What the events of the usual SDKs are called, and which behavior each is.
//!
//! - A page or screen, and GA4's `page_view` and `screen_view`, is a `view` when it shows a product, else a `content_view`.
//! - Looking at one's cart is a `visit` of the shop, as are logging in and opening the application: nothing is added.
//! - A checkout that starts is an `order` (placed, unpaid); an order that is completed is a `purchase`.
//! - An order that is canceled is an `aftersale`: money comes back by `refund` alone. One that is updated stays a custom
//!   behavior: counted as a purchase it would count twice.
//! - A lead is a `book`: somebody asked to be called back.
//! - What takes back (removed from cart, from wishlist, coupon removed) has no behavior, and so its own custom one.
//!
//! To add one: a line in `STANDARD`. Brands add their own by [`Names::with`].

use std::collections::HashMap;

use databank_model::{Behavior, BehaviorError};

/// Names as documented, by the behavior that they are. Letter case, spaces, underscores and hyphens make no difference.
const STANDARD: &[(&str, &[&str])] = &[
    (
        "view",
        &[
            "Product Viewed",
            "Product List Viewed",
            "Product Clicked",
            "view_item",
            "view_item_list",
            "select_item",
            "ViewContent",
        ],
    ),
    (
        "content_view",
        &["select_content", "Content Viewed", "Video Playback Started", "Video Content Started", "video_start"],
    ),
    ("search", &["Products Searched", "Product List Filtered", "view_search_results"]),
    ("cart", &["Product Added", "Product Added to Cart", "Wishlist Product Added to Cart", "add_to_cart"]),
    ("favorite", &["Product Added to Wishlist", "add_to_wishlist"]),
    (
        "visit",
        &[
            "Cart Viewed",
            "view_cart",
            "Application Opened",
            "Application Foregrounded",
            "app_open",
            "first_open",
            "first_visit",
            "session_start",
            "login",
            "Logged In",
            "Signed In",
        ],
    ),
    ("order", &["Checkout Started", "Order Placed", "begin_checkout", "InitiateCheckout"]),
    ("purchase", &["Order Completed", "Order Paid", "in_app_purchase"]),
    ("refund", &["Order Refunded"]),
    ("aftersale", &["Order Cancelled", "Order Canceled"]),
    ("share", &["Product Shared", "Cart Shared"]),
    ("review", &["Product Reviewed"]),
    ("claim", &["Coupon Entered", "Coupon Applied"]),
    ("ad_impression", &["Promotion Viewed", "view_promotion"]),
    ("ad_click", &["Promotion Clicked", "select_promotion"]),
    ("join_member", &["sign_up", "Signed Up", "Account Created", "CompleteRegistration"]),
    ("book", &["generate_lead", "Lead", "Lead Generated"]),
    ("sample", &["Trial Started", "StartTrial"]),
    ("message_sent", &["Email Sent", "Push Notification Sent", "SMS Sent"]),
    ("message_delivered", &["Email Delivered", "Push Notification Received", "SMS Delivered"]),
    ("message_open", &["Email Opened"]),
    ("message_click", &["Email Link Clicked", "Push Notification Tapped", "SMS Link Clicked"]),
];

/// Events that are what a page or screen is.
const PAGES: &[&str] = &["page_view", "screen_view", "Page Viewed", "Screen Viewed"];

/// Longest custom name, in characters.
const MAX_CUSTOM: usize = 64;

/// What an event's name says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Meaning<'a> {
    /// This behavior.
    Behavior(&'a str),
    /// A page or screen: the rest of the event decides.
    Page,
    /// The name of a behavior that nobody listed.
    Custom(String),
}

#[derive(Debug, Clone)]
enum Target {
    Behavior(Box<str>),
    Page,
}

/// From names of events to behaviors.
#[derive(Debug, Clone)]
pub struct Names {
    targets: HashMap<String, Target>,
}

impl Default for Names {
    /// The behaviors themselves, Segment's commerce events, GA4's and Meta's.
    fn default() -> Self {
        let mut targets = HashMap::new();
        for behavior in databank_model::behavior::BUILT_IN {
            targets.insert(folded(behavior), Target::Behavior(behavior.into()));
        }
        for (behavior, names) in STANDARD {
            for name in *names {
                targets.insert(folded(name), Target::Behavior((*behavior).into()));
            }
        }
        for name in PAGES {
            targets.insert(folded(name), Target::Page);
        }
        Self { targets }
    }
}

impl Names {
    /// The standard names and a brand's own: pairs of an event's name and a behavior. The brand's win.
    pub fn with(extra: impl IntoIterator<Item = (String, String)>) -> Result<Self, BehaviorError> {
        let mut names = Self::default();
        for (name, behavior) in extra {
            let behavior: Behavior = behavior.parse()?;
            names.targets.insert(folded(&name), Target::Behavior(behavior.as_str().into()));
        }
        Ok(names)
    }

    pub(crate) fn meaning(&self, name: &str) -> Meaning<'_> {
        match self.targets.get(&folded(name)) {
            Some(Target::Behavior(behavior)) => Meaning::Behavior(behavior),
            Some(Target::Page) => Meaning::Page,
            None => Meaning::Custom(custom(name)),
        }
    }
}

/// A name without what makes no difference: `add_to_cart`, `Add to Cart` and `AddToCart` are one.
fn folded(name: &str) -> String {
    let kept = name.chars().filter(|c| !matches!(c, ' ' | '_' | '-'));
    if name.is_ascii() {
        kept.map(|c| c.to_ascii_lowercase()).collect()
    } else {
        kept.flat_map(char::to_lowercase).collect()
    }
}

/// `custom:` and the name in `[a-z0-9_]`. Where letters are lost, because they are of another alphabet or too many, a digest
/// of the whole name stands at the end, so that two names stay two.
fn custom(name: &str) -> String {
    let given = name.trim();
    if Behavior::is_known(given) {
        return given.to_owned();
    }
    let mut kept = String::with_capacity(given.len().min(MAX_CUSTOM));
    let mut is_lossy = false;
    for character in given.chars() {
        if character.is_ascii_alphanumeric() {
            kept.push(character.to_ascii_lowercase());
        } else {
            is_lossy |= !character.is_ascii();
            if !kept.is_empty() && !kept.ends_with('_') {
                kept.push('_');
            }
        }
    }
    let kept = kept.trim_end_matches('_');
    if !is_lossy && !kept.is_empty() && kept.len() <= MAX_CUSTOM {
        return format!("custom:{kept}");
    }
    // FNV-1a: stable for ever, and nobody gains by two names that meet.
    let digest = given.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let start = if kept.is_empty() { "event" } else { kept.get(..kept.len().min(MAX_CUSTOM - 9)).unwrap_or("event") };
    format!("custom:{}_{digest:08x}", start.trim_end_matches('_'))
}

#[cfg(test)]
mod tests;
