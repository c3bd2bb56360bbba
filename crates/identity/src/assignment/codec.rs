//! Bytes of an assignment, version 1, little endian:
//!
//! `DBPC`, version (u8), three zero bytes, number of singles (u64), number of stretches (u64), then columns, which
//! compress well: profiles and consumers of the singles (u32 each), profiles (u32), starts (i64) and consumers (u32)
//! of the stretches.

use databank_model::{ConsumerId, ProfileId};

use super::{Assignment, Stretch, single, single_consumer, single_profile};

const MAGIC: [u8; 4] = *b"DBPC";
const VERSION: u8 = 1;
const HEADER_BYTES: usize = 24;
const SINGLE_BYTES: u64 = 8;
const STRETCH_BYTES: u64 = 16;

/// The bytes are not an assignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AssignmentError {
    /// They do not start as one.
    #[error("not a profile to consumer map")]
    Magic,
    /// They are of another version.
    #[error("profile to consumer map has version {found}, this program reads {VERSION}")]
    Version {
        /// The version found.
        found: u8,
    },
    /// There are more or fewer bytes than the header says.
    #[error("profile to consumer map has {found} bytes, its header promises {expected}")]
    Length {
        /// Number of bytes found.
        found: u64,
        /// Number of bytes that the header stands for.
        expected: u64,
    },
    /// Entries are out of order, repeated or of no effect.
    #[error("entries of the profile to consumer map are not in canonical order")]
    Order,
}

impl Assignment {
    /// The map as bytes; equal maps give equal bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let (n_singles, n_stretches) = (self.singles.len() as u64, self.stretches.len() as u64);
        let mut bytes = Vec::with_capacity(expected_bytes(n_singles, n_stretches).unwrap_or(0) as usize);
        bytes.extend(MAGIC);
        bytes.extend([VERSION, 0, 0, 0]);
        bytes.extend(n_singles.to_le_bytes());
        bytes.extend(n_stretches.to_le_bytes());
        self.singles.iter().for_each(|&single| bytes.extend(single_profile(single).0.to_le_bytes()));
        self.singles.iter().for_each(|&single| bytes.extend(single_consumer(single).0.to_le_bytes()));
        self.stretches.iter().for_each(|stretch| bytes.extend(stretch.profile.0.to_le_bytes()));
        self.stretches.iter().for_each(|stretch| bytes.extend(stretch.from_us.to_le_bytes()));
        self.stretches.iter().for_each(|stretch| bytes.extend(stretch.consumer.0.to_le_bytes()));
        bytes
    }

    /// Reads what [`Assignment::to_bytes`] wrote. Nothing is allocated before the length is known to be right.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, AssignmentError> {
        let (header, body) = bytes.split_first_chunk::<HEADER_BYTES>().ok_or(AssignmentError::Magic)?;
        let (head, counts) = header.split_at(8);
        if head[..4] != MAGIC {
            return Err(AssignmentError::Magic);
        }
        if head[4] != VERSION {
            return Err(AssignmentError::Version { found: head[4] });
        }
        if head[5..] != [0, 0, 0] {
            return Err(AssignmentError::Magic);
        }
        let mut counts = numbers(counts, u64::from_le_bytes);
        let (n_singles, n_stretches) = (counts.next().unwrap_or(0), counts.next().unwrap_or(0));
        let found = bytes.len() as u64;
        let expected = expected_bytes(n_singles, n_stretches).unwrap_or(u64::MAX);
        if found != expected {
            return Err(AssignmentError::Length { found, expected });
        }
        let (n_singles, n_stretches) = (n_singles as usize, n_stretches as usize);
        let (profiles, body) = body.split_at(4 * n_singles);
        let (consumers, body) = body.split_at(4 * n_singles);
        let (stretch_profiles, body) = body.split_at(4 * n_stretches);
        let (starts, stretch_consumers) = body.split_at(8 * n_stretches);
        let singles = numbers(profiles, u32::from_le_bytes)
            .zip(numbers(consumers, u32::from_le_bytes))
            .map(|(profile, consumer)| single(ProfileId(profile), ConsumerId(consumer)))
            .collect();
        let stretches = numbers(stretch_profiles, u32::from_le_bytes)
            .zip(numbers(starts, i64::from_le_bytes))
            .zip(numbers(stretch_consumers, u32::from_le_bytes))
            .map(|((profile, from_us), consumer)| Stretch {
                profile: ProfileId(profile),
                from_us,
                consumer: ConsumerId(consumer),
            })
            .collect();
        let assignment = Self { singles, stretches };
        if assignment.is_canonical() { Ok(assignment) } else { Err(AssignmentError::Order) }
    }
}

/// `None` when no memory could hold as many.
fn expected_bytes(n_singles: u64, n_stretches: u64) -> Option<u64> {
    let singles = n_singles.checked_mul(SINGLE_BYTES)?;
    let stretches = n_stretches.checked_mul(STRETCH_BYTES)?;
    singles.checked_add(stretches)?.checked_add(HEADER_BYTES as u64)
}

fn numbers<const N: usize, T>(bytes: &[u8], read: impl Fn([u8; N]) -> T) -> impl Iterator<Item = T> {
    let (chunks, _) = bytes.as_chunks::<N>();
    chunks.iter().map(move |chunk| read(*chunk))
}
