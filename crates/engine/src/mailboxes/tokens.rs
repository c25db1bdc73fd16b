//! Tokens to sign in with where there is no password: asked for, renewed, and kept sealed.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use imap::oauth::{Ask, Endpoint, OauthError, post, read_device, read_grant};
use model::{
    Timestamp,
    mailbox::{MailboxSignIn, OauthClient},
};
use serde::{Deserialize, Serialize};

use super::connect::{Obstacle, Place};
use crate::{Engine, VaultError};

/// A token that is good for less than this is renewed: a minute.
const SPARE_SECONDS: i64 = 60;
/// So many seconds a token is good at most, whatever its server says.
const MOST_SECONDS: u32 = 24 * 3_600;
/// How often it is tried while others are quicker.
const TRIES: usize = 3;
/// When to ask again whether a code was entered, where the server says nothing sensible (RFC 8628 §3.2).
const INTERVAL_SECONDS: std::ops::RangeInclusive<u32> = 1..=60;

/// Tokens of the mailboxes that the configuration brings, by their names, with the instant from which they are over.
#[derive(Default)]
pub(super) struct OwnTokens(Mutex<HashMap<String, (String, i64)>>);

/// What is kept of a mailbox that is opened with tokens. It is sealed as a whole.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct Kept {
    /// The client's own secret; none for a public client.
    pub(super) client_secret: Option<String>,
    /// What renews the token.
    refresh_token: Option<String>,
    /// The token, and the instant from which it is over.
    access_token: Option<(String, i64)>,
    /// The code that is to be entered.
    device: Option<Code>,
}

/// A code that somebody is to enter elsewhere.
#[derive(Clone, Serialize, Deserialize)]
struct Code {
    /// By which the server knows who asks.
    device: String,
    /// What is to be entered.
    entered: String,
    uri: String,
    interval: u32,
    until: i64,
}

impl Kept {
    /// With nothing but the client's secret.
    pub(super) fn new(client_secret: &str) -> Self {
        Self { client_secret: (!client_secret.is_empty()).then(|| client_secret.to_owned()), ..Self::default() }
    }

    /// The token, while it is good for a while.
    fn token(&self, now: Timestamp) -> Option<String> {
        let (token, until) = self.access_token.as_ref()?;
        (*until > now.plus_seconds(SPARE_SECONDS).0).then(|| token.clone())
    }
}

impl Engine {
    /// A token for a mailbox that an owner added; `anew` where the one there is was refused.
    pub(super) async fn token(&self, place: &Place<'_>, now: Timestamp, anew: bool) -> Result<String, Obstacle> {
        for _ in 0..TRIES {
            if let Some(renewed) = self.try_token(place, now, anew).await? {
                return renewed;
            }
        }
        Err(Obstacle::NotStored)
    }

    /// None where another was quicker to renew it, or to ask for a code: then that one counts.
    async fn try_token(
        &self,
        place: &Place<'_>,
        now: Timestamp,
        anew: bool,
    ) -> Result<Option<Result<String, Obstacle>>, Obstacle> {
        let not_stored = |error: storage::Error| {
            tracing::error!(%error, "the tokens of a mailbox cannot be read or kept");
            Obstacle::NotStored
        };
        let purpose = super::connect::purpose(place.workspace, place.settings);
        let stored = self.storage.mailbox(place.workspace, place.id).await.map_err(not_stored)?;
        let sealed = stored.and_then(|stored| stored.secret).ok_or(Obstacle::Overtaken)?;
        let opened = self.vault.unseal(&purpose, &sealed)?;
        let mut kept: Kept = serde_json::from_slice(&opened).map_err(|_| VaultError::Damaged)?;
        if let Some(token) = kept.token(now).filter(|_| !anew) {
            return Ok(Some(Ok(token)));
        }
        let renewed = self.renew(&mut kept, place, now).await;
        let text = serde_json::to_vec(&kept).map_err(|_| VaultError::Damaged)?;
        if text == opened {
            return Ok(Some(renewed));
        }
        let sealed_anew = self.vault.seal(&purpose, &text, &self.chance)?;
        let kept = self.storage.reseal_mailbox(place.id, &sealed, &sealed_anew).await.map_err(not_stored)?;
        Ok(kept.then_some(renewed))
    }

