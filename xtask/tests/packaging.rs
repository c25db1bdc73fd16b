//! What stands beside the program fits it. The container image is built from a part of this repository: here is proof
//! that the part is enough, without a container engine. The dashboard shows metrics that exist.

use std::{
    fs,
    path::{Component, Path, PathBuf},
    process::Command,
};

#[test]
fn every_copy_of_the_dockerfile_finds_its_source() {
    let sources = copy_sources(&read("Dockerfile"));
    assert!(!sources.is_empty(), "the Dockerfile copies nothing from this repository");
    let context = build_context();
    for source in sources {
        assert!(
            context.iter().any(|file| file.starts_with(&source)),
            "Dockerfile copies {}, but git holds no such file or .dockerignore keeps it away",
            source.display()
        );
    }
}

#[test]
fn what_the_dockerfile_copies_is_a_whole_workspace() {
    let copy = tempfile::tempdir().unwrap();
    let sources = copy_sources(&read("Dockerfile"));
    for file in build_context().iter().filter(|file| sources.iter().any(|source| file.starts_with(source))) {
        let target = copy.path().join(file);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(root().join(file), target).unwrap();
    }

    let cargo = Command::new(env!("CARGO"))
        .args(["metadata", "--offline", "--locked", "--format-version=1"])
        .current_dir(copy.path())
        .output()
        .unwrap();
    assert!(cargo.status.success(), "{}", String::from_utf8_lossy(&cargo.stderr));

    for file in files_below(copy.path(), "rs") {
        for included in includes(&fs::read_to_string(&file).unwrap()) {
            let path = file.parent().unwrap().join(included);
            assert!(path.is_file(), "{} includes {}, which no COPY brings", file.display(), path.display());
        }
    }
}

#[test]
fn every_metric_of_the_dashboard_exists() {
    let telemetry = files_below(&root().join("server/src/telemetry"), "rs");
    let sources: String = telemetry.iter().map(|file| fs::read_to_string(file).unwrap()).collect();
    let dashboard = read("docs/grafana.json");
    let mut names: Vec<_> = dashboard
        .split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
        .filter(|word| word.starts_with("waxseal_"))
        // Prometheus makes the buckets of a histogram into a series of their own.
        .map(|name| name.trim_end_matches("_bucket"))
        .collect();
    names.sort_unstable();
    names.dedup();
    assert!(names.len() > 5, "the dashboard shows next to nothing: {names:?}");
    for name in names {
        assert!(sources.contains(&format!("\"{name}\"")), "the dashboard asks for {name}, which nothing records");
    }
}

#[test]
fn the_last_rule_that_matches_decides() {
    let rules = "*\n!crates\ncrates/secret\n";
    assert!(ignored(Path::new("README.md"), rules));
    assert!(!ignored(Path::new("crates/a/b.rs"), rules));
    assert!(ignored(Path::new("crates/secret/b.rs"), rules));
}

/// What may travel to the builder: tracked by git, let through by .dockerignore.
fn build_context() -> Vec<PathBuf> {
    let rules = read(".dockerignore");
    let listing = Command::new("git").args(["ls-files", "-z"]).current_dir(root()).output().unwrap();
    assert!(listing.status.success(), "git ls-files: {}", String::from_utf8_lossy(&listing.stderr));
    String::from_utf8(listing.stdout)
        .unwrap()
        .split_terminator('\0')
        .map(PathBuf::from)
        .filter(|file| root().join(file).is_file() && !ignored(file, &rules))
        .collect()
}

/// Docker's rule: the last line that matches a path or a folder above it decides.
fn ignored(file: &Path, rules: &str) -> bool {
    let rules = rules.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    rules.fold(false, |ignored, rule| match rule.strip_prefix('!') {
        Some(kept) if covers(kept, file) => false,
        None if covers(rule, file) => true,
        _ => ignored,
    })
}

/// Whether a pattern names this path or a folder above it. Of Docker's wildcards only a whole `*` is known.
fn covers(pattern: &str, file: &Path) -> bool {
    let pattern = Path::new(pattern.trim_matches('/'));
    assert!(!pattern.to_str().unwrap().contains("**"), "teach this test about ** first");
    let mut parts = file.components();
    pattern.components().all(|wanted| parts.next().is_some_and(|part| wanted.as_os_str() == "*" || wanted == part))
}

/// Sources of all COPY lines that copy from the repository rather than from another stage.
fn copy_sources(dockerfile: &str) -> Vec<PathBuf> {
    let dockerfile = dockerfile.replace("\\\n", " ");
    let copies = dockerfile.lines().filter_map(|line| line.strip_prefix("COPY "));
    copies
        .filter(|copy| !copy.contains("--from="))
        .flat_map(|copy| {
            let mut words: Vec<_> = copy.split_whitespace().filter(|word| !word.starts_with("--")).collect();
            words.pop();
            words
        })
        .map(PathBuf::from)
        .inspect(|source| assert!(source.components().all(|part| matches!(part, Component::Normal(_)))))
        .collect()
}

/// Files that a Rust source takes in when it is compiled.
fn includes(source: &str) -> Vec<&str> {
    let macros = ["include_str!(\"", "include_bytes!(\""];
    macros
        .iter()
        .flat_map(|opening| source.split(opening).skip(1))
        .filter_map(|rest| rest.split_once('"').map(|(path, _)| path))
        .collect()
}

fn files_below(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_below(&path, extension));
        } else if path.extension().is_some_and(|it| it == extension) {
            found.push(path);
        }
    }
    found
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}
