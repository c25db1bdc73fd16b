//! Makes sure that there is a site to embed: `rust-embed` fails without its folder and does not notice new files.

use std::{env, fs, path::Path};

const SITE: &str = "../target/site";

fn main() {
    println!("cargo::rerun-if-changed={SITE}");
    if let Err(error) = fs::create_dir_all(SITE) {
        println!("cargo::error={SITE} cannot be created: {error}");
    }
    let release = env::var("PROFILE").is_ok_and(|profile| profile == "release");
    if release && !Path::new(SITE).join("pkg").is_dir() {
        println!("cargo::error=there is no site to embed, so pages would have no style; run `cargo xtask site` first");
    }
}
