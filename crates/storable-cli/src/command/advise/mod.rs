//! `storable advise`: which header lines have every one of these caches do what is wanted?
//!
//! ```sh
//! storable advise --on cloudflare,fastly,vercel --cdn 1h --browser 0 --stale 1d
//! storable advise --on site.toml --private --url https://shop.example/account --as nginx
//! ```

mod paste;

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use clap::ValueEnum;
use http::{HeaderName, HeaderValue};
use serde_json::json;
use storable::advise::{Achieved, Advice, Audience, ForCache, Intent, SetCookie, WaitingUsers};
use storable::{CacheType, Site, advise};
use storable_wire::Line;

use crate::named_site::{self, Cache};
use crate::output::terminal;
use paste::Form;

/// Find the fewest header lines under which caches do what is wanted, proven by judging.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The caches between the origin and the browser, separated by commas: ids of profiles, or site
    /// files. The browser is always there.
    #[arg(long, value_name = "ID|FILE", required = true, value_delimiter = ',', value_parser = named_site::caches)]
    on: Vec<&'static [Cache]>,
    /// For how long shared caches answer with it: `1h`, `30m`, or seconds.
    #[arg(long, value_name = "TIME", value_parser = time, required_unless_present_any = ["private", "never"], conflicts_with_all = ["private", "never"])]
    cdn: Option<Duration>,
    /// For how long a browser does; 0: never without asking.
    #[arg(long, value_name = "TIME", value_parser = time, default_value = "0", conflicts_with = "never")]
    browser: Duration,
    /// For how long after that caches may answer stale while they ask the origin.
    #[arg(long, value_name = "TIME", value_parser = time, default_value = "0", conflicts_with_all = ["private", "never"])]
    stale: Duration,
    /// For how long after that shared caches answer stale where the origin fails.
    #[arg(long, value_name = "TIME", value_parser = time, conflicts_with_all = ["private", "never"])]
    stale_if_error: Option<Duration>,
    /// Request fields by which the response varies, separated by commas.
    #[arg(long, value_name = "NAME", value_delimiter = ',', conflicts_with = "never")]
    vary: Vec<HeaderName>,
    /// It is one user's: nobody else may get it.
    #[arg(long, conflicts_with = "never")]
    private: bool,
    /// No cache may store it, the browser's own included.
    #[arg(long)]
    never: bool,
    /// The response sets a cookie, and this is who may get it.
    #[arg(long, value_name = "WHO", conflicts_with_all = ["private", "never"])]
    set_cookie: Option<Whose>,
    /// Users who wait for one fetch may not get its response.
    #[arg(long, conflicts_with_all = ["private", "never"])]
    apart: bool,
    /// The URL that it is for; some caches go by it.
    #[arg(long, default_value = "https://www.example/")]
    url: String,
    /// A header line of the requests; may be given again.
    #[arg(long, value_name = "NAME: VALUE", value_parser = super::explain::line())]
    request: Vec<Line>,
    /// A header line that the response carries anyway; may be given again.
    #[arg(long, value_name = "NAME: VALUE", value_parser = super::explain::line())]
    response: Vec<Line>,
    /// Print the lines to paste, in this form.
    #[arg(long = "as", value_name = "FORM", conflicts_with = "json")]
    form: Option<Form>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  an hour at the edge, never in browsers, stale for a day:
    storable advise --on cloudflare,fastly,cloudfront --cdn 1h --browser 0 --stale 1d
  a personal page, as a line for nginx:
    storable advise --on akamai,cloudfront --private --as nginx
  a file, on a CDN as it is configured:
    storable advise --on site.toml --cdn 1d --browser 1d --url https://shop.example/app.js

Exit status: 0 for an answer, also where a cache cannot be served; 2 for a wrong command line.";

/// Who may get a cookie.
#[derive(Clone, Copy, ValueEnum)]
enum Whose {
    /// The user who asked.
    OneUser,
    /// Everybody.
    Everyone,
}

/// A time in words, or seconds.
fn time(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().map(Duration::from_secs);
    seconds.or_else(|_| humantime::parse_duration(text)).map_err(|error| error.to_string())
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let intent = match intent(arguments) {
        Ok(intent) => intent,
        Err(problem) => crate::usage("advise", &problem),
    };
    let caches: Vec<Cache> = arguments.on.iter().copied().flatten().copied().collect();
    let sites: Vec<&Site> = caches.iter().map(Cache::site).collect();
    let advice = advise(&intent, &sites);
    let written = match arguments.form {
        Some(form) => {
            if let Some(note) = form.note() {
                terminal::complain("advise", note);
            }
            let kept_back = intent.audience != Audience::Everyone;
            let text = form.write(advice.lines(), &path(&intent.target), kept_back);
            write!(io::stdout().lock(), "{text}")
        }
        None if arguments.json => writeln!(io::stdout().lock(), "{}", as_json(&advice, &caches)),
        None => tell(&mut io::stdout().lock(), &advice, &caches),
    };
    terminal::ended("advise", written)
}

