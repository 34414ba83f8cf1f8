//! `storable import` of hosted caches, and of nginx as it is often set up: each folder under `import/hosted` is a configuration, the site
//! that comes of it (`site.toml`), what is said of it (`says.txt`), and what the site answers
//! (`answers.jsonl`). The name of a folder begins with the kind.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod importing;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use importing::import;
use serde::Deserialize;
use storable::Site;
use storable::site::SiteFile;
use storable_wire::{WireExchange, fresh_for};

/// An exchange, and what becomes of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    why: String,
    url: String,
    #[serde(default)]
    request: BTreeMap<String, String>,
    #[serde(default)]
    response: BTreeMap<String, String>,
    #[serde(default = "ok")]
    status: u16,
    /// The fields of the other user's request; those of the first where they are not told.
    other: Option<BTreeMap<String, String>>,
    /// What the other user asks for, where it is something else.
    other_url: Option<String>,
    /// Storage, lifetime, what the other user gets, what one gets that waits.
    expect: Vec<serde_json::Value>,
}

const fn ok() -> u16 {
    200
}

const NOW: &str = "Mon, 19 Oct 2026 12:00:00 GMT";

impl Case {
    fn failure(&self, site: &Site) -> Option<String> {
        let request = |url: &str, headers| serde_json::json!({"method": "GET", "url": url, "headers": headers});
        let pairs =
            |lines: &BTreeMap<String, String>| lines.clone().into_iter().collect::<Vec<_>>();
        let mut response = pairs(&self.response);
        response.push(("Date".to_owned(), NOW.to_owned()));
        let exchange: WireExchange = serde_json::from_value(serde_json::json!({
            "request": request(&self.url, pairs(&self.request)),
            "response": {"status": self.status, "headers": response},
            "received_at": NOW,
            "other_request": request(
                self.other_url.as_ref().unwrap_or(&self.url),
                pairs(self.other.as_ref().unwrap_or(&self.request)),
            ),
        }))
        .unwrap();
        let told = exchange.judge(site, |judged| {
            let names = [judged.other_user.name(), judged.waiting_user.name()];
            let storage = judged.verdict.storage().name().into();
            let lifetime = fresh_for(&judged.verdict);
            [storage, lifetime, names[0].into(), names[1].into()]
        });
        let told = told.unwrap();
        let differs = told.iter().zip(&self.expect).any(|(own, expected)| own != expected);
        differs.then(|| format!("{}: {told:?} instead of {:?}", self.why, self.expect))
    }
}

fn check(folder: &Path) -> Vec<String> {
    let name = folder.file_name().unwrap().to_str().unwrap();
    let kind = name.split('-').next().unwrap();
    let mut files: Vec<String> = folder
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|file| !["site.toml", "says.txt", "answers.jsonl"].contains(&file.as_str()))
        .collect();
    files.sort();
    let (site, status, says) = import(kind, folder, &files);
    let read = |file: &str| std::fs::read_to_string(folder.join(file)).unwrap_or_default();
    let mut failures = Vec::new();
    if std::env::var_os("STORABLE_BLESS").is_some() {
        std::fs::write(folder.join("site.toml"), &site).unwrap();
        if !says.is_empty() {
            std::fs::write(folder.join("says.txt"), &says).unwrap();
        }
    }
    if site != read("site.toml") {
        failures.push(format!("{name}: another site\n{site}"));
    }
    if says != read("says.txt") {
        failures.push(format!("{name}: other words\n{says}"));
    }
    let expected = if says.is_empty() { 0 } else { 4 };
    if status != expected && !site.is_empty() {
        failures.push(format!("{name}: exit status {status}"));
    }
    if let Ok(file) = toml::from_str::<SiteFile>(&site) {
        let site = Site::new(file).unwrap();
        for line in read("answers.jsonl").lines() {
            let case: Case = serde_json::from_str(line)
                .unwrap_or_else(|error| panic!("{name}: {error}\n{line}"));
            failures.extend(case.failure(&site).map(|failure| format!("{name}: {failure}")));
        }
    }
    failures
}

#[test]
fn sites_and_answers() {
    let folders = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import/hosted");
    let mut folders: Vec<PathBuf> =
        folders.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    let failures: Vec<String> = folders.iter().flat_map(|folder| check(folder)).collect();
    assert!(failures.is_empty(), "{} fail\n{}", failures.len(), failures.join("\n"));
    assert!(folders.len() > 3, "only {} folders were found", folders.len());
}

/// Of several distributions in one state one is named.
#[test]
fn one_of_several_resources_is_named() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = folder.join("tests/import/hosted/cloudfront-terraform-state");
    let text = std::fs::read_to_string(folder.join("state.json")).unwrap();
    let mut state: serde_json::Value = serde_json::from_str(&text).unwrap();
    let resources = state.pointer_mut("/values/root_module/resources").unwrap();
    let resources = resources.as_array_mut().unwrap();
    let mut other = resources[0].clone();
    other["address"] = "aws_cloudfront_distribution.other".into();
    resources.push(other);
    let both = tempfile::tempdir().unwrap();
    std::fs::write(both.path().join("state.json"), state.to_string()).unwrap();
    let (site, status, says) = import("cloudfront", both.path(), ["state.json"]);
    assert_eq!((site.as_str(), status), ("", 1));
    for address in ["aws_cloudfront_distribution.shop", "aws_cloudfront_distribution.other"] {
        assert!(says.contains(address), "{says}");
        let (site, status, _) =
            import("cloudfront", both.path(), [format!("state.json#{address}")]);
        assert_eq!(status, 0);
        assert_eq!(site, std::fs::read_to_string(folder.join("site.toml")).unwrap());
    }
}

/// A shop that leaves nginx, which kept sessions out, for a distribution with a least lifetime.
#[test]
fn what_a_switch_exposes_is_named_with_its_route_and_setting() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import/switch");
    let sites = tempfile::tempdir().unwrap();
    let site = |kind: &str, files: &[&str]| {
        let files: Vec<String> = files.iter().map(|&file| file.to_owned()).collect();
        let (site, status, says) = import(kind, &folder, &files);
        assert_eq!((status, says.as_str()), (0, ""));
        let path = sites.path().join(format!("{kind}.toml"));
        std::fs::write(&path, site).unwrap();
        path
    };
    let output = Command::new(env!("CARGO_BIN_EXE_storable"))
        .arg("switch")
        .arg("--from")
        .arg(site("nginx", &["old-nginx.conf"]))
        .arg("--to")
        .arg(site("cloudfront", &["new-cloudfront.json", "pages.json"]))
        .arg(folder.join("../../../../../tests/data/shop.har"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3));
    let told = String::from_utf8(output.stdout).unwrap();
    for expected in [
        "5 personal responses WOULD NEWLY GO TO OTHER USERS",
        "- GET http://shop.example/mypage  200, 2 exchanges, Cookie, fresh for: 60 s",
        "- GET http://shop.example/orders  200, 2 exchanges, Cookie, fresh for: 60 s",
        "Which requests does the operator have pass by the cache?",
        "cloudfront.toml: stored for the minimum TTL; not stored where that is 0 (route 2)",
    ] {
        assert!(told.contains(expected), "{expected}\n{told}");
    }
}
