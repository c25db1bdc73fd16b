//! Upgrades of the database schema, one file per change, oldest first.
//!
//! A file that was released is never edited: the next change is a new file. `sea-orm-migration` takes no lock and on
//! SQLite no transaction; the caller (`storage::schema`) runs [`Migrations`] inside both.

use sea_orm_migration::MigrationTrait;
pub use sea_orm_migration::MigratorTrait;

mod m0001_first;
mod m0002_daily_intake;
mod m0003_duties;
mod m0004_summary_version;
mod m0005_checks;
mod m0006_people;
mod m0007_account;
mod m0008_domains;
mod m0009_tokens;
mod m0010_trust;
mod m0011_mailboxes;
mod m0012_keeping;
mod m0013_archive;
mod m0014_sightings;
mod m0015_share_links;
mod m0016_paused_mailboxes;
mod m0017_failing_keys;
mod m0018_daily_address;

/// All changes, in the order in which they are applied.
#[derive(Debug)]
pub struct Migrations;

impl MigratorTrait for Migrations {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_first::Migration),
            Box::new(m0002_daily_intake::Migration),
            Box::new(m0003_duties::Migration),
            Box::new(m0004_summary_version::Migration),
            Box::new(m0005_checks::Migration),
            Box::new(m0006_people::Migration),
            Box::new(m0007_account::Migration),
            Box::new(m0008_domains::Migration),
            Box::new(m0009_tokens::Migration),
            Box::new(m0010_trust::Migration),
            Box::new(m0011_mailboxes::Migration),
            Box::new(m0012_keeping::Migration),
            Box::new(m0013_archive::Migration),
            Box::new(m0014_sightings::Migration),
            Box::new(m0015_share_links::Migration),
            Box::new(m0016_paused_mailboxes::Migration),
            Box::new(m0017_failing_keys::Migration),
            Box::new(m0018_daily_address::Migration),
        ]
    }
}

/// The names of all changes, as the database records them.
#[must_use]
pub fn names() -> Vec<String> {
    Migrations::migrations().iter().map(|migration| migration.name().to_owned()).collect()
}
