//! Where values come from: the built-in defaults, a file, the environment.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use figment::{
    Error, Figment, Metadata, Profile, Provider,
    error::Kind,
    providers::{Format as _, Toml},
    value::{Dict, Map, Value},
};

use super::{
    Config, ConfigError,
    show::{self, Setting},
};

/// The reference of all keys, built in.
const DEFAULTS: &str = include_str!("../../config.default.toml");

/// Read when it exists and no other file is named.
pub const DEFAULT_FILE: &str = "waxseal.toml";

/// What every environment variable of ours starts with.
const PREFIX: &str = "WAXSEAL_";

/// Ours, but no key: `--config` reads it.
const FILE_VARIABLE: &str = "WAXSEAL_CONFIG";

/// A configuration and where its values came from.
#[derive(Debug)]
pub struct Loaded {
    /// The values.
    pub config: Config,
    figment: Figment,
}

/// Joins the layers. `file` was asked for by name and must exist; without it [`DEFAULT_FILE`] is read if it is there.
///
/// # Errors
/// Names the first mistake and what to write instead.
pub fn load(
    file: Option<&Path>,
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<Loaded, ConfigError> {
    let defaults = Figment::from(Toml::string(DEFAULTS));
    let known = keys(&defaults.extract::<Dict>().unwrap_or_default());
    let mut figment = defaults;
    if let Some(path) = file.or_else(|| Some(Path::new(DEFAULT_FILE)).filter(|path| path.exists())) {
        figment = figment.merge(FileLayer::read(path, &known)?);
    }
    for (name, text) in environment {
        if name.starts_with(PREFIX) && name != FILE_VARIABLE {
            figment = figment.merge(Variable::read(name, text, &known)?);
        }
    }
    let config: Config = figment.extract().map_err(|error| wrong_value(&figment, &error))?;
    if let Some((key, allowed)) = config.contradiction() {
        return Err(not_allowed(&figment, key, allowed.to_owned()));
    }
    let pair = [("smtp.tls_certificate", &config.smtp.tls_certificate), ("smtp.tls_key", &config.smtp.tls_key)];
    if let [(there, Some(_)), (missing, None)] | [(missing, None), (there, Some(_))] = pair {
        return Err(not_allowed(&figment, missing, format!("the path of a PEM file, since {there} names one")));
    }
    Ok(Loaded { config, figment })
}

impl Loaded {
    /// Every key with its value and origin, in the order of the reference.
    #[must_use]
    pub fn settings(&self) -> Vec<Setting> {
        let known = keys(&Figment::from(Toml::string(DEFAULTS)).extract::<Dict>().unwrap_or_default());
        let mut keys: Vec<_> = known.into_keys().collect();
        let line = |key: &String| {
            let (section, name) = key.split_once('.').unwrap_or(("", key));
            let start = DEFAULTS.find(&format!("[{section}]")).unwrap_or_default();
            DEFAULTS[start..].find(&format!("\n{name} =")).map(|at| start + at)
        };
        keys.sort_by_key(line);
        keys.into_iter()
            .map(|key| Setting {
                value: show::value(&key, self.figment.find_value(&key).ok().as_ref()),
                origin: place(self.figment.find_metadata(&key)),
                key,
            })
            .collect()
    }
}

/// Dotted keys of a tree with their values.
fn keys(tree: &Dict) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    for (name, value) in tree {
        match value {
            Value::Dict(_, inner) if !inner.is_empty() => {
                found.extend(keys(inner).into_iter().map(|(key, value)| (format!("{name}.{key}"), value)));
            }
            other => {
                found.insert(name.clone(), other.clone());
            }
        }
    }
    found
}

/// `http.listen` → `WAXSEAL_HTTP__LISTEN`
fn variable_of(key: &str) -> String {
    format!("{PREFIX}{}", key.replace('.', "__").to_ascii_uppercase())
}

