//! A page for every profile and for every reason code, beside the crate's documentation.
//!
//! ```sh
//! cargo doc --no-deps && storable pages target/doc/caches
//! ```

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use storable::{Axis, Profile, Rule};

use crate::output::html::{Page, escape, linked};
use crate::output::terminal;

/// Write a page for every profile and every reason code.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The folder; it is made where it is not there.
    folder: PathBuf,
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    terminal::ended("pages", write(&arguments.folder))
}

fn write(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    std::fs::write(folder.join("index.html"), index())?;
    for profile in Profile::ALL {
        let name = format!("profile-{}.html", profile.id());
        std::fs::write(folder.join(name), profile_page(profile))?;
    }
    for rule in Rule::ALL {
        std::fs::write(folder.join(format!("reason-{}.html", rule.code())), reason_page(*rule))?;
    }
    Ok(())
}

fn index() -> String {
    let mut page = Page::new("Caches and reasons");
    page.add(format_args!("<h2>Profiles</h2><ul>"));
    for profile in Profile::ALL {
        page.add(format_args!(
            "<li><a href=\"profile-{0}.html\">{0}</a>: {1}, as of {2}, {3}",
            profile.id(),
            escape(profile.name()),
            escape(profile.as_of()),
            profile.basis(),
        ));
    }
    page.add(format_args!("</ul><h2>Reasons</h2><ul>"));
    for rule in Rule::ALL {
        page.add(format_args!(
            "<li><a href=\"reason-{0}.html\">{0}</a>: {1}",
            rule.code(),
            escape(rule.says()),
        ));
    }
    page.add(format_args!("</ul>"));
    page.finish()
}

fn profile_page(profile: &Profile) -> String {
    let mut page = Page::new(profile.name());
    page.add(format_args!(
        "<p><code>{}</code>, as of {}, {}. What is not known is grey.<table><tbody>",
        profile.id(),
        escape(profile.as_of()),
        profile.basis(),
    ));
    for &axis in Axis::ALL {
        let class = if profile.facts().says(axis) { "" } else { "unknown" };
        let source =
            profile.claim(axis).filter(|_| class.is_empty()).map_or_else(String::new, |claim| {
                format!(
                    "{}<br>{} ({}, seen {})",
                    escape(claim.says),
                    linked(claim.source),
                    claim.basis,
                    claim.seen,
                )
            });
        page.add(format_args!(
            "<tr class=\"{class}\"><td>{}<td>{}<td>{source}",
            escape(axis.asks()),
            escape(&profile.facts().answer(axis).to_string()),
        ));
    }
    page.add(format_args!("</tbody></table><p><a href=\"index.html\">all profiles</a>"));
    page.finish()
}

fn reason_page(rule: Rule) -> String {
    let mut page = Page::new(rule.code());
    page.add(format_args!("<p>It fires because of: {}.", escape(rule.says())));
    if !rule.section().is_empty() {
        page.add(format_args!("<p>Standard: {}.", escape(rule.section())));
    }
    page.add(format_args!(
        "<p>With <code>-ignored</code> behind it: this cache does not look at that. With \
         <code>-unknown</code>: no public source says what it does."
    ));
    if let Some(axis) = rule.axis() {
        page.add(format_args!("<h2>{}</h2><table><tbody>", escape(axis.asks())));
        for profile in Profile::ALL {
            page.add(format_args!(
                "<tr><td><a href=\"profile-{0}.html\">{0}</a><td>{1}",
                profile.id(),
                escape(&profile.facts().answer(axis).to_string()),
            ));
        }
        page.add(format_args!("</tbody></table>"));
    }
    page.add(format_args!("<p><a href=\"index.html\">all reasons</a>"));
    page.finish()
}
