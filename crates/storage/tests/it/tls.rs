//! PostgreSQL over TLS: encrypted where asked for, and certain of whom it talks to where that is asked for.

use sea_orm::{ConnectionTrait as _, Database as Connector, Statement};
use storage::{Error, Settings, Storage, testing::PostgresServer};

async fn open(url: String) -> Result<(), Error> {
    let storage = Storage::open(&Settings { url, may_upgrade: true }).await?;
    storage.ready().await?;
    storage.close().await;
    Ok(())
}

#[tokio::test]
async fn postgres_is_reached_over_tls_as_the_url_asks() {
    let server = PostgresServer::start_with_tls();
    let stranger = PostgresServer::start_with_tls();
    let known = format!("sslmode=verify-full&sslrootcert={}", server.authority().display());
    let unknown = format!("sslmode=verify-full&sslrootcert={}", stranger.authority().display());

    for (host, parameters) in
        [("localhost", "sslmode=require"), ("127.0.0.1", "sslmode=require"), ("localhost", &known)]
    {
        open(server.tcp_url(host, parameters)).await.unwrap_or_else(|error| panic!("{host} {parameters}: {error}"));
    }
    for (why, host, parameters) in [
        ("the server takes no connection in the clear", "localhost", "sslmode=disable"),
        ("the certificate is for another name", "127.0.0.1", known.as_str()),
        ("the certificate is by another authority", "localhost", unknown.as_str()),
        ("the certificate is by no public authority", "localhost", "sslmode=verify-full"),
    ] {
        assert!(matches!(open(server.tcp_url(host, parameters)).await, Err(Error::Unavailable(_))), "{why}");
    }

    let connection = Connector::connect(server.tcp_url("localhost", &known)).await.unwrap();
    let select = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    let row =
        connection.query_one_raw(Statement::from_string(connection.get_database_backend(), select)).await.unwrap();
    assert!(row.unwrap().try_get::<bool>("", "ssl").unwrap());
}
