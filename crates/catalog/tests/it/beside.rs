//! What the server keeps for its callers: keys, jobs, selections, mappings, uploads, answers.

use databank_catalog::{
    ApiKeyKind, CatalogError, Encounter, Grant, IdempotentRequest, Job, JobStatus, NewApiKey, NewJob, NewSelection,
    NewUpload, SavedMapping, StoredAnswer,
};
use databank_model::{Reach, Role};
use serde_json::json;

use crate::users::name;
use crate::{Installation, slug};

fn new_key(brand: &str, name: &str) -> NewApiKey {
    NewApiKey {
        brand: slug(brand),
        name: name.to_owned(),
        kind: ApiKeyKind::Api,
        scopes: vec!["assets.read".to_owned()],
        secret_hash: "hash-of-a-secret".to_owned(),
        created_by: "anna".to_owned(),
        created_at: 1,
        expires_at: Some(9),
    }
}

fn new_job(brand: &str) -> NewJob {
    NewJob {
        brand: slug(brand),
        kind: "import".to_owned(),
        actor: "anna".to_owned(),
        request: json!({ "uploads": [1] }),
        created_at: 1,
    }
}

fn new_selection(brand: &str) -> NewSelection {
    NewSelection {
        brand: slug(brand),
        name: "moved on".to_owned(),
        definition: json!({ "all": [] }),
        rule_set: "aipl@1".to_owned(),
        consumers: 12,
        vault_version: 3,
        created_by: "anna".to_owned(),
        created_at: 1,
    }
}

fn new_upload(brand: &str, created_at: i64) -> NewUpload {
    NewUpload {
        brand: slug(brand),
        name: "../orders.csv".to_owned(),
        bytes: 7,
        path: format!("uploads/{brand}/{created_at}"),
        created_by: "anna".to_owned(),
        created_at,
        content: "0".repeat(32),
    }
}

fn mapping(brand: &str, name: &str, text: &str) -> SavedMapping {
    SavedMapping {
        brand: slug(brand),
        name: name.to_owned(),
        text: text.to_owned(),
        updated_by: "anna".to_owned(),
        updated_at: 1,
    }
}

fn request(brand: &str) -> IdempotentRequest {
    IdempotentRequest {
        actor: "user:anna".to_owned(),
        key: format!("k-{brand}"),
        brand: Some(slug(brand)),
        method: "POST".to_owned(),
        path: format!("/brands/{brand}/imports"),
        request_hash: "abc".to_owned(),
    }
}

#[tokio::test]
async fn a_key_is_found_by_number_listed_without_its_secret_and_revoked_once() {
    let installation = Installation::new().await;
    for brand in ["acme", "other"] {
        installation.add_brand(brand).await;
    }
    let keys = installation.catalog.api_keys();
    let first = keys.add(new_key("acme", "first")).await.unwrap();
    let second = keys.add(new_key("acme", "second")).await.unwrap();
    keys.add(new_key("other", "third")).await.unwrap();
    assert_eq!(keys.find(first.id).await.unwrap(), Some((first.clone(), "hash-of-a-secret".to_owned())));
    assert_eq!(keys.list(&slug("acme"), None, 9).await.unwrap(), [second.clone(), first.clone()]);
    assert_eq!(keys.list(&slug("acme"), Some(second.id), 9).await.unwrap(), std::slice::from_ref(&first));
    assert!(!format!("{:?}", new_key("acme", "x")).contains("hash-of"));

    keys.touch(first.id, 5).await.unwrap();
    let error = keys.revoke(&slug("other"), first.id, 6).await.unwrap_err();
    assert!(matches!(error, CatalogError::NotFound { .. }), "another brand's: {error}");
    let revoked = keys.revoke(&slug("acme"), first.id, 6).await.unwrap();
    assert_eq!((revoked.last_used_at, revoked.revoked_at), (Some(5), Some(6)));
    assert_eq!(keys.revoke(&slug("acme"), first.id, 7).await.unwrap(), revoked);
}

