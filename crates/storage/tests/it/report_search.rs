//! Lists of reports where there are more than can be looked through at once.

use model::{
    Day,
    report_list::{Failed, Looked, ReportList, ReportQuery, ReportSort},
};
use rstest::rstest;
use sea_orm::{ConnectionTrait as _, DbBackend};
use storage::testing::Engine;

use crate::support::{World, report};

fn november(day: u32) -> Day {
    Day::from_ymd(2026, 11, day).unwrap()
}

/// Copies the one stored report so many times onto a day, with ids from `first`.
async fn copy(world: &World, day: Day, first: i64, count: i64) {
    let bytes = match world.tables.get_database_backend() {
        DbBackend::Sqlite => "CAST(i AS BLOB)",
        _ => "convert_to(CAST(i AS TEXT), 'UTF8')",
    };
    let insert = format!(
        "WITH RECURSIVE n(i) AS (SELECT CAST({first} AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {first} + {count})
        INSERT INTO reports (id, domain_id, workspace_id, delivery_id, document_hash, content_key, identity_hash, reporter_id,
            trust, state, day, last_day, received, arrivals, sessions, failed, note_count, has_details)
        SELECT i, r.domain_id, r.workspace_id, r.delivery_id, r.document_hash, {bytes}, {bytes}, r.reporter_id,
            r.trust, r.state, {day}, {day}, r.received, 1, i, 0, 0, r.has_details
        FROM n CROSS JOIN (SELECT * FROM reports ORDER BY id LIMIT 1) r",
        day = day.0
    );
    world.tables.execute_unprepared(&insert).await.unwrap();
}

#[rstest]
#[tokio::test]
async fn fewer_days_are_looked_through_and_the_rest_is_said(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    world.post(&report("first", 9, 1)).await;
    copy(&world, november(10), 10_000, 3_000).await;
    copy(&world, november(19), 20_000, 3_000).await;
    let list = async |query: ReportQuery| {
        let before = world.storage.statements();
        let list = world.storage.reports(world.workspace, None, &query).await.unwrap();
        let cost = world.storage.statements() - before;
        assert!(cost <= 4, "with the look-up of a session, a page costs at most five statements: {cost} for {query:?}");
        list
    };
    let told = |list: &ReportList| (list.looked, list.matching);

    let latest = list(ReportQuery::default()).await;
    assert_eq!(told(&latest), (Looked::Since(november(14)), 3_001));
    assert_eq!(latest.rows[0].totals.failed, 1, "the latest day comes first");
    let earlier = list(ReportQuery { to: Some(november(13)), page: 120, ..ReportQuery::default() }).await;
    assert_eq!((told(&earlier), earlier.page, earlier.rows.len()), ((Looked::AtAll, 3_000), 120, 25));
    // What an index knows is not bounded by the others.
    let failing = list(ReportQuery { failed: Some(Failed::Some), ..ReportQuery::default() }).await;
    assert_eq!(told(&failing), (Looked::AtAll, 1));
    // What only the rows tell is asked of those that are looked through.
    let without = list(ReportQuery { failed: Some(Failed::None), ..ReportQuery::default() }).await;
    assert_eq!(told(&without), (Looked::Since(november(14)), 3_000));
    // Without the check of what it costs: nothing on a page leads behind the last one.
    let behind =
        ReportQuery { failed: Some(Failed::None), sort: ReportSort::Sessions, page: 999, ..ReportQuery::default() };
    let behind = world.storage.reports(world.workspace, None, &behind).await.unwrap();
    assert_eq!((told(&behind), behind.page, behind.rows.len()), ((Looked::Since(november(14)), 3_000), 120, 25));

    copy(&world, november(19), 30_000, 3_000).await;
    assert_eq!(told(&list(ReportQuery::default()).await), (Looked::Since(november(20)), 1));
    let one_day = ReportQuery { to: Some(november(19)), ..ReportQuery::default() };
    let crowded = list(ReportQuery { page: 7, ..one_day.clone() }).await;
    assert_eq!((told(&crowded), crowded.rows.len()), ((Looked::AtSomeOf(november(19)), 5_000), 25));
    let by_sessions = list(ReportQuery { sort: ReportSort::Sessions, ..one_day }).await;
    assert_eq!(told(&by_sessions), (Looked::AtSomeOf(november(19)), 5_000));
    assert_eq!(by_sessions.rows[0].totals.sessions, 32_999);
    // One domain's list is bounded in the same way.
    let own = world.storage.reports(world.workspace, Some(world.domain), &ReportQuery::default()).await.unwrap();
    assert_eq!(told(&own), (Looked::Since(november(20)), 1));
}
