//! Invented names. Cities are real, brands, shops and things are not.

/// Invented brands: slug, Chinese and English name.
pub(crate) const BRANDS: [(&str, &str, &str); 40] = [
    ("lanshuo", "澜朔", "Lanshuo"),
    ("muyeqi", "沐野栖", "Muyeqi"),
    ("zhuwei", "竹未", "Zhuwei"),
    ("ruoxian", "若弦", "Ruoxian"),
    ("beichi", "北池", "Beichi"),
    ("qingheli", "青禾历", "Qingheli"),
    ("suiyan", "岁砚", "Suiyan"),
    ("tangmo", "棠陌", "Tangmo"),
    ("yunkeji", "云柯集", "Yunkeji"),
    ("haodeng", "浩灯", "Haodeng"),
    ("xiluo", "溪络", "Xiluo"),
    ("jianshe", "简舍", "Jianshe"),
    ("mingzao", "茗灶", "Mingzao"),
    ("ouwen", "鸥纹", "Ouwen"),
    ("pushan", "朴杉", "Pushan"),
    ("lingta", "翎塔", "Lingta"),
    ("feizhou", "绯舟", "Feizhou"),
    ("guyu-lane", "谷语巷", "Guyu Lane"),
    ("chenxing", "尘杏", "Chenxing"),
    ("wuji-home", "五脊家", "Wuji Home"),
    ("danqiu", "淡秋", "Danqiu"),
    ("naiyou-bear", "奈柚熊", "Naiyou Bear"),
    ("shanhe-lab", "珊禾研", "Shanhe Lab"),
    ("keliu", "柯流", "Keliu"),
    ("yuezhao", "跃朝", "Yuezhao"),
    ("linjiao", "林角", "Linjiao"),
    ("moqiao", "墨樵", "Moqiao"),
    ("anzhi", "岸织", "Anzhi"),
    ("bailu-tea", "白鹭茶坞", "Bailu Tea"),
    ("congmi", "葱蜜", "Congmi"),
    ("dongli", "冬篱", "Dongli"),
    ("ershi", "贰食", "Ershi"),
    ("gelan", "歌岚", "Gelan"),
    ("huaidao", "槐岛", "Huaidao"),
    ("ituo", "一拓", "Ituo"),
    ("jiuxu", "九絮", "Jiuxu"),
    ("kongque", "空雀", "Kongque"),
    ("liuzhen", "柳枕", "Liuzhen"),
    ("manshu", "漫枢", "Manshu"),
    ("nuanzhe", "暖辙", "Nuanzhe"),
];

/// One kind of thing: code, Chinese and English name, usual price in fen.
pub(crate) struct Kind {
    pub(crate) code: &'static str,
    pub(crate) zh: &'static str,
    pub(crate) en: &'static str,
    pub(crate) price_minor: u32,
}

/// What brands of one trade sell.
pub(crate) struct Trade {
    pub(crate) code: &'static str,
    pub(crate) zh: &'static str,
    pub(crate) en: &'static str,
    pub(crate) kinds: [Kind; 4],
}

const fn kind(code: &'static str, zh: &'static str, en: &'static str, price_minor: u32) -> Kind {
    Kind { code, zh, en, price_minor }
}

