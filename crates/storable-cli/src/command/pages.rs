//! A page for every profile and for every reason code, beside the crate's documentation.
//!
//! ```sh
//! cargo doc --no-deps && storable pages target/doc/caches
//! ```

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use storable::{Axis, Claim, Profile, Rule};

use super::unknowns;
use crate::input::recorded::Recorded;
use crate::named_site::Cache;
use crate::output::html::{Page, escape, linked};
use crate::output::{experiment, terminal};
use crate::words;

/// Write a page for every profile and every reason code.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The folder; it is made where it is not there.
    folder: PathBuf,
    /// Recorded exchanges, as `storable unknowns` reads them: each profile's open questions stand in
    /// the order of how often they decide there. Without any it is that of the standard cases.
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
    page.add(format_args!(
        "<p><label>Show only what contains <input id=\"filter\" type=\"search\"></label>\
         <script>document.getElementById('filter').oninput=e=>document.querySelectorAll('li')\
         .forEach(li=>li.hidden=!li.textContent.toLowerCase().includes(e.target.value.toLowerCase()))\
         </script><h2>Profiles</h2><ul>"
    ));
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

/// A profile as its statements, each with the answers that rest on it.
fn profile_page(profile: &'static Profile, heads: &[Recorded]) -> String {
    let mut page = Page::new(profile.name());
    page.add(format_args!(
        "<p><code>{}</code>, as of {}, {}.",
        profile.id(),
        escape(profile.as_of()),
        profile.basis(),
    ));
    for claim in profile.claims() {
        let rests = |axis: &Axis| profile.claim(*axis).is_some_and(|own| std::ptr::eq(own, claim));
        let answered = |axis: &Axis| profile.facts().says(*axis) && rests(axis);
        let axes: Vec<Axis> = Axis::ALL.iter().copied().filter(answered).collect();
        if axes.is_empty() {
            continue;
        }
        page.add(format_args!("<h3>{}</h3>", escape(&words::capital(claim.says))));
        page.add(format_args!("<p>{}", source(claim)));
        page.add(format_args!("<table><tbody>"));
        for axis in axes {
            let against = profile.disputes(axis).map(|claim| {
                format!("<br>Against it: {}<br>{}", escape(claim.says), source(claim))
            });
            page.add(format_args!(
                "<tr><td>{}<td>{}{}",
                escape(axis.question()),
                escape(&words::fact(profile.facts(), axis)),
                against.collect::<String>(),
            ));
        }
        page.add(format_args!("</tbody></table>"));
    }
    open_questions(&mut page, profile, heads);
    page.add(format_args!("<p><a href=\"index.html\">all profiles</a>"));
    page.finish()
}

/// Where a statement can be read, and how it is known.
fn source(claim: &Claim) -> String {
    format!("{} ({}, seen {})", linked(claim.source), claim.basis, claim.seen)
}

/// What is not known, the question that decides most often first, with what would answer it.
fn open_questions(page: &mut Page, profile: &'static Profile, heads: &[Recorded]) {
    let (count, what) = if heads.is_empty() {
        (
            unknowns::Count::of_standard_cases(profile),
            "standard cases (<code>storable matrix</code>)",
        )
    } else {
        (unknowns::Count::of(Cache::of_profile(profile), heads), "recorded exchanges")
    };
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
    page.add(format_args!(
        "<p>An answer that a user can see is not documented for {} of {} {what}; behind a question stands \
         how often it decides.",
        count.share_open(),
        count.exchanges(),
    ));
    page.add(format_args!("<ol>"));
    for axis in questions {
        let times = decided.get(&axis).map_or_else(String::new, |times| format!(" ({times})"));
        let experiment = experiment::of(axis).unwrap_or_default();
        page.add(format_args!(
            "<li>{}{times}<br>To find out: {}.",
            escape(axis.question()),
            escape(experiment)
        ));
    }
    page.add(format_args!("</ol>"));
}

fn reason_page(rule: Rule) -> String {
    let mut page = Page::new(rule.code());
    let what = words::capital(rule.says());
    page.add(format_args!("<p>What is the case: {}.", escape(&what)));
    if !rule.section().is_empty() {
        page.add(format_args!("<p>Standard: {}.", escape(rule.section())));
    }
    page.add(format_args!(
        "<p>With <code>-ignored</code> behind the code the cache takes no notice of it. With \
         <code>-unknown</code> it is not documented what the cache does then."
    ));
    if let Some(axis) = rule.axis() {
        page.add(format_args!("<h2>{}</h2><table><tbody>", escape(axis.question())));
        for profile in Profile::ALL {
            let why = profile.claim(axis).filter(|_| profile.facts().says(axis));
            page.add(format_args!(
                "<tr><td><a href=\"profile-{0}.html\">{0}</a><td>{1}<td>{2}",
                profile.id(),
                escape(&words::fact(profile.facts(), axis)),
                why.map_or_else(String::new, |claim| escape(claim.says)),
            ));
        }
        page.add(format_args!("</tbody></table>"));
    }
    page.add(format_args!("<p><a href=\"index.html\">all reasons</a>"));
    page.finish()
}
