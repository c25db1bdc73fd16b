//! A small Internet on loopback to look at with the built program: name servers, mail servers, policy hosts, and domains
//! in good and bad order.
//!
//! `cargo run -p checks --example small_internet -- FOLDER` writes what must be trusted into the folder,
//! prints the environment for `waxseal serve` or `waxseal check` as one line of JSON, and serves until its standard input ends.

#![expect(clippy::print_stdout, reason = "it prints what to set")]

use std::{error::Error, fs, path::PathBuf};

use checks::testing::{HTTPS, SMTP, World, dns::Signing, mail, pki::Identity, web};
use tokio::io::AsyncReadExt as _;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder: PathBuf = std::env::args_os().nth(1).ok_or("name a folder for the files to trust")?.into();
    let mut world = World::new();
    in_order(&mut world).await;
    with_an_expired_certificate(&mut world).await;
    with_its_record_elsewhere(&mut world);
    world.runner().await;

    let file = |name: &str, text: &str| fs::write(folder.join(name), text).map(|()| folder.join(name));
    let environment = serde_json::json!({
        "WAXSEAL_CHECKS__ENABLED": "true",
        "WAXSEAL_CHECKS__NAME_SERVERS": world.settings.name_servers[0].to_string(),
        "WAXSEAL_CHECKS__TRUST_ANCHOR": file("anchor", &world.zones.trust_anchor())?,
        "WAXSEAL_CHECKS__EXTRA_CA": file("ca.pem", &world.ca.pem())?,
        "WAXSEAL_CHECKS__ALLOW": "127.0.0.0/8",
        "WAXSEAL_CHECKS__HTTPS_PORT": HTTPS.to_string(),
        "WAXSEAL_CHECKS__SMTP_PORT": SMTP.to_string(),
        "WAXSEAL_CHECKS__HELO": "waxseal.test",
    });
    println!("{environment}");
    let mut rest = Vec::new();
    tokio::io::stdin().read_to_end(&mut rest).await?;
    Ok(())
}

/// A certificate that is valid for years, since the program reads the real clock.
fn valid(world: &World, names: &[&str]) -> Identity {
    world.ca.until(names, 2039, 12)
}

/// `example.org`: enforce, DANE, all in order.
async fn in_order(world: &mut World) {
    let mx = valid(world, &["mx1.example.org"]);
    mail::serve(world.at(1, SMTP), &mx).await;
    let policy = web::policy("version: STSv1\nmode: enforce\nmx: mx1.example.org\nmax_age: 604800\n");
    web::serve(world.at(2, HTTPS), &valid(world, &["mta-sts.example.org"]), policy).await;
    let records = format!(
        "@ MX 10 mx1
         mx1 A $1
         _25._tcp.mx1 TLSA 3 1 1 {}
         _smtp._tls.mx1 TXT \"v=TLSRPTv1; rua=mailto:tls@example.net\"
         _smtp._tls TXT \"v=TLSRPTv1; rua=mailto:tls@example.net\"
         _mta-sts TXT \"v=STSv1; id=20260101\"
         mta-sts A $2",
        mx.key_sha256()
    );
    world.zone("example.org", Signing::Signed, &records);
}

/// `example.com`: enforce, and the certificate of its second MX host has expired; no DNSSEC.
async fn with_an_expired_certificate(world: &mut World) {
    mail::serve(world.at(3, SMTP), &valid(world, &["mx1.example.com"])).await;
    mail::serve(world.at(4, SMTP), &world.ca.until(&["mx2.example.com"], 2026, 1)).await;
    let policy =
        web::policy("version: STSv1\nmode: enforce\nmx: mx1.example.com\nmx: mx2.example.com\nmax_age: 604800\n");
    web::serve(world.at(5, HTTPS), &valid(world, &["mta-sts.example.com"]), policy).await;
    let records = "@ MX 10 mx1\n@ MX 20 mx2\nmx1 A $3\nmx2 A $4
         _smtp._tls TXT \"v=TLSRPTv1; rua=mailto:tls@example.com,rua=mailto:other@example.net\"
         _mta-sts TXT \"v=STSv1; id=2026-01-01\"
         mta-sts A $5";
    world.zone("example.com", Signing::Unsigned, records);
}

/// `example.net`: its TLS-RPT record stands at a name where nobody looks, and there is no policy.
fn with_its_record_elsewhere(world: &mut World) {
    world.zone(
        "example.net",
        Signing::Unsigned,
        "@ MX 10 mx\nmx A $6\n_smtp_tls TXT \"v=TLSRPTv1; rua=mailto:tls@example.net\"",
    );
}
