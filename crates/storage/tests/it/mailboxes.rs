//! Mailboxes: who reads them, how far, and whose they are.

use std::time::Duration;

use model::{
    Timestamp,
    mailbox::{AfterReport, MailboxSettings, MailboxSignIn, MailboxTls},
};
use rstest::rstest;
use storage::{Again, ClaimedMailbox, MailboxEdit, PollRecord, Progress, testing::Engine};

use crate::support::{NOW, World};

const LEASE: Duration = Duration::from_mins(5);

fn settings(user: &str) -> MailboxSettings {
    MailboxSettings {
        host: "imap.example.com".to_owned(),
        port: 993,
        tls: MailboxTls::Tls,
        user: user.to_owned(),
        folder: "INBOX".to_owned(),
        after: AfterReport::Move("Archive".to_owned()),
        sign_in: MailboxSignIn::Password,
        form: None,
    }
}

async fn claim(world: &World, at: Timestamp, configured: &[String]) -> Vec<ClaimedMailbox> {
    world.storage.claim_mailboxes(at, 10, LEASE, configured).await.unwrap()
}

fn went(at: Timestamp, error: Option<&str>) -> PollRecord {
    PollRecord { at, error: error.map(str::to_owned), next: at.plus_seconds(300) }
}

#[rstest]
#[tokio::test]
async fn each_mailbox_is_read_by_one_at_a_time(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let storage = &world.storage;
    let id = storage.add_mailbox(world.workspace, &settings("tls"), b"sealed", NOW, 5).await.unwrap().unwrap();
    assert_eq!(storage.next_mailbox(&[]).await.unwrap(), Some(NOW));
    let [first] = &claim(&world, NOW, &[]).await[..] else { panic!("one mailbox is due") };
    assert_eq!((first.id, &first.settings, first.secret.as_deref()), (id, &settings("tls"), Some(&b"sealed"[..])));
    assert_eq!(claim(&world, NOW, &[]).await, [], "it is being read");
    assert!(storage.mailboxes(world.workspace, &[]).await.unwrap()[0].running);
    assert_eq!(storage.next_mailbox(&[]).await.unwrap(), None);

    assert!(storage.give_back_mailbox(first).await.unwrap());
    let [second] = &claim(&world, NOW, &[]).await[..] else { panic!("it is due again") };
    let progress = Progress {
        uid_validity: u32::MAX,
        last_uid: 17,
        again: vec![Again { uid: 9, from: 1, tries: 2, stored: true }],
        taken: 3,
        others: 4,
        skipped: 1,
    };
    assert!(!storage.note_mailbox_progress(first, &progress).await.unwrap(), "the first was overtaken");
    assert!(!storage.renew_mailbox(first, LEASE).await.unwrap());
    assert!(!storage.note_poll(first, &went(NOW, None), None).await.unwrap());
    assert!(storage.note_mailbox_progress(second, &progress).await.unwrap());
    assert!(storage.renew_mailbox(second, LEASE).await.unwrap());
    assert!(storage.note_poll(second, &went(NOW, Some("the server hung up")), Some(LEASE)).await.unwrap());
    assert_eq!(claim(&world, NOW.plus_seconds(300), &[]).await, [], "it is kept");
    assert!(storage.note_poll(second, &went(NOW, Some("the server hung up")), None).await.unwrap());

    let row = storage.mailboxes(world.workspace, &[]).await.unwrap().remove(0);
    assert_eq!((row.taken, row.others, row.skipped, row.waiting), (3, 4, 1, 1));
    assert_eq!((row.succeeded, row.error), (None, Some((NOW, "the server hung up".to_owned()))));
    let [third] = &claim(&world, NOW.plus_seconds(300), &[]).await[..] else { panic!("it is due again") };
    assert_eq!((&third.progress, third.failures), (&progress, 2));
    assert!(storage.note_poll(third, &went(NOW.plus_seconds(301), None), None).await.unwrap());
    let row = storage.mailboxes(world.workspace, &[]).await.unwrap().remove(0);
    assert_eq!((row.succeeded, row.error, row.running), (Some(NOW.plus_seconds(301)), None, false));
}

