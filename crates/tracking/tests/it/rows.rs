//! What was done: behaviors, columns, and the lines of orders.

use super::*;

#[test]
fn an_order_is_a_row_for_each_line() {
    let event = json!({
        "type": "track", "userId": "u1", "messageId": "m", "event": "Order Completed",
        "properties": {
            "order_id": 1001, "currency": "cny", "total": 30.5, "coupon": "c", "name": "order",
            "products": [
                {"product_id": "p1", "sku": "s1", "price": 0.1, "quantity": 3, "category": "tea", "name": "Tea"},
                {"sku": "s2", "price": "9.99", "line_id": "L2", "currency": "USD"},
                {"id": 7, "amount": 20, "price": 25, "quantity": 1},
            ],
        },
    });
    let rows = rows(&event.to_string());
    let shown: Vec<String> = rows
        .iter()
        .map(|row| {
            let texts =
                [&row.event_id, &row.order_id, &row.line_id, &row.item_id, &row.category, &row.amount, &row.currency];
            let texts: Vec<&str> = texts.into_iter().map(|text| text.as_deref().unwrap_or("-")).collect();
            format!("{} {} {} {}", row.behavior, texts.join(" "), row.quantity.unwrap_or(0), row.properties)
        })
        .collect();
    assert_eq!(
        shown,
        [
            r#"purchase m:1 1001 1 p1 tea 0.3 CNY 3 {"coupon":"c","event.name":"Order Completed","name":"Tea","price":0.1,"sku":"s1","total":30.5}"#,
            r#"purchase m:2 1001 L2 s2 - 9.99 USD 0 {"coupon":"c","event.name":"Order Completed","name":"order","price":"9.99","total":30.5}"#,
            r#"purchase m:3 1001 3 7 - 20 CNY 1 {"coupon":"c","event.name":"Order Completed","name":"order","price":25,"total":30.5}"#,
        ]
    );
}

#[test]
fn money_of_an_order_is_found_under_its_names() {
    for (name, properties, expected) in [
        ("purchase", json!({"total": 9, "revenue": 8, "value": 7}), Some("9")),
        ("purchase", json!({"revenue": 8, "value": 7}), Some("8")),
        ("purchase", json!({"value": 7}), Some("7")),
        ("purchase", json!({"price": 2.5, "quantity": 3}), Some("7.5")),
        ("purchase", json!({"products": [], "revenue": 5}), Some("5")),
        ("purchase", json!({"products": null, "revenue": 5}), Some("5")),
        ("purchase", json!({"items": [{"item_id": "p"}], "value": 5}), Some("5")),
        ("purchase", json!({"items": [{"item_id": "p", "price": 4}], "value": 5}), Some("4")),
        ("Product Added", json!({"price": 2, "quantity": 2}), Some("4")),
        ("Order Refunded", json!({"order_id": "o"}), None),
        ("Product Viewed", json!({"price": 2}), None),
    ] {
        assert_eq!(row(&track(name, &properties)).amount.as_deref(), expected, "{name} {properties}");
    }
}

#[test]
fn ga4s_names_are_known() {
    let properties = json!({
        "transaction_id": "T1", "value": 25, "currency": "EUR",
        "items": [{"item_id": "p1", "item_category": "tea", "price": 10, "quantity": 2}, {"item_id": "p2", "price": 5}],
    });
    let rows = rows(&track("purchase", &properties));
    let shown: Vec<_> =
        rows.iter().map(|row| (row.item_id.as_deref(), row.category.as_deref(), row.amount.as_deref())).collect();
    assert_eq!(shown, [(Some("p1"), Some("tea"), Some("20")), (Some("p2"), None, Some("5"))]);
    assert!(rows.iter().all(|row| row.order_id.as_deref() == Some("T1") && row.currency.as_deref() == Some("EUR")));
}

