//! The runs of one index.

use std::ops::Range;
use std::path::{Path, PathBuf};

use super::merge::merge;
use super::writer::Filtered;
use super::{Key, Run, RunWriter};
use crate::LakeError;
use crate::durable::{sync_directory, sync_file};

/// Runs of about one size that an index has at most until they are merged.
const FAN_IN: usize = 8;

/// The runs of one index, oldest first.
#[derive(Debug)]
pub struct RunSet<const V: usize> {
    directory: PathBuf,
    prefix: &'static str,
    runs: Vec<Run<V>>,
    /// Runs that a published version names: they stay when they are merged away, until the next version is published.
    named: Vec<PathBuf>,
    next_number: u64,
    /// Whether what it holds must survive a power cut.
    lasts: bool,
}

impl<const V: usize> RunSet<V> {
    /// Opens the named runs (file names, oldest first) of an index.
    pub fn open(directory: &Path, prefix: &'static str, names: &[String]) -> Result<Self, LakeError> {
        let runs = names.iter().map(|name| Run::open(&directory.join(name))).collect::<Result<Vec<_>, _>>()?;
        let number = |path: &Path| {
            let name = path.file_name()?.to_str()?.strip_prefix(prefix)?.strip_prefix('-')?;
            name.split(['-', '.']).next()?.parse::<u64>().ok()
        };
        // Numbers left by a crash are passed over, so that a file is never written twice under one name.
        let on_disk = std::fs::read_dir(directory).into_iter().flatten().flatten();
        let next_number = on_disk.filter_map(|entry| number(&entry.path())).max().map_or(0, |n| n + 1);
        let named = runs.iter().map(|run| run.path.clone()).collect();
        Ok(Self { directory: directory.to_owned(), prefix, runs, named, next_number, lasts: true })
    }

    /// Says whether what it holds must survive a power cut.
    #[must_use]
    pub fn lasting(mut self, lasts: bool) -> Self {
        self.lasts = lasts;
        self
    }

    /// The file names, oldest first, for the catalog, after what this set wrote is merged and synced. Until then a power cut may
    /// take it; runs that are merged away before never need to be.
    ///
    /// Runs are merged until each is more than twice as large as the next, so that an index of n records has O(log n) runs
    /// however many deposits it came in.
    pub fn seal(&mut self) -> Result<Vec<String>, LakeError> {
        if !self.lasts {
            return Ok(self.names());
        }
        let mut groups: Vec<(u64, usize)> = Vec::new();
        for run in &self.runs {
            groups.push((run.len(), 1));
            while let [.., older, newer] = groups.as_slice()
                && older.0 <= newer.0 * 2
            {
                let joined = (older.0 + newer.0, older.1 + newer.1);
                groups.truncate(groups.len() - 2);
                groups.push(joined);
            }
        }
        let mut end = self.runs.len();
        for (_, count) in groups.into_iter().rev() {
            let first = end - count;
            if count > 1 {
                self.merge(first..end, Filtered::No)?;
            }
            end = first;
        }
        let mut is_new = false;
        for run in self.runs.iter_mut().filter(|run| !run.is_synced) {
            sync_file(&run.path)?;
            run.is_synced = true;
            is_new = true;
        }
        if is_new {
            sync_directory(&self.directory)?;
        }
        Ok(self.names())
    }

    /// The file names, oldest first.
    pub(super) fn names(&self) -> Vec<String> {
        let name = |run: &Run<V>| run.path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        self.runs.iter().map(name).collect()
    }

    /// Records over all runs (an overridden one counts again).
    pub fn len(&self) -> u64 {
        self.runs.iter().map(Run::len).sum()
    }

    /// Whether no run holds a record.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Looks up keys in ascending order; the newest run that holds a key answers.
    pub fn find(&self, probes: &[Key]) -> Result<Vec<Option<[u8; V]>>, LakeError> {
        let mut answers = vec![None; probes.len()];
        for run in self.runs.iter().rev() {
            run.find(probes, &mut |index, value| {
                if let Some(answer @ None) = answers.get_mut(index) {
                    *answer = Some(*value);
                }
            })?;
        }
        Ok(answers)
    }

    /// Adds a run of records in strictly ascending key order. Merges the newest runs once there are `FAN_IN` of about one size:
    /// each record is written about once for each power of that in their number. Merged-away runs of this set's own are deleted.
    pub fn push(&mut self, records: &[(Key, [u8; V])]) -> Result<(), LakeError> {
        if records.is_empty() {
            return Ok(());
        }
        let path = self.directory.join(self.file_name());
        self.next_number += 1;
        let mut writer = RunWriter::<V>::create(&path, records.len() as u64)?;
        for (key, value) in records {
            writer.push(key, value)?;
        }
        self.runs.push(writer.finish()?);
        loop {
            let mut largest = 0;
            let alike = self.runs.iter().rev().map(Run::len).take_while(|len| {
                let joins = largest == 0 || *len <= largest * 2;
                largest = largest.max(*len);
                joins
            });
            let count = alike.count();
            if count < FAN_IN {
                return Ok(());
            }
            self.merge(self.runs.len() - count..self.runs.len(), Filtered::Yes)?;
        }
    }

    /// Puts one run in place of some.
    fn merge(&mut self, places: Range<usize>, filter: Filtered) -> Result<(), LakeError> {
        let path = self.directory.join(self.file_name());
        self.next_number += 1;
        let merged = merge(self.runs.get(places.clone()).unwrap_or_default(), &path, filter)?;
        let gone: Vec<Run<V>> = self.runs.splice(places, [merged]).collect();
        for run in gone.into_iter().filter(|run| !self.named.contains(&run.path)) {
            std::fs::remove_file(&run.path).map_err(LakeError::io("delete", &run.path))?;
        }
        Ok(())
    }

