//! The second step of signing in: the secret shared with an authenticator app, and the codes that stand in for it.

use model::{Act, Timestamp, UserId};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, DatabaseTransaction, EntityTrait as _, ExprTrait as _, PaginatorTrait as _, QueryFilter as _,
    sea_query::{Expr, OnConflict},
};

use crate::{
    Error, Storage,
    entity::{recovery_codes, second_factors},
};

/// A user's second factor.
#[derive(Clone, PartialEq, Eq)]
pub struct SecondFactor {
    /// The shared secret, as it was handed in: sealed, where there is a key.
    pub secret: Vec<u8>,
    /// Whether signing in asks for it: from the first right code on.
    pub confirmed: bool,
    /// How many recovery codes are left.
    pub recovery_codes: u64,
}

impl Storage {
    /// A user's second factor, confirmed or not.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn second_factor(&self, user: UserId) -> Result<Option<SecondFactor>, Error> {
        let read = self.database.read();
        let Some(row) = second_factors::Entity::find_by_id(user.0).one(read).await? else { return Ok(None) };
        let left = recovery_codes::Entity::find().filter(recovery_codes::Column::UserId.eq(user.0)).count(read).await?;
        Ok(Some(SecondFactor { secret: row.secret, confirmed: row.confirmed.is_some(), recovery_codes: left }))
    }

    /// All users' secrets as they are stored.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn second_factor_secrets(&self) -> Result<Vec<(UserId, Vec<u8>)>, Error> {
        let rows = second_factors::Entity::find().all(self.database.read()).await?;
        Ok(rows.into_iter().map(|row| (UserId(row.user_id), row.secret)).collect())
    }

    /// Stores a user's secret in another form, unless it has changed meanwhile.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn reseal_second_factor(&self, user: UserId, stored: &[u8], sealed: &[u8]) -> Result<(), Error> {
        let transaction = self.database.begin().await?;
        second_factors::Entity::update_many()
            .col_expr(second_factors::Column::Secret, Expr::value(sealed))
            .filter(second_factors::Column::UserId.eq(user.0))
            .filter(second_factors::Column::Secret.eq(stored))
            .exec(&transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Stores a secret that is still to be confirmed. One that is confirmed stays (false).
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn begin_second_factor(&self, user: UserId, secret: &[u8], now: Timestamp) -> Result<bool, Error> {
        let row = second_factors::ActiveModel {
            user_id: Set(user.0),
            secret: Set(secret.to_vec()),
            begun: Set(now.0),
            confirmed: Set(None),
            last_step: Set(0),
        };
        let instead = OnConflict::column(second_factors::Column::UserId)
            .update_columns([second_factors::Column::Secret, second_factors::Column::Begun])
            .action_and_where(Expr::col((second_factors::Entity, second_factors::Column::Confirmed)).is_null())
            .to_owned();
        let transaction = self.database.begin().await?;
        let stored =
            second_factors::Entity::insert(row).on_conflict(instead).exec_without_returning(&transaction).await?;
        transaction.commit().await?;
        Ok(stored == 1)
    }

    /// Confirms the secret with the code of this step: from now on signing in asks for one. False when it was confirmed already,
    /// or is another than this.
    ///
    /// # Errors
    /// The database cannot be used: nothing has changed.
    pub async fn confirm_second_factor(
        &self,
        user: UserId,
        secret: &[u8],
        step: i64,
        recovery: &[Vec<u8>],
        now: Timestamp,
    ) -> Result<bool, Error> {
        let transaction = self.database.begin().await?;
        let confirmed = second_factors::Entity::update_many()
            .col_expr(second_factors::Column::Confirmed, Expr::value(now.0))
            .col_expr(second_factors::Column::LastStep, Expr::value(step))
            .filter(second_factors::Column::UserId.eq(user.0))
            .filter(second_factors::Column::Secret.eq(secret))
            .filter(second_factors::Column::Confirmed.is_null())
            .exec(&transaction)
            .await?;
        if confirmed.rows_affected == 0 {
            return Ok(false);
        }
        replace(&transaction, user, recovery).await?;
        self.note_of(&transaction, user, Act::SecondStepOn).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Uses up the code of a step, and those of all steps before. False when it was used up already.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn use_step(&self, user: UserId, step: i64) -> Result<bool, Error> {
        let transaction = self.database.begin().await?;
        let spent = second_factors::Entity::update_many()
            .col_expr(second_factors::Column::LastStep, Expr::value(step))
            .filter(second_factors::Column::UserId.eq(user.0))
            .filter(second_factors::Column::Confirmed.is_not_null())
            .filter(second_factors::Column::LastStep.lt(step))
            .exec(&transaction)
            .await?;
        transaction.commit().await?;
        Ok(spent.rows_affected == 1)
    }

    /// Uses up a recovery code. False when there is no such code any more.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn use_recovery_code(&self, user: UserId, hash: &[u8]) -> Result<bool, Error> {
        let transaction = self.database.begin().await?;
        let spent = recovery_codes::Entity::delete_by_id((user.0, hash.to_vec())).exec(&transaction).await?;
        transaction.commit().await?;
        Ok(spent.rows_affected == 1)
    }

    /// Puts new recovery codes in the place of those that are left.
    ///
    /// # Errors
    /// The database cannot be used: the old ones are still good.
    pub async fn replace_recovery_codes(&self, user: UserId, recovery: &[Vec<u8>]) -> Result<(), Error> {
        let transaction = self.database.begin().await?;
        replace(&transaction, user, recovery).await?;
        self.note_of(&transaction, user, Act::RecoveryCodesMade).await?;
        Ok(transaction.commit().await?)
    }

    /// From now on the password is enough. False when it was so before.
    ///
    /// # Errors
    /// The database cannot be used: nothing has changed.
    pub async fn end_second_factor(&self, user: UserId) -> Result<bool, Error> {
        let transaction = self.database.begin().await?;
        let ended = second_factors::Entity::delete_by_id(user.0).exec(&transaction).await?;
        replace(&transaction, user, &[]).await?;
        if ended.rows_affected == 1 {
            self.note_of(&transaction, user, Act::SecondStepOff).await?;
        }
        transaction.commit().await?;
        Ok(ended.rows_affected == 1)
    }
}

async fn replace(transaction: &DatabaseTransaction, user: UserId, recovery: &[Vec<u8>]) -> Result<(), Error> {
    recovery_codes::Entity::delete_many().filter(recovery_codes::Column::UserId.eq(user.0)).exec(transaction).await?;
    let rows =
        recovery.iter().map(|hash| recovery_codes::ActiveModel { user_id: Set(user.0), hash: Set(hash.clone()) });
    if !recovery.is_empty() {
        recovery_codes::Entity::insert_many(rows).exec_without_returning(transaction).await?;
    }
    Ok(())
}