#[rstest]
#[tokio::test]
async fn what_the_configuration_brings_goes_on_where_it_was(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let world = World::new(engine).await;
    let storage = &world.storage;
    let names = ["one".to_owned()];
    storage.configure_mailbox(world.workspace, "one", &settings("a"), NOW).await.unwrap();
    assert_eq!(claim(&world, NOW, &[]).await, [], "who does not know its secret does not take it");
    let [claimed] = &claim(&world, NOW, &names).await[..] else { panic!("one mailbox is due") };
    assert_eq!((claimed.configured.as_deref(), &claimed.secret), (Some("one"), &None));
    let progress = Progress { uid_validity: 7, last_uid: 17, ..Progress::default() };
    assert!(storage.note_mailbox_progress(claimed, &progress).await.unwrap());
    assert!(storage.note_poll(claimed, &went(NOW, None), None).await.unwrap());

    let later = NOW.plus_seconds(60);
    storage.configure_mailbox(world.workspace, "one", &settings("b"), later).await.unwrap();
    let [claimed] = &claim(&world, later, &names).await[..] else { panic!("a start makes it due") };
    assert_eq!((claimed.settings.user.as_str(), &claimed.progress), ("b", &progress));
    assert_eq!(storage.mailboxes(world.workspace, &[]).await.unwrap(), [], "the configuration no longer brings it");
    let row = storage.mailboxes(world.workspace, &names).await.unwrap().remove(0);
    assert!(row.configured);
    assert!(!storage.remove_mailbox(world.workspace, row.id).await.unwrap(), "it is removed where it stands");

    let other = world.other_workspace().await;
    storage.configure_mailbox(other, "one", &settings("b"), later).await.unwrap();
    assert_eq!(storage.mailboxes(world.workspace, &names).await.unwrap(), []);
    assert_eq!(storage.mailboxes(other, &names).await.unwrap()[0].taken, 0);
}

#[rstest]
#[tokio::test]
async fn a_mailbox_belongs_to_its_workspace(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let (storage, other) = (&world.storage, world.other_workspace().await);
    let add = async |user: &str| storage.add_mailbox(world.workspace, &settings(user), b"x", NOW, 2).await.unwrap();
    let id = add("a").await.unwrap();
    add("b").await.unwrap();
    assert_eq!(add("c").await, None, "two are enough");
    assert_eq!(storage.mailboxes(other, &[]).await.unwrap(), []);
    assert_eq!(storage.mailbox(other, id).await.unwrap(), None);
    assert!(!storage.remove_mailbox(other, id).await.unwrap());
    assert!(!storage.note_mailbox_test(other, id, NOW, None).await.unwrap());
    assert!(storage.note_mailbox_test(world.workspace, id, NOW, Some("no TLS")).await.unwrap());
    let tested = storage.mailboxes(world.workspace, &[]).await.unwrap().remove(0).tested;
    assert_eq!(tested, Some((NOW, Some("no TLS".to_owned()))));
    assert!(!storage.reseal_mailbox(id, b"y", b"z").await.unwrap());
    assert!(storage.reseal_mailbox(id, b"x", b"z").await.unwrap());
    assert_eq!(storage.mailbox(world.workspace, id).await.unwrap().unwrap().secret.as_deref(), Some(&b"z"[..]));
    assert!(storage.remove_mailbox(world.workspace, id).await.unwrap());
    assert!(!storage.remove_mailbox(world.workspace, id).await.unwrap());
}

#[rstest]
#[tokio::test]
async fn a_test_that_went_well_makes_it_due(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let storage = &world.storage;
    let id = storage.add_mailbox(world.workspace, &settings("a"), b"x", NOW, 2).await.unwrap().unwrap();
    let [claimed] = &claim(&world, NOW, &[]).await[..] else { panic!("one mailbox is due") };
    assert!(storage.note_poll(claimed, &went(NOW, None), None).await.unwrap());
    let soon = NOW.plus_seconds(10);
    assert!(storage.note_mailbox_test(world.workspace, id, soon, Some("no TLS")).await.unwrap());
    assert_eq!(claim(&world, soon, &[]).await, []);
    assert!(storage.note_mailbox_test(world.workspace, id, soon, None).await.unwrap());
    assert_eq!(claim(&world, soon, &[]).await.len(), 1);
}

