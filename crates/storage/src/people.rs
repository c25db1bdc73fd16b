//! The first user, the set-up codes from which it is made, and what signing in must know of a user.

use model::{Act, Role, Timestamp, UserId, WorkspaceId};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait as _, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait as _, FromQueryResult,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    sea_query::OnConflict,
};

use crate::{
    Error, Storage,
    entity::{setup_codes, users, workspaces},
    members,
};

/// How many of the latest set-up codes are valid: each replica prints its own, and so does each start.
const CODES_KEPT: u64 = 8;

/// The workspace that the first migration makes.
const FIRST_WORKSPACE: &str = "default";

/// How many of a user's latest sessions tell from where they are known.
const SESSIONS_TOLD: u64 = 50;

/// A user to be made.
#[derive(Clone, Copy)]
pub struct NewUser<'a> {
    /// E-mail address in its one spelling.
    pub email: &'a str,
    /// Password hash in PHC form.
    pub password_hash: &'a str,
    /// When.
    pub created: Timestamp,
}

/// What signing in must know of a user.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// Who.
    pub user: UserId,
    /// Password hash in PHC form.
    pub password_hash: String,
    /// Whether they are shut out.
    pub disabled: bool,
    /// The workspace that their sessions see first; none when they belong to none.
    pub workspace: Option<WorkspaceId>,
    /// From where their latest sessions were started.
    pub session_ips: Vec<String>,
}

/// A user with one of their sessions, where they have any.
#[derive(FromQueryResult)]
struct Row {
    id: i64,
    password_hash: String,
    disabled: Option<i64>,
    workspace: Option<i64>,
    ip: Option<String>,
}

impl Storage {
    /// Whether anybody can sign in.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn has_users(&self) -> Result<bool, Error> {
        Ok(has_users(self.database.read()).await?)
    }

    /// Stores the hash of a new set-up code, unless a user exists (then false). The oldest codes beyond eight end.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn add_setup_code(&self, hash: &[u8], now: Timestamp) -> Result<bool, Error> {
        let transaction = self.database.begin().await?;
        if has_users(&transaction).await? {
            return Ok(false);
        }
        let code = setup_codes::ActiveModel { hash: Set(hash.to_vec()), created: Set(now.0) };
        setup_codes::Entity::insert(code).exec_without_returning(&transaction).await?;
        let newest_first = setup_codes::Entity::find().order_by_desc(setup_codes::Column::Created);
        if let Some(too_old) = newest_first.offset(CODES_KEPT).one(&transaction).await? {
            setup_codes::Entity::delete_many()
                .filter(setup_codes::Column::Created.lte(too_old.created))
                .filter(setup_codes::Column::Hash.ne(hash))
                .exec(&transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(true)
    }

    /// Whether this is the hash of a valid set-up code.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn knows_setup_code(&self, hash: &[u8]) -> Result<bool, Error> {
        Ok(setup_codes::Entity::find_by_id(hash.to_vec()).one(self.database.read()).await?.is_some())
    }

    /// Uses up a set-up code: its bearer becomes the first user and owns the first workspace, and all codes end.
    /// None when the code is not valid or a user exists; of several who try at once, one succeeds.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn create_first_user(&self, code: &[u8], user: NewUser<'_>) -> Result<Option<UserId>, Error> {
        let transaction = self.database.begin().await?;
        if setup_codes::Entity::find_by_id(code.to_vec()).one(&transaction).await?.is_none() {
            return Ok(None);
        }
        // Deleting locks every code, so on PostgreSQL a second bearer waits here until the first is done, and then sees
        // the user whom the first made.
        setup_codes::Entity::delete_many().exec(&transaction).await?;
        if has_users(&transaction).await? {
            return Ok(None);
        }
        let Some(id) = insert(&transaction, user, true).await? else { return Ok(None) };
        let workspace = workspaces::Entity::find()
            .filter(workspaces::Column::Name.eq(FIRST_WORKSPACE))
            .one(&transaction)
            .await?
            .ok_or_else(|| Error::Inconsistent("there is no workspace default".to_owned()))?;
        let workspace = WorkspaceId(workspace.id);
        members::add(&transaction, workspace, id, Role::Owner, user.created).await?;
        self.acting_as(id, user.email).note(&transaction, workspace, Act::UserCreated, user.email, "").await?;
        transaction.commit().await?;
        Ok(Some(id))
    }

    /// Writes down that somebody failed to sign in: into the log of the workspace that the account would see, or of the
    /// installation where there is no such account.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn note_failed_sign_in(&self, email: &str, account: Option<&Account>) -> Result<(), Error> {
        let transaction = self.database.begin().await?;
        let workspace = account.and_then(|account| account.workspace);
        self.note(&transaction, workspace, Act::SignInFailed, email, "").await?;
        Ok(transaction.commit().await?)
    }

    /// The user with this e-mail address. It is one query whether or not there is such a user: each further one would tell by its
    /// time.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn account(&self, email: &str) -> Result<Option<Account>, Error> {
        let select = format!(
            "SELECT u.id, u.password_hash, u.disabled, \
             (SELECT MIN(m.workspace_id) FROM members m WHERE m.user_id = u.id) AS workspace, s.ip \
             FROM users u LEFT JOIN sessions s ON s.user_id = u.id WHERE u.email = $1 \
             ORDER BY s.seen DESC LIMIT {SESSIONS_TOLD}"
        );
        let mut account: Option<Account> = None;
        for row in self.rows::<Row>(&select, [email.into()]).await? {
            let account = account.get_or_insert_with(|| Account {
                user: UserId(row.id),
                password_hash: row.password_hash,
                disabled: row.disabled.is_some(),
                workspace: row.workspace.map(WorkspaceId),
                session_ips: vec![],
            });
            account.session_ips.extend(row.ip);
        }
        Ok(account)
    }
}

/// Makes a user; none when the e-mail address is taken.
pub(crate) async fn insert(
    transaction: &DatabaseTransaction,
    user: NewUser<'_>,
    administrator: bool,
) -> Result<Option<UserId>, DbErr> {
    let row = users::ActiveModel {
        id: NotSet,
        email: Set(user.email.to_owned()),
        password_hash: Set(user.password_hash.to_owned()),
        created: Set(user.created.0),
        administrator: Set(administrator),
        disabled: Set(None),
    };
    let once = OnConflict::column(users::Column::Email).do_nothing().to_owned();
    if users::Entity::insert(row).on_conflict(once).exec_without_returning(transaction).await? == 0 {
        return Ok(None);
    }
    let found = users::Entity::find().filter(users::Column::Email.eq(user.email)).one(transaction).await?;
    Ok(found.map(|user| UserId(user.id)))
}

pub(crate) async fn has_users(connection: &impl ConnectionTrait) -> Result<bool, DbErr> {
    Ok(users::Entity::find().limit(1).count(connection).await? > 0)
}
