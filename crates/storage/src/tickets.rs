//! Secrets that can be used once, before they expire. Only their hashes are stored.

use model::{Act, Timestamp, UserId};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, ExprTrait as _, QueryFilter as _,
    sea_query::Expr,
};

use crate::{
    Error, Storage,
    codes::Code as _,
    entity::{tickets, users},
};

/// What a ticket is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TicketPurpose {
    /// To set a new password.
    Password,
    /// To prove that the e-mail address in its detail is the user's.
    Email,
    /// To finish signing in with a code.
    SecondStep,
}

/// A ticket to be handed out.
#[derive(Clone, Copy)]
pub struct NewTicket<'a> {
    /// Hash of its secret.
    pub hash: &'a [u8],
    /// Who may do with it.
    pub user: UserId,
    /// What.
    pub purpose: TicketPurpose,
    /// What else belongs to it: the new e-mail address, for one.
    pub detail: &'a str,
    /// When.
    pub created: Timestamp,
    /// Until when.
    pub expires: Timestamp,
}

/// A ticket that has not expired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// Whose it is.
    pub user: UserId,
    /// Their e-mail address now.
    pub email: String,
    /// See [`NewTicket::detail`].
    pub detail: String,
    /// How often it was tried in vain.
    pub tries: u32,
}

impl Storage {
    /// Stores a ticket, and forgets those that have expired.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn add_ticket(&self, ticket: NewTicket<'_>) -> Result<(), Error> {
        let row = tickets::ActiveModel {
            hash: Set(ticket.hash.to_vec()),
            user_id: Set(ticket.user.0),
            purpose: Set(ticket.purpose.code()),
            detail: Set(ticket.detail.to_owned()),
            created: Set(ticket.created.0),
            expires: Set(ticket.expires.0),
            tries: Set(0),
        };
        let transaction = self.database.begin().await?;
        let expired = tickets::Column::Expires.lte(ticket.created.0);
        tickets::Entity::delete_many().filter(expired).exec(&transaction).await?;
        tickets::Entity::insert(row).exec_without_returning(&transaction).await?;
        if ticket.purpose == TicketPurpose::Password {
            self.note_of(&transaction, ticket.user, Act::ResetLinkMade).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// The ticket whose secret has this hash; none when it was used, has expired, or is good for something else.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn ticket(&self, hash: &[u8], purpose: TicketPurpose, now: Timestamp) -> Result<Option<Ticket>, Error> {
        valid(self.database.read(), hash, purpose, now).await
    }

    /// Counts a try in vain.
    ///
    /// # Errors
    /// The database cannot be used: it was not counted.
    pub async fn count_try(&self, hash: &[u8]) -> Result<(), Error> {
        let transaction = self.database.begin().await?;
        tickets::Entity::update_many()
            .col_expr(tickets::Column::Tries, Expr::col(tickets::Column::Tries).add(1))
            .filter(tickets::Column::Hash.eq(hash))
            .exec(&transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Uses a ticket up. False when it was used up already: of several who try at once, one succeeds.
    ///
    /// # Errors
    /// The database cannot be used: the ticket is still good.
    pub async fn use_up(&self, hash: &[u8]) -> Result<bool, Error> {
        let transaction = self.database.begin().await?;
        let gone = tickets::Entity::delete_by_id(hash.to_vec()).exec(&transaction).await?.rows_affected;
        transaction.commit().await?;
        Ok(gone == 1)
    }
}

/// The ticket while it is good.
pub(crate) async fn valid(
    connection: &impl ConnectionTrait,
    hash: &[u8],
    purpose: TicketPurpose,
    now: Timestamp,
) -> Result<Option<Ticket>, Error> {
    let found = tickets::Entity::find_by_id(hash.to_vec())
        .filter(tickets::Column::Purpose.eq(purpose.code()))
        .filter(tickets::Column::Expires.gt(now.0))
        .one(connection)
        .await?;
    let Some(ticket) = found else { return Ok(None) };
    let Some(user) = users::Entity::find_by_id(ticket.user_id).one(connection).await? else { return Ok(None) };
    Ok(Some(Ticket {
        user: UserId(user.id),
        email: user.email,
        detail: ticket.detail,
        tries: u32::try_from(ticket.tries).unwrap_or_default(),
    }))
}
