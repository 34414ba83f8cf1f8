//! The page that `switch --html` writes, and the pages and manuals that are written as files.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::path::{Path, PathBuf};
use std::process::Command;

fn storable(arguments: &[&str]) -> Option<i32> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let mut command = Command::new(env!("CARGO_BIN_EXE_storable"));
    command.args(arguments).current_dir(root).output().unwrap().status.code()
}

/// Where a test writes.
fn place(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

#[test]
fn a_report_stands_alone_and_has_the_answer_first() {
    let file = place("report.html");
    let arguments = ["switch", "--from", "caching-off", "--to", "mercari-2017", "--html"];
    let all = [&arguments[..], &[file.to_str().unwrap(), "tests/data/shop.har"]].concat();
    assert_eq!(storable(&all), Some(3));
    let page = std::fs::read_to_string(file).unwrap();
    for part in ["<script src", "<link", "@import", "url("] {
        assert!(!page.contains(part), "the page loads something: {part}");
    }
    let mut rest = page.as_str();
    for part in [
        "3 personal responses WOULD NEWLY GO TO OTHER USERS",
        "add <code>Cache-Control: private</code>",
        "Personal, and newly in reach of other users",
        "http://shop.example/mypage",
        "What else changes",
        "id=\"filter\"",
        "What the switch is",
        "What this recording cannot show",
    ] {
        rest = rest.split_once(part).unwrap_or_else(|| panic!("no `{part}` in its place")).1;
    }
}

#[test]
fn what_a_site_sends_is_no_markup() {
    let (recording, file) = (place("markup.har"), place("markup.html"));
    let entry = r#"{"request": {"method": "GET", "url": "http://a/<script>alert(1)</script>",
        "headers": [{"name": "cookie", "value": "a"}]},
        "response": {"status": 200, "headers": [{"name": "cache-control", "value": "max-age=60"}]}}"#;
    std::fs::write(&recording, format!(r#"{{"log": {{"entries": [{entry}]}}}}"#)).unwrap();
    let arguments = ["switch", "--from", "caching-off", "--to", "fastly", "--html"];
    let paths = [file.to_str().unwrap(), recording.to_str().unwrap()];
    assert_eq!(storable(&[&arguments[..], &paths].concat()), Some(3));
    let page = std::fs::read_to_string(file).unwrap();
    assert!(page.contains("&lt;script&gt;alert(1)") && !page.contains("<script>alert(1)"));
}

#[test]
fn there_is_a_page_for_every_profile_and_a_manual_for_every_subcommand() {
    let (pages, manuals) = (place("pages"), place("man"));
    let har = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/shop.har");
    assert_eq!(storable(&["pages", pages.to_str().unwrap(), "--heads", har]), Some(0));
    let page = |id| std::fs::read_to_string(pages.join(format!("profile-{id}.html"))).unwrap();
    assert!(page("azure-front-door").contains("<h2>Open questions</h2>"));
    assert!(page("cloudfront").contains("Against it: "));
    assert!(page("azure-front-door").contains("recorded exchanges"));
    assert!(!page("rfc9111-shared").contains("Open questions"));
    for profile in storable::Profile::ALL {
        assert!(pages.join(format!("profile-{}.html", profile.id())).is_file());
    }
    assert_eq!(storable(&["pages", pages.to_str().unwrap()]), Some(0));
    assert!(page("azure-front-door").contains("standard cases"));
    assert_eq!(storable(&["man", manuals.to_str().unwrap()]), Some(0));
    for subcommand in ["explain", "switch", "matrix", "decide"] {
        let manual = std::fs::read_to_string(manuals.join(format!("storable-{subcommand}.1")));
        assert!(manual.unwrap().contains("SYNOPSIS"));
    }
}

/// The README shows what `explain` prints: its first lines, to the letter.
#[test]
fn the_picture_in_the_readme_is_true() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let readme = std::fs::read_to_string(format!("{root}/README.md")).unwrap();
    let block = readme.split_once("```console\n").unwrap().1.split_once("```").unwrap().0;
    let (_, shown) = block.split_once('\n').unwrap();
    let head = place("mypage.txt");
    std::fs::write(
        &head,
        "> GET /mypage HTTP/2\n> Host: shop.example\n> Cookie: sid=alice\n> \n\
         < HTTP/2 200 \n< date: Thu, 22 Jun 2017 00:41:00 GMT\n\
         < expires: Thu, 22 Jun 2017 00:40:59 GMT\n< cache-control: no-cache\n< \n",
    )
    .unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_storable"));
    let output = command.args(["explain", "--profile", "fastly"]).arg(head).output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(printed.starts_with(shown), "the README shows\n{shown}\nand not\n{printed}");
}
