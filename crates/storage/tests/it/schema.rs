//! Making, upgrading and refusing schemas.

use rstest::rstest;
use sea_orm::{ConnectionTrait as _, Database as Connector, FromQueryResult, Statement};
use storage::{
    Error, Settings, Storage,
    testing::{Database, Engine},
};

use crate::support::{COUNTED, NOW, World, name, report};

#[rstest]
#[tokio::test]
async fn two_that_start_at_once_both_find_the_schema(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let database = Database::new(engine).await;
    let open = |settings: Settings| async move { Storage::open(&settings).await };
    let settings = Settings { url: database.url.clone(), may_upgrade: true };
    let tasks: Vec<_> = (0..8).map(|_| tokio::spawn(open(settings.clone()))).collect();
    for task in tasks {
        assert!(task.await.unwrap().unwrap().workspace(None).await.unwrap().is_some());
    }
}

#[rstest]
#[tokio::test]
async fn a_fresh_database_may_be_made_by_any_command(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let database = Database::new(engine).await;
    let storage = Storage::open(&Settings { url: database.url.clone(), may_upgrade: false }).await.unwrap();
    let workspace = storage.workspace(Some("default")).await.unwrap().unwrap();
    storage.add_domain(workspace, &name("example.com"), "address", NOW).await.unwrap();
}

#[rstest]
#[tokio::test]
async fn a_differing_schema_is_refused(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let database = Database::new(engine).await;
    let settings = Settings { url: database.url.clone(), may_upgrade: false };
    Storage::open(&settings).await.unwrap().close().await;
    let tables = Connector::connect(&database.url).await.unwrap();
    let newer = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_future', 0)";
    tables.execute_unprepared(newer).await.unwrap();
    for may_upgrade in [false, true] {
        let newer = Storage::open(&Settings { may_upgrade, ..settings.clone() }).await;
        assert!(matches!(newer, Err(Error::SchemaNewer(name)) if name == "m9999_future"));
    }
}

/// Makes of the roll-up of failures what it was before it knew policy, trust and network.
const AS_BEFORE: [&str; 5] = [
    "CREATE TABLE before_then AS
        SELECT domain_id, day, result_type, result_label, mx_label, impact, reporter_id,
            CAST(SUM(reports) AS BIGINT) AS reports, CAST(SUM(failed) AS BIGINT) AS failed
        FROM daily_failure GROUP BY domain_id, day, result_type, result_label, mx_label, impact, reporter_id",
    "DROP TABLE daily_failure",
    "ALTER TABLE before_then RENAME TO daily_failure",
    "ALTER TABLE failures DROP COLUMN network",
    "DELETE FROM seaql_migrations WHERE version = 'm0017_failing_keys'",
];

#[rstest]
#[tokio::test]
async fn an_older_roll_up_of_failures_learns_what_reports_tell(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    let testing = |id: &str| {
        let mut report = report(id, 10, 3);
        report.policies[0].mode = Some(mtasts::Mode::Testing);
        report
    };
    world.post(&report("old", 10, 7)).await;
    assert_eq!(world.storage.expire_failures(world.workspace, 0, NOW.day().plus(1)).await.unwrap(), 1);
    // The same cause under two policies of one report stood there once.
    let mut twice = testing("twice");
    twice.policies.push(report("", 10, 4).policies.remove(0));
    world.post(&twice).await;
    for (posted, mailed) in [("a", "b"), ("c", "d")] {
        world.post(&report(posted, 10, 2)).await;
        world.mail(&testing(mailed), "example.org").await;
    }
    for statement in AS_BEFORE {
        world.tables.execute_unprepared(statement).await.unwrap();
    }
    world.database.open().await;

    let rows = async |which: &str| world.count("daily_failure", which).await;
    let (unsigned, signed) =
        ("trust = 1 AND policy_type = 2 AND mode = 1", "trust = 2 AND policy_type = 2 AND mode = 2");
    assert_eq!(rows("network = 0").await, rows("1 = 1").await, "what came before tells no network");
    assert_eq!(rows(&format!("{unsigned} AND failed = 15")).await, 1, "also what only the totals know");
    assert_eq!(rows("trust = 1 AND mode = 2 AND reports = 1 AND failed = 3").await, 1);
    assert_eq!(rows(&format!("{signed} AND reports = 2 AND failed = 6")).await, 1);
    assert_eq!(rows("1 = 1").await, 3);
}

