//! API tokens: told once, worth something for a time, and only to their workspace.

use engine::{Bearer, CreatedToken, TokenRefusal, TokenRequest};
use model::{Timestamp, TokenScope, WorkspaceId};

use crate::{
    on_both_engines,
    world::{NOW, World},
};

const DAY: i64 = 24 * 3600;

async fn create(world: &World, name: &str, days: u16) -> Result<CreatedToken, TokenRefusal> {
    let request = TokenRequest { name, scope: TokenScope::Write, days };
    world.engine.create_token(world.workspace, request, None, NOW).await.unwrap()
}

async fn bearer(world: &World, token: &str, now: Timestamp) -> Option<Bearer> {
    world.engine.bearer(token, now).await.unwrap()
}

on_both_engines! {
    async fn a_token_acts_in_its_workspace_until_its_time_is_over(world: &World) {
        let made = create(world, "  terraform ", 30).await.unwrap();
        let bearer = async |now| bearer(world, &made.token.0, now).await;
        let (name, scope) = ("terraform".to_owned(), TokenScope::Write);
        let expected = Bearer { token: made.id, name, workspace: world.workspace, scope };
        assert_eq!(bearer(NOW).await.as_ref(), Some(&expected));
        assert_eq!(made.expires, NOW.plus_seconds(30 * DAY));
        assert_eq!(bearer(NOW.plus_seconds(30 * DAY - 1)).await, Some(expected));
        assert_eq!(bearer(NOW.plus_seconds(30 * DAY)).await, None);
        let row = world.engine.tokens(world.workspace).await.unwrap().pop().unwrap();
        assert_eq!(row.name, "terraform");
        assert!(row.is_over(NOW.plus_seconds(30 * DAY)) && !row.is_over(NOW));
        assert!(made.token.0.starts_with(&row.hint) && row.hint.len() < 12, "the list tells how it begins, no more");
    }

    async fn use_is_written_down_every_few_minutes(world: &World) {
        let made = create(world, "backup", 30).await.unwrap();
        let used = async || world.engine.tokens(world.workspace).await.unwrap().pop().unwrap().last_used;
        assert_eq!(used().await, None);
        for (seconds, known) in [(0, 0), (200, 0), (301, 301)] {
            bearer(world, &made.token.0, NOW.plus_seconds(seconds)).await.unwrap();
            assert_eq!(used().await, Some(NOW.plus_seconds(known)), "after {seconds} s");
        }
    }

    async fn a_revoked_token_is_refused_on_the_next_request(world: &World) {
        let made = create(world, "backup", 30).await.unwrap();
        let stranger = WorkspaceId(world.workspace.0 + 1);
        assert!(!world.engine.revoke_token(stranger, made.id).await.unwrap());
        assert!(bearer(world, &made.token.0, NOW).await.is_some());
        assert!(world.engine.revoke_token(world.workspace, made.id).await.unwrap());
        assert_eq!(bearer(world, &made.token.0, NOW).await, None);
    }

    async fn what_cannot_be_made_says_why(world: &World) {
        let long = "x".repeat(81);
        for name in ["", "  ", "a\nb", "a\u{202e}b", long.as_str()] {
            assert_eq!(create(world, name, 30).await.unwrap_err(), TokenRefusal::Name, "{name:?}");
        }
        for days in [0, 367] {
            assert_eq!(create(world, "t", days).await.unwrap_err(), TokenRefusal::Days);
        }
        for _ in 0..100 {
            create(world, "t", 366).await.unwrap();
        }
        assert_eq!(create(world, "t", 366).await.unwrap_err(), TokenRefusal::TooMany);
    }
}
