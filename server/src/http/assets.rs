//! The site's files: embedded in a release build, read from `target/site` in a debug build.
//!
//! What lies in `/pkg/<hash>/` never changes, since the folder is named by the hash of its content, so browsers keep it for
//! ever. Files are compressed when the site is built; here one only chooses.

use axum::{
    Router,
    extract::Request,
    response::{IntoResponse as _, Response},
    routing::get,
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use leptos::config::LeptosOptions;
use rust_embed::{Embed, EmbeddedFile};

use super::{Shared, speculation};

#[derive(Embed)]
#[folder = "../target/site"]
struct Site;

/// Where files are that never change.
const PACKAGE: &str = "pkg/";

/// Encodings that a file may lie in, the smallest first, with the ending of its name.
const ENCODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// The paths of their routes.
pub(super) const PATHS: [&str; 4] = ["/pkg/{*file}", "/favicon.svg", "/robots.txt", speculation::RULES];

/// Their routes.
pub(super) fn routes() -> Router<Shared> {
    PATHS.into_iter().fold(Router::new(), |router, path| router.route(path, get(serve)))
}

/// What Leptos must know to name them.
pub(super) fn leptos_options() -> LeptosOptions {
    let folder = Site::iter().find_map(|path| {
        let (folder, file) = path.rsplit_once('/')?;
        (file == "waxseal.css").then(|| folder.to_owned())
    });
    if folder.is_none() {
        tracing::warn!("there is no site, so pages have no style; `cargo xtask site` builds it");
    }
    LeptosOptions::builder()
        .output_name("waxseal")
        .site_root("target/site")
        .site_pkg_dir(folder.unwrap_or_else(|| "pkg".to_owned()))
        .build()
}

async fn serve(request: Request) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    let Some(mime) = mime(path) else { return StatusCode::NOT_FOUND.into_response() };
    let Some((file, encoding)) = choose(path, request.headers()) else { return StatusCode::NOT_FOUND.into_response() };

    let tag = format!("\"{}\"", short_hash(&file));
    let known = request.headers().get_all(header::IF_NONE_MATCH).iter().any(|tags| {
        tags.to_str().is_ok_and(|tags| tags.split(',').any(|known| known.trim().trim_start_matches("W/") == tag))
    });
    let keep = if path.starts_with(PACKAGE) { "public, max-age=31536000, immutable" } else { "public, max-age=3600" };
    let mut headers = HeaderMap::from_iter([
        (header::CONTENT_TYPE, HeaderValue::from_static(mime)),
        (header::CACHE_CONTROL, HeaderValue::from_static(keep)),
        (header::VARY, HeaderValue::from_static("accept-encoding")),
    ]);
    if let Ok(tag) = HeaderValue::try_from(tag) {
        headers.insert(header::ETAG, tag);
    }
    if known {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    (headers, file.data.into_owned()).into_response()
}

/// The smallest form of a file that the client takes.
fn choose(path: &str, headers: &HeaderMap) -> Option<(EmbeddedFile, Option<&'static str>)> {
    let packed = ENCODINGS
        .into_iter()
        .filter(|(encoding, _)| accepts(headers, encoding))
        .find_map(|(encoding, ending)| Some((Site::get(&format!("{path}{ending}"))?, Some(encoding))));
    packed.or_else(|| Some((Site::get(path)?, None)))
}

/// Whether the client takes an encoding (RFC 9110 §12.5.3); what it does not name it does not get.
fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let lines = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|one| {
        let (name, weight) = one.split_once(';').unwrap_or((one, "q=1"));
        let refused = weight.trim().strip_prefix("q=").is_some_and(|q| q.parse::<f32>().is_ok_and(|q| q <= 0.0));
        name.trim().eq_ignore_ascii_case(encoding) && !refused
    })
}

/// The start of the file's hash: enough to tell two builds apart.
fn short_hash(file: &EmbeddedFile) -> String {
    let start = file.metadata.sha256_hash().first_chunk().copied().unwrap_or_default();
    format!("{:016x}", u64::from_be_bytes(start))
}

/// The types of the files we have; what has none is no file of ours.
fn mime(path: &str) -> Option<&'static str> {
    let (_, ending) = path.rsplit_once('.')?;
    Some(match ending {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "json" => speculation::MEDIA_TYPE,
        "txt" => "text/plain; charset=utf-8",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoding_is_taken_only_where_it_is_wanted() {
        let wants = |line: &'static str, encoding| {
            accepts(&[(header::ACCEPT_ENCODING, HeaderValue::from_static(line))].into_iter().collect(), encoding)
        };
        assert!(wants("gzip, deflate, br, zstd", "br"));
        assert!(wants("GZIP;q=0.5", "gzip"));
        assert!(!wants("br;q=0, gzip", "br"));
        assert!(!wants("identity", "gzip"));
        assert!(!accepts(&HeaderMap::new(), "br"));
    }

    #[test]
    fn only_files_of_the_site_have_a_type() {
        assert_eq!(mime("pkg/0/waxseal_bg.wasm"), Some("application/wasm"));
        assert_eq!(mime("pkg/0/waxseal.css.br"), None);
        assert_eq!(mime("pkg/0"), None);
    }
}