#[rstest]
#[tokio::test]
async fn who_reads_a_mailbox_that_is_changed_is_overtaken(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let storage = &world.storage;
    let id = storage.add_mailbox(world.workspace, &settings("tls"), b"sealed", NOW, 5).await.unwrap().unwrap();
    let [first] = &claim(&world, NOW, &[]).await[..] else { panic!("one mailbox is due") };
    let progress = Progress { uid_validity: 7, last_uid: 17, taken: 3, ..Progress::default() };
    assert!(storage.note_mailbox_progress(first, &progress).await.unwrap());
    assert!(storage.note_poll(first, &went(NOW, None), None).await.unwrap());

    let seen = MailboxSettings { after: AfterReport::Seen, ..settings("tls") };
    let edit = MailboxEdit { settings: &seen, secret: None, elsewhere: false, detail: "what becomes of reports" };
    let other = world.other_workspace().await;
    assert!(!storage.edit_mailbox(other, id, edit, NOW).await.unwrap(), "there is none in another workspace");
    assert!(storage.edit_mailbox(world.workspace, id, edit, NOW).await.unwrap());
    assert!(!storage.note_mailbox_progress(first, &Progress::default()).await.unwrap(), "it was overtaken");
    let [second] = &claim(&world, NOW, &[]).await[..] else { panic!("it is due at once") };
    assert_eq!((&second.settings, second.secret.as_deref()), (&seen, Some(&b"sealed"[..])), "the secret stays");
    assert_eq!(second.progress, progress, "it goes on where it was");

    let moved = MailboxSettings { folder: "TLS".to_owned(), ..seen };
    let edit = MailboxEdit { settings: &moved, secret: Some(b"another"), elsewhere: true, detail: "folder" };
    let later = NOW.plus_seconds(60);
    assert!(storage.edit_mailbox(world.workspace, id, edit, later).await.unwrap());
    let [third] = &claim(&world, later, &[]).await[..] else { panic!("it is due at once") };
    assert_eq!((third.secret.as_deref(), third.created), (Some(&b"another"[..]), later));
    assert_eq!(third.progress, Progress::default(), "UIDs of one folder mean nothing in another");

    let name = ["one".to_owned()];
    storage.configure_mailbox(world.workspace, "one", &settings("one"), NOW).await.unwrap();
    let configured = storage.mailboxes(world.workspace, &name).await.unwrap()[1].id;
    assert!(!storage.edit_mailbox(world.workspace, configured, edit, NOW).await.unwrap());
    assert!(!storage.pause_mailbox(world.workspace, configured, true, NOW).await.unwrap());
}

#[rstest]
#[tokio::test]
async fn a_paused_mailbox_is_not_read(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let storage = &world.storage;
    let id = storage.add_mailbox(world.workspace, &settings("tls"), b"sealed", NOW, 5).await.unwrap().unwrap();
    let [reading] = &claim(&world, NOW, &[]).await[..] else { panic!("one mailbox is due") };
    assert!(storage.pause_mailbox(world.workspace, id, true, NOW).await.unwrap());
    assert!(!storage.pause_mailbox(world.workspace, id, true, NOW).await.unwrap(), "it is so already");
    assert!(!storage.renew_mailbox(reading, LEASE).await.unwrap(), "whoever reads it stops");
    assert_eq!(
        (claim(&world, NOW.plus_seconds(9_999), &[]).await, storage.next_mailbox(&[]).await.unwrap()),
        (vec![], None)
    );
    assert_eq!(storage.mailboxes(world.workspace, &[]).await.unwrap()[0].paused, Some(NOW));
    assert!(!storage.pause_mailbox(world.other_workspace().await, id, false, NOW).await.unwrap());
    assert!(storage.pause_mailbox(world.workspace, id, false, NOW.plus_seconds(60)).await.unwrap());
    assert_eq!(storage.next_mailbox(&[]).await.unwrap(), Some(NOW.plus_seconds(60)));
}