    /// A token for a mailbox that the configuration brings.
    pub(super) async fn own_token(
        &self,
        (name, client, secret): (&str, &OauthClient, &str),
        now: Timestamp,
        anew: bool,
    ) -> Result<String, Obstacle> {
        let known = |tokens: &OwnTokens| {
            let tokens = tokens.0.lock().unwrap_or_else(PoisonError::into_inner);
            let (token, until) = tokens.get(name)?;
            (*until > now.plus_seconds(SPARE_SECONDS).0).then(|| token.clone())
        };
        if let Some(token) = known(&self.mailboxes.tokens).filter(|_| !anew) {
            return Ok(token);
        }
        let form = Ask::ClientCredentials { scope: &client.scope }.form(&client.client_id, Some(secret));
        let (status, body) = self.ask(&client.token_url, form, true).await?;
        let granted = read_grant(status, &body)?;
        let until = now.plus_seconds(granted.expires_in.min(MOST_SECONDS).into()).0;
        let mut tokens = self.mailboxes.tokens.0.lock().unwrap_or_else(PoisonError::into_inner);
        tokens.insert(name.to_owned(), (granted.access_token.clone(), until));
        Ok(granted.access_token)
    }

    /// Gets a new token, or the code that leads to one. What is to be kept of that is in `kept`, also when there is none yet.
    async fn renew(&self, kept: &mut Kept, place: &Place<'_>, now: Timestamp) -> Result<String, Obstacle> {
        let sign_in = &place.settings.sign_in;
        let client = sign_in.client().ok_or(VaultError::Damaged)?;
        let secret = kept.client_secret.clone();
        let ask = match sign_in {
            MailboxSignIn::DeviceCode(_) => match (&kept.refresh_token, &kept.device) {
                (Some(refresh_token), _) => Ask::Refresh { refresh_token },
                (None, Some(code)) if code.until > now.0 => Ask::DeviceToken { device_code: &code.device },
                (None, _) => return Err(self.ask_for_code(kept, client, now).await?),
            },
            _ => Ask::ClientCredentials { scope: &client.scope },
        };
        let (status, body) = self.ask(&client.token_url, ask.form(&client.client_id, secret.as_deref()), false).await?;
        match read_grant(status, &body) {
            Ok(granted) => {
                let until = now.plus_seconds(granted.expires_in.min(MOST_SECONDS).into()).0;
                kept.access_token = Some((granted.access_token.clone(), until));
                kept.device = None;
                if granted.refresh_token.is_some() {
                    kept.refresh_token = granted.refresh_token;
                }
                Ok(granted.access_token)
            }
            Err(error) => Err(self.not_granted(kept, client, error, now).await?),
        }
    }

    /// What follows from a token that was not granted.
    async fn not_granted(
        &self,
        kept: &mut Kept,
        client: &OauthClient,
        error: OauthError,
        now: Timestamp,
    ) -> Result<Obstacle, Obstacle> {
        match (&error, &mut kept.device) {
            (OauthError::Pending, Some(code)) => Ok(code.obstacle()),
            (OauthError::SlowDown, Some(code)) => {
                code.interval += 5;
                Ok(code.obstacle())
            }
            (OauthError::Over(_), Some(_)) => self.ask_for_code(kept, client, now).await,
            // What renewed the token does so no more: somebody has to agree again.
            (OauthError::Refused(why), None) if kept.refresh_token.is_some() && why.starts_with("invalid_grant") => {
                kept.refresh_token = None;
                self.ask_for_code(kept, client, now).await
            }
            _ => Err(error.into()),
        }
    }

    /// Asks for a code that somebody is to enter elsewhere.
    async fn ask_for_code(&self, kept: &mut Kept, client: &OauthClient, now: Timestamp) -> Result<Obstacle, Obstacle> {
        let form = Ask::DeviceCode { scope: &client.scope }.form(&client.client_id, kept.client_secret.as_deref());
        let (status, body) = self.ask(&client.device_url, form, false).await?;
        let device = read_device(status, &body)?;
        let code = Code {
            device: device.device_code,
            entered: device.user_code,
            uri: device.verification_uri,
            interval: device.interval.clamp(*INTERVAL_SECONDS.start(), *INTERVAL_SECONDS.end()),
            until: now.plus_seconds(device.expires_in.min(MOST_SECONDS).into()).0,
        };
        let obstacle = code.obstacle();
        kept.device = Some(code);
        Ok(obstacle)
    }

    /// Asks an OAuth server; `own` where the operator names it.
    async fn ask(&self, url: &str, form: String, own: bool) -> Result<(u16, Vec<u8>), Obstacle> {
        let Some(how) = &self.settings.mailboxes else {
            return Err(Obstacle::NoWay("mailboxes are not read here".to_owned()));
        };
        let Some(endpoint) = Endpoint::parse(url) else {
            return Err(OauthError::NoWay(format!("{url} is no URL of one")).into());
        };
        let stream = self.dial(own, &endpoint.host, endpoint.port).await?;
        let (status, body) = post(stream, &endpoint, &how.trust, form, &how.limits).await?;
        Ok((status, body.to_vec()))
    }
}

impl Code {
    fn obstacle(&self) -> Obstacle {
        Obstacle::EnterCode { code: self.entered.clone(), uri: self.uri.clone(), again: self.interval }
    }
}

impl std::fmt::Debug for OwnTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OwnTokens(…)")
    }
}
