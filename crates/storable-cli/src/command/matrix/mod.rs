//! The standard cases, and the sharp ones, under every profile: a table in Markdown or HTML.
//!
//! ```sh
//! storable matrix > matrix.md
//! storable matrix --html > matrix.html
//! ```
//!
//! A cell says whether the response is stored, for how long it is fresh, and what waiting users get
//! of it; `?` stands for what no public source says.

mod standard;

use std::io;
use std::process::ExitCode;

use storable::{Direction, Exposure, FreshFor, Profile, Storage, Verdict, Waiting};

use self::standard::{CASES, Case};
use crate::named_profile;
use crate::output::html::{Page, escape};
use crate::output::terminal;

/// What does every cache do with the standard cases?
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The ids of profiles, separated by commas; all where none is given.
    #[arg(long, value_delimiter = ',', value_parser = named_profile::profile)]
    profile: Vec<&'static Profile>,
    /// Print a page of HTML with colours instead of Markdown.
    #[arg(long)]
    html: bool,
}

pub(crate) fn run(arguments: Arguments) -> ExitCode {
    let profiles = match arguments.profile {
        none if none.is_empty() => Profile::ALL.iter().collect(),
        some => some,
    };
    let page = if arguments.html { page(&profiles) } else { markdown(&profiles) };
    match terminal::until_closed(io::Write::write_all(&mut io::stdout(), page.as_bytes())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            terminal::complain("matrix", error);
            ExitCode::FAILURE
        }
    }
}

/// One answer in few words, and how grave it is.
struct Cell {
    text: String,
    kind: Kind,
    story: String,
}

#[derive(Clone, Copy)]
enum Kind {
    /// Other users get it, beyond what RFC 9111 allows.
    Leak,
    /// Other users get it, as the RFC allows.
    Shared,
    /// Nobody says that other users do not get it.
    Unknown,
    /// No other user gets it.
    Safe,
}

impl Kind {
    const fn class(self) -> &'static str {
        match self {
            Self::Leak => "leak",
            Self::Shared => "shared",
            Self::Unknown => "unknown",
            Self::Safe => "safe",
        }
    }
}

fn cell(case: &Case, profile: &Profile) -> Cell {
    case.judge(profile, |verdict| {
        let beyond = verdict.deviations().any(|deviation| deviation.direction == Direction::Beyond);
        Cell {
            text: words(verdict),
            kind: match verdict.exposure() {
                Exposure::Known if beyond => Kind::Leak,
                Exposure::Known => Kind::Shared,
                Exposure::Unknown => Kind::Unknown,
                Exposure::None => Kind::Safe,
            },
            story: verdict.headline().to_string(),
        }
    })
}

fn words(verdict: &Verdict<'_>) -> String {
    let stored = match (verdict.storage(), verdict.fresh_for()) {
        (Storage::Bypass, _) => "bypass".to_owned(),
        (Storage::NotStored, _) => "no".to_owned(),
        (Storage::Unknown, _) => "?".to_owned(),
        (Storage::Stored, FreshFor::Unknown) => "stored, ? s".to_owned(),
        (Storage::Stored, fresh) => fresh.to_string(),
    };
    match verdict.waiting_user() {
        Waiting::Shared => format!("{stored}, SHARED"),
        Waiting::Unknown if verdict.exposure() != Exposure::None => format!("{stored}, shared?"),
        _ => stored,
    }
}

fn markdown(profiles: &[&Profile]) -> String {
    let mut table = comfy_table::Table::new();
    table.load_preset(comfy_table::presets::ASCII_MARKDOWN);
    table.set_header(
        std::iter::once("profile".to_owned())
            .chain(CASES.iter().map(|case| case.title.replace('|', "\\|"))),
    );
    for profile in profiles {
        let cells = CASES.iter().map(|case| cell(case, profile).text);
        table.add_row(std::iter::once(profile.id().to_owned()).chain(cells));
    }
    format!("{}\n\n{table}\n", LEGEND.join("\n"))
}

const LEGEND: [&str; 4] = [
    "GET, 200, `Date` is the time of receipt, unless a column says otherwise.",
    "A number is for how long the response is fresh; `0 s` is stored and never used without asking.",
    "`SHARED`: users who wait while it is fetched all get it. `shared?`: nobody says that they do not.",
    "`no`: not stored. `bypass`: the request passes the cache by. `?`: no public source says.",
];

fn page(profiles: &[&Profile]) -> String {
    let mut page = Page::new("What caches do with the same response");
    page.add(format_args!("<p>"));
    for (class, says) in [
        ("leak", "other users get it, beyond RFC 9111"),
        ("shared", "other users get it, as the RFC allows"),
        ("unknown", "nobody says that they do not"),
        ("safe", "no other user gets it"),
    ] {
        page.add(format_args!("<span class=\"{class}\">{says}</span>"));
    }
    for line in LEGEND {
        page.add(format_args!("<br>{}", escape(line)));
    }
    page.add(format_args!("<table>\n<thead><tr><th>profile"));
    for case in CASES {
        page.add(format_args!("<th>{}", escape(case.title)));
    }
    page.add(format_args!("</thead>\n<tbody>"));
    for profile in profiles {
        let about = format!("{}, as of {}, {}", profile.name(), profile.as_of(), profile.basis());
        page.add(format_args!("<tr><th title=\"{}\">{}", escape(&about), profile.id()));
        for case in CASES {
            let Cell { text, kind, story } = cell(case, profile);
            let (class, story, text) = (kind.class(), escape(&story), escape(&text));
            page.add(format_args!("<td class=\"{class}\" title=\"{story}\">{text}"));
        }
    }
    page.add(format_args!("</tbody></table>"));
    page.finish()
}
