//! A brand's files without a catalog: events, profiles and masters as a deposit leaves them.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
    new_null_array,
};
use databank_catalog::{Brand, WrappedKey};
use databank_consumers::{ConsumerDesk, ConsumerKeys};
use databank_engine::{BrandReader, VaultState};
use databank_identity::{Assignment, IdKey, IdType, SealKey, Token, Tokenizer};
use databank_lake::runs::{RunSet, TOKEN_INDEX, TOKEN_VALUE};
use databank_lake::{DataFile, Table, TableSnapshot, Vault};
use databank_model::{BrandSlug, ConsumerId, Day, ProfileId, SlotRange};

pub(crate) const ID_KEY: [u8; 32] = [7; 32];
pub(crate) const SEAL_KEY: [u8; 32] = [9; 32];

/// One row of `events`, in what a record shows of it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    pub(crate) consumer: u32,
    pub(crate) ts_us: i64,
    pub(crate) key: [u8; 16],
    pub(crate) behavior: &'static str,
    pub(crate) amount_minor: Option<i64>,
    pub(crate) currency: Option<&'static str>,
}

impl Row {
    pub(crate) fn day(&self) -> Day {
        Day(self.ts_us.div_euclid(86_400_000_000) as i32)
    }
}

/// One row of `masters`.
pub(crate) struct Fact {
    pub(crate) kind: &'static str,
    pub(crate) profile: u32,
    pub(crate) attribute: &'static str,
    pub(crate) value: Option<&'static str>,
    pub(crate) valid_from_us: i64,
    pub(crate) deposit: i64,
}

/// A vault in the making.
pub(crate) struct World {
    directory: tempfile::TempDir,
    pub(crate) brand: BrandSlug,
    vault: Vault,
    state: VaultState,
    identity: Assignment,
    tables: [TableSnapshot; 3],
}

fn snapshot(table: Table) -> TableSnapshot {
    TableSnapshot { table, version: 0, files: Vec::new() }
}

