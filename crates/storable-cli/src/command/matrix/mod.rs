//! `storable matrix`: the standard cases, and the sharp ones, under every profile, as tables in
//! Markdown or as a page of HTML.

pub(super) mod standard;

use std::io;
use std::process::ExitCode;

use storable::{CacheType, Direction, Exposure, FreshFor, Profile, Storage, Verdict, Waiting};

use self::standard::{CASES, Case};
use crate::named_site::{self, Cache};
use crate::output::html::{Page, escape};
use crate::output::terminal;

/// Compare what caches do with the standard cases.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  storable matrix --profile fastly,cloudflare,cloudfront
  storable matrix --case Set-Cookie
  storable matrix --html > matrix.html")]
pub(crate) struct Arguments {
    /// The caches, separated by commas; all where none is given. Of a site file, each route.
    #[arg(long, value_name = "ID|FILE", value_delimiter = ',', value_parser = named_site::caches)]
    profile: Vec<&'static [Cache]>,
    /// Only cases whose title contains this.
    #[arg(long, value_name = "TEXT", default_value = "")]
    case: String,
    /// Print a page of HTML with colours instead of Markdown.
    #[arg(long)]
    html: bool,
}

pub(crate) fn run(arguments: Arguments) -> ExitCode {
    let named: Vec<&Profile> =
        arguments.profile.into_iter().flatten().flat_map(Cache::routes).collect();
    let profiles = if named.is_empty() { Profile::ALL.iter().collect() } else { named };
    let wanted = arguments.case.to_lowercase();
    let cases: Vec<&Case> =
        CASES.iter().filter(|case| case.title.to_lowercase().contains(&wanted)).collect();
    if cases.is_empty() {
        terminal::complain("matrix", "no case has this in its title; without --case all are shown");
        return ExitCode::FAILURE;
    }
    let page = if arguments.html { page(&profiles, &cases) } else { markdown(&profiles, &cases) };
    terminal::ended("matrix", io::Write::write_all(&mut io::stdout(), page.as_bytes()))
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
    /// It is not documented whether other users get it.
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
                _ if profile.cache_type() == CacheType::Private => Kind::Safe,
                Exposure::Known if beyond => Kind::Leak,
                Exposure::Known => Kind::Shared,
                Exposure::Unknown => Kind::Unknown,
                Exposure::None => Kind::Safe,
            },
            story: crate::words::sentence(&verdict.headline()),
        }
    })
}

fn words(verdict: &Verdict<'_>) -> String {
    let stored = match (verdict.storage(), verdict.fresh_for()) {
        (Storage::Bypass, _) => "bypass".to_owned(),
        (Storage::NotStored, _) => "no".to_owned(),
        (Storage::Unknown, _) => return "not documented".to_owned(),
        (Storage::Stored, FreshFor::Unknown) => "stored".to_owned(),
        (Storage::Stored, fresh) => fresh.to_string(),
    };
    match (verdict.profile().cache_type(), verdict.waiting_user()) {
        // A private cache has one user.
        (CacheType::Private, _) => stored,
        (_, Waiting::Shared) => format!("{stored}, SHARED"),
        (_, Waiting::Unknown) if verdict.exposure() != Exposure::None => {
            format!("{stored}, sharing not documented")
        }
        _ => stored,
    }
}

/// How many caches stand side by side: what a terminal has room for.
const ABREAST: usize = 5;

fn markdown(profiles: &[&Profile], cases: &[&Case]) -> String {
    let tables = profiles.chunks(ABREAST).map(|profiles| {
        let mut table = comfy_table::Table::new();
        table.load_preset(comfy_table::presets::ASCII_MARKDOWN);
        let names = profiles.iter().map(|profile| {
            let mark = if standard::goes_by_path(profile) { " \\*" } else { "" };
            format!("{}{mark}", profile.id())
        });
        table.set_header(std::iter::once("response".to_owned()).chain(names));
        for case in cases {
            let cells = profiles.iter().map(|profile| cell(case, profile).text);
            table.add_row(std::iter::once(case.title.replace('|', "\\|")).chain(cells));
        }
        format!("{table}\n")
    });
    let legend: Vec<_> = LEGEND.iter().map(|(what, says)| format!("{what}{says}")).collect();
    format!("{}\n\n{}", legend.join("  \n"), tables.collect::<Vec<_>>().join("\n"))
}

/// What a cell may hold, and what that says.
const LEGEND: [(&str, &str); 6] = [
    ("", "GET, 200, `Date` is the time of receipt, unless a case says otherwise."),
    ("60 s", ": stored, and fresh for so long; 0 s is stored and never used without asking."),
    ("SHARED", ": users who ask while it is fetched all get it."),
    ("no", ": not stored. bypass: the request passes the cache by."),
    ("not documented", ": no public source says."),
    ("\\*", ": this cache goes by the path; the path is /page.css, elsewhere it is /page."),
];

fn page(profiles: &[&Profile], cases: &[&Case]) -> String {
    let mut page = Page::new("What caches do with the same response");
    page.add(format_args!("<p>"));
    for (class, says) in [
        ("leak", "other users get it, beyond RFC 9111"),
        ("shared", "other users get it, as the RFC allows"),
        ("unknown", "not documented whether other users get it"),
        ("safe", "no other user gets it"),
    ] {
        page.add(format_args!("<span class=\"{class}\">{says}</span>"));
    }
    for (what, says) in LEGEND {
        let (what, says) = (what.trim_start_matches('\\'), says.replace('`', ""));
        page.add(format_args!("<br><b>{}</b>{}", escape(what), escape(&says)));
    }
    page.add(format_args!("<div class=\"wide\"><table>\n<thead><tr><th>profile"));
    for case in cases {
        page.add(format_args!("<th>{}", escape(case.title)));
    }
    page.add(format_args!("</thead>\n<tbody>"));
    let mut family = None;
    for profile in profiles {
        // Caches of one vendor or program stand together.
        let before = family.replace(profile.id().split('-').next());
        let class = if before == family { "" } else { " class=\"family\"" };
        let about = format!("{}, as of {}, {}", profile.name(), profile.as_of(), profile.basis());
        let mark = if standard::goes_by_path(profile) { " *" } else { "" };
        page.add(format_args!(
            "<tr{class}><th title=\"{}\">{}{mark}",
            escape(&about),
            profile.id()
        ));
        for case in cases {
            let Cell { text, kind, story } = cell(case, profile);
            let (class, story, text) = (kind.class(), escape(&story), escape(&text));
            page.add(format_args!("<td class=\"{class}\" title=\"{story}\">{text}"));
        }
    }
    page.add(format_args!("</tbody></table></div>"));
    page.finish()
}
