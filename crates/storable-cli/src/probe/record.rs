//! What was seen, as lines that `storable decide` reads and `tests/recordings` holds.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use super::experiment::{CROWD, Experiment, Later, Trial};
use super::infer::Observation;
use super::place::Place;
use super::seen::Seen;

/// One line for each observation that such a line can hold.
pub(crate) fn lines(
    place: &Place,
    catalogue: &[Experiment],
    observations: &[Observation],
) -> String {
    let now = SystemTime::now();
    observations
        .iter()
        .filter_map(|observation| {
            let experiment = catalogue.get(observation.experiment)?;
            Some(format!("{}\n", line(place, experiment, observation, now)?))
        })
        .collect()
}

fn line(
    place: &Place,
    experiment: &Experiment,
    observation: &Observation,
    now: SystemTime,
) -> Option<Value> {
    let fits = experiment.answer.later == Later::Same && experiment.before.is_none();
    if !fits || experiment.second.is_conditional() {
        return None;
    }
    let request = |ask, user| {
        let ask: &super::experiment::Ask = ask;
        json!({
            "method": ask.method,
            "url": format!("{}/p{}{}", place.site, place.suffix_of(experiment), ask.query),
            "headers": place.request_lines(experiment, ask, user),
        })
    };
    let mut line = json!({
        "id": format!("probe: {}", experiment.name),
        "tags": [experiment.axis.name()],
        "request": request(&experiment.first, 0),
        "response": {
            "status": experiment.answer.status,
            "headers": place.response_lines(experiment, &experiment.answer, now, 1),
        },
        "other_request": request(&experiment.second, 1),
        "received_at": httpdate::fmt_http_date(now),
        "observed": observed(experiment, observation)?,
    });
    if experiment.trial == Trial::Crowd {
        line.as_object_mut()?.insert("waiting".to_owned(), json!(CROWD.saturating_sub(1)));
    }
    Some(line)
}

fn observed(experiment: &Experiment, observation: &Observation) -> Option<Value> {
    let answer = match observation.seen {
        Seen::Hit | Seen::HitWithoutCookie => "hit",
        Seen::Validated | Seen::ValidatedUnchanged => "validated",
        Seen::Miss => "miss",
        Seen::Failed | Seen::NotModified => return None,
        Seen::Shared => "shared",
        Seen::WaitedThenValidated => "validated",
        Seen::OwnFetch => "own-fetch",
    };
    Some(match experiment.trial {
        Trial::Crowd => json!({ "waiting_user": answer }),
        Trial::Again => json!({ "other_user": answer }),
        Trial::After(_) => {
            let waited = rounded(observation.waited);
            // Of a miss it is not known whether it was stored at all, of a hit not whether it was fresh.
            match observation.seen {
                Seen::Validated | Seen::ValidatedUnchanged => json!({ "fresh_for": [0, waited] }),
                _ => return None,
            }
        }
    })
}

fn rounded(waited: Duration) -> f64 {
    (waited.as_secs_f64() * 10.0).round() / 10.0
}
