//! The bytes of a map: golden, and damaged in every way.

use databank_identity::{Assignment, AssignmentError};
use databank_model::ProfileId;

use crate::generate::{graph, link, resolved, strong, weak};

fn sample() -> Assignment {
    let day = 86_400_000_000;
    let nodes = graph([strong(1, 10), strong(0x0200_0001, 20), strong(0x0300_0000, 10), weak(0xff00_0002, 0)]);
    resolved(&nodes, &[link(0, 1, 0), link(0, 3, 0), link(2, 3, day)])
}

const GOLDEN_V1: &str = "44425043010000000100000000000000020000000000000001000002010000000200\
    00ff020000ff00000000000000800060d71d140000000100000000000003";

#[test]
fn golden_bytes_of_version_1_are_written_and_read() {
    let map = sample();
    assert_eq!(hex::encode(map.to_bytes()), GOLDEN_V1);
    assert_eq!(Assignment::from_bytes(&hex::decode(GOLDEN_V1).unwrap()), Ok(map));
}

#[test]
fn the_empty_map_is_its_header() {
    let bytes = Assignment::default().to_bytes();
    assert_eq!(bytes.len(), 24);
    assert!(Assignment::from_bytes(&bytes).unwrap().is_identity());
}

#[test]
fn damaged_bytes_are_refused_and_never_panic() {
    let bytes = sample().to_bytes();
    for length in 0..bytes.len() {
        assert!(Assignment::from_bytes(&bytes[..length]).is_err(), "{length}");
    }
    for place in 0..bytes.len() {
        for flip in [1, 0x80, 0xff] {
            let mut damaged = bytes.clone();
            damaged[place] ^= flip;
            // A changed number may still be a map, but never one that answers with a panic.
            if let Ok(map) = Assignment::from_bytes(&damaged) {
                map.consumer_of(ProfileId(1), 0);
            }
        }
    }
    let mut future = bytes.clone();
    future[4] = 2;
    assert_eq!(Assignment::from_bytes(&future), Err(AssignmentError::Version { found: 2 }));
    let mut huge = bytes;
    huge[8..24].fill(0xff);
    assert!(matches!(Assignment::from_bytes(&huge), Err(AssignmentError::Length { .. })));
}
