//! The few things that both engines spell differently, and statements over many rows.

use std::fmt::Write as _;

use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait, IntoActiveModel,
    Iterable as _, QueryResult, Statement, Value, sea_query::OnConflict,
};

/// SQLite takes at most 32,766 parameters in a statement, PostgreSQL 65,535.
const MAX_PARAMETERS: usize = 32_000;

/// Rows of placeholders: `(?, ?), (?, ?)`, and for PostgreSQL `($1, $2), ($3, $4)`.
pub(crate) fn placeholders(backend: DbBackend, rows: usize, columns: usize) -> String {
    let mut text = String::with_capacity(rows * (columns * 6 + 4));
    let mut number = 0;
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..columns {
            if column > 0 {
                text.push_str(", ");
            }
            number += 1;
            if backend == DbBackend::Sqlite {
                text.push('?');
            } else {
                let _ = write!(text, "${number}");
            }
        }
        text.push(')');
    }
    text
}

/// Queries rows by many keys at once. The columns of the keys are `a`, `b`, `c`, and `sql` joins them:
/// `SELECT … FROM keys CROSS JOIN table WHERE table.column = a`. So SQLite looks each key up in an index; of
/// `(x, y) IN (VALUES …)` it would make a scan.
pub(crate) async fn query_by_keys<const N: usize>(
    connection: &impl ConnectionTrait,
    sql: &str,
    keys: &[[Value; N]],
) -> Result<Vec<QueryResult>, DbErr> {
    let mut rows = Vec::new();
    for keys in keys.chunks(MAX_PARAMETERS / N) {
        rows.extend(connection.query_all_raw(by_keys(connection.get_database_backend(), sql, keys)).await?);
    }
    Ok(rows)
}

/// The statement of [`query_by_keys`].
pub(crate) fn by_keys<const N: usize>(backend: DbBackend, sql: &str, keys: &[[Value; N]]) -> Statement {
    let columns = &["a", "a, b", "a, b, c"][N - 1];
    let sql = format!("WITH keys ({columns}) AS (VALUES {}) {sql}", placeholders(backend, keys.len(), N));
    Statement::from_sql_and_values(backend, sql, keys.iter().flatten().cloned())
}

/// Runs a statement with `$1` and the like for its values, which both engines understand. Gives the rows it touched.
pub(crate) async fn execute(
    connection: &impl ConnectionTrait,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<u64, DbErr> {
    let statement = Statement::from_sql_and_values(connection.get_database_backend(), sql, values);
    Ok(connection.execute_raw(statement).await?.rows_affected())
}

/// A pattern of `LIKE … ESCAPE '\\'` for what contains this text, in lower case.
pub(crate) fn containing(text: &str) -> String {
    let escaped = text.to_lowercase().chars().fold(String::new(), |mut pattern, c| {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
        pattern
    });
    format!("%{escaped}%")
}

/// The database's clock in Unix milliseconds: what all replicas share.
pub(crate) const fn clock(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Sqlite => "CAST(unixepoch('now', 'subsec') * 1000 AS INTEGER)",
        _ => "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)",
    }
}

/// What keeps the selected reports `r` as they are until the transaction ends, taken in one order by all. On SQLite the
/// transaction itself does.
pub(crate) fn for_update(connection: &impl ConnectionTrait) -> &'static str {
    if connection.get_database_backend() == DbBackend::Sqlite { "" } else { " ORDER BY r.id FOR UPDATE OF r" }
}

/// Inserts many rows with as few statements as the engine allows.
pub(crate) async fn insert<M>(transaction: &DatabaseTransaction, rows: Vec<M>) -> Result<(), DbErr>
where
    M: IntoActiveModel<<M::Entity as sea_orm::EntityTrait>::ActiveModel> + sea_orm::ModelTrait,
    <M::Entity as EntityTrait>::ActiveModel: ActiveModelTrait<Entity = M::Entity> + Send,
{
    insert_with(transaction, rows, None).await
}

/// As [`insert`], and what to do with a row that is there already.
pub(crate) async fn insert_with<M>(
    transaction: &DatabaseTransaction,
    rows: Vec<M>,
    on_conflict: Option<OnConflict>,
) -> Result<(), DbErr>
where
    M: IntoActiveModel<<M::Entity as sea_orm::EntityTrait>::ActiveModel> + sea_orm::ModelTrait,
    <M::Entity as EntityTrait>::ActiveModel: ActiveModelTrait<Entity = M::Entity> + Send,
{
    let a_statement = MAX_PARAMETERS / <M::Entity as EntityTrait>::Column::iter().count();
    let mut rows = rows.into_iter().map(IntoActiveModel::into_active_model).peekable();
    while rows.peek().is_some() {
        let mut insert = <M::Entity as EntityTrait>::insert_many(rows.by_ref().take(a_statement).collect::<Vec<_>>());
        if let Some(on_conflict) = &on_conflict {
            insert = insert.on_conflict(on_conflict.clone());
        }
        insert.exec_without_returning(transaction).await?;
    }
    Ok(())
}

/// Takes `count` ids that nobody else gets; some may stay unused.
pub(crate) async fn take_ids(
    transaction: &DatabaseTransaction,
    count: usize,
) -> Result<impl Iterator<Item = i64> + Send + use<>, DbErr> {
    let backend = transaction.get_database_backend();
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let ids = if backend == DbBackend::Sqlite {
        let statement = Statement::from_sql_and_values(
            backend,
            "UPDATE id_sequence SET next = next + $1 RETURNING next",
            [count.into()],
        );
        let row = transaction.query_one_raw(statement).await?;
        let end: i64 = row.ok_or_else(|| DbErr::Type("the id sequence has no row".into()))?.try_get("", "next")?;
        (end - count..end).collect()
    } else {
        let statement = Statement::from_sql_and_values(
            backend,
            "SELECT nextval('id_sequence') AS id FROM generate_series(1, $1)",
            [count.into()],
        );
        let rows = transaction.query_all_raw(statement).await?;
        rows.iter().map(|row| row.try_get("", "id")).collect::<Result<Vec<i64>, _>>()?
    };
    Ok(ids.into_iter())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_spelled_as_the_engine_does() {
        assert_eq!(placeholders(DbBackend::Sqlite, 2, 2), "(?, ?), (?, ?)");
        assert_eq!(placeholders(DbBackend::Postgres, 2, 2), "($1, $2), ($3, $4)");
    }
}
