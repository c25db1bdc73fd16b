//! Adding domains, listing them, and choosing a workspace.

use model::Totals;

use crate::{
    on_both_engines,
    world::{NOW, World, failure, name_of, report, sts},
};

on_both_engines! {
    async fn adding_twice_keeps_the_address(world: &World) {
        let name = name_of("example.com");
        let first = world.engine.add_domain(world.workspace, &name, NOW).await.unwrap();
        let second = world.engine.add_domain(world.workspace, &name, NOW.plus_seconds(1)).await.unwrap();
        assert_eq!(first, second);
        assert_eq!(first.address.len(), 26);
        assert_eq!(first.report_url, format!("https://tlsrpt.example.org/r/{}", first.address));
        assert_eq!(first.records[0].name, "_smtp._tls.example.com");
        assert!(first.records[0].value.ends_with(&first.report_url));
    }

    async fn an_unknown_address_belongs_to_nobody(world: &World) {
        world.watch("example.com").await;
        for address in ["", "x", "abcdefghijklmnopqrstuvwxyz", "'; DROP TABLE domains; --"] {
            assert_eq!(world.engine.receiver(address).await.unwrap(), None);
        }
    }

    async fn a_listing_tells_all_time_figures(world: &World) {
        let b = world.watch("b.example.com").await;
        world.watch("a.example.com").await;
        let failures = [failure("certificate-expired", "mx.example.com", 3)];
        world.post(&b, &report("Sender", 12, &[sts("b.example.com", "enforce", 97, &failures)])).await;
        world.post(&b, &report("Sender", 13, &[sts("b.example.com", "enforce", 50, &[])])).await;

        let listing = world.engine.domains(world.workspace).await.unwrap();
        assert_eq!(listing.iter().map(|domain| domain.name.as_str()).collect::<Vec<_>>(), ["a.example.com", "b.example.com"]);
        assert_eq!((listing[0].reports, listing[0].last_report), (0, None));
        assert_eq!((listing[1].reports, listing[1].last_report), (2, Some(NOW)));
        assert_eq!(listing[1].totals, Totals { sessions: 150, failed: 3 });
        assert_eq!(world.engine.all_domains().await.unwrap(), listing);
    }

    async fn the_only_workspace_needs_no_name(world: &World) {
        assert_eq!(world.engine.workspace(Some("default")).await.unwrap(), Some(world.workspace));
        assert_eq!(world.engine.workspace(Some("other")).await.unwrap(), None);
    }

    async fn the_database_answers_until_it_is_closed(world: &World) {
        world.engine.ready().await.unwrap();
        world.engine.close().await;
        assert!(world.engine.ready().await.is_err());
    }
}