    /// The beginning of the next run's name; its writer adds what names the content.
    fn file_name(&self) -> String {
        format!("{}-{:012}", self.prefix, self.next_number)
    }
}

/// Deletes the index files of a directory that no name in `kept` mentions: those of unfinished and merged-away runs.
pub fn delete_unnamed_runs(directory: &Path, kept: &[String]) -> Result<(), LakeError> {
    for entry in std::fs::read_dir(directory).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.extension().is_some_and(|e| e == "run" || e == "part") && !kept.contains(&name) {
            std::fs::remove_file(&path).map_err(LakeError::io("delete", &path))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    fn key(number: u64) -> Key {
        blake3::hash(&number.to_le_bytes()).as_bytes()[..16].try_into().unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn a_set_of_runs_answers_as_a_map_does(
            pushes in prop::collection::vec(prop::collection::btree_map(0_u64..4000, 0_u32..9, 1..300), 1..20),
            probes in prop::collection::vec(0_u64..5000, 1..60),
            skewed in any::<bool>(),
            sealed in any::<bool>(),
        ) {
            let directory = tempfile::tempdir().unwrap();
            // Skewed keys share their first bytes: interpolation must fall back, not fail.
            let key_of = |n: u64| if skewed { u128::from(n).to_be_bytes() } else { key(n) };
            let mut set = RunSet::<4>::open(directory.path(), "t", &[]).unwrap();
            let mut model = BTreeMap::new();
            for push in &pushes {
                let mut records: Vec<_> = push.iter().map(|(n, v)| (key_of(*n), v.to_le_bytes())).collect();
                records.sort_unstable();
                set.push(&records).unwrap();
                model.extend(records);
            }
            let names = if sealed { set.seal().unwrap() } else { set.names() };
            let set = RunSet::<4>::open(directory.path(), "t", &names).unwrap();
            let mut probes: Vec<Key> = probes.into_iter().map(key_of).collect();
            probes.sort_unstable();
            let wanted: Vec<_> = probes.iter().map(|k| model.get(k).copied()).collect();
            prop_assert_eq!(set.find(&probes).unwrap(), wanted);
            for probe in probes {
                prop_assert_eq!(set.find(&[probe]).unwrap()[0], model.get(&probe).copied());
            }
        }
    }

    #[test]
    fn a_seek_into_a_long_run_finds_what_is_there() {
        let directory = tempfile::tempdir().unwrap();
        let mut records: Vec<_> = (0..300_000_u64).map(|n| (key(n), (n as u32).to_le_bytes())).collect();
        records.sort_unstable();
        let mut set = RunSet::<4>::open(directory.path(), "t", &[]).unwrap();
        set.push(&records).unwrap();
        for n in (0..300_000).step_by(1009) {
            assert_eq!(set.find(&[key(n)]).unwrap()[0], Some((n as u32).to_le_bytes()));
            assert_eq!(set.find(&[key(n + 300_000)]).unwrap()[0], None);
        }
    }

    #[test]
    fn merged_away_runs_go_at_once_unless_a_version_names_them() {
        let directory = tempfile::tempdir().unwrap();
        let on_disk = || {
            let names =
                std::fs::read_dir(directory.path()).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
            names.collect::<std::collections::BTreeSet<String>>()
        };
        let push = |set: &mut RunSet<4>, range: std::ops::Range<u64>| {
            let mut records: Vec<_> = range.map(|n| (key(n), [0; 4])).collect();
            records.sort_unstable();
            set.push(&records).unwrap();
        };
        let mut set = RunSet::<4>::open(directory.path(), "t", &[]).unwrap();
        (0..8).for_each(|n| push(&mut set, n * 10..n * 10 + 10));
        assert_eq!(on_disk(), set.names().into_iter().collect());
        let published = set.seal().unwrap();
        let mut set = RunSet::<4>::open(directory.path(), "t", &published).unwrap();
        (8..30).for_each(|n| push(&mut set, n * 10..n * 10 + 10));
        assert!(set.names().contains(&published[0]), "none need go yet");
        set.seal().unwrap();
        assert!(published.iter().all(|name| !set.names().contains(name)), "all were merged away");
        assert_eq!(on_disk(), set.names().into_iter().chain(published).collect());
    }

    #[test]
    fn runs_are_few_however_many_came() {
        let directory = tempfile::tempdir().unwrap();
        let mut set = RunSet::<4>::open(directory.path(), "t", &[]).unwrap();
        let mut next = 0;
        for round in 0..500_u64 {
            // Large and small by turns, and now and then a deposit that ends.
            let count = [1, 40, 3, 15][(round % 4) as usize];
            let mut records: Vec<_> = (next..next + count).map(|n| (key(n), [0; 4])).collect();
            next += count;
            records.sort_unstable();
            set.push(&records).unwrap();
            assert!(set.runs.len() < 3 * FAN_IN, "{} runs after {round}", set.runs.len());
            if round % 90 == 7 {
                set = RunSet::open(directory.path(), "t", &set.seal().unwrap()).unwrap();
                assert!(set.runs.windows(2).all(|pair| pair[0].len() > pair[1].len() * 2));
            }
        }
        assert_eq!(set.len(), next);
    }
}
