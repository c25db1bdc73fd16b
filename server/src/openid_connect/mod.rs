//! Signing in at an identity provider: OpenID Connect Core with the authorization code flow, bound to one browser by state, to one
//! answer by nonce, and to us by PKCE (RFC 7636).
//!
//! The provider is the administrator's choice, so it is reached wherever it is; `checks` reaches what users name. What must fit
//! together when somebody comes back travels in a cookie of theirs ([`Flow`]); nothing is kept here.

mod client;
mod flow;

use std::sync::Arc;

use engine::Identity;
use model::Timestamp;
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, ClientSecret, CsrfToken, IssuerUrl, Nonce, OAuth2TokenResponse as _,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, TokenResponse as _,
    core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata, CoreUserInfoClaims},
};
use tokio::sync::Mutex;

use self::client::Client;
pub(crate) use self::flow::Flow;
use crate::config::OpenIdConnect;

/// Where the provider sends people back, under the base URL.
pub(crate) const CALLBACK: &str = "/sign-in/openid-connect/callback";

/// How long what the provider says about itself, its keys among it, is not asked for again.
const KEPT_SECONDS: i64 = 600;

/// The configured identity provider.
#[derive(Debug)]
pub struct Provider {
    issuer: IssuerUrl,
    client_id: ClientId,
    client_secret: Option<ClientSecret>,
    redirect: RedirectUrl,
    name: String,
    client: Client,
    known: Mutex<Option<(Timestamp, Arc<CoreProviderMetadata>)>>,
}

/// Why somebody could not sign in there. The person is told to try again; all else is for the log.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SignOnError {
    /// It does not say where to sign in: look whether the issuer is right and reachable.
    #[error("the identity provider cannot be used: {0}")]
    Provider(String),
    /// The answer is none to what this browser asked: begin anew.
    #[error("the answer does not fit what was asked: {0}")]
    Unasked(&'static str),
    /// It did not give what proves who somebody is.
    #[error("the identity provider did not prove who it is: {0}")]
    Unproven(String),
}

/// What the provider says when it sends somebody back.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Answer {
    #[serde(default)]
    code: String,
    #[serde(default)]
    state: String,
    /// Why there is no code (RFC 6749 §4.1.2.1).
    error: Option<String>,
    /// Who answers (RFC 9207).
    iss: Option<String>,
}

impl Provider {
    /// The provider of the configuration, if there is one.
    ///
    /// # Errors
    /// A file that is named cannot be read, or holds no certificate.
    pub(crate) fn of(config: &OpenIdConnect, base_url: &str) -> anyhow::Result<Option<Self>> {
        let Some(issuer) = config.issuer.clone() else { return Ok(None) };
        let secret = Some(config.client_secret.clone()).filter(|secret| !secret.is_empty());
        Ok(Some(Self {
            issuer: IssuerUrl::new(issuer)?,
            client_id: ClientId::new(config.client_id.clone()),
            client_secret: secret.map(ClientSecret::new),
            redirect: RedirectUrl::new(format!("{base_url}{CALLBACK}"))?,
            name: config.name.clone(),
            client: Client::new(config.extra_ca.as_deref())?,
            known: Mutex::new(None),
        }))
    }

