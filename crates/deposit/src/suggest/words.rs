//! What exports call things, in Chinese and English, without case, spaces and punctuation; likeliest first.

/// When somebody paid.
pub(super) const PAID: &[&str] = &[
    "付款时间", "支付时间", "订单付款时间", "买家付款时间", "付款日期", "支付日期", "paidat", "paytime", "paymenttime",
    "paidtime", "paymentdate",
];

/// When somebody ordered.
pub(super) const ORDERED: &[&str] = &[
    "下单时间",
    "订单创建时间",
    "订单时间",
    "下单日期",
    "订单日期",
    "拍下时间",
    "成交时间",
    "交易时间",
    "购买时间",
    "消费时间",
    "购买日期",
    "消费日期",
    "交易日期",
    "创建时间",
    "orderpurchasetimestamp",
    "purchasetimestamp",
    "ordertime",
    "orderdate",
    "orderedat",
    "ordercreatedat",
    "purchasedate",
    "purchasetime",
    "transactiontimestamp",
    "transactiontime",
    "transactiondate",
    "invoicedate",
    "saledate",
    "createdat",
    "createtime",
    "createdtime",
    "created",
];

/// When something happened.
pub(super) const HAPPENED: &[&str] = &[
    "行为时间",
    "事件时间",
    "发生时间",
    "访问时间",
    "浏览时间",
    "操作时间",
    "时间",
    "日期",
    "评价时间",
    "评论时间",
    "时间戳",
    "eventtime",
    "eventtimestamp",
    "timestamp",
    "ts",
    "time",
    "datetime",
    "date",
    "occurredat",
    "derivedtstamp",
    "collectortstamp",
    "reviewanswertimestamp",
    "reviewdate",
    "unixs",
    "unixtime",
    "day",
    "ds",
    "originaltimestamp",
    "sentat",
];

/// When somebody became known: facts hold from then.
pub(super) const REGISTERED: &[&str] = &[
    "注册时间", "入会时间", "开卡时间", "注册日期", "入会日期", "开卡日期", "加入时间", "registeredat", "registertime",
    "registrationdate", "signupdate", "joinedat", "joindate", "membersince", "createdat", "创建时间",
];

/// Times that are not about what a consumer did, taken only when there is no other.
pub(super) const LATER: &[&str] = &[
    "发货", "收货", "签收", "预计", "更新", "修改", "到期", "有效期", "完结", "结束", "deliver", "estimat", "approv",
    "carrier", "limit", "ship", "updat", "modif", "expir", "etl", "end", "sent", "start",
];

/// Days that are no time of an event at all.
pub(super) const BIRTH: &[&str] = &["生日", "出生", "birth", "dob"];

/// Kinds of ids and what they are called.
pub(super) const IDS: &[(&str, &[&str])] = &[
    (
        "phone",
        &[
            "手机号", "手机", "手机号码", "联系手机", "买家手机", "收货人手机", "联系电话", "电话", "会员手机号",
            "mobile", "phone", "phonenumber", "mobilephone", "tel", "cellphone",
        ],
    ),
    ("email", &["邮箱", "电子邮箱", "邮件", "email", "emailaddress", "mail"]),
    ("unionid", &["unionid", "微信unionid"]),
    ("openid", &["openid", "微信openid", "小程序openid"]),
    ("member_card", &["会员卡号", "卡号", "cardno", "cardid", "membercard", "cardnumber"]),
    (
        "member",
        &[
            "会员id", "会员号", "会员编号", "会员编码", "会员", "memberid", "memberno", "membernumber", "membercode",
            "member",
        ],
    ),
    (
        "taobao",
        &[
            "买家会员名", "买家昵称", "买家旺旺", "旺旺", "旺旺id", "买家id", "淘宝昵称", "淘宝id", "ouid",
            "taobaouser", "taobaonick",
        ],
    ),
    ("jd", &["京东账号", "京东pin", "用户pin", "jdpin", "pin"]),
    ("douyin", &["抖音号", "抖音id", "抖音uid", "douyinid"]),
    (
        "user_id",
        &[
            "用户id", "用户编号", "用户", "账号", "账户", "userid", "uid", "user", "accountid", "account", "buyerid",
            "buyer", "shopperid",
        ],
    ),
    ("customer_unique_id", &["customeruniqueid"]),
    (
        "customer_id",
        &[
            "客户id", "客户编号", "客户号", "客户编码", "客户", "顾客id", "顾客编号", "顾客", "消费者id", "customerid",
            "customerno", "customer", "clientid", "consumerid", "custid", "cid",
        ],
    ),
    ("household_id", &["householdid", "householdkey", "家庭id"]),
    ("idfa", &["idfa"]),
    ("oaid", &["oaid"]),
    ("imei", &["imei"]),
    ("android_id", &["androidid"]),
    ("device_id", &["设备号", "设备id", "deviceid", "did"]),
    (
        "anonymous_id",
        &[
            "匿名id", "访客id", "anonymousid", "distinctid", "visitorid", "domainuserid", "clientcookieid",
            "userpseudoid",
        ],
    ),
    ("cookie", &["cookie", "cookieid"]),
];