/// The trades; brands take them in turn.
pub(crate) const TRADES: [Trade; 8] = [
    Trade {
        code: "skincare",
        zh: "护肤",
        en: "Skincare",
        kinds: [
            kind("skincare-serum", "精华", "Serum", 32_900),
            kind("skincare-cream", "面霜", "Cream", 26_900),
            kind("skincare-mask", "面膜", "Mask", 9_900),
            kind("skincare-cleanser", "洁面", "Cleanser", 12_900),
        ],
    },
    Trade {
        code: "tea-coffee",
        zh: "茶与咖啡",
        en: "Tea and coffee",
        kinds: [
            kind("tea-leaf", "原叶茶", "Leaf tea", 16_800),
            kind("tea-bag", "袋泡茶", "Tea bags", 5_900),
            kind("coffee-bean", "咖啡豆", "Coffee beans", 8_800),
            kind("coffee-instant", "冻干咖啡", "Instant coffee", 6_900),
        ],
    },
    Trade {
        code: "sportswear",
        zh: "运动服饰",
        en: "Sportswear",
        kinds: [
            kind("sport-shoes", "跑鞋", "Running shoes", 49_900),
            kind("sport-jacket", "外套", "Jackets", 39_900),
            kind("sport-trousers", "长裤", "Trousers", 25_900),
            kind("sport-socks", "袜子", "Socks", 4_900),
        ],
    },
    Trade {
        code: "appliances",
        zh: "小家电",
        en: "Small appliances",
        kinds: [
            kind("appliance-fryer", "空气炸锅", "Air fryers", 45_900),
            kind("appliance-kettle", "热水壶", "Kettles", 15_900),
            kind("appliance-fan", "风扇", "Fans", 29_900),
            kind("appliance-filter", "滤芯", "Filters", 8_900),
        ],
    },
    Trade {
        code: "baby",
        zh: "母婴",
        en: "Baby care",
        kinds: [
            kind("baby-diaper", "纸尿裤", "Diapers", 13_900),
            kind("baby-bottle", "奶瓶", "Bottles", 9_900),
            kind("baby-clothes", "童装", "Clothes", 11_900),
            kind("baby-wash", "洗护", "Wash", 6_900),
        ],
    },
    Trade {
        code: "pet",
        zh: "宠物",
        en: "Pets",
        kinds: [
            kind("pet-food", "主粮", "Food", 18_900),
            kind("pet-snack", "零食", "Snacks", 3_900),
            kind("pet-litter", "猫砂", "Litter", 5_900),
            kind("pet-toy", "玩具", "Toys", 2_900),
        ],
    },
    Trade {
        code: "snacks",
        zh: "休闲食品",
        en: "Snacks",
        kinds: [
            kind("snack-nuts", "坚果", "Nuts", 7_900),
            kind("snack-bakery", "糕点", "Bakery", 3_900),
            kind("snack-candy", "糖果", "Candy", 2_900),
            kind("snack-box", "礼盒", "Gift boxes", 16_900),
        ],
    },
    Trade {
        code: "home",
        zh: "家居",
        en: "Home",
        kinds: [
            kind("home-bedding", "床品", "Bedding", 35_900),
            kind("home-towel", "毛巾", "Towels", 4_900),
            kind("home-scent", "香氛", "Scents", 12_900),
            kind("home-tableware", "餐具", "Tableware", 9_900),
        ],
    },
];

/// City, province, region, tier and how many of a thousand live there.
pub(crate) const CITIES: [(&str, &str, &str, i32, u32); 30] = [
    ("上海", "上海", "华东", 1, 75),
    ("北京", "北京", "华北", 1, 65),
    ("深圳", "广东", "华南", 1, 55),
    ("广州", "广东", "华南", 1, 52),
    ("杭州", "浙江", "华东", 2, 50),
    ("成都", "四川", "西南", 2, 50),
    ("重庆", "重庆", "西南", 2, 42),
    ("武汉", "湖北", "华中", 2, 40),
    ("苏州", "江苏", "华东", 2, 38),
    ("南京", "江苏", "华东", 2, 36),
    ("西安", "陕西", "西北", 2, 36),
    ("长沙", "湖南", "华中", 2, 34),
    ("郑州", "河南", "华中", 2, 32),
    ("天津", "天津", "华北", 2, 30),
    ("青岛", "山东", "华东", 2, 28),
    ("宁波", "浙江", "华东", 2, 26),
    ("合肥", "安徽", "华东", 2, 26),
    ("福州", "福建", "华东", 3, 24),
    ("厦门", "福建", "华东", 3, 22),
    ("昆明", "云南", "西南", 3, 22),
    ("沈阳", "辽宁", "东北", 3, 22),
    ("哈尔滨", "黑龙江", "东北", 3, 20),
    ("南昌", "江西", "华东", 3, 20),
    ("石家庄", "河北", "华北", 3, 20),
    ("绍兴", "浙江", "华东", 3, 18),
    ("洛阳", "河南", "华中", 4, 26),
    ("绵阳", "四川", "西南", 4, 24),
    ("赣州", "江西", "华东", 4, 24),
    ("遵义", "贵州", "西南", 5, 22),
    ("曲靖", "云南", "西南", 5, 21),
];

/// Words that go before the name of a thing: Chinese and English.
pub(crate) const ADJECTIVES: [(&str, &str); 12] = [
    ("轻盈", "Light"),
    ("日常", "Daily"),
    ("深夜", "Midnight"),
    ("山野", "Wild"),
    ("云感", "Cloud"),
    ("原味", "Original"),
    ("限定", "Limited"),
    ("经典", "Classic"),
    ("焕新", "Renewed"),
    ("小罐", "Small"),
    ("家庭装", "Family"),
    ("旅行装", "Travel"),
];

/// What people search for beside the names of things.
pub(crate) const SEARCHES: [&str; 8] = ["礼物", "新品", "好用吗", "优惠", "旗舰店", "推荐", "平价", "官方"];

/// Chinese and English names of channels with a shop.
pub(crate) const SHOP_NAMES: [(&str, &str); 6] = [
    ("天猫旗舰店", "Tmall flagship shop"),
    ("京东自营店", "JD shop"),
    ("抖音直播间", "Douyin live shop"),
    ("微信小程序", "WeChat mini-program"),
    ("官网商城", "Web shop"),
    ("会员 App", "App"),
];
