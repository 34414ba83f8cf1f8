//! What was measured, as a site file: the profile, and the settings that make it this cache.

use storable::profile::{
    Authorization, Collapsing, DefaultTtl, Eligibility, Fact, Facts, FixedTtl, MaximumTtl, Methods,
    RequestRule, StaleWindow, StatusSet, Treatment, Ttl, VaryFields, ZeroLifetime,
};
use storable::site::SiteFile;
use storable::{Axis, Profile, Site};

use super::hypothesis::Question;
use super::infer::State;
use super::report::Report;

/// The site file, in TOML.
///
/// What is known and departs from the base, or is not known of it, becomes a setting where there is
/// one of that name; what cannot be said so is written down as a remark, and judged as the base has it.
pub(crate) fn file(report: &Report<'_>) -> String {
    // A base of the user's own has settings, which the measured ones take the place of.
    let base = report.inference.base;
    let base = Profile::find(base.id()).copied().unwrap_or(base);
    let measured = report.inference.hypothesis.profile();
    let (mut settings, mut remarks) = (Vec::new(), Vec::new());
    for finding in &report.inference.findings {
        let Question::Of(axis) = finding.question else { continue };
        let own = Facts::UNKNOWN.with_answer_of(axis, base.facts());
        if own == Facts::UNKNOWN.with_answer_of(axis, measured.facts()) {
            continue;
        }
        let answer = measured.facts().answer(axis);
        let by_you = format!("measured by you, {}", report.date);
        let words = match &finding.state {
            State::Known { because, .. } => {
                format!("# {axis}: {answer}. Basis: {by_you}, {} experiments.", because.len())
            }
            State::Alike { because, .. } => format!(
                "# {axis}: {answer}, or what does the same in every experiment. Basis: {by_you}, \
                 {} experiments.",
                because.len()
            ),
            State::Open { .. } if base.facts().says(axis) => format!(
                "# {axis}: {answer} explains what was seen; so would other answers. Basis: {by_you}."
            ),
            // Nobody has said it, and it was not found out.
            State::Open { .. } => {
                remarks.push(format!("# {axis}: open.\n"));
                continue;
            }
            State::NotAsked => continue,
        };
        match setting(axis, &measured).filter(|setting| is_taken(base, setting)) {
            Some((name, value)) => settings.push(format!("{words}\n{name} = {value}\n")),
            None => remarks.push(format!("{words} There is no setting for it.\n")),
        }
    }
    let name = format!("{}, measured on {}", report.site, report.date);
    let table = if settings.is_empty() { "" } else { "\n[route.settings]\n" };
    format!(
        "# Written by `storable probe`. The profile is the nearest, or the one that was named; the\n\
         # settings are what the cache was seen doing.\n\
         name = {}\n\n[[route]]\nprofile = {}\n{}{table}{}",
        quoted(&name),
        quoted(base.id()),
        remarks.concat(),
        settings.concat(),
    )
}

/// Whether a site with this profile can have the setting: some caches never ask the question.
fn is_taken(base: Profile, (name, value): &(&str, String)) -> bool {
    let text =
        format!("[[route]]\nprofile = {}\n[route.settings]\n{name} = {value}\n", quoted(base.id()));
    toml::from_str::<SiteFile>(&text).is_ok_and(|file| Site::new(file).is_ok())
}

