//! Share links: told once, good for a time, and for one domain.

use engine::{CreatedShareLink, ShareLinkRefusal, ShareLinkRequest};
use model::{DayRange, Timestamp, UserId, WorkspaceId, failing::FailureFilter, view::DomainQuery};

use crate::{
    on_both_engines,
    world::{NOW, World, name_of, report, sts},
};

const DAY: i64 = 24 * 3600;

async fn share(world: &World, name: &str, days: u16) -> Result<CreatedShareLink, ShareLinkRefusal> {
    let (domain, request) = (name_of("example.com"), ShareLinkRequest { name, days });
    world.engine.create_share_link(world.workspace, &domain, request, UserId(1), NOW).await.unwrap()
}

async fn opens(world: &World, secret: &str, now: Timestamp) -> bool {
    world.engine.open_share_link(secret, now).await.unwrap().is_some()
}

on_both_engines! {
    async fn a_link_shows_its_domain_until_its_time_is_over(world: &World) {
        let address = world.watch("example.com").await;
        world.post(&address, &report("Alpha", 18, &[sts("example.com", "enforce", 10, &[])])).await;
        let made = share(world, "  the auditor ", 7).await.unwrap();
        assert_eq!(made.expires, NOW.plus_seconds(7 * DAY));
        assert!(opens(world, &made.secret.0, NOW.plus_seconds(7 * DAY - 1)).await);
        assert!(!opens(world, &made.secret.0, NOW.plus_seconds(7 * DAY)).await);
        let shared = world.engine.open_share_link(&made.secret.0, NOW).await.unwrap().unwrap();
        let query = DomainQuery { range: DayRange::ending(NOW.day(), 30), filter: FailureFilter::default() };
        let page = world.engine.shared_page(&shared, &query, NOW).await.unwrap().unwrap();
        assert_eq!((page.name.as_str(), page.totals.sessions), ("example.com", 10));
        let row = world.engine.share_links(world.workspace, &name_of("example.com")).await.unwrap().unwrap().pop();
        let row = row.unwrap();
        assert_eq!(row.name, "the auditor");
        assert!(made.secret.0.starts_with(&row.hint) && row.hint.len() < 12, "the list tells how it begins, no more");
    }

    async fn that_it_was_opened_is_written_down_every_few_minutes(world: &World) {
        world.watch("example.com").await;
        let made = share(world, "a", 30).await.unwrap();
        let opened = async || {
            let rows = world.engine.share_links(world.workspace, &name_of("example.com")).await.unwrap().unwrap();
            rows[0].last_opened
        };
        assert_eq!(opened().await, None);
        for (seconds, known) in [(0, 0), (200, 0), (301, 301)] {
            assert!(opens(world, &made.secret.0, NOW.plus_seconds(seconds)).await);
            assert_eq!(opened().await, Some(NOW.plus_seconds(known)), "after {seconds} s");
        }
    }

    async fn a_revoked_link_shows_nothing_on_the_next_request(world: &World) {
        world.watch("example.com").await;
        let made = share(world, "a", 30).await.unwrap();
        let revoke = async |workspace| {
            world.engine.revoke_share_link(workspace, &name_of("example.com"), made.id).await.unwrap()
        };
        assert!(!revoke(WorkspaceId(world.workspace.0 + 1)).await);
        assert!(opens(world, &made.secret.0, NOW).await);
        assert!(revoke(world.workspace).await);
        assert!(!opens(world, &made.secret.0, NOW).await);
    }

    async fn only_a_link_to_the_domain_is_recognised_as_one(world: &World) {
        world.watch("example.com").await;
        world.watch("example.org").await;
        let made = share(world, "a", 30).await.unwrap();
        let of = async |workspace, domain, secret: &str| {
            world.engine.share_link_of(workspace, &name_of(domain), secret).await.unwrap()
        };
        assert_eq!(of(world.workspace, "example.com", &made.secret.0).await, Some(made.id));
        assert_eq!(of(world.workspace, "example.org", &made.secret.0).await, None);
        assert_eq!(of(WorkspaceId(world.workspace.0 + 1), "example.com", &made.secret.0).await, None);
        assert_eq!(of(world.workspace, "example.com", "<script>").await, None);
    }

    async fn a_token_is_no_link_and_a_link_is_no_token(world: &World) {
        world.watch("example.com").await;
        let link = share(world, "a", 30).await.unwrap().secret.0;
        let request = engine::TokenRequest { name: "t", scope: model::TokenScope::Write, days: 30 };
        let token = world.engine.create_token(world.workspace, request, None, NOW).await.unwrap().unwrap().token.0;
        assert_eq!(world.engine.bearer(&link, NOW).await.unwrap(), None);
        assert!(!opens(world, &token, NOW).await);
        assert!(world.engine.bearer(&token, NOW).await.unwrap().is_some() && opens(world, &link, NOW).await);
    }

    async fn what_cannot_be_shared_says_why(world: &World) {
        assert_eq!(share(world, "a", 30).await.unwrap_err(), ShareLinkRefusal::NoDomain);
        world.watch("example.com").await;
        let long = "x".repeat(81);
        for name in ["", "  ", "a\nb", "a\u{202e}b", long.as_str()] {
            assert_eq!(share(world, name, 30).await.unwrap_err(), ShareLinkRefusal::Name, "{name:?}");
        }
        for days in [0, 367] {
            assert_eq!(share(world, "a", days).await.unwrap_err(), ShareLinkRefusal::Days);
        }
        for _ in 0..20 {
            share(world, "a", 366).await.unwrap();
        }
        assert_eq!(share(world, "a", 366).await.unwrap_err(), ShareLinkRefusal::TooMany);
    }
}
