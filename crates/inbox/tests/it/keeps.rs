//! Keeping, reading and forgetting.

use databank_inbox::{Inbox, InboxError, Options};

use crate::{all, bodies, brand, entry, open, small};

fn files(directory: &std::path::Path) -> usize {
    std::fs::read_dir(directory).unwrap().count()
}

#[tokio::test]
async fn what_was_answered_is_there_after_any_end_until_it_is_deposited() {
    let place = tempfile::tempdir().unwrap();
    let inbox = open(place.path()).unwrap();
    let mut sequences = Vec::new();
    for number in 0..40 {
        let slug = if number % 4 == 0 { "b" } else { "a" };
        sequences.push(inbox.append(entry(slug, &number.to_string())).await.unwrap());
    }
    assert!(sequences.is_sorted_by(|a, b| a < b));
    assert!(files(place.path()) > 5, "files of 400 bytes");
    let of_b = inbox.pending(&brand("b")).unwrap();
    assert_eq!((of_b.records, of_b.events, of_b.oldest_us, of_b.last), (10, 20, 7, sequences[36]));
    // As a crash leaves it: copied while it is open.
    let crashed = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(place.path()).unwrap().flatten() {
        std::fs::copy(file.path(), crashed.path().join(file.file_name())).unwrap();
    }
    let held = all(&inbox).unwrap();
    assert_eq!(all(&open(crashed.path()).unwrap()).unwrap(), held);
    drop(inbox);
    let inbox = open(place.path()).unwrap();
    assert_eq!(all(&inbox).unwrap(), held);
    let first: Vec<String> = (0..40).step_by(4).map(|number| number.to_string()).collect();
    assert_eq!(held["b"], first);

    let some = inbox.read(&brand("b"), sequences[8], 250).unwrap();
    assert_eq!(bodies(&some), ["12", "16", "20"]);
    assert_eq!((some[0].sequence, some[0].received_us, some[0].events), (sequences[12], 7, 2));
    assert_eq!(bodies(&inbox.read(&brand("b"), sequences[8], 1).unwrap()), ["12"], "one at least");
    inbox.forget(&brand("a"), sequences[39]);
    assert!(inbox.pending(&brand("a")).is_none());
    let before = files(place.path());
    inbox.forget(&brand("b"), sequences[35]);
    assert!(files(place.path()) < before - 5, "files that nobody waits for are deleted");
    assert_eq!(all(&inbox).unwrap(), [("b".to_owned(), vec!["36".to_owned()])].into());
}

#[tokio::test]
async fn what_vaults_have_is_not_read_again_and_no_sequence_is_given_twice() {
    let place = tempfile::tempdir().unwrap();
    let inbox = open(place.path()).unwrap();
    let one = inbox.append(entry("a", "1")).await.unwrap();
    let two = inbox.append(entry("a", "2")).await.unwrap();
    let other = inbox.append(entry("gone", "3")).await.unwrap();
    drop(inbox);
    let deposited = |slug: &databank_model::BrandSlug| (slug.as_str() == "a").then_some(one);
    let inbox = Inbox::open(place.path(), small(), &deposited, 1000).unwrap();
    assert_eq!(all(&inbox).unwrap(), [("a".to_owned(), vec!["2".to_owned()])].into());
    assert!(two < other);
    // Another inbox than the one that vaults know, as after a restore without it.
    assert_eq!(inbox.append(entry("a", "4")).await.unwrap(), 1000);
    drop(inbox);
    let inbox = open(place.path()).unwrap();
    assert_eq!(inbox.append(entry("a", "5")).await.unwrap(), 1002, "the mark of a closed file has one too");
}

#[tokio::test]
async fn many_at_a_time_are_synced_together_and_each_is_answered() {
    let place = tempfile::tempdir().unwrap();
    let inbox = Inbox::open(place.path(), Options::default(), &|_| Some(0), 0).unwrap();
    let appends = (0..500).map(|number| {
        let inbox = inbox.clone();
        tokio::spawn(async move { (inbox.append(entry("a", &number.to_string())).await.unwrap(), number.to_string()) })
    });
    let mut given = Vec::new();
    for append in appends.collect::<Vec<_>>() {
        given.push(append.await.unwrap());
    }
    given.sort();
    let expected: Vec<String> = given.into_iter().map(|(_, body)| body).collect();
    assert_eq!(bodies(&inbox.read(&brand("a"), 0, u64::MAX).unwrap()), expected);
}

#[tokio::test]
async fn what_is_too_much_is_refused_before_it_is_kept() {
    let place = tempfile::tempdir().unwrap();
    let options = Options { held_events: 3, ..Options::default() };
    let inbox = Inbox::open(place.path(), options, &|_| Some(0), 0).unwrap();
    let first = inbox.append(entry("a", "1")).await.unwrap();
    inbox.append(entry("b", "2")).await.unwrap();
    let refused = inbox.append(entry("a", "3")).await.unwrap_err();
    assert!(matches!(refused, InboxError::Crowded { .. }) && refused.is_passing(), "{refused}");
    inbox.forget(&brand("a"), first);
    inbox.append(entry("a", "4")).await.unwrap();
    let mut large = entry("a", "");
    large.facts = vec![0; 70_000];
    assert!(matches!(inbox.append(large).await.unwrap_err(), InboxError::TooLarge { .. }));
    assert_eq!(bodies(&inbox.read(&brand("a"), 0, u64::MAX).unwrap()), ["4"]);
}
