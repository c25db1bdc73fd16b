//! The audit log, and who acts through an engine.

use model::{
    Actor,
    audit::{AuditEntry, AuditLog, AuditQuery},
};
pub use storage::AuditOf;

use crate::{Engine, Error};

impl Engine {
    /// The same engine for what this actor does. What changes something is written into the audit log with their name; what
    /// is done through an engine without an actor, the program does by itself.
    #[must_use]
    pub fn acting(&self, actor: Actor) -> Self {
        Self { storage: self.storage.acting(actor), ..self.clone() }
    }

    /// A page of the audit log, latest first.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn audit_log(&self, of: AuditOf, query: &AuditQuery) -> Result<AuditLog, Error> {
        Ok(self.storage.audit_log(of, query).await?)
    }

    /// The next entries of an export, latest first: those before this entry, or the latest of all.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn audit_export(
        &self,
        of: AuditOf,
        query: &AuditQuery,
        before: Option<i64>,
    ) -> Result<Vec<AuditEntry>, Error> {
        Ok(self.storage.audit_export(of, query, before).await?)
    }
}