/// The setting that makes a profile answer a question like this one, in TOML.
fn setting(axis: Axis, profile: &Profile) -> Option<(&'static str, String)> {
    let facts = profile.facts();
    let seconds = |ttl| match ttl {
        Ttl::Seconds(seconds) => Some(seconds.to_string()),
        _ => None,
    };
    Some(match axis {
        Axis::NoStore => ("no-store", treatment(facts.no_store)?),
        Axis::Private => ("private", treatment(facts.private)?),
        Axis::PrivateFields => ("private-fields", treatment(facts.private_fields)?),
        Axis::NoCache => ("no-cache", treatment(facts.no_cache)?),
        Axis::NoCacheFields => ("no-cache-fields", treatment(facts.no_cache_fields)?),
        Axis::SetCookie => ("set-cookie", treatment(facts.set_cookie)?),
        Axis::Collapsing => (
            "collapsing",
            match facts.collapsing.known()? {
                Collapsing::Off => quoted("off"),
                Collapsing::On => quoted("on"),
                _ => return None,
            },
        ),
        Axis::RequestNoCache => ("request-no-cache", rule(facts.request_no_cache)?),
        Axis::RequestNoStore => ("request-no-store", rule(facts.request_no_store)?),
        Axis::MinimumTtl => ("minimum-ttl", facts.minimum_ttl.known()?.to_string()),
        Axis::MaximumTtl => match facts.maximum_ttl.known()? {
            MaximumTtl::Seconds(seconds) => ("maximum-ttl", seconds.to_string()),
            _ => return None,
        },
        Axis::FixedTtl => match facts.fixed_ttl.known()? {
            FixedTtl::Seconds(seconds) => ("fixed-ttl", seconds.to_string()),
            _ => return None,
        },
        Axis::DefaultTtl => match facts.default_ttl.known()? {
            DefaultTtl::Always(ttl) | DefaultTtl::ByStatus(&[(StatusSet::AllBut(&[]), ttl)]) => {
                ("default-ttl", seconds(ttl)?)
            }
            _ => return None,
        },
        Axis::ZeroLifetime => (
            "zero-lifetime",
            match facts.zero_lifetime.known()? {
                ZeroLifetime::Stored => quoted("stored"),
                ZeroLifetime::NotStored => quoted("not-stored"),
                _ => return None,
            },
        ),
        Axis::VaryFields => (
            "vary",
            match facts.vary_fields.known()? {
                VaryFields::Compared => quoted("compared"),
                VaryFields::Ignored => quoted("ignored"),
                VaryFields::OnlyThese(names) => format!("{{ only-these = {} }}", list(names)),
                VaryFields::NoneOfThese(names) => format!("{{ none-of-these = {} }}", list(names)),
                VaryFields::ComparedExcept(names) => {
                    format!("{{ compared-except = {} }}", list(names))
                }
                _ => return None,
            },
        ),
        Axis::Authorization => (
            "authorization",
            match facts.authorization.known()? {
                Authorization::Ignored => quoted("ignored"),
                Authorization::Bypassed => quoted("bypassed"),
                _ => return None,
            },
        ),
        Axis::Methods => match facts.methods.known()? {
            Methods::Only(names) => ("methods", format!("{{ only = {} }}", list(names))),
            _ => return None,
        },
        Axis::Eligibility => match facts.eligibility.known()? {
            Eligibility::All => ("eligible", quoted("everything")),
            _ => return None,
        },
        Axis::StaleWhileRevalidate => (
            "stale-while-revalidate",
            match facts.stale_while_revalidate.known()? {
                StaleWindow::None => quoted("never"),
                StaleWindow::UnlessBarred => quoted("where-stated"),
                StaleWindow::Always => quoted("where-stated-always"),
                StaleWindow::Default(seconds) => format!("{{ else-seconds = {seconds} }}"),
                StaleWindow::WhileRenewed(seconds) => format!("{{ while-renewed = {seconds} }}"),
                _ => return None,
            },
        ),
        Axis::IgnoredFields => ("ignored-fields", list(facts.ignored_fields.known()?)),
        _ => return None,
    })
}

fn treatment(fact: Fact<Treatment>) -> Option<String> {
    Some(quoted(match fact.known()? {
        Treatment::Ignored => "ignored",
        Treatment::NotStored => "not-stored",
        Treatment::Validated => "validated",
        Treatment::Stripped => "stripped",
        Treatment::NeverMatches => "never-matches",
        _ => return None,
    }))
}

fn rule(fact: Fact<RequestRule>) -> Option<String> {
    Some(quoted(match fact.known()? {
        RequestRule::Ignored => "ignored",
        RequestRule::Honoured => "honoured",
        RequestRule::Bypassed => "bypassed",
        _ => return None,
    }))
}

fn list(names: &[&str]) -> String {
    let names: Vec<_> = names.iter().map(|name| quoted(name)).collect();
    format!("[{}]", names.join(", "))
}

/// A basic string of TOML: what JSON has is the same there.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