    /// What people call it.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Where to send somebody who wants to sign in there.
    pub(crate) async fn begin(&self, flow: &Flow, now: Timestamp) -> Result<String, SignOnError> {
        let metadata = self.metadata(now).await?;
        let client =
            CoreClient::from_provider_metadata((*metadata).clone(), self.client_id.clone(), self.client_secret.clone())
                .set_redirect_uri(self.redirect.clone());
        let (state, nonce) = (flow.state.clone(), flow.nonce.clone());
        let verifier = PkceCodeVerifier::new(flow.verifier.clone());
        let (url, _, _) = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, || CsrfToken::new(state), || Nonce::new(nonce))
            .add_scope(Scope::new("email".to_owned()))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .url();
        Ok(url.to_string())
    }

    /// Who it is that comes back with this answer.
    pub(crate) async fn finish(&self, flow: &Flow, answer: Answer, now: Timestamp) -> Result<Identity, SignOnError> {
        if answer.state != flow.state {
            return Err(SignOnError::Unasked("the state differs"));
        }
        if answer.iss.is_some_and(|issuer| issuer != self.issuer.as_str()) {
            return Err(SignOnError::Unasked("another issuer answers"));
        }
        if let Some(error) = answer.error {
            return Err(SignOnError::Unproven(error.chars().take(100).collect()));
        }
        let proven = self.exchange(flow, answer.code, now).await;
        if proven.is_err() {
            // It may have new keys: the next one asks again.
            *self.known.lock().await = None;
        }
        proven
    }

    /// Trades the code for an ID token, and believes that after all its checks (OpenID Connect Core §3.1.3.7).
    async fn exchange(&self, flow: &Flow, code: String, now: Timestamp) -> Result<Identity, SignOnError> {
        let metadata = self.metadata(now).await?;
        let client =
            CoreClient::from_provider_metadata((*metadata).clone(), self.client_id.clone(), self.client_secret.clone())
                .set_redirect_uri(self.redirect.clone());
        let tokens = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|error| SignOnError::Provider(error.to_string()))?
            .set_pkce_verifier(PkceCodeVerifier::new(flow.verifier.clone()))
            .request_async(&self.client)
            .await
            .map_err(|error| unproven(&error))?;
        let id_token = tokens.id_token().ok_or_else(|| SignOnError::Unproven("there is no ID token".to_owned()))?;
        let instant = chrono::DateTime::from_timestamp_millis(now.0).unwrap_or_default();
        let verifier = client.id_token_verifier().set_time_fn(move || instant);
        let claims = id_token.claims(&verifier, &Nonce::new(flow.nonce.clone())).map_err(|error| unproven(&error))?;
        if let Some(hash) = claims.access_token_hash() {
            let algorithm = id_token.signing_alg().map_err(|error| unproven(&error))?;
            let key = id_token.signing_key(&verifier).map_err(|error| unproven(&error))?;
            let actual = AccessTokenHash::from_token(tokens.access_token(), algorithm, key);
            if actual.map_err(|error| unproven(&error))? != *hash {
                return Err(SignOnError::Unproven("the access token is another's".to_owned()));
            }
        }
        let mut identity = Identity {
            issuer: self.issuer.as_str().to_owned(),
            subject: claims.subject().as_str().to_owned(),
            email: claims.email().map(|email| email.as_str().to_owned()),
            email_verified: claims.email_verified().unwrap_or(false),
        };
        // Many providers tell the address only to who asks for it.
        if identity.email.is_none() && metadata.userinfo_endpoint().is_some() {
            let asking = client
                .user_info(tokens.access_token().clone(), Some(claims.subject().clone()))
                .map_err(|error| SignOnError::Provider(error.to_string()))?;
            let told: CoreUserInfoClaims =
                asking.request_async(&self.client).await.map_err(|error| unproven(&error))?;
            identity.email = told.email().map(|email| email.as_str().to_owned());
            identity.email_verified = told.email_verified().unwrap_or(false);
        }
        Ok(identity)
    }

    /// What the provider says about itself, at most ten minutes ago.
    async fn metadata(&self, now: Timestamp) -> Result<Arc<CoreProviderMetadata>, SignOnError> {
        let mut known = self.known.lock().await;
        if let Some((asked, metadata)) = &*known
            && (*asked..asked.plus_seconds(KEPT_SECONDS)).contains(&now)
        {
            return Ok(Arc::clone(metadata));
        }
        let metadata = CoreProviderMetadata::discover_async(self.issuer.clone(), &self.client)
            .await
            .map_err(|error| SignOnError::Provider(chain(&error)))?;
        let metadata = Arc::new(metadata);
        *known = Some((now, Arc::clone(&metadata)));
        Ok(metadata)
    }
}

fn unproven(error: &dyn std::error::Error) -> SignOnError {
    SignOnError::Unproven(chain(error))
}

/// An error with what caused it.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
