//! The libraries behind one face: atomic, synced batches of puts and deletes on a few tables with integer keys.

use std::{error::Error, path::Path};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

#[derive(Clone, Copy)]
pub enum Table {
    Raw,
    Block,
    Index,
}

pub enum Op {
    Put(Table, u64, Vec<u8>),
    DeleteUpTo(Table, u64, Vec<u64>),
}

pub trait Engine {
    fn commit(&mut self, ops: Vec<Op>) -> Result<()>;
    fn count(&self) -> Result<u64>;
}

pub fn open(name: &str, dir: &Path) -> Result<Box<dyn Engine>> {
    std::fs::create_dir_all(dir)?;
    match name {
        "file" => Ok(Box::new(file::open(dir)?)),
        #[cfg(feature = "sqlite")]
        "sqlite" => Ok(Box::new(sqlite::open(dir, 4096)?)),
        #[cfg(feature = "sqlite")]
        "sqlite16k" => Ok(Box::new(sqlite::open(dir, 16384)?)),
        #[cfg(feature = "fjall")]
        "fjall" => Ok(Box::new(fjall_engine::open(dir)?)),
        #[cfg(feature = "redb")]
        "redb" => Ok(Box::new(redb_engine::open(dir)?)),
        other => Err(format!("no engine {other}").into()),
    }
}

mod file {
    //! The floor: bytes appended to a file and synced, no index, no recovery.
    use super::*;
    use std::{fs::File, io::Write};
    pub struct Bare(File);
    pub fn open(dir: &Path) -> Result<Bare> {
        Ok(Bare(File::options().create(true).append(true).open(dir.join("log"))?))
    }
    impl Engine for Bare {
        fn commit(&mut self, ops: Vec<Op>) -> Result<()> {
            for op in &ops {
                if let Op::Put(_, _, value) = op {
                    self.0.write_all(value)?;
                }
            }
            Ok(self.0.sync_data()?)
        }
        fn count(&self) -> Result<u64> {
            Ok(self.0.metadata()?.len())
        }
    }
}

#[cfg(feature = "sqlite")]
mod sqlite {
    use super::*;
    use rusqlite::{Connection, params};
    pub struct Sqlite(Connection);
    pub fn open(dir: &Path, page: u32) -> Result<Sqlite> {
        let db = Connection::open(dir.join("log.sqlite"))?;
        db.pragma_update(None, "page_size", page)?;
        db.pragma_update(None, "journal_mode", "wal")?;
        db.pragma_update(None, "synchronous", "full")?;
        db.pragma_update(None, "wal_autocheckpoint", (8 << 20) / page)?;
        for table in ["raw", "block", "idx"] {
            db.execute_batch(&format!("create table if not exists {table}(k integer primary key, v blob not null)"))?;
        }
        Ok(Sqlite(db))
    }
    fn table(table: Table) -> &'static str {
        match table {
            Table::Raw => "raw",
            Table::Block => "block",
            Table::Index => "idx",
        }
    }
    impl Engine for Sqlite {
        fn commit(&mut self, ops: Vec<Op>) -> Result<()> {
            let tx = self.0.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            for op in &ops {
                match op {
                    Op::Put(t, key, value) => {
                        tx.prepare_cached(&format!("insert into {} values(?1,?2)", table(*t)))?
                            .execute(params![*key as i64, value])?;
                    }
                    Op::DeleteUpTo(t, key, _) => {
                        tx.prepare_cached(&format!("delete from {} where k<=?1", table(*t)))?
                            .execute(params![*key as i64])?;
                    }
                }
            }
            Ok(tx.commit()?)
        }
        fn count(&self) -> Result<u64> {
            Ok(self.0.query_row("select count(*) from raw", [], |row| row.get::<_, i64>(0))? as u64)
        }
    }
}

#[cfg(feature = "fjall")]
mod fjall_engine {
    use super::*;
    use fjall::{Database, Keyspace, KeyspaceCreateOptions, KvSeparationOptions, PersistMode};
    pub struct Fjall {
        db: Database,
        tables: [Keyspace; 3],
    }
    pub fn open(dir: &Path) -> Result<Fjall> {
        let db = Database::builder(dir).cache_size(16 << 20).max_journaling_size(64 << 20).open()?;
        let options = || KeyspaceCreateOptions::default().max_memtable_size(8 << 20);
        let blob = || options().with_kv_separation(Some(KvSeparationOptions::default()));
        let tables = [db.keyspace("raw", options)?, db.keyspace("block", blob)?, db.keyspace("idx", blob)?];
        Ok(Fjall { db, tables })
    }
    impl Engine for Fjall {
        fn commit(&mut self, ops: Vec<Op>) -> Result<()> {
            let mut batch = self.db.batch().durability(Some(PersistMode::SyncData));
            for op in ops {
                match op {
                    Op::Put(t, key, value) => batch.insert(&self.tables[t as usize], key.to_be_bytes(), value),
                    Op::DeleteUpTo(t, _, keys) => {
                        for key in keys {
                            batch.remove(&self.tables[t as usize], key.to_be_bytes());
                        }
                    }
                }
            }
            Ok(batch.commit()?)
        }
        fn count(&self) -> Result<u64> {
            Ok(self.tables[0].len()? as u64)
        }
    }
}

#[cfg(feature = "redb")]
mod redb_engine {
    use super::*;
    use redb::{Database, ReadableDatabase, ReadableTableMetadata, TableDefinition};
    const TABLES: [TableDefinition<u64, &[u8]>; 3] =
        [TableDefinition::new("raw"), TableDefinition::new("block"), TableDefinition::new("idx")];
    pub struct Redb(Database);
    pub fn open(dir: &Path) -> Result<Redb> {
        let db = Database::builder().set_cache_size(32 << 20).create(dir.join("log.redb"))?;
        let tx = db.begin_write()?;
        for table in TABLES {
            tx.open_table(table)?;
        }
        tx.commit()?;
        Ok(Redb(db))
    }
    impl Engine for Redb {
        fn commit(&mut self, ops: Vec<Op>) -> Result<()> {
            let tx = self.0.begin_write()?;
            for op in &ops {
                match op {
                    Op::Put(t, key, value) => {
                        tx.open_table(TABLES[*t as usize])?.insert(key, value.as_slice())?;
                    }
                    Op::DeleteUpTo(t, key, _) => {
                        tx.open_table(TABLES[*t as usize])?.retain_in(..=*key, |_, _| false)?;
                    }
                }
            }
            Ok(tx.commit()?)
        }
        fn count(&self) -> Result<u64> {
            Ok(self.0.begin_read()?.open_table(TABLES[0])?.len()?)
        }
    }
}
