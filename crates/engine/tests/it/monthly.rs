//! A month of a domain.

use model::{Month, WorkspaceId};

use crate::{
    on_both_engines,
    world::{NOW, World, failure, name_of, report, sts},
};

on_both_engines! {
    async fn a_month_is_its_days_beside_the_whole_month_before(world: &World) {
        let address = world.watch("example.com").await;
        let failures = [failure("certificate-expired", "mx.example.com", 3)];
        world.post(&address, &report("Alpha", 2, &[sts("example.com", "enforce", 10, &[])])).await;
        world.post(&address, &report("Beta", 18, &[sts("example.com", "enforce", 7, &failures)])).await;
        let report = async |month: &str| {
            let (name, month) = (name_of("example.com"), month.parse::<Month>().unwrap());
            world.engine.monthly_report(world.workspace, &name, month, NOW).await.unwrap().unwrap()
        };
        let november = report("2026-11").await.page;
        assert_eq!((november.range.first.to_string().as_str(), november.range.last), ("2026-11-01", NOW.day()));
        assert_eq!((november.totals.sessions, november.totals.failed, november.before.sessions), (20, 3, 0));
        assert_eq!((november.causes.len(), november.reporters.len(), november.points.len()), (1, 2, 21));
        let october = report("2026-10").await.page;
        assert_eq!((october.range.len(), october.totals.sessions), (31, 0));
        let december = report("2026-12").await.page;
        assert_eq!((december.range.len(), december.before.sessions, december.before.failed), (1, 20, 3));
    }

    async fn what_is_not_watched_has_no_month(world: &World) {
        world.watch("example.com").await;
        let month = "2026-11".parse().unwrap();
        let report = async |workspace, name| {
            world.engine.monthly_report(workspace, &name_of(name), month, NOW).await.unwrap()
        };
        assert_eq!(report(world.workspace, "example.org").await, None);
        assert_eq!(report(WorkspaceId(world.workspace.0 + 1), "example.com").await, None);
    }
}
