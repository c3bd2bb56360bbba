//! One row of events before it is columns.

/// What is done. The place in [`ACTS`] is the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Act {
    View,
    ContentView,
    LiveView,
    AdImpression,
    AdClick,
    Visit,
    Search,
    Favorite,
    Cart,
    Follow,
    Unfollow,
    Like,
    Comment,
    Share,
    Sample,
    Book,
    Chat,
    Aftersale,
    JoinMember,
    LeaveMember,
    Claim,
    Order,
    Purchase,
    Refund,
    Review,
    MessageSent,
    MessageDelivered,
    MessageOpen,
    MessageClick,
    Consent,
    /// Planted: nobody knows this one.
    Unknown,
}

/// Behaviors by [`Act`].
pub(crate) const ACTS: [&str; 31] = [
    "view", "content_view", "live_view", "ad_impression", "ad_click", "visit", "search", "favorite", "cart", "follow",
    "unfollow", "like", "comment", "share", "sample", "book", "chat", "aftersale", "join_member", "leave_member",
    "claim", "order", "purchase", "refund", "review", "message_sent", "message_delivered", "message_open",
    "message_click", "consent", "add_to_wishlist",
];

/// Where it is done. The place in [`CHANNELS`] is the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Channel {
    Tmall,
    Jd,
    Douyin,
    Wechat,
    Web,
    App,
    Store,
    Media,
    Sms,
    Email,
}

impl Channel {
    /// Channels with a shop of their own, the physical ones last.
    pub(crate) const SHOPS: [Self; 7] =
        [Self::Tmall, Self::Jd, Self::Douyin, Self::Wechat, Self::Web, Self::App, Self::Store];
}

/// Channels by [`Channel`].
pub(crate) const CHANNELS: [&str; 10] =
    ["tmall", "jd", "douyin", "wechat", "web", "app", "store", "media", "sms", "email"];

/// Types of ids, strongest first, as in the columns.
pub(crate) const ID_TYPES: [&str; 10] =
    ["phone", "email", "unionid", "openid", "member_card", "taobao", "jd", "douyin", "device_id", "cookie"];

/// Sets of ids: bit k is the type k of [`ID_TYPES`].
pub(crate) mod id_bit {
    pub(crate) const PHONE: u16 = 1;
    pub(crate) const EMAIL: u16 = 1 << 1;
    pub(crate) const UNIONID: u16 = 1 << 2;
    pub(crate) const OPENID: u16 = 1 << 3;
    pub(crate) const MEMBER_CARD: u16 = 1 << 4;
    pub(crate) const TAOBAO: u16 = 1 << 5;
    pub(crate) const JD: u16 = 1 << 6;
    pub(crate) const DOUYIN: u16 = 1 << 7;
    pub(crate) const DEVICE: u16 = 1 << 8;
    pub(crate) const COOKIE: u16 = 1 << 9;
    /// Ids that name a person.
    pub(crate) const STRONG: u16 = 0xff;
}

/// No amount.
pub(crate) const NO_AMOUNT: i32 = i32::MIN;
/// No place of a list.
pub(crate) const NONE: u16 = u16::MAX;

/// One row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Event {
    pub(crate) ts_us: i64,
    /// Place of the person in its unit.
    pub(crate) person: u32,
    /// Number of the row in its unit: its event id.
    pub(crate) serial: u32,
    /// Number of the order in its unit, from 1 on; 0 for none.
    pub(crate) order: u32,
    /// In minor units, or [`NO_AMOUNT`].
    pub(crate) amount_minor: i32,
    /// Which ids stand on the row.
    pub(crate) ids: u16,
    pub(crate) store: u16,
    pub(crate) item: u16,
    pub(crate) campaign: u16,
    pub(crate) content: u16,
    pub(crate) creator: u16,
    pub(crate) keyword: u16,
    /// Number of the visit among the person's, from 1 on; 0 for none.
    pub(crate) session: u16,
    pub(crate) act: Act,
    pub(crate) channel: Channel,
    /// Line of the order, from 1 on; 0 for none.
    pub(crate) line: u8,
    /// 0 for none.
    pub(crate) quantity: u8,
    /// 0 for none.
    pub(crate) rating: u8,
    /// Which of the person's phones.
    pub(crate) phone: u8,
    /// Which of the person's browsers.
    pub(crate) cookie: u8,
    /// Whether it is about the brand's programme.
    pub(crate) programme: bool,
    /// Whether it comes in the late file.
    pub(crate) late: bool,
}

impl Event {
    pub(crate) fn new(act: Act, channel: Channel, ts_us: i64) -> Self {
        Self {
            ts_us,
            person: 0,
            serial: 0,
            order: 0,
            amount_minor: NO_AMOUNT,
            ids: 0,
            store: NONE,
            item: NONE,
            campaign: NONE,
            content: NONE,
            creator: NONE,
            keyword: NONE,
            session: 0,
            act,
            channel,
            line: 0,
            quantity: 0,
            rating: 0,
            phone: 0,
            cookie: 0,
            programme: false,
            late: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_models_and_numbers_their_places() {
        for (place, name) in ACTS.iter().enumerate() {
            assert_eq!(databank_model::Behavior::is_known(name), place != Act::Unknown as usize, "{name}");
        }
        assert_eq!(ACTS[Act::Purchase as usize], "purchase");
        assert_eq!(ACTS[Act::Consent as usize], "consent");
        assert_eq!(CHANNELS[Channel::Email as usize], "email");
    }
}
