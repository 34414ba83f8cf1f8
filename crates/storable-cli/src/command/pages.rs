//! A page for every profile and for every reason code, beside the crate's documentation.
//!
//! ```sh
//! cargo doc --no-deps && storable pages target/doc/caches
//! ```

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use storable::{Axis, Basis, Profile, Rule};

use super::unknowns;
use crate::input::recorded::Recorded;
use crate::output::html::{Page, escape, linked};
use crate::output::{experiment, terminal};

/// Write a page for every profile and every reason code.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The folder; it is made where it is not there.
    folder: PathBuf,
    /// Recorded exchanges, as `storable unknowns` reads them: each profile's open questions then
    /// stand in the order of how often they decide.
    #[arg(long, value_name = "FILE")]
    heads: Vec<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let heads = unknowns::read(&arguments.heads);
    if let Some(problem) = heads.bad.first() {
        return terminal::ended("pages", Err(io::Error::other(terminal::printable(problem))));
    }
    terminal::ended("pages", write(&arguments.folder, &heads.exchanges))
}

fn write(folder: &Path, heads: &[Recorded]) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    std::fs::write(folder.join("index.html"), index())?;
    for profile in Profile::ALL {
        let name = format!("profile-{}.html", profile.id());
        std::fs::write(folder.join(name), profile_page(profile, heads))?;
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

fn profile_page(profile: &'static Profile, heads: &[Recorded]) -> String {
    let mut page = Page::new(profile.name());
    page.add(format_args!(
        "<p><code>{}</code>, as of {}, {}. What is not known is grey.<table><tbody>",
        profile.id(),
        escape(profile.as_of()),
        profile.basis(),
    ));
    for &axis in Axis::ALL {
        let class = if profile.facts().says(axis) { "" } else { "unknown" };
        let claims = profile.claim(axis).into_iter().chain(profile.disputes(axis));
        let told = claims.filter(|_| class.is_empty()).map(|claim| {
            let against = if claim.basis == Basis::Disputing { "Against it: " } else { "" };
            let (says, source) = (escape(claim.says), linked(claim.source));
            format!("{against}{says}<br>{source} ({}, seen {})", claim.basis, claim.seen)
        });
        let source = told.collect::<Vec<_>>().join("<br>");
        page.add(format_args!(
            "<tr class=\"{class}\"><td>{}<td>{}<td>{source}",
            escape(axis.asks()),
            escape(&profile.facts().answer(axis).to_string()),
        ));
    }
    page.add(format_args!("</tbody></table>"));
    open_questions(&mut page, profile, heads);
    page.add(format_args!("<p><a href=\"index.html\">all profiles</a>"));
    page.finish()
}

/// What is not known, the question that decides most often first, with what would answer it.
fn open_questions(page: &mut Page, profile: &'static Profile, heads: &[Recorded]) {
    let count = unknowns::Count::of(profile, heads);
    let decides = count.ranked();
    let decided: BTreeMap<Axis, usize> = decides.iter().copied().collect();
    let first = decides.iter().map(|(axis, _)| *axis);
    let others = Axis::ALL.iter().copied().filter(|&axis| {
        !profile.facts().says(axis)
            && experiment::of(axis).is_some()
            && !decided.contains_key(&axis)
    });
    let questions: Vec<Axis> = first.chain(others).collect();
    if questions.is_empty() {
        return;
    }
    page.add(format_args!("<h2>Open questions</h2>"));
    if !heads.is_empty() {
        page.add(format_args!(
            "<p>An answer that a user can see is unknown for {} of {} recorded exchanges.",
            count.share_open(),
            heads.len(),
        ));
    }
    page.add(format_args!("<ol>"));
    for axis in questions {
        let times = decided.get(&axis).map_or_else(String::new, |times| format!(" ({times})"));
        let experiment = experiment::of(axis).unwrap_or_default();
        page.add(format_args!(
            "<li>{}{times}<br>To find out: {}.",
            escape(axis.asks()),
            escape(experiment)
        ));
    }
    page.add(format_args!("</ol>"));
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
