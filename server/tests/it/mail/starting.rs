//! Switching mail on: what is published then, and what is in the way.

use std::{net::TcpListener, process::Output};

use serde_json::Value;

use crate::support::{Pem, waxseal};

fn serve(settings: &[(&str, &str)]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let output = waxseal(folder.path(), settings).arg("serve").output().unwrap();
    assert!(!folder.path().join("data").exists(), "nothing else has happened");
    output
}

#[test]
fn a_port_that_is_taken_is_told_with_the_way_out() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = taken.local_addr().unwrap().to_string();
    let output = serve(&[("smtp.listen", &listen)]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{told}");
    for part in
        [listen.as_str(), "another program listens there", "lmtp.listen", "docs/receiving-by-mail.md", "Postfix"]
    {
        assert!(told.contains(part), "{part}: {told}");
    }
    let output = serve(&[("lmtp.listen", "/no/such/folder/lmtp.sock")]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("/no/such/folder/lmtp.sock") && told.contains("lmtp.listen"), "{told}");
}

#[test]
fn a_certificate_that_cannot_be_read_is_told_with_its_key() {
    let folder = tempfile::tempdir().unwrap();
    let pem = Pem::write(folder.path(), "in.example");
    let [certificate, key] = pem.settings();
    let output = serve(&[("smtp.listen", "127.0.0.1:0"), certificate, ("smtp.tls_key", "/no/such/key.pem")]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("/no/such/key.pem") && told.contains("smtp.tls_key"), "{told}");
    let output = waxseal(folder.path(), &[key]).args(["config", "check"]).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(told.contains("smtp.tls_certificate") && told.contains("since smtp.tls_key names one"), "{told}");
}

#[test]
fn the_record_to_publish_names_the_mail_address() {
    let add = |settings: &[(&str, &str)]| {
        let folder = tempfile::tempdir().unwrap();
        let output =
            waxseal(folder.path(), settings).args(["domain", "add", "--json", "example.com"]).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    let base = ("http.base_url", "https://tlsrpt.example.net");
    let added = add(&[base, ("smtp.listen", "0.0.0.0:25"), ("smtp.host", "In.Example.net")]);
    let address = added["address"].as_str().unwrap();
    assert_eq!(added["report_email"], format!("{address}@in.example.net"));
    assert_eq!(
        added["records"][0]["value"],
        format!("v=TLSRPTv1; rua=mailto:{address}@in.example.net,https://tlsrpt.example.net/r/{address}")
    );
    let added = add(&[base, ("lmtp.listen", "127.0.0.1:2424")]);
    let address = added["address"].as_str().unwrap();
    assert_eq!(
        added["report_email"],
        format!("{address}@tlsrpt.example.net"),
        "the host of the pages, if no other is named"
    );
    let added = add(&[("smtp.listen", "0.0.0.0:25")]);
    let address = added["address"].as_str().unwrap();
    assert_eq!(added["report_email"], format!("{address}@localhost"));
    assert_eq!(added["records"], serde_json::json!([]), "what nobody outside can reach is not published");
}
