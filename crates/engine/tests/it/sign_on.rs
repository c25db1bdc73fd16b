//! People who come from an identity provider: who they are here, and who stays out.

use engine::{Admission, Identity, SignOnRefusal, SignedIn, Visitor};
use model::Role;

use crate::{
    on_both_engines,
    people::{EMAIL, first_user, peer},
    world::{NOW, World},
};

fn identity(subject: &str, email: &str) -> Identity {
    Identity {
        issuer: "https://id.example".into(),
        subject: subject.into(),
        email: Some(email.into()),
        email_verified: true,
    }
}

async fn come(world: &World, identity: &Identity, admission: &Admission) -> Result<Visitor, SignOnRefusal> {
    match world.engine.sign_on(identity, admission, &peer("192.0.2.1"), NOW).await.unwrap()? {
        SignedIn::Session(token) => Ok(world.engine.visitor(&token.0, NOW).await.unwrap().unwrap()),
        SignedIn::CodeAsked(_) => panic!("nobody has switched codes on"),
    }
}

on_both_engines! {
    async fn who_has_an_account_is_known_by_a_verified_address_and_then_by_identity(world: &World) {
        let first = world.engine.visitor(&first_user(world).await, NOW).await.unwrap().unwrap();
        let anybody = Admission::default();
        let unverified = Identity { email_verified: false, ..identity("1", EMAIL) };
        assert_eq!(come(world, &unverified, &anybody).await.err(), Some(SignOnRefusal::NoEmail));
        let silent = Identity { email: None, ..identity("1", EMAIL) };
        assert_eq!(come(world, &silent, &anybody).await.err(), Some(SignOnRefusal::NoEmail));
        assert_eq!(come(world, &identity("1", "ADA@example.com"), &anybody).await.unwrap().user, first.user);
        let renamed = identity("1", "countess@example.com");
        assert_eq!(come(world, &renamed, &anybody).await.unwrap().user, first.user, "the subject decides");
        assert_eq!(
            come(world, &identity("2", EMAIL), &anybody).await.err(),
            Some(SignOnRefusal::NoAccount),
            "whoever got the address of somebody else does not get their account"
        );
        let other_issuer = Identity { issuer: "https://other.example".into(), ..identity("1", "eve@example.com") };
        assert_eq!(come(world, &other_issuer, &anybody).await.err(), Some(SignOnRefusal::NoAccount));
    }

    async fn who_is_not_known_becomes_a_member_only_where_that_is_allowed(world: &World) {
        first_user(world).await;
        let domains = vec!["example.com".to_owned()];
        let closed = Admission { domains: domains.clone(), members: None };
        assert_eq!(come(world, &identity("7", "bob@example.com"), &closed).await.err(), Some(SignOnRefusal::NoAccount));
        let open = Admission { domains, members: Some((world.workspace, Role::Viewer)) };
        for outside in ["bob@example.net", "bob@sub.example.com", "bob@evil-example.com"] {
            assert_eq!(come(world, &identity("7", outside), &open).await.err(), Some(SignOnRefusal::Domain), "{outside}");
        }
        let bob = come(world, &identity("7", "bob@example.com"), &open).await.unwrap();
        assert_eq!((bob.email.as_str(), bob.role, bob.workspace), ("bob@example.com", Role::Viewer, world.workspace));
        assert_eq!(come(world, &identity("7", "bob@example.com"), &closed).await.unwrap().user, bob.user, "known now");
        let left = identity("7", "bob@example.net");
        assert_eq!(come(world, &left, &open).await.err(), Some(SignOnRefusal::Domain), "who has left stays out");
    }

    async fn who_is_shut_out_or_was_removed_stays_out(world: &World) {
        first_user(world).await;
        let admission = Admission { domains: vec![], members: Some((world.workspace, Role::Viewer)) };
        let bob = come(world, &identity("7", "bob@example.com"), &admission).await.unwrap();
        world.engine.disable_user("bob@example.com", NOW).await.unwrap();
        let out = Err(SignOnRefusal::NoAccount);
        assert_eq!(come(world, &identity("7", "bob@example.com"), &admission).await, out);
        world.engine.enable_user("bob@example.com").await.unwrap();
        world.engine.remove_member(world.workspace, bob.user).await.unwrap().unwrap();
        assert_eq!(come(world, &identity("7", "bob@example.com"), &admission).await, out);
    }

    async fn who_came_so_has_no_password_that_could_be_guessed(world: &World) {
        first_user(world).await;
        let admission = Admission { domains: vec![], members: Some((world.workspace, Role::Viewer)) };
        let bob = come(world, &identity("7", "bob@example.com"), &admission).await.unwrap();
        for guess in ["", "bob@example.com", "correct horse battery"] {
            let answer = world.engine.sign_in("bob@example.com", guess, &peer("192.0.2.1"), NOW).await.unwrap();
            assert!(answer.is_err(), "{guess}");
        }
        assert!(!world.engine.account(bob.user, "", NOW).await.unwrap().unwrap().has_password);
        let here = peer("192.0.2.1");
        let change = world.engine.change_password(bob.user, "", "a new and better password", &here, NOW).await;
        assert_eq!(change.unwrap().err(), Some(engine::AccountRefusal::NoPassword));
    }
}
