//! The HTTP client that asks the identity provider: one answer a request, no redirect followed (as the specification of discovery and
//! good sense have it), within a time and a size.

use std::{error::Error, future::Future, path::Path, pin::Pin, sync::Arc, time::Duration};

use anyhow::Context as _;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client as Pool, connect::HttpConnector},
    rt::TokioExecutor,
};
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject as _},
};

use crate::running;

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Bytes of an answer: keys and tokens are a few thousand.
const MOST_BYTES: usize = 256 * 1024;

/// Asks the identity provider.
#[derive(Clone, Debug)]
pub(super) struct Client(Pool<HttpsConnector<HttpConnector>, Full<Bytes>>);

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum ClientError {
    /// It came not in time.
    #[error("no answer within {} seconds", PATIENCE.as_secs())]
    Silent,
    /// There was none, or none that can be read.
    #[error("no answer: {0}")]
    Failed(#[source] Box<dyn Error + Send + Sync>),
}

impl Client {
    /// One that believes public CAs, and those of a file.
    pub(super) fn new(extra_ca: Option<&Path>) -> anyhow::Result<Self> {
        let mut roots: RootCertStore = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
        if let Some(pem) = running::read(extra_ca)? {
            let before = roots.len();
            for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
                roots.add(certificate.context("openid_connect.extra_ca cannot be read")?)?;
            }
            anyhow::ensure!(roots.len() > before, "openid_connect.extra_ca holds no certificate in PEM form");
        }
        let tls = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        // Plain HTTP is for a provider on this machine: the configuration allows it nowhere else.
        let connector = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1().build();
        Ok(Self(Pool::builder(TokioExecutor::new()).build(connector)))
    }

    async fn ask(self, request: HttpRequest) -> Result<HttpResponse, ClientError> {
        let asking = async {
            let answer = self.0.request(request.map(|body| Full::new(Bytes::from(body)))).await.map_err(failed)?;
            let (head, body) = answer.into_parts();
            let body = Limited::new(body, MOST_BYTES).collect().await.map_err(ClientError::Failed)?;
            Ok(HttpResponse::from_parts(head, body.to_bytes().to_vec()))
        };
        tokio::time::timeout(PATIENCE, asking).await.map_err(|_| ClientError::Silent)?
    }
}

fn failed(error: impl Error + Send + Sync + 'static) -> ClientError {
    ClientError::Failed(Box::new(error))
}

impl<'c> AsyncHttpClient<'c> for Client {
    type Error = ClientError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, ClientError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.clone().ask(request))
    }
}