impl World {
    pub(crate) fn new(n_partitions: usize) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let state = VaultState {
            partitions: SlotRange::split(n_partitions).iter().map(SlotRange::to_string).collect(),
            ordinals: vec![1000; 256],
            ..VaultState::default()
        };
        Self {
            vault: Vault::at(directory.path().join("vault")),
            directory,
            brand: "shop".parse().unwrap(),
            state,
            identity: Assignment::default(),
            tables: [Table::Events, Table::Profiles, Table::Masters].map(snapshot),
        }
    }

    pub(crate) fn identity(mut self, identity: Assignment) -> Self {
        self.identity = identity;
        self
    }

    /// Writes one file of events for each partition that has any.
    pub(crate) fn events(mut self, rows: &[Row]) -> Self {
        let ranges = self.state.slot_ranges();
        for range in ranges {
            let mut inside: Vec<&Row> =
                rows.iter().filter(|row| range.contains(ConsumerId(row.consumer).slot())).collect();
            inside.sort_by_key(|row| (row.consumer, row.ts_us, row.key));
            if !inside.is_empty() {
                let file = self.write_events(&range.to_string(), &inside);
                self.tables[0].files.push(file);
            }
        }
        self
    }

    fn write_events(&self, slots: &str, rows: &[&Row]) -> DataFile {
        let mut writer = self.vault.create_file(Table::Events, &[slots, "hot"]).unwrap();
        for chunk in rows.chunks(50_000) {
            let schema = Table::Events.schema();
            let texts = |of: fn(&Row) -> Option<&'static str>| -> ArrayRef {
                Arc::new(chunk.iter().map(|row| of(row)).collect::<StringArray>())
            };
            let columns = schema.fields().iter().map(|field| -> ArrayRef {
                match field.name().as_str() {
                    "event_key" => Arc::new(BinaryArray::from_iter_values(chunk.iter().map(|row| row.key))),
                    "ts" => Arc::new(
                        TimestampMicrosecondArray::from_iter_values(chunk.iter().map(|row| row.ts_us))
                            .with_timezone("UTC"),
                    ),
                    "day" => Arc::new(Date32Array::from_iter_values(chunk.iter().map(|row| row.day().0))),
                    "consumer" => {
                        Arc::new(Int64Array::from_iter_values(chunk.iter().map(|row| i64::from(row.consumer))))
                    }
                    "behavior" => texts(|row| Some(row.behavior)),
                    "source" => texts(|_| Some("till")),
                    "currency" => texts(|row| row.currency),
                    "amount_minor" => Arc::new(chunk.iter().map(|row| row.amount_minor).collect::<Int64Array>()),
                    _ => new_null_array(field.data_type(), chunk.len()),
                }
            });
            let columns = columns.collect();
            writer.write(&RecordBatch::try_new(schema, columns).unwrap()).unwrap();
        }
        writer.finish().unwrap()
    }

    /// Writes ids with their tokens, sealed where people can be reached by them, and indexes them.
    pub(crate) fn ids(mut self, ids: &[(u32, &str, &str)]) -> Self {
        let tokenizer = Tokenizer::new(&IdKey::new(ID_KEY));
        let seal = SealKey::new(1, SEAL_KEY);
        let of = |name: &str| -> IdType { name.parse().unwrap() };
        let tokens: Vec<Token> = ids.iter().map(|(_, name, value)| tokenizer.token(&of(name), value)).collect();
        let sealed: Vec<Option<Vec<u8>>> = ids
            .iter()
            .map(|(_, name, value)| {
                let id_type = of(name);
                let seals = id_type.contactable();
                seals.then(|| seal.seal(&self.brand, &id_type, value, |nonce| nonce.fill(3)))
            })
            .collect();
        let columns: Vec<ArrayRef> = vec![
            Arc::new(Int64Array::from_iter_values(ids.iter().map(|(profile, ..)| i64::from(*profile)))),
            Arc::new(BinaryArray::from_iter_values(tokens.iter().map(|token| token.0))),
            Arc::new(StringArray::from_iter_values(ids.iter().map(|(_, name, _)| *name))),
            Arc::new(ids.iter().map(|(_, name, _)| Some(name.ends_with("_md5"))).collect::<BooleanArray>()),
            Arc::new(sealed.iter().map(|bytes| bytes.as_deref()).collect::<BinaryArray>()),
            Arc::new(Int64Array::from_value(1, ids.len())),
        ];
        self.write(1, Table::Profiles, columns);
        let directory = self.vault.index_directory();
        std::fs::create_dir_all(&directory).unwrap();
        let mut index = RunSet::<TOKEN_VALUE>::open(&directory, TOKEN_INDEX, &[]).unwrap();
        let mut records: Vec<_> =
            tokens.iter().zip(ids).map(|(token, (profile, ..))| (token.0, profile.to_le_bytes())).collect();
        records.sort_unstable();
        index.push(&records).unwrap();
        self.state.indexes.insert(TOKEN_INDEX.to_owned(), index.seal().unwrap());
        self
    }

    /// Writes facts of masters.
    pub(crate) fn facts(mut self, facts: &[Fact]) -> Self {
        let instants = TimestampMicrosecondArray::from_iter_values(facts.iter().map(|fact| fact.valid_from_us));
        let columns: Vec<ArrayRef> = vec![
            Arc::new(StringArray::from_iter_values(facts.iter().map(|fact| fact.kind))),
            Arc::new(StringArray::from(vec![None::<&str>; facts.len()])),
            Arc::new(Int64Array::from_iter_values(facts.iter().map(|fact| i64::from(fact.profile)))),
            Arc::new(StringArray::from_iter_values(facts.iter().map(|fact| fact.attribute))),
            Arc::new(facts.iter().map(|fact| fact.value).collect::<StringArray>()),
            Arc::new(instants.with_timezone("UTC")),
            Arc::new(StringArray::from_iter_values(std::iter::repeat_n("crm", facts.len()))),
            Arc::new(Int64Array::from_iter_values(facts.iter().map(|fact| fact.deposit))),
        ];
        self.write(2, Table::Masters, columns);
        self
    }

    fn write(&mut self, place: usize, table: Table, columns: Vec<ArrayRef>) {
        let mut writer = self.vault.create_file(table, &[]).unwrap();
        writer.write(&RecordBatch::try_new(table.schema(), columns).unwrap()).unwrap();
        self.tables[place].files.push(writer.finish().unwrap());
    }

    pub(crate) fn desk(&self) -> ConsumerDesk {
        assert!(self.directory.path().is_dir());
        let brand = Brand {
            slug: self.brand.clone(),
            display_name: "Shop".to_owned(),
            timezone: None,
            currency: None,
            settings_fixed_at: None,
            wrapped_id_key: WrappedKey::from_bytes(Vec::new()),
            wrapped_seal_key: WrappedKey::from_bytes(Vec::new()),
            created_at: 0,
        };
        let (vault, state) = (self.vault.clone(), self.state.clone());
        let reader = BrandReader { brand, vault, version: None, state, passing: None };
        ConsumerDesk::of_snapshots(reader, Arc::new(self.identity.clone()), self.tables.clone())
    }

    pub(crate) fn keys(&self) -> ConsumerKeys {
        ConsumerKeys::new(self.brand.clone(), &IdKey::new(ID_KEY), SealKey::new(1, SEAL_KEY))
    }
}

/// Profiles that belong to other consumers: pairs of profile and consumer, ascending by profile.
pub(crate) fn linked(pairs: &[(u32, u32)]) -> Assignment {
    let mut bytes = b"DBPC\x01\0\0\0".to_vec();
    bytes.extend((pairs.len() as u64).to_le_bytes());
    bytes.extend(0_u64.to_le_bytes());
    for (profile, _) in pairs {
        bytes.extend(ProfileId(*profile).0.to_le_bytes());
    }
    for (_, consumer) in pairs {
        bytes.extend(consumer.to_le_bytes());
    }
    Assignment::from_bytes(&bytes).unwrap()
}
