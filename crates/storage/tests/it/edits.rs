//! Many domains edited at once, and the archive.

use std::time::Duration;

use model::{DomainName, Page};
use rstest::rstest;
use storage::{Edit, EditFilter, RecordScope, testing::Engine};

use crate::support::{NOW, World, name};

async fn three(engine: Engine) -> (World, Vec<DomainName>) {
    let world = World::new(engine).await;
    for domain in ["a.example", "b.example"] {
        world.add(domain).await;
    }
    (world, ["a.example", "b.example", "example.com"].map(name).to_vec())
}

fn tags(tags: &[&str]) -> Vec<String> {
    tags.iter().map(|&tag| tag.to_owned()).collect()
}

fn filter(search: &str, archived: bool) -> EditFilter {
    EditFilter { search: search.to_owned(), archived }
}

#[rstest]
#[tokio::test]
async fn tags_and_customers_change_where_they_are_others(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let (world, all) = three(engine).await;
    let edit = async |names: &[DomainName], edit: Edit| {
        world.storage.edit_domains(world.workspace, names, &edit, NOW).await.unwrap()
    };
    assert_eq!(edit(&all[..2], Edit::AddTags(tags(&["web", "100%"]), 20)).await, 2);
    assert_eq!(edit(&all, Edit::AddTags(tags(&["web"]), 20)).await, 1, "two have it");
    assert_eq!(edit(&all, Edit::AddTags(tags(&["more"]), 2)).await, 1, "two have as many as they may");
    assert_eq!(edit(&all[..1], Edit::RemoveTags(tags(&["100%", "none"]))).await, 1);
    assert_eq!(edit(&all, Edit::Customer("Acme".into())).await, 3);
    assert_eq!(edit(&all[..1], Edit::Customer(String::new())).await, 1);
    assert_eq!(edit(&all[2..], Edit::NoMail(true)).await, 1);
    assert_eq!(edit(&[name("unknown.example")], Edit::NoMail(true)).await, 0);

    let rows = world.storage.editable(world.workspace, &filter("", false), Page::of(1, 3)).await.unwrap();
    let told: Vec<_> =
        rows.iter().map(|row| (row.name.as_str(), row.tags.join(" "), row.customer.as_str(), row.no_mail)).collect();
    assert_eq!(
        told,
        [
            ("a.example", "web".to_owned(), "", false),
            ("b.example", "web 100%".to_owned(), "Acme", false),
            ("example.com", "web more".to_owned(), "Acme", true),
        ]
    );
    let found =
        async |search: &str| world.storage.count_editable(world.workspace, &filter(search, false)).await.unwrap();
    assert_eq!((found("ACME").await, found("0%").await, found("B.EX").await, found("_").await), (2, 1, 1, 0));
}

#[rstest]
#[tokio::test]
async fn another_workspaces_domains_are_left_alone(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let (world, all) = three(engine).await;
    let other = world.other_workspace().await;
    for edit in [Edit::AddTags(tags(&["x"]), 20), Edit::Customer("x".into()), Edit::NoMail(true), Edit::Archive(true)] {
        assert_eq!(world.storage.edit_domains(other, &all, &edit, NOW).await.unwrap(), 0, "{edit:?}");
    }
    assert_eq!(world.storage.ask_checks(other, &all, NOW).await.unwrap(), 0);
    assert_eq!(world.storage.count_editable(other, &filter("", false)).await.unwrap(), 0);
    assert_eq!(world.storage.editable_names(world.workspace, &filter("", false)).await.unwrap(), all);
}

#[rstest]
#[tokio::test]
async fn what_is_archived_is_out_of_the_way_and_comes_back(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let (world, all) = three(engine).await;
    let (storage, workspace) = (&world.storage, world.workspace);
    let archive =
        async |archived| storage.edit_domains(workspace, &all[..2], &Edit::Archive(archived), NOW).await.unwrap();
    assert_eq!((archive(true).await, archive(true).await), (2, 0));
    assert_eq!(storage.editable_names(workspace, &filter("", true)).await.unwrap(), all[..2]);
    assert_eq!(storage.glance(workspace, "").await.unwrap().versions.len(), 1);
    for scope in [RecordScope::All, RecordScope::Waiting] {
        assert_eq!(storage.count_publications(workspace, scope).await.unwrap(), 1);
    }
    assert_eq!(storage.ask_checks(workspace, &all, NOW.plus_seconds(-1)).await.unwrap(), 1);
    let claims = async || storage.claim_checks(NOW, 10, Duration::from_mins(1)).await.unwrap();
    assert_eq!(claims().await.iter().map(|claim| claim.name.clone()).collect::<Vec<_>>(), all[2..]);
    assert_eq!(storage.next_check().await.unwrap(), None);
    let address = storage.domain(workspace, &all[0]).await.unwrap().unwrap().address;
    assert!(storage.address_owner(&address).await.unwrap().is_some(), "reports go on arriving");

    assert_eq!(archive(false).await, 2);
    assert_eq!(storage.glance(workspace, "").await.unwrap().versions.len(), 3);
    assert_eq!(claims().await.len(), 2, "they are looked at again at once");
}