/// Ids of rows about people, where nothing better is there.
pub(super) const ROW_IDS: &[&str] = &["uniqueid", "recid", "personid", "id", "编号"];

pub(super) const EVENT_ID: &[&str] = &["事件id", "eventid", "messageid", "eventuuid"];
pub(super) const ORDER: &[&str] = &[
    "订单号", "订单编号", "主订单编号", "主订单号", "订单id", "订单", "交易号", "交易编号", "交易单号", "小票号",
    "流水号", "单号", "单据号", "orderid", "orderno", "ordernumber", "ordersn", "ordercode", "order", "invoiceno",
    "invoiceid", "invoicenumber", "invoice", "basketid", "transactionid", "transactionno", "txnid", "tradeno",
    "tradeid", "receiptno", "receiptid",
];
pub(super) const LINE: &[&str] = &[
    "子订单编号", "子订单号", "子单号", "子订单id", "行号", "明细id", "orderitemid", "orderlineid", "lineid", "lineno",
    "linenumber", "suborderid", "lineitemid",
];
pub(super) const ITEM: &[&str] = &[
    "商品id", "商品编号", "商品编码", "宝贝id", "货号", "商品货号", "商家编码", "sku", "skuid", "sku编码", "规格编码",
    "itemid", "productid", "productcode", "stockcode", "goodsid", "spuid", "asin", "upc", "couponupc", "productsku",
    "item", "product",
];
pub(super) const CATEGORY: &[&str] = &[
    "商品类目",
    "类目",
    "类目id",
    "品类",
    "商品分类",
    "分类",
    "商品品类",
    "类目名称",
    "category",
    "categoryid",
    "categoryname",
    "productcategory",
    "productcategoryname",
    "itemcategory",
    "department",
];
pub(super) const QUANTITY: &[&str] = &[
    "数量", "购买数量", "商品数量", "件数", "销量", "宝贝总数量", "下单数量", "quantity", "qty", "units",
    "numberofitems", "numberofcds", "itemcount",
];
pub(super) const AMOUNT: &[&str] = &[
    "实付金额",
    "支付金额",
    "付款金额",
    "买家实际支付金额",
    "实际支付金额",
    "买家实付",
    "实收金额",
    "成交金额",
    "销售金额",
    "消费金额",
    "订单金额",
    "交易金额",
    "总金额",
    "金额",
    "总价",
    "应付金额",
    "买家应付货款",
    "amount",
    "totalamount",
    "paidamount",
    "payamount",
    "paymentamount",
    "paymentvalue",
    "payment",
    "netamount",
    "linetotal",
    "lineamount",
    "salesvalue",
    "salesamount",
    "orderamount",
    "ordertotal",
    "totalprice",
    "totalvalue",
    "total",
    "dollarvalue",
    "revenue",
    "sales",
    "spend",
    "gmv",
    "value",
];
pub(super) const PRICE: &[&str] = &[
    "单价", "商品单价", "商品价格", "价格", "成交单价", "售价", "price", "unitprice", "itemprice", "productprice",
    "saleprice",
];
pub(super) const CURRENCY: &[&str] = &["币种", "货币", "currency", "currencycode"];
pub(super) const RATING: &[&str] = &["评分", "星级", "打分", "rating", "score", "stars", "reviewscore", "overall"];
pub(super) const CHANNEL: &[&str] =
    &["渠道", "来源渠道", "销售渠道", "平台", "来源", "channel", "saleschannel", "platform"];
