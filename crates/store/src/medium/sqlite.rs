//! SQLite as the medium: a write-ahead log, synced at each commit. Why SQLite: docs/decisions/store-embedded.md.

use super::{Medium, MediumError, Op, Order, Table};
use rusqlite::{
    Connection, ErrorCode, OpenFlags, TransactionBehavior, config::DbConfig, ffi::SQLITE_IOERR_WRITE, params,
};
use std::{
    ops::{ControlFlow, RangeInclusive},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Bytes of a page. Batches are rows of kilobytes, so pages above SQLite's 4 KiB save calls; far above, a lone small
/// write pays for them.
const PAGE: u32 = 8192;
/// Bytes of write-ahead log after which a commit copies it into the database and starts it over.
const LOG: u32 = 8 << 20;
/// Kibibytes of pages a connection keeps.
const CACHE: i32 = 4096;
/// Connections kept for reading; more readers than that open their own.
const READERS: usize = 4;

/// A database file, one connection that writes and a few that read.
#[derive(Debug)]
pub struct Sqlite {
    path: PathBuf,
    // Closed before the writer: the last to close copies the write-ahead log, which a reader may not.
    readers: Mutex<Vec<Connection>>,
    writer: Mutex<Connection>,
}

impl Sqlite {
    /// Opens or creates the database at `path`.
    ///
    /// # Errors
    /// [`MediumError`] when SQLite cannot, or when the file is not a database.
    pub fn open(path: &Path) -> Result<Self, MediumError> {
        let connection = Connection::open(path)?;
        connection.pragma_update(None, "page_size", PAGE)?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        connection.pragma_update(None, "wal_autocheckpoint", LOG / PAGE)?;
        connection.pragma_update(None, "journal_size_limit", LOG * 4)?;
        connection.pragma_update(None, "cache_size", -CACHE)?;
        for table in Table::ALL {
            let create =
                format!("create table if not exists {}(key integer primary key, value blob not null)", name(table));
            connection.execute_batch(&create)?;
        }
        Ok(Self { path: path.to_owned(), writer: Mutex::new(connection), readers: Mutex::default() })
    }

    fn write(connection: &mut Connection, ops: &[Op]) -> Result<(), rusqlite::Error> {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for op in ops {
            match op {
                Op::Put { table, key, value } => {
                    transaction.prepare_cached(statements(*table).put)?.execute(params![column(*key), &***value])?
                }
                Op::Delete { table, keys } => transaction
                    .prepare_cached(statements(*table).delete)?
                    .execute(params![column(*keys.start()), column(*keys.end())])?,
            };
        }
        transaction.commit()
    }

    fn read<T>(&self, read: impl FnOnce(&Connection) -> Result<T, rusqlite::Error>) -> Result<T, MediumError> {
        let kept = lock(&self.readers).pop();
        let connection = match kept {
            Some(connection) => connection,
            None => {
                let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
                let connection = Connection::open_with_flags(&self.path, flags)?;
                connection.pragma_update(None, "cache_size", -CACHE / 4)?;
                connection
            }
        };
        let answer = read(&connection)?;
        let mut readers = lock(&self.readers);
        if readers.len() < READERS {
            readers.push(connection);
        }
        Ok(answer)
    }
}

impl Medium for Sqlite {
    fn commit(&self, ops: &[Op]) -> Result<(), MediumError> {
        let mut connection = lock(&self.writer);
        Self::write(&mut connection, ops).map_err(|error| {
            let error = MediumError::from(error);
            if let MediumError::Broken(_) = error {
                // What could not be synced once must not be copied into the database as if it had been.
                drop(connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true));
            }
            error
        })
    }

    fn get(&self, table: Table, key: u64) -> Result<Option<Vec<u8>>, MediumError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(statements(table).get)?;
            let mut rows = statement.query([column(key)])?;
            rows.next()?.map(|row| Ok(row.get_ref(0)?.as_blob()?.to_vec())).transpose()
        })
    }

    fn scan(
        &self,
        table: Table,
        keys: RangeInclusive<u64>,
        order: Order,
        visit: &mut dyn FnMut(u64, &[u8]) -> ControlFlow<()>,
    ) -> Result<(), MediumError> {
        self.read(|connection| {
            let statements = statements(table);
            let text = match order {
                Order::Rising => statements.rising,
                Order::Falling => statements.falling,
            };
            let mut statement = connection.prepare_cached(text)?;
            let mut rows = statement.query([column(*keys.start()), column(*keys.end())])?;
            while let Some(row) = rows.next()? {
                let key = row.get::<_, i64>(0)?.unsigned_abs();
                if visit(key, row.get_ref(1)?.as_blob()?).is_break() {
                    break;
                }
            }
            Ok(())
        })
    }
}

impl From<rusqlite::Error> for MediumError {
    fn from(error: rusqlite::Error) -> Self {
        // SQLite tells a full disk from other failed writes, but a quota or a limit on file sizes is such another one.
        // Either way the transaction is rolled back and its frames are written over by the next.
        let unwritten = match &error {
            rusqlite::Error::SqliteFailure(failure, _) => {
                failure.code == ErrorCode::DiskFull || failure.extended_code == SQLITE_IOERR_WRITE
            }
            _ => false,
        };
        if unwritten { Self::Unwritten(Arc::new(error)) } else { Self::Broken(Arc::new(error)) }
    }
}

/// Keys are at most `i64::MAX`; one above it stands for "to the end" of a range.
fn column(key: u64) -> i64 {
    i64::try_from(key).unwrap_or(i64::MAX)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Statements {
    put: &'static str,
    delete: &'static str,
    get: &'static str,
    rising: &'static str,
    falling: &'static str,
}

macro_rules! statements {
    ($table:literal) => {{
        const STATEMENTS: Statements = Statements {
            put: concat!("insert or replace into ", $table, "(key, value) values(?1, ?2)"),
            delete: concat!("delete from ", $table, " where key between ?1 and ?2"),
            get: concat!("select value from ", $table, " where key = ?1"),
            rising: concat!("select key, value from ", $table, " where key between ?1 and ?2 order by key"),
            falling: concat!("select key, value from ", $table, " where key between ?1 and ?2 order by key desc"),
        };
        &STATEMENTS
    }};
}

fn statements(table: Table) -> &'static Statements {
    match table {
        Table::Meta => statements!("meta"),
        Table::Change => statements!("changes"),
        Table::Event => statements!("events"),
        Table::Block => statements!("blocks"),
        Table::Segment => statements!("segments"),
        Table::Index => statements!("indexes"),
        Table::Use => statements!("uses"),
    }
}

fn name(table: Table) -> &'static str {
    match table {
        Table::Meta => "meta",
        Table::Change => "changes",
        Table::Event => "events",
        Table::Block => "blocks",
        Table::Segment => "segments",
        Table::Index => "indexes",
        Table::Use => "uses",
    }
}