#[tokio::test]
async fn a_job_goes_one_way_and_what_a_killed_process_left_is_interrupted() {
    let installation = Installation::new().await;
    installation.add_brand("acme").await;
    let jobs = installation.catalog.jobs();
    let acme = slug("acme");
    let mut begun = Vec::new();
    for _ in 0..5 {
        begun.push(jobs.begin(new_job("acme")).await.unwrap());
    }
    assert_eq!((begun[0].status, &begun[0].request), (JobStatus::Waiting, &json!({ "uploads": [1] })));
    for job in &begun[..4] {
        assert_eq!(jobs.start(job.id, 2).await.unwrap().started_at, Some(2));
    }
    let notes = ["a note".to_owned()];
    let done = jobs.finish(begun[0].id, &json!({ "accepted": 3 }), &notes, 3).await.unwrap();
    assert_eq!((done.status, done.finished_at), (JobStatus::Done, Some(3)));
    assert_eq!((&done.result, &done.notes), (&Some(json!({ "accepted": 3 })), &notes.to_vec()));
    let failed = jobs.fail(begun[1].id, &json!({ "code": "invalid" }), &[], 3).await.unwrap();
    assert_eq!((failed.status, failed.problem), (JobStatus::Failed, Some(json!({ "code": "invalid" }))));
    assert_eq!(jobs.cancel(begun[2].id, &[], 3).await.unwrap().status, JobStatus::Canceled);
    let error = jobs.cancel(begun[0].id, &[], 4).await.unwrap_err();
    assert!(matches!(error, CatalogError::JobEnded { .. }), "{error}");

    let numbers = |jobs: Vec<Job>| jobs.into_iter().map(|job| job.id).collect::<Vec<_>>();
    assert_eq!(numbers(jobs.list_open(&acme).await.unwrap()), [begun[3].id, begun[4].id]);
    assert_eq!(jobs.interrupt_running(9).await.unwrap(), 2);
    assert_eq!(jobs.list_open(&acme).await.unwrap(), []);
    let interrupted = jobs.find(&acme, begun[4].id).await.unwrap().unwrap();
    assert_eq!((interrupted.status, interrupted.finished_at), (JobStatus::Interrupted, Some(9)));
    assert_eq!(numbers(jobs.list_page(&acme, None, 2).await.unwrap()), [begun[4].id, begun[3].id]);
    assert_eq!(numbers(jobs.list_page(&acme, Some(begun[1].id), 9).await.unwrap()), [begun[0].id]);
    assert_eq!(jobs.find(&slug("other"), begun[0].id).await.unwrap(), None);
}

#[tokio::test]
async fn a_request_that_is_sent_again_meets_its_answer() {
    let installation = Installation::new().await;
    installation.add_brand("acme").await;
    let kept = installation.catalog.idempotency();
    let request = request("acme");
    assert_eq!(kept.begin(&request, 1, 0).await.unwrap(), Encounter::First);
    assert_eq!(kept.begin(&request, 2, 0).await.unwrap(), Encounter::AtWork);
    let answer = StoredAnswer { status: 202, body: "{}".to_owned() };
    kept.finish(&request.actor, &request.key, &answer).await.unwrap();
    assert_eq!(kept.begin(&request, 3, 0).await.unwrap(), Encounter::Answered(answer));
    let other = IdempotentRequest { request_hash: "def".to_owned(), ..request.clone() };
    assert_eq!(kept.begin(&other, 3, 0).await.unwrap(), Encounter::Other);
    let somebody = IdempotentRequest { actor: "user:bert".to_owned(), ..request.clone() };
    assert_eq!(kept.begin(&somebody, 3, 0).await.unwrap(), Encounter::First);

    kept.abandon(&somebody.actor, &somebody.key).await.unwrap();
    assert_eq!(kept.begin(&somebody, 4, 0).await.unwrap(), Encounter::First);
    assert_eq!(kept.abandon_unanswered().await.unwrap(), 1);
    assert_eq!(kept.begin(&request, 99, 50).await.unwrap(), Encounter::First, "forgotten by age");
}