#[rstest]
#[tokio::test]
async fn the_roll_up_of_addresses_is_filled_from_single_failures(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    let one = report("", 10, 1).policies[0].failures[0].clone();
    let between = |sending: &str, receiving: &str, failed| tlsrpt::Failure {
        sending_mta_ip: Some(sending.to_owned()),
        receiving_ip: Some(receiving.to_owned()),
        failed,
        ..one.clone()
    };
    let mut odd = report("odd", 10, 12);
    odd.policies[0].failures = vec![
        between(" ::ffff:192.0.2.9 ", "2001:DB8::1", 1),
        between("192.0.2.9", "2001:db8:0::1", 2),
        between("it's none", "', ''", 3),
        between("", "192.0.2.1", u64::MAX),
        between("", "192.0.2.1", u64::MAX),
        between("203.0.113.9", "192.0.2.1", 0),
    ];
    let mut large = report("large", 10, 1_100);
    large.policies[0].failures = (0..1_100).map(|n| between(&format!("10.0.{}.{}", n / 200, n % 200), "", 1)).collect();
    let old = tlsrpt::Report {
        start: Some(crate::support::instant("2026-06-20T00:00:00Z")),
        end: None,
        ..report("old", 9, 1)
    };
    for report in [odd, large, old, report("usual", 10, 2)] {
        world.post(&report).await;
    }
    world.audit().await;
    for statement in ["DROP TABLE daily_address", "DELETE FROM seaql_migrations WHERE version = 'm0018_daily_address'"]
    {
        world.tables.execute_unprepared(statement).await.unwrap();
    }
    world.database.open().await;
    world.audit().await;
    assert_eq!(
        world.count("daily_address", "sending = '192.0.2.9' AND receiving = '2001:db8::1' AND failed = 3").await,
        1
    );
}

#[tokio::test]
async fn sqlite_is_new_enough_and_tuned_to_be_durable() {
    #[derive(FromQueryResult)]
    struct Version {
        version: String,
    }

    let world = World::new(Engine::Sqlite).await;
    let select = Statement::from_string(world.tables.get_database_backend(), "SELECT sqlite_version() AS version");
    let version = Version::find_by_statement(select).one(&world.tables).await.unwrap().unwrap().version;
    let numbers: Vec<u32> = version.split('.').map(|number| number.parse().unwrap()).collect();
    // Older ones may corrupt a database in WAL mode that has two connections.
    assert!(numbers >= vec![3, 51, 3], "{version}");
    let pragmas = world.storage.pragmas().await.unwrap();
    assert_eq!(pragmas, ["wal", "2", "30000", "67108864"]);
}

#[tokio::test]
async fn the_folder_of_the_database_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/deep/er/waxseal.db", folder.path().display());
    Storage::open(&Settings { url, may_upgrade: true }).await.unwrap();
}

#[tokio::test]
async fn another_users_file_is_refused_with_the_remedy() {
    let database = Database::new(Engine::Sqlite).await;
    database.open().await.close().await;
    let path = database.url.trim_start_matches("sqlite://");
    // Only root can give a file away.
    if std::os::unix::fs::chown(path, Some(54_321), None).is_err() {
        return;
    }
    let refused = Storage::open(&Settings { url: database.url.clone(), may_upgrade: true }).await;
    let message = refused.unwrap_err().to_string();
    assert!(message.contains("sudo -u '#54321' waxseal"), "{message}");
}

#[tokio::test]
async fn an_unusable_url_says_what_to_give() {
    for url in ["", "mysql://localhost/x", "sqlite::memory:", "/var/lib/waxseal.db"] {
        let refused = Storage::open(&Settings { url: url.into(), may_upgrade: true }).await.unwrap_err();
        assert!(refused.to_string().contains("sqlite://data/waxseal.db"), "{refused}");
    }
}

#[tokio::test]
async fn a_second_process_waits_for_the_file() {
    let world = World::new(Engine::Sqlite).await;
    let other = world.database.open().await;
    let record = |storage: Storage, number: u64| {
        let delivery = world.delivery(&report(&number.to_string(), 1, 0));
        tokio::spawn(async move { storage.record(delivery).await.unwrap().outcome })
    };
    let tasks: Vec<_> =
        (0..200).map(|number| record(if number % 2 == 0 { &world.storage } else { &other }.clone(), number)).collect();
    for task in tasks {
        assert_eq!(task.await.unwrap(), COUNTED);
    }
    world.audit().await;
}