#[test]
fn a_list_that_was_looked_at_is_one_row() {
    let row_of = |products: Value| row(&track("Product List Viewed", &json!({ "products": products })));
    let many = row_of(json!([{"product_id": "p1"}, {"product_id": "p2"}]));
    assert_eq!((many.behavior.as_str(), many.item_id, many.event_id), ("view", None, None));
    let expected = r#"{"event.name":"Product List Viewed","products":[{"product_id":"p1"},{"product_id":"p2"}]}"#;
    assert_eq!(many.properties, expected);
    let one = row_of(json!([{"product_id": "p1", "position": 1}]));
    assert_eq!((one.item_id.as_deref(), one.line_id), (Some("p1"), None));
    let texts = row(&track("x", &json!({"items": ["a"]})));
    assert_eq!(texts.properties, r#"{"items":["a"]}"#);
    let refused = refusal(&track("add_to_cart", &json!({"items": [{"item_id": "p"}, "a"]})));
    assert_eq!(refused, Some(("not_an_object", Some("properties.items.1".to_owned()))));
}

#[test]
fn pages_show_products_or_content() {
    for (properties, expected) in [
        (json!({}), "content_view"),
        (json!({"product_id": "p1"}), "view"),
        (json!({"products": [{"sku": "s"}]}), "view"),
        (json!({"products": [{"sku": "s"}, {"sku": "t"}]}), "content_view"),
    ] {
        for event in [
            json!({"type": "page", "userId": "u1", "properties": properties}),
            json!({"type": "screen", "userId": "u1", "properties": properties}),
            json!({"type": "track", "event": "page_view", "userId": "u1", "properties": properties}),
        ] {
            assert_eq!(row(&event.to_string()).behavior, expected, "{event}");
        }
    }
}

#[test]
fn what_a_page_is_called_is_no_category_of_products() {
    let event = json!({
        "type": "page", "userId": "u1", "category": "Docs", "name": "Home",
        "properties": {"category": "Docs", "name": "Other", "url": "https://x/", "path": "/", "title": "", "item_category": "tea"},
        "context": {"page": {"title": "T", "url": "https://y/"}},
    });
    let row = row(&event.to_string());
    assert_eq!(row.category.as_deref(), Some("tea"));
    let expected =
        r#"{"name":"Other","page.category":"Docs","page.name":"Home","page.title":"T","page.url":"https://x/"}"#;
    assert_eq!(row.properties, expected);
}

#[test]
fn columns_are_taken_and_the_rest_is_left() {
    let properties = r#"{"store_id":"s1","creator_id":9,"content_id":"n1","query":"tea","campaign":"c1","touchpoint":"t","channel":"app","rating":4.5,"revision":2,"z":null}"#;
    let row = row(&track_raw("Product Reviewed", properties));
    let texts = [
        &row.store_id, &row.creator, &row.content, &row.keyword, &row.campaign, &row.touchpoint, &row.channel,
        &row.rating,
    ];
    assert_eq!(texts.map(|text| text.as_deref().unwrap()), ["s1", "9", "n1", "tea", "c1", "t", "app", "4.5"]);
    assert_eq!(row.properties, r#"{"event.name":"Product Reviewed","revision":2,"z":null}"#);
    for rating in [json!(5.1), json!(-1)] {
        assert_eq!(code(&track("review", &json!({"rating": rating}))), "bad_rating");
    }
    assert_eq!(super::row(&track("purchase", &json!({"revision": "3"}))).revision, Some(3));
    assert_eq!(code(&track("purchase", &json!({"revision": 1.5}))), "bad_number");
    assert_eq!(code(&track("purchase", &json!({"order_id": 1.5}))), "bad_id_type");
}

#[test]
fn a_channel_is_the_brands_and_no_kind_of_program() {
    for (fields, expected) in [
        (r#""properties":{"channel":"web"},"context":{"channel":"c"},"channel":"e""#, Some("web")),
        (r#""context":{"channel":"c"},"channel":"e""#, Some("c")),
        (r#""channel":"tmall""#, Some("tmall")),
        (r#""channel":"server""#, None),
        (r#""channel":"Mobile""#, None),
    ] {
        assert_eq!(row(&with(fields)).channel.as_deref(), expected, "{fields}");
    }
}

#[test]
fn lines_have_events_ids_within_their_bound() {
    let of = |length: usize| {
        let id = "m".repeat(length);
        json!({"type": "track", "userId": "u", "messageId": id, "event": "purchase", "properties": {"products": [{}]}})
            .to_string()
    };
    assert_eq!(row(&of(253)).event_id.unwrap().len(), 255);
    assert_eq!(refusal(&of(254)), Some(("bad_event_id", Some("messageId".to_owned()))));
}