#[tokio::test]
async fn selections_mappings_and_uploads_belong_to_their_brand() {
    let installation = Installation::new().await;
    for brand in ["acme", "other"] {
        installation.add_brand(brand).await;
    }
    let (acme, other) = (slug("acme"), slug("other"));
    let selections = installation.catalog.selections();
    let first = selections.add(new_selection("acme")).await.unwrap();
    let second = selections.add(new_selection("acme")).await.unwrap();
    assert_eq!(selections.list_page(&acme, None, 1).await.unwrap(), std::slice::from_ref(&second));
    assert_eq!(selections.list_page(&acme, Some(second.id), 9).await.unwrap(), std::slice::from_ref(&first));
    assert_eq!(selections.find(&other, first.id).await.unwrap(), None);
    assert!(!selections.remove(&other, first.id).await.unwrap());
    assert!(selections.remove(&acme, first.id).await.unwrap());

    let mappings = installation.catalog.saved_mappings();
    mappings.put(mapping("acme", "b", "old")).await.unwrap();
    mappings.put(mapping("acme", "a", "text")).await.unwrap();
    let stored = mappings.put(mapping("acme", "b", "new")).await.unwrap();
    assert_eq!(stored, mapping("acme", "b", "new"));
    assert_eq!(mappings.list(&acme, Some("a"), 9).await.unwrap(), [stored]);
    assert_eq!(mappings.find(&other, "a").await.unwrap(), None);
    assert!(mappings.remove(&acme, "a").await.unwrap() && !mappings.remove(&acme, "a").await.unwrap());

    let uploads = installation.catalog.uploads();
    let old = uploads.add(new_upload("acme", 1)).await.unwrap();
    let new = uploads.add(new_upload("acme", 5)).await.unwrap();
    assert_eq!(uploads.list_page(&acme, Some(new.id), 9).await.unwrap(), std::slice::from_ref(&old));
    assert_eq!(uploads.list_older(5, 9).await.unwrap(), std::slice::from_ref(&old));
    assert_eq!(uploads.mark_used(&acme, old.id, 7).await.unwrap().used_at, Some(7));
    let error = uploads.mark_used(&other, old.id, 7).await.unwrap_err();
    assert!(matches!(error, CatalogError::NotFound { .. }), "{error}");
    assert!(uploads.remove(&acme, old.id).await.unwrap());
    let error = uploads.add(new_upload("nobody", 1)).await.unwrap_err();
    assert!(matches!(error, CatalogError::BrandNotFound { .. }), "{error}");
}

#[tokio::test]
async fn an_erased_brand_leaves_nothing_beside_the_audit_log() {
    let installation = Installation::new().await;
    let catalog = &installation.catalog;
    let on_brand = |brand: &str| Grant { reach: Reach::Brand(slug(brand)), role: Role::Viewer };
    for brand in ["gone", "stays"] {
        installation.add_brand(brand).await;
    }
    installation.add_user("anna", vec![on_brand("gone"), on_brand("stays")]).await;
    for brand in ["gone", "stays"] {
        catalog.api_keys().add(new_key(brand, "k")).await.unwrap();
        catalog.jobs().begin(new_job(brand)).await.unwrap();
        catalog.selections().add(new_selection(brand)).await.unwrap();
        catalog.saved_mappings().put(mapping(brand, "m", "t")).await.unwrap();
        catalog.uploads().add(new_upload(brand, 1)).await.unwrap();
        catalog.idempotency().begin(&request(brand), 1, 0).await.unwrap();
    }
    catalog.brands().erase(&slug("gone")).await.unwrap();
    // A brand of the same name begins with nothing.
    installation.add_brand("gone").await;
    for (brand, count) in [("gone", 0), ("stays", 1)] {
        let brand = slug(brand);
        assert_eq!(catalog.grants().members(&brand, None, 9).await.unwrap().len(), count);
        assert_eq!(catalog.api_keys().list(&brand, None, 9).await.unwrap().len(), count);
        assert_eq!(catalog.jobs().list_page(&brand, None, 9).await.unwrap().len(), count);
        assert_eq!(catalog.selections().list_page(&brand, None, 9).await.unwrap().len(), count);
        assert_eq!(catalog.saved_mappings().list(&brand, None, 9).await.unwrap().len(), count);
        assert_eq!(catalog.uploads().list_page(&brand, None, 9).await.unwrap().len(), count);
    }
    assert_eq!(catalog.users().get(&name("anna")).await.unwrap().grants, [on_brand("stays")]);
    assert_eq!(catalog.idempotency().begin(&request("gone"), 2, 0).await.unwrap(), Encounter::First);
    assert_eq!(catalog.idempotency().begin(&request("stays"), 2, 0).await.unwrap(), Encounter::AtWork);
}
