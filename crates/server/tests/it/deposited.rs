//! The example shop, deposited into the brand `acme`.

use std::path::Path;

use axum::http::StatusCode;
use databank_deposit::brand::Sizes;
use databank_deposit::import::{ImportContext, ImportProgress, ImportRequest, import};
use databank_deposit::mapping::Mapping;
use serde_json::Value;

use crate::support::{Answer, As, World};

struct Silent;

impl ImportProgress for Silent {
    fn update(&mut self, _: u64, _: u64, _: u64) {}
    fn phase(&mut self, _: &str) {}
    fn warn(&mut self, _: &str) {}
}

/// A server whose brand `acme` has the example shop's data, and one user of each role there.
pub(crate) struct Shop {
    pub(crate) world: World,
    pub(crate) viewer: As,
    pub(crate) analyst: As,
    pub(crate) operator: As,
    pub(crate) stranger: As,
}

impl Shop {
    pub(crate) async fn open() -> Self {
        let world = World::new().await;
        let installation = world.app.installation();
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/shop"));
        let context = ImportContext {
            catalog: &installation.catalog,
            keyring: &installation.keyring,
            data_directory: installation.data_directory.clone(),
            now_us: installation.clock.now(),
            sizes: Sizes::default(),
        };
        let request = ImportRequest {
            brands: vec!["acme".parse().unwrap()],
            by_column: false,
            mapping: Mapping::load(&folder.join("shop.toml")).unwrap(),
            paths: vec![folder.to_owned()],
        };
        import(&context, &request, &mut Silent).await.unwrap();
        for (user, brand) in [("viewer", "acme"), ("analyst", "acme"), ("operator", "acme")] {
            world.add_user(user, brand, user).await;
        }
        world.add_user("stranger", "other", "owner").await;
        Self {
            viewer: world.sign_in("viewer").await,
            analyst: world.sign_in("analyst").await,
            operator: world.sign_in("operator").await,
            stranger: world.sign_in("stranger").await,
            world,
        }
    }

    /// What is found under an address of the brand.
    pub(crate) async fn get(&self, path: &str, who: &As) -> Value {
        let answer = self.ask(path, who).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
        answer.json()
    }

    /// What is answered under an address of the brand.
    pub(crate) async fn ask(&self, path: &str, who: &As) -> Answer {
        self.world.get(&format!("/api/v1/brands/acme/{path}"), who).await
    }

    /// What is answered to a body.
    pub(crate) async fn tell(&self, path: &str, who: &As, body: &Value) -> Answer {
        self.world.post(&format!("/api/v1/brands/acme/{path}"), who, body).await
    }

    /// Entries of the brand's audit log with this action, newest first: details and brand.
    pub(crate) async fn audited(&self, action: &str) -> Vec<Value> {
        let catalog = &self.world.app.installation().catalog;
        let filter = databank_catalog::AuditFilter {
            action: Some(action.to_owned()),
            ..databank_catalog::AuditFilter::default()
        };
        let rows = catalog.audit().list(&filter, None, 100).await.unwrap();
        rows.into_iter().map(|row| Value::Object(row.entry.details)).collect()
    }
}
