//! The description of the API for people: plain data for the page that draws it.

use std::sync::{Arc, LazyLock};

use app::pages::help::api::{Answer, ApiDescription, Field, Group, Operation, Thing, Trouble as ToldTrouble};
use serde_json::Value;

use super::{PREFIX, description, problem::Trouble};

/// What the help page shows. Cheap to clone.
pub(in crate::http) fn for_people() -> ApiDescription {
    static DESCRIPTION: LazyLock<ApiDescription> = LazyLock::new(|| read(description::whole()));
    DESCRIPTION.clone()
}

fn read(whole: &Value) -> ApiDescription {
    let mut groups: Vec<Group> = vec![];
    for (path, item) in objects(&whole["paths"]) {
        for (method, operation) in objects(item) {
            let name = text(&operation["tags"][0]);
            let operation = read_operation(path, method, operation);
            match groups.iter_mut().find(|group| group.name == name) {
                Some(group) => group.operations.push(operation),
                None => groups.push(Group { name, operations: vec![operation] }),
            }
        }
    }
    let things = objects(&whole["components"]["schemas"]).map(|(name, schema)| read_thing(name, schema)).collect();
    let troubles = Trouble::ALL.iter().map(|trouble| ToldTrouble {
        anchor: trouble.slug(),
        status: trouble.status().as_u16(),
        title: trouble.title(),
        meaning: trouble.meaning(),
    });
    ApiDescription { groups: Arc::from(groups), things, troubles: troubles.collect() }
}

fn read_operation(path: &str, method: &str, operation: &Value) -> Operation {
    let parameters = operation["parameters"].as_array().into_iter().flatten().map(|parameter| Field {
        name: text(&parameter["name"]),
        kind: format!("{}, {}", text(&parameter["in"]), kind(&parameter["schema"])),
        required: parameter["required"] == true,
        meaning: text(&parameter["description"]),
    });
    let answers = objects(&operation["responses"]).filter(|(status, _)| status.starts_with('2'));
    let answers = answers.map(|(status, response)| Answer {
        status: status.to_owned(),
        meaning: text(&response["description"]),
        thing: objects(&response["content"]).next().map(|(_, content)| kind(&content["schema"])),
    });
    Operation {
        anchor: text(&operation["operationId"]),
        method: method.to_ascii_uppercase(),
        path: format!("{PREFIX}{path}"),
        summary: text(&operation["summary"]),
        meaning: text(&operation["description"]),
        parameters: parameters.collect(),
        body: objects(&operation["requestBody"]["content"]).next().map(|(_, content)| kind(&content["schema"])),
        answers: answers.collect(),
    }
}

fn read_thing(name: &str, schema: &Value) -> Thing {
    let required = schema["required"].as_array();
    let fields = objects(&schema["properties"]).map(|(name, field)| Field {
        name: name.to_owned(),
        kind: kind(field),
        required: required.is_some_and(|all| all.iter().any(|one| one == name)),
        meaning: text(&field["description"]),
    });
    let words: Vec<_> = schema["enum"].as_array().into_iter().flatten().map(text).collect();
    Thing {
        name: name.to_owned(),
        meaning: text(&schema["description"]),
        kind: if words.is_empty() { kind(schema) } else { "one of".to_owned() },
        fields: fields.collect(),
        words,
    }
}

/// A type in few words: `string`, `Totals`, `list of Domain`, `Mode or null`.
fn kind(schema: &Value) -> String {
    if let Some(reference) = schema["$ref"].as_str() {
        return reference.rsplit('/').next().unwrap_or_default().to_owned();
    }
    for key in ["oneOf", "anyOf"] {
        if let Some(either) = schema[key].as_array() {
            let (null, mut kinds): (Vec<_>, Vec<_>) = either.iter().map(kind).partition(|kind| kind == "null");
            kinds.extend(null);
            return kinds.join(" or ");
        }
    }
    if let Some(words) = schema["enum"].as_array() {
        return format!("one of {}", words.iter().map(text).collect::<Vec<_>>().join(", "));
    }
    match &schema["type"] {
        Value::Array(types) => types.iter().map(|one| of_type(one.as_str(), schema)).collect::<Vec<_>>().join(" or "),
        one => of_type(one.as_str(), schema),
    }
}

fn of_type(name: Option<&str>, schema: &Value) -> String {
    match name {
        Some("array") => format!("list of {}", kind(&schema["items"])),
        Some("string") => match schema["format"].as_str() {
            Some(format @ ("date" | "date-time")) => format.to_owned(),
            _ => "string".to_owned(),
        },
        Some(name) => name.to_owned(),
        None => "bytes".to_owned(),
    }
}

fn objects(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(key, value)| (key.as_str(), value))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn types_are_told_in_few_words() {
        assert_eq!(kind(&json!({ "$ref": "#/components/schemas/Totals" })), "Totals");
        assert_eq!(kind(&json!({ "oneOf": [{ "type": "null" }, { "$ref": "#/x/Mode" }] })), "Mode or null");
        assert_eq!(kind(&json!({ "type": ["string", "null"] })), "string or null");
        assert_eq!(kind(&json!({ "type": "array", "items": { "$ref": "#/x/Domain" } })), "list of Domain");
        assert_eq!(kind(&json!({ "type": "string", "format": "date" })), "date");
        assert_eq!(kind(&json!({ "type": "string", "enum": ["read", "write"] })), "one of read, write");
    }

    #[test]
    fn people_are_told_everything() {
        let told = for_people();
        let operations: Vec<_> = told.groups.iter().flat_map(|group| &group.operations).collect();
        assert_eq!(operations.len(), 20);
        for operation in operations {
            assert!(!operation.anchor.is_empty() && !operation.summary.is_empty(), "{operation:?}");
            assert!(!operation.answers.is_empty(), "{operation:?}");
        }
        assert!(told.things.iter().any(|thing| thing.name == "Domain" && thing.fields.len() > 5));
        assert!(told.things.iter().any(|thing| thing.name == "Status" && thing.words.len() == 7));
        assert_eq!(told.troubles.len(), Trouble::ALL.len());
    }
}