fn intent(arguments: &Arguments) -> Result<Intent, String> {
    let intent = match (arguments.private, arguments.never) {
        (true, _) => Intent::one_user(),
        (_, true) => Intent::nobody(),
        _ => Intent::everyone(arguments.cdn.unwrap_or_default()),
    };
    let mut intent = intent
        .browser(arguments.browser)
        .stale(arguments.stale)
        .vary(arguments.vary.iter().cloned())
        .target(arguments.url.as_str());
    intent.stale_if_error = arguments.stale_if_error;
    if let Some(whose) = arguments.set_cookie {
        intent = intent.set_cookie(match whose {
            Whose::OneUser => SetCookie::OneUsers,
            Whose::Everyone => SetCookie::Everyones,
        });
    }
    if arguments.apart {
        intent = intent.waiting(WaitingUsers::Apart);
    }
    for line in &arguments.request {
        let (name, value) = http_line(line)?;
        intent = intent.request_line(name, value);
    }
    for line in &arguments.response {
        let (name, value) = http_line(line)?;
        intent = intent.response_line(name, value);
    }
    Ok(intent)
}

fn http_line(line: &Line) -> Result<(HeaderName, HeaderValue), String> {
    let (name, value) = line.parts();
    let name = HeaderName::from_bytes(name.as_bytes()).map_err(|error| error.to_string())?;
    let value = HeaderValue::from_bytes(value).map_err(|error| error.to_string())?;
    Ok((name, value))
}

/// The path of a URL.
fn path(url: &str) -> String {
    url.parse::<http::Uri>().map_or_else(|_| "/".to_owned(), |uri| uri.path().to_owned())
}

/// What to call each cache of the advice: as it was named; the browser by its profile.
fn ids<'a>(
    advice: &'a Advice<'_>,
    caches: &'a [Cache],
) -> impl Iterator<Item = (&'static str, &'a ForCache<'a>)> {
    let named = caches.iter().map(|cache| Some(cache.id())).chain(std::iter::repeat(None));
    advice.caches().iter().zip(named).map(|(told, id)| (id.unwrap_or(told.profile.id()), told))
}

fn as_json(advice: &Advice<'_>, caches: &[Cache]) -> serde_json::Value {
    let headers: Vec<_> =
        advice.lines().iter().map(|line| json!([line.name, line.value])).collect();
    let caches: Vec<_> = ids(advice, caches)
        .map(|(id, told)| {
            let why = match &told.configuration {
                Some(configuration) => format!("{} To have it: {configuration}.", told.why),
                None => told.why.clone(),
            };
            json!({"profile": id, "achieved": told.achieved.name(), "why": why})
        })
        .collect();
    json!({"headers": headers, "caches": caches})
}

fn tell(out: &mut impl Write, advice: &Advice<'_>, caches: &[Cache]) -> io::Result<()> {
    let name = |id: &str, told: &ForCache<'_>| match told.profile.cache_type() {
        CacheType::Private => format!("a browser ({id})"),
        CacheType::Shared => id.to_owned(),
    };
    writeln!(out, "Send:\n")?;
    for line in advice.lines() {
        writeln!(out, "  {line}")?;
    }
    writeln!(out)?;
    for line in advice.lines() {
        let needed: Vec<String> = ids(advice, caches)
            .filter(|(_, told)| line.needed_by.contains(&told.profile))
            .map(|(id, told)| name(id, told))
            .collect();
        match needed.as_slice() {
            [] => writeln!(
                out,
                "{} is sent in case that another cache comes to stand in the way.",
                line.name
            )?,
            needed => writeln!(out, "{} is needed by {}.", line.name, needed.join(", "))?,
        }
    }
    for (id, told) in ids(advice, caches) {
        let achieved = match told.achieved {
            Achieved::Yes => "does what is wanted",
            Achieved::Stricter => "does what is wanted, or less",
            Achieved::NotByHeaders => "NOT AS WANTED, and no header changes that",
            Achieved::NotDocumented => "NOT DOCUMENTED whether it does what is wanted",
        };
        writeln!(out, "\n{}: {achieved}\n  {}", name(id, told), told.why)?;
        if let Some(configuration) = &told.configuration {
            writeln!(out, "  To have it: {configuration}.")?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        for (text, seconds) in
            [("0", 0), ("90", 90), ("1h", 3600), ("1d", 86_400), ("1h 30m", 5400)]
        {
            assert_eq!(time(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        assert!(time("an hour").is_err() && time("-1").is_err());
    }
}