/// The candidate most like `wrong`, if one is like it at all.
fn nearest(wrong: &str, candidates: impl Iterator<Item = String>) -> Option<String> {
    candidates
        .map(|candidate| (strsim::jaro_winkler(wrong, &candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// The file's values.
struct FileLayer {
    path: PathBuf,
    values: Dict,
}

impl FileLayer {
    fn read(path: &Path, known: &BTreeMap<String, Value>) -> Result<Self, ConfigError> {
        let unreadable = |e: std::io::Error| ConfigError::Unreadable { path: path.to_owned(), reason: e.to_string() };
        let syntax = |e: toml::de::Error| ConfigError::Syntax { path: path.to_owned(), reason: e.to_string() };
        let text = std::fs::read_to_string(path).map_err(unreadable)?;
        let values: Dict = toml::from_str(&text).map_err(syntax)?;
        let place = path.display().to_string();
        for (key, value) in keys(&values) {
            let is_empty_section =
                value.as_dict().is_some() && known.keys().any(|known| known.starts_with(&format!("{key}.")));
            if !known.contains_key(&key) && !is_empty_section {
                return Err(ConfigError::UnknownKey { nearest: nearest(&key, known.keys().cloned()), key, place });
            }
        }
        Ok(Self { path: path.to_owned(), values })
    }
}

impl Provider for FileLayer {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.path.display().to_string())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, Error> {
        Ok(Profile::Default.collect(self.values.clone()))
    }
}

/// One environment variable.
struct Variable {
    name: String,
    key: String,
    value: Value,
}

impl Variable {
    /// The text is read as the kind of value that the default is, so that a token of digits stays a text.
    fn read(name: String, text: String, known: &BTreeMap<String, Value>) -> Result<Self, ConfigError> {
        let Some((key, default)) = known.iter().find(|(key, _)| variable_of(key) == name) else {
            let nearest = nearest(&name, known.keys().map(|key| variable_of(key)));
            return Err(ConfigError::UnknownKey { key: name, place: "the environment".to_owned(), nearest });
        };
        let value = match default {
            Value::Array(..) => list(&text),
            Value::Bool(..) => text.trim().parse::<bool>().map_or_else(|_| Value::from(text), Value::from),
            _ => Value::from(text),
        };
        Ok(Self { name, key: key.clone(), value })
    }
}

/// `10.0.0.0/8, 127.0.0.1`, or the same as TOML would have it.
fn list(text: &str) -> Value {
    let items = text.trim().trim_start_matches('[').trim_end_matches(']').split(',');
    let items = items.map(|item| item.trim().trim_matches(['"', '\''])).filter(|item| !item.is_empty());
    items.map(Value::from).collect::<Vec<_>>().into()
}

impl Provider for Variable {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.name.clone())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, Error> {
        let nested = figment::util::nest(&self.key, self.value.clone());
        Ok(Profile::Default.collect(nested.into_dict().unwrap_or_default()))
    }
}

/// Where a value came from, in the operator's words.
fn place(metadata: Option<&Metadata>) -> String {
    match metadata.map(|metadata| metadata.name.as_ref()) {
        Some(name) if !name.starts_with("TOML") => name.to_owned(),
        _ => "default".to_owned(),
    }
}

/// Turns figment's complaint into one that names key, value, origin and what is allowed.
fn wrong_value(figment: &Figment, error: &Error) -> ConfigError {
    let allowed = match &error.kind {
        Kind::Message(allowed) => allowed.clone(),
        Kind::InvalidType(_, expected) | Kind::InvalidValue(_, expected) if expected == "a boolean" => {
            "true or false".to_owned()
        }
        Kind::InvalidType(_, expected) | Kind::InvalidValue(_, expected) => expected.clone(),
        other => other.to_string(),
    };
    not_allowed(figment, &error.path.join("."), allowed)
}

/// The complaint about a key whose value is not allowed.
fn not_allowed(figment: &Figment, key: &str, allowed: String) -> ConfigError {
    ConfigError::WrongValue {
        value: show::value(key, figment.find_value(key).ok().as_ref()),
        place: place(figment.find_metadata(key)),
        key: key.to_owned(),
        allowed,
    }
}
