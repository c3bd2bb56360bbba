//! Files as strangers send them.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use axum::body::Body;
use axum::http::Method;
use databank_server::settings::Settings;
use futures::stream;

use super::{ROWS, operated, upload, upload_to};
use crate::support::{World, request};

/// Every file below the uploads of `acme`.
fn files(world: &World) -> Vec<PathBuf> {
    let root = world.app.installation().path().join("uploads/acme");
    let Ok(folders) = std::fs::read_dir(root) else { return Vec::new() };
    folders
        .flat_map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap())
        .map(|file| file.unwrap().path())
        .collect()
}

#[tokio::test]
async fn a_hostile_name_stays_in_its_folder_and_the_file_is_private() {
    let (world, operator) = operated().await;
    let names =
        [("../../../master.key", "master.key"), ("/etc/passwd", "passwd"), ("a\0b\n.csv", "a_b_.csv"), (".", "file")];
    for (sent, kept) in names {
        let answer = upload_to(&world, &operator, "acme", sent, ROWS.as_bytes()).await;
        assert_eq!(answer.json()["name"], kept, "{}", answer.text());
    }
    let files = files(&world);
    assert_eq!(files.len(), names.len());
    for file in files {
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::metadata(file.parent().unwrap()).unwrap().permissions().mode() & 0o777, 0o700);
    }
}

#[tokio::test]
async fn nothing_is_left_of_a_file_that_is_refused() {
    let world = World::with(Settings { max_upload_bytes: 1000, ..Settings::default() }).await;
    world.add_user("op", "acme", "operator").await;
    let operator = world.sign_in("op").await;
    let send = async |bytes: &[u8]| upload_to(&world, &operator, "acme", "a.csv", bytes).await;
    send(&[b'x'; 1001]).await.problem(413, "too_large");
    send(b"").await.problem(422, "invalid");
    let excel = send(b"PK\x03\x04rest").await.problem(422, "invalid");
    assert!(excel["detail"].as_str().unwrap().contains("save it as CSV"), "{excel}");
    send(b"PAR1 and nothing else PAR1").await.problem(422, "invalid");

    // Without a length, and broken off.
    let mut endless = request(Method::POST, "/api/v1/brands/acme/uploads?name=a.csv", &operator, None);
    *endless.body_mut() = Body::from_stream(stream::iter((0..10).map(|_| Ok::<_, std::io::Error>(vec![b'x'; 200]))));
    world.send(endless).await.problem(413, "too_large");
    let mut broken = request(Method::POST, "/api/v1/brands/acme/uploads?name=a.csv", &operator, None);
    let pieces = [Ok(vec![b'x'; 200]), Err(std::io::Error::other("gone"))];
    *broken.body_mut() = Body::from_stream(stream::iter(pieces));
    world.send(broken).await.problem(400, "malformed");
    assert_eq!(files(&world), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn two_files_of_one_name_are_not_imported_together() {
    let (world, operator) = operated().await;
    let first = upload(&world, &operator, "a.csv", ROWS.as_bytes()).await;
    let second = upload(&world, &operator, "a.csv", ROWS.as_bytes()).await;
    for uploads in [serde_json::json!([first, second]), serde_json::json!([first, first]), serde_json::json!([])] {
        let body = serde_json::json!({ "mapping": super::CANONICAL, "uploads": uploads });
        let problem = world.post("/api/v1/brands/acme/imports", &operator, &body).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], "uploads");
    }
    let deleted = world.call(Method::DELETE, &format!("/api/v1/brands/acme/uploads/{second}"), &operator, None).await;
    assert_eq!(deleted.status.as_u16(), 204);
    assert_eq!(files(&world).len(), 1);
}

#[tokio::test]
async fn old_files_and_leftovers_are_swept() {
    let (world, operator) = operated().await;
    let kept = upload(&world, &operator, "a.csv", ROWS.as_bytes()).await;
    let leftover = world.app.installation().path().join("uploads/acme/00ff");
    std::fs::create_dir_all(&leftover).unwrap();
    std::fs::write(leftover.join("part.csv"), "x").unwrap();
    world.app.clear_leftovers().await.unwrap();
    assert_eq!(files(&world).len(), 1);

    world.app.sweep_uploads(world.app.now_us()).await.unwrap();
    assert_eq!(files(&world).len(), 1, "younger than a day");
    let tomorrow = world.app.now_us() + 25 * 3600 * 1_000_000;
    world.app.sweep_uploads(tomorrow).await.unwrap();
    assert_eq!(files(&world), Vec::<PathBuf>::new());
    world.get(&format!("/api/v1/brands/acme/uploads/{kept}"), &operator).await.problem(404, "not_found");
}