pub(super) const STORE: &[&str] = &[
    "店铺id", "门店id", "门店编号", "门店编码", "门店号", "店铺编号", "门店", "店铺", "店铺名称", "门店名称",
    "storeid", "storecode", "storeno", "shopid", "store", "shop",
];
pub(super) const CAMPAIGN: &[&str] =
    &["活动id", "活动编号", "营销活动", "活动名称", "活动", "campaignid", "campaign", "utmcampaign", "mktcampaign"];
pub(super) const KEYWORD: &[&str] =
    &["搜索词", "关键词", "搜索关键词", "keyword", "searchterm", "searchquery", "query"];
pub(super) const BEHAVIOR: &[&str] = &[
    "行为类型", "行为", "事件", "事件名", "事件名称", "事件类型", "操作", "操作类型", "动作", "behaviortype",
    "behavior", "behaviour", "eventtype", "eventname", "event", "action", "actiontype", "type", "类型",
];
pub(super) const STATUS: &[&str] =
    &["订单状态", "交易状态", "状态", "orderstatus", "status", "tradestatus", "paymentstatus", "orderstate"];

/// Words for what people do, and the behavior that each means.
pub(super) const BEHAVIORS: &[(&str, &[&str])] = &[
    (
        "view",
        &[
            "pv", "view", "pageview", "productview", "itemview", "viewitem", "detail", "viewed", "productviewed",
            "browse", "click", "浏览", "查看", "点击", "浏览商品", "商品浏览", "详情页浏览",
        ],
    ),
    ("content_view", &["contentview", "read", "内容浏览", "阅读", "看内容"]),
    ("live_view", &["liveview", "watchlive", "直播观看", "观看直播", "看直播"]),
    ("ad_impression", &["adimpression", "impression", "exposure", "曝光", "广告曝光"]),
    ("ad_click", &["adclick", "广告点击"]),
    ("visit", &["visit", "sessionstart", "storevisit", "到店", "进店", "访问", "访问店铺"]),
    ("search", &["search", "productssearched", "搜索"]),
    ("favorite", &["fav", "favorite", "favourite", "collect", "wishlist", "addtowishlist", "收藏", "商品收藏"]),
    ("cart", &["cart", "addtocart", "addcart", "productadded", "basket", "加购", "加入购物车", "加购物车", "购物车"]),
    ("follow", &["follow", "subscribe", "关注", "关注店铺"]),
    ("unfollow", &["unfollow", "unsubscribe", "取消关注", "取关"]),
    ("like", &["like", "点赞", "喜欢"]),
    ("comment", &["comment", "评论"]),
    ("share", &["share", "forward", "分享", "转发"]),
    ("sample", &["sample", "trial", "派样", "试用", "领样"]),
    ("book", &["book", "reserve", "appointment", "预约"]),
    ("chat", &["chat", "consult", "咨询", "客服咨询"]),
    ("aftersale", &["aftersale", "售后"]),
    ("join_member", &["joinmember", "register", "signup", "join", "入会", "注册", "开卡"]),
    ("leave_member", &["leavemember", "退会"]),
    ("claim", &["claim", "coupon", "getcoupon", "领券", "领取优惠券", "领取"]),
    ("order", &["order", "placeorder", "createorder", "checkout", "begincheckout", "下单", "提交订单", "拍下"]),
    (
        "purchase",
        &[
            "buy", "purchase", "pay", "paid", "payment", "ordercompleted", "transaction", "sale", "alipay", "购买",
            "支付", "付款", "成交", "消费",
        ],
    ),
    ("refund", &["refund", "return", "refunded", "退款", "退货"]),
    ("review", &["review", "rate", "评价", "打分"]),
];

/// Words of order states in which nothing was paid, or it went back.
pub(super) const UNPAID: &[&str] = &[
    "canceled", "cancelled", "unavailable", "created", "pending", "unpaid", "closed", "failed", "refunded", "void",
    "等待买家付款", "待付款", "未付款", "未支付", "待支付", "已取消", "取消", "已关闭", "关闭", "交易关闭", "订单关闭",
    "已退款", "退款成功", "支付失败",
];
