//! What a person changes about their own account. Whatever proves who somebody is changes together with what must end by it.

use model::{Act, Timestamp, UserId};
use sea_orm::{
    ColumnTrait as _, DatabaseTransaction, DbErr, EntityTrait as _, QueryFilter as _, SqlErr, sea_query::Expr,
};

use crate::{
    Error, NewSession, Storage, TicketPurpose,
    entity::{sessions, tickets, users},
    members,
    sessions::insert_session,
    tickets::valid,
};

/// A user as their own account shows them.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// E-mail address in its one spelling.
    pub email: String,
    /// Password hash in PHC form; empty where the user has no password.
    pub password_hash: String,
}

/// What became of a change of e-mail address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EmailOutcome {
    /// It is changed.
    Changed {
        /// Whose it was.
        user: UserId,
        /// The address until now.
        old: String,
        /// The address from now on.
        new: String,
    },
    /// Another user has it.
    Taken,
    /// The ticket was used, has expired, or never was.
    NoTicket,
}

impl Storage {
    /// A user.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn user(&self, user: UserId) -> Result<Option<User>, Error> {
        let row = users::Entity::find_by_id(user.0).one(self.database.read()).await?;
        Ok(row.map(|row| User { email: row.email, password_hash: row.password_hash }))
    }

    /// Sets a new password: all sessions and tickets of the user end, and one session begins.
    ///
    /// # Errors
    /// The database cannot be used: nothing has changed.
    pub async fn change_password(&self, password_hash: &str, session: NewSession<'_>) -> Result<(), Error> {
        let transaction = self.database.begin().await?;
        set_password(&transaction, session.user, password_hash).await?;
        insert_session(&transaction, session).await?;
        self.note_of(&transaction, session.user, Act::PasswordChanged).await?;
        Ok(transaction.commit().await?)
    }

    /// Sets a new password with a ticket for that: all sessions and tickets of the user end. Gives whose password it is; none
    /// when the ticket is no longer good.
    ///
    /// # Errors
    /// The database cannot be used: nothing has changed.
    pub async fn reset_password(
        &self,
        ticket: &[u8],
        password_hash: &str,
        now: Timestamp,
    ) -> Result<Option<UserId>, Error> {
        let transaction = self.database.begin().await?;
        let Some(found) = valid(&transaction, ticket, TicketPurpose::Password, now).await? else { return Ok(None) };
        // On PostgreSQL a second bearer waits here, and then deletes nothing.
        let used = tickets::Entity::delete_by_id(ticket.to_vec()).exec(&transaction).await?.rows_affected;
        if used == 0 {
            return Ok(None);
        }
        set_password(&transaction, found.user, password_hash).await?;
        self.acting_as(found.user, &found.email).note_of(&transaction, found.user, Act::PasswordReset).await?;
        transaction.commit().await?;
        Ok(Some(found.user))
    }

    /// Sets a new e-mail address.
    ///
    /// # Errors
    /// The database cannot be used: nothing has changed.
    pub async fn change_email(&self, user: UserId, email: &str) -> Result<EmailOutcome, Error> {
        let transaction = self.database.begin().await?;
        let Some(row) = users::Entity::find_by_id(user.0).one(&transaction).await? else {
            return Ok(EmailOutcome::NoTicket);
        };
        self.set_email(transaction, user, row.email, email).await
    }

    /// Sets the e-mail address that a ticket proves.
    ///
    /// # Errors
    /// The database cannot be used: nothing has changed.
    pub async fn confirm_email(&self, ticket: &[u8], now: Timestamp) -> Result<EmailOutcome, Error> {
        let transaction = self.database.begin().await?;
        let Some(found) = valid(&transaction, ticket, TicketPurpose::Email, now).await? else {
            return Ok(EmailOutcome::NoTicket);
        };
        let them = self.acting_as(found.user, &found.email);
        them.set_email(transaction, found.user, found.email, &found.detail).await
    }

    /// Whatever was mailed to the old address ends: the tickets of the user.
    async fn set_email(
        &self,
        transaction: DatabaseTransaction,
        user: UserId,
        old: String,
        new: &str,
    ) -> Result<EmailOutcome, Error> {
        let changed = users::Entity::update_many()
            .col_expr(users::Column::Email, Expr::value(new))
            .filter(users::Column::Id.eq(user.0))
            .exec(&transaction)
            .await;
        let is_taken = |error: &DbErr| matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)));
        if changed.as_ref().err().is_some_and(is_taken) {
            return Ok(EmailOutcome::Taken);
        }
        changed?;
        tickets::Entity::delete_many().filter(tickets::Column::UserId.eq(user.0)).exec(&transaction).await?;
        let workspace = members::first_workspace(&transaction, user).await?;
        self.note(&transaction, workspace, Act::EmailChanged, &old, new).await?;
        transaction.commit().await?;
        Ok(EmailOutcome::Changed { user, old, new: new.to_owned() })
    }

    /// Writes down what was done to a person's account, into the log of the workspace that they see first.
    pub(crate) async fn note_of(&self, transaction: &DatabaseTransaction, user: UserId, act: Act) -> Result<(), DbErr> {
        let Some(person) = users::Entity::find_by_id(user.0).one(transaction).await? else { return Ok(()) };
        let workspace = members::first_workspace(transaction, user).await?;
        self.note(transaction, workspace, act, &person.email, "").await
    }
}

async fn set_password(transaction: &DatabaseTransaction, user: UserId, password_hash: &str) -> Result<(), Error> {
    users::Entity::update_many()
        .col_expr(users::Column::PasswordHash, Expr::value(password_hash))
        .filter(users::Column::Id.eq(user.0))
        .exec(transaction)
        .await?;
    sessions::Entity::delete_many().filter(sessions::Column::UserId.eq(user.0)).exec(transaction).await?;
    tickets::Entity::delete_many().filter(tickets::Column::UserId.eq(user.0)).exec(transaction).await?;
    Ok(())
}
