//! What a workspace does with reports that no valid signature proves.

use std::collections::{BTreeSet, HashMap};

use model::{Act, Channel, Treatment, Treatments, WorkspaceId};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Value};

use crate::{Error, Storage, sql};

/// The channels that can be decided about, each with its column.
const COLUMNS: [(Channel, &str); 4] = [
    (Channel::Smtp, "quarantine_smtp"),
    (Channel::Imap, "quarantine_imap"),
    (Channel::Pipe, "quarantine_pipe"),
    (Channel::Https, "quarantine_https"),
];

impl Storage {
    /// What is done with reports that no valid signature proves.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn treatments(&self, workspace: WorkspaceId) -> Result<Treatments, Error> {
        let found = of(self.database.read(), BTreeSet::from([workspace.0])).await?;
        Ok(found.get(&workspace.0).copied().unwrap_or_default())
    }

    /// Says what is done from now on; what is there already stays as it is.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn set_treatments(&self, workspace: WorkspaceId, treatments: Treatments) -> Result<(), Error> {
        let before = self.treatments(workspace).await?;
        if before == treatments {
            return Ok(());
        }
        let set: Vec<String> =
            COLUMNS.iter().zip(1..).map(|((_, column), place)| format!("{column} = ${place}")).collect();
        let update = format!("UPDATE workspaces SET {} WHERE id = ${}", set.join(", "), COLUMNS.len() + 1);
        let quarantines = COLUMNS.map(|(channel, _)| treatments.of(channel) == Treatment::Quarantine);
        let values = quarantines.into_iter().map(Value::from).chain([workspace.0.into()]);
        let transaction = self.database.begin().await?;
        sql::execute(&transaction, &update, values).await?;
        let changed = COLUMNS.iter().filter(|(channel, _)| before.of(*channel) != treatments.of(*channel));
        let changed: Vec<String> =
            changed.map(|(channel, _)| format!("{}: {}", channel.word(), treatments.of(*channel).word())).collect();
        self.note(&transaction, workspace, Act::TreatmentsChanged, "", &changed.join(", ")).await?;
        transaction.commit().await?;
        Ok(())
    }
}

/// The treatments of some workspaces.
pub(crate) async fn of(
    connection: &impl ConnectionTrait,
    workspaces: BTreeSet<i64>,
) -> Result<HashMap<i64, Treatments>, DbErr> {
    let columns = COLUMNS.map(|(_, column)| column).join(", ");
    let select = format!("SELECT id, {columns} FROM keys CROSS JOIN workspaces WHERE id = a");
    let keys: Vec<[Value; 1]> = workspaces.into_iter().map(|id| [id.into()]).collect();
    let rows = sql::query_by_keys(connection, &select, &keys).await?;
    rows.iter().map(|row| Ok((row.try_get("", "id")?, read(row)?))).collect()
}

fn read(row: &QueryResult) -> Result<Treatments, DbErr> {
    let of = |column: &str| -> Result<Treatment, DbErr> {
        Ok(if row.try_get("", column)? { Treatment::Quarantine } else { Treatment::Count })
    };
    let [smtp, imap, pipe, https] = COLUMNS.map(|(_, column)| of(column));
    Ok(Treatments { smtp: smtp?, imap: imap?, pipe: pipe?, https: https? })
}
