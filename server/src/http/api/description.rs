//! The description of the API (OpenAPI 3.1), made from the code: each handler says what it takes and gives; what all of them
//! share, tokens, limits and errors, is added here as the middleware does it.

use std::sync::LazyLock;

use axum::response::Response;
use http::Method;
use serde_json::{Map, Value, json};
use utoipa::OpenApi as _;

use super::{
    PREFIX, answer,
    problem::{MEDIA_TYPE, Told, Trouble},
};

const INTRODUCTION: &str = "\
Everything that the pages show, for programs, within one workspace. Send a token with each request: `Authorization: Bearer \
wxs_…`; make one under Settings, API tokens, or with `waxseal token create`.

Lists come in pages: `next` is the cursor of the next one. Errors are `application/problem+json` (RFC 9457). Answers carry an \
`ETag`: with `If-None-Match` an unchanged one costs no body. What is unknown in a query or a body is refused, never ignored. \
New fields may be added to answers at any time.";

/// What the handlers do not name.
#[derive(utoipa::OpenApi)]
#[openapi(components(schemas(Told)))]
pub(super) struct Base;

static WHOLE: LazyLock<Value> = LazyLock::new(|| {
    let (_, handlers) = super::described().split_for_parts();
    let mut whole = serde_json::to_value(Base::openapi().merge_from(handlers)).unwrap_or_default();
    whole["info"] = json!({
        "title": "Waxseal",
        "version": env!("CARGO_PKG_VERSION"),
        "description": INTRODUCTION,
        "license": { "name": "Apache-2.0 OR MIT", "identifier": "Apache-2.0 OR MIT" },
    });
    whole["servers"] = json!([{ "url": PREFIX }]);
    whole["security"] = json!([{ "token": [] }]);
    whole["components"]["securitySchemes"] =
        json!({ "token": { "type": "http", "scheme": "bearer", "description": "An API token of one workspace." } });
    whole["components"]["headers"] = headers();
    for schema in whole["components"]["schemas"].as_object_mut().into_iter().flat_map(Map::values_mut) {
        let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
        properties.into_iter().flat_map(Map::values_mut).for_each(describe_optional);
    }
    for (path, item) in whole["paths"].as_object_mut().into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            add_what_all_share(path, method, operation);
        }
    }
    whole
});

/// The whole description.
pub(super) fn whole() -> &'static Value {
    &WHOLE
}

/// `GET /api/v1/openapi.json`, for everybody: it holds no data.
pub(super) async fn document() -> Response {
    answer::json(whole())
}

/// What a field means belongs to the field, not to one of the types that it may have.
fn describe_optional(field: &mut Value) {
    let either = field.get_mut("oneOf").and_then(Value::as_array_mut);
    let meaning = either.into_iter().flatten().find_map(|one| one.as_object_mut()?.remove("description"));
    if let Some(meaning) = meaning {
        field["description"] = meaning;
    }
}

/// The headers that several answers carry.
fn headers() -> Value {
    let header = |kind: &str, description: &str| json!({ "description": description, "schema": { "type": kind } });
    json!({
        "RateLimit-Limit": header("integer", "Requests that may be made at once."),
        "RateLimit-Remaining": header("integer", "How many of them are left."),
        "RateLimit-Reset": header("integer", "Seconds until all of them are there again."),
        "Retry-After": header("integer", "Seconds to wait before asking again."),
        "ETag": header("string", "Changes when the content does; for If-None-Match."),
        "Link": header("string", "The next page (RFC 8288), where there is one."),
    })
}

/// Adds to an operation what the middleware and the extractors may answer.
fn add_what_all_share(path: &str, method: &str, operation: &mut Value) {
    let has_body = operation.get("requestBody").is_some();
    let Some(responses) = operation["responses"].as_object_mut() else { return };
    let limits = ["RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"];
    for (status, response) in responses.iter_mut() {
        let lists = response["content"].to_string().contains("schemas/Page_");
        let tagged = status == "200";
        let names = limits.into_iter().chain(tagged.then_some("ETag")).chain(lists.then_some("Link"));
        for name in names {
            response["headers"][name] = json!({ "$ref": format!("#/components/headers/{name}") });
        }
    }
    let reads = method.eq_ignore_ascii_case(Method::GET.as_str());
    if reads {
        let description = "What If-None-Match names has not changed";
        responses.insert("304".to_owned(), json!({ "description": description }));
    }
    let possible = |trouble: &&Trouble| match trouble {
        Trouble::Query
        | Trouble::Unauthorized
        | Trouble::TooMany
        | Trouble::Method
        | Trouble::Defect
        | Trouble::Unavailable => true,
        Trouble::Cursor => path_lists(path, method),
        Trouble::NotFound => path.contains('{'),
        Trouble::Forbidden => !reads,
        Trouble::BeingRemoved
        | Trouble::Json
        | Trouble::Slow
        | Trouble::TooLarge
        | Trouble::MediaType
        | Trouble::Invalid => has_body,
    };
    for trouble in Trouble::ALL.iter().filter(possible) {
        add_trouble(responses, *trouble);
    }
}

/// Whether this gives a list in pages.
fn path_lists(path: &str, method: &str) -> bool {
    method == "get" && ["/domains", "/deliveries", "/reports", "/failures"].iter().any(|list| path.ends_with(list))
}

/// Adds one thing that can go wrong; several of one status are told together.
fn add_trouble(responses: &mut Map<String, Value>, trouble: Trouble) {
    let status = trouble.status().as_u16().to_string();
    let told = format!("{}: {}", trouble.title(), trouble.meaning());
    let response = responses.entry(status).or_insert_with(|| {
        json!({
            "description": "",
            "content": { MEDIA_TYPE: { "schema": { "$ref": "#/components/schemas/Problem" } } },
        })
    });
    let before = response["description"].as_str().unwrap_or_default();
    response["description"] = if before.is_empty() { told.into() } else { format!("{before}\n\n{told}").into() };
    if matches!(trouble, Trouble::BeingRemoved | Trouble::TooMany | Trouble::Unavailable) {
        response["headers"]["Retry-After"] = json!({ "$ref": "#/components/headers/Retry-After" });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_whole() {
        let whole = whole();
        assert_eq!(whole["openapi"], "3.1.0");
        let (mut operations, mut ids) = (0, std::collections::BTreeSet::new());
        for (path, item) in whole["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                operations += 1;
                let what = format!("{method} {path}");
                assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), "{what}");
                assert!(ids.insert(operation["operationId"].as_str().unwrap().to_owned()), "{what}");
                for status in ["400", "401", "429", "503"] {
                    let content = &operation["responses"][status]["content"][MEDIA_TYPE];
                    assert_eq!(content["schema"]["$ref"], "#/components/schemas/Problem", "{what} {status}");
                }
                assert_eq!(operation["responses"].get("403").is_some(), method != "get", "{what}");
                assert_eq!(operation["responses"].get("404").is_some(), path.contains('{'), "{what}");
            }
        }
        assert_eq!(operations, 20);
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let text = whole().to_string();
        for reference in text.split("\"$ref\":\"#").skip(1) {
            let pointer = reference.split('"').next().unwrap();
            assert!(whole().pointer(pointer).is_some(), "{pointer}");
        }
    }

    #[test]
    fn everything_described_says_what_it_means() {
        for (name, schema) in whole()["components"]["schemas"].as_object().unwrap() {
            assert!(schema["description"].is_string(), "{name}");
            for (field, described) in schema["properties"].as_object().into_iter().flatten() {
                assert!(described["description"].is_string(), "{name}.{field}");
            }
        }
    }
}
