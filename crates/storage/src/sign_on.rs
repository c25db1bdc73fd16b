//! People whom an identity provider knows: which user of ours they are.

use model::{Act, Role, Timestamp, UserId, WorkspaceId};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, DatabaseTransaction, EntityTrait as _, PaginatorTrait as _, QueryFilter as _,
};

use crate::{
    Error, NewUser, Storage,
    entity::{identities, users},
    members, people,
};

/// A person whom an identity provider has proven to be somebody we do not know by that yet.
#[derive(Clone, Copy)]
pub struct NewSignedOn<'a> {
    /// The provider.
    pub issuer: &'a str,
    /// Its name for the person, which never means another one.
    pub subject: &'a str,
    /// The e-mail address that it has verified, in its one spelling.
    pub email: &'a str,
    /// Where, and as what, a user is made of whom we do not know by this address either; none: nowhere.
    pub member_of: Option<(WorkspaceId, Role)>,
    /// When.
    pub now: Timestamp,
}

impl Storage {
    /// The user whom an identity provider knows by this name.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn signed_on(&self, issuer: &str, subject: &str) -> Result<Option<UserId>, Error> {
        let key = (issuer.to_owned(), subject.to_owned());
        let found = identities::Entity::find_by_id(key).one(self.database.read()).await?;
        Ok(found.map(|identity| UserId(identity.user_id)))
    }

    /// Remembers an identity: of the user with its e-mail address, else of a new user without a password, where one may be made.
    /// None where neither is so, and where the provider knows the user by another name: the address was given to somebody else.
    ///
    /// # Errors
    /// The database cannot be used: nothing has changed.
    pub async fn link_identity(&self, person: NewSignedOn<'_>) -> Result<Option<UserId>, Error> {
        let transaction = self.database.begin().await?;
        let known = users::Entity::find().filter(users::Column::Email.eq(person.email)).one(&transaction).await?;
        let user = match (known, person.member_of) {
            (Some(user), _) if is_known_otherwise(&transaction, &user, person.issuer).await? => return Ok(None),
            (Some(user), _) => user.id,
            (None, Some((workspace, role))) => match make(self, &transaction, person, workspace, role).await? {
                Some(user) => user,
                None => return Ok(None),
            },
            (None, None) => return Ok(None),
        };
        let row = identities::ActiveModel {
            issuer: Set(person.issuer.to_owned()),
            subject: Set(person.subject.to_owned()),
            user_id: Set(user),
            created: Set(person.now.0),
        };
        identities::Entity::insert(row).exec_without_returning(&transaction).await?;
        transaction.commit().await?;
        Ok(Some(UserId(user)))
    }
}

async fn is_known_otherwise(
    transaction: &DatabaseTransaction,
    user: &users::Model,
    issuer: &str,
) -> Result<bool, Error> {
    let others = identities::Entity::find()
        .filter(identities::Column::UserId.eq(user.id))
        .filter(identities::Column::Issuer.eq(issuer));
    Ok(others.count(transaction).await? > 0)
}

async fn make(
    storage: &Storage,
    transaction: &DatabaseTransaction,
    person: NewSignedOn<'_>,
    workspace: WorkspaceId,
    role: Role,
) -> Result<Option<i64>, Error> {
    let user = NewUser { email: person.email, password_hash: "", created: person.now };
    let Some(id) = people::insert(transaction, user, false).await? else { return Ok(None) };
    members::add(transaction, workspace, id, role, person.now).await?;
    storage.acting_as(id, person.email).note(transaction, workspace, Act::Joined, "", role.word()).await?;
    Ok(Some(id.0))
}
