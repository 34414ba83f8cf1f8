//! Making the experiments: in what order, how many at once, how often, and what became of each.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::answer::{Answer, NoAnswer};
use super::catalogue::control;
use super::client::Client;
use super::experiment::{Ask, CROWD, Experiment, Later, Trial};
use super::laboratory::Laboratory;
use super::origin::{Origin, Page};
use super::outcome::{Control, Evidence, Outcome, crowded, followed, proves_itself};
use super::place::Place;
use super::plan::{Plan, requests_of};
use super::seen::Seen;

/// How long things take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    /// Between the end of an answer and the next request.
    pub(crate) gap: Duration,
    /// Until a fetch behind an answer shows in the origin's log.
    pub(crate) settle: Duration,
    /// How long the origin takes while users wait.
    pub(crate) delay: Duration,
    /// A second request that is answered so long after it was to be sent tells nothing: a lifetime
    /// may be over.
    pub(crate) late: Duration,
}

impl Pace {
    /// For a cache on this machine or in a private network.
    pub(crate) const NEAR: Self = Self {
        gap: Duration::from_millis(40),
        settle: Duration::from_millis(60),
        delay: Duration::from_millis(600),
        late: Duration::from_millis(500),
    };
    /// For a cache on the other side of the Internet.
    pub(crate) const FAR: Self = Self {
        gap: Duration::from_secs(1),
        settle: Duration::from_millis(500),
        delay: Duration::from_secs(4),
        late: Duration::from_secs(8),
    };
}

/// How much is asked of the property.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Requests in all.
    pub(crate) budget: usize,
    /// How often an experiment is made whose outcome one cache node alone may have.
    pub(crate) repeat: usize,
}

/// Requests at one time.
const AT_ONCE: usize = 10;
/// Experiments at one time, each of which has one request on its way.
const EXPERIMENTS_AT_ONCE: usize = 5;
/// Longer waits are not made one after the other.
const LONG: Duration = Duration::from_secs(3);
/// Seconds for which the cache may take the origin for dead.
const WARM_UP: usize = 20;
/// How often the control experiment is made; of a cache of several nodes, until one has it.
const CONTROLS: usize = 12;
const MOST_CONTROLS: usize = 24;
/// Why nothing can be measured.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unmeasurable {
    #[error("the cache gives no answer: {0}")]
    NoAnswer(#[from] NoAnswer),
    #[error(
        "the cache answered {status}, and the origin at {listen} was not asked. Let the property's \
         origin be this address, in plain HTTP/1.1, and see that a firewall lets it in"
    )]
    OriginNotReached { status: u16, listen: String },
    #[error(
        "the origin was asked, and what came back is not what it had answered (status {0}). \
         Something between the cache and the origin answers in its place"
    )]
    NotOurs(u16),
    #[error(
        "this path is not cached at all: `Cache-Control: public, max-age=60, s-maxage=60` was a miss {tries} \
         times of {tries}. Let the rules of the property cache it, or choose another ending with \
         --suffix, such as .css"
    )]
    NotCached { tries: usize },
}

/// Everything that the experiments need, and what they have shown so far.
pub(crate) struct Run {
    pub(crate) client: Client,
    pub(crate) origin: Arc<Origin>,
    pub(crate) place: Place,
    pub(crate) pace: Pace,
    pub(crate) limits: Limits,
    /// GivenExchange from other runs by this part of each path.
    pub(crate) nonce: String,
    pub(crate) catalogue: Vec<Experiment>,
    requests: Semaphore,
    paths: AtomicUsize,
    spent: AtomicUsize,
    outcomes: Mutex<Vec<Outcome>>,
    progress: Box<dyn Fn() + Send + Sync>,
}

impl Run {
    pub(crate) fn new(
        client: Client,
        place: Place,
        pace: Pace,
        limits: Limits,
        nonce: String,
        catalogue: Vec<Experiment>,
        progress: Box<dyn Fn() + Send + Sync>,
    ) -> Arc<Self> {
        Arc::new(Self {
            client,
            origin: Origin::new(place.clone()),
            place,
            pace,
            limits,
            nonce,
            catalogue,
            requests: Semaphore::new(AT_ONCE),
            paths: AtomicUsize::new(0),
            spent: AtomicUsize::new(0),
            outcomes: Mutex::default(),
            progress,
        })
    }

    /// How many requests were sent.
    pub(crate) fn spent(&self) -> usize {
        self.spent.load(Ordering::Relaxed)
    }

    /// Whether the cache reaches the origin, and stores what it is meant to store.
    pub(crate) async fn control(&self, listen: &str) -> Result<Control, Unmeasurable> {
        let experiment = control();
        self.warm_up(&experiment).await?;
        let mut control = Control { hits: 0, tries: 0 };
        while control.tries < CONTROLS || (control.hits == 0 && control.tries < MOST_CONTROLS) {
            let (path, page) = self.page(&experiment, Duration::ZERO);
            let first = self.request(&experiment, &path, Which::First).await?;
            if page.noted().is_empty() {
                let listen = listen.to_owned();
                return Err(Unmeasurable::OriginNotReached { status: first.status, listen });
            }
            if first.serial.is_none() || first.status != 200 {
                return Err(Unmeasurable::NotOurs(first.status));
            }
            tokio::time::sleep(self.pace.gap).await;
            let second = self.request(&experiment, &path, Which::Second(1)).await?;
            control.tries = control.tries.saturating_add(1);
            control.hits = control.hits.saturating_add(usize::from(second.serial == first.serial));
            self.spent.fetch_add(2, Ordering::Relaxed);
        }
        if control.hits == 0 {
            return Err(Unmeasurable::NotCached { tries: control.tries });
        }
        Ok(control)
    }

    /// Asks until the origin is reached: a cache that came before it may have given it up for a while.
    async fn warm_up(&self, experiment: &Experiment) -> Result<(), Unmeasurable> {
        for _ in 0..WARM_UP {
            let (path, page) = self.page(experiment, Duration::ZERO);
            let answer = self.request(experiment, &path, Which::First).await?;
            self.spent.fetch_add(1, Ordering::Relaxed);
            if !page.noted().is_empty() || answer.status < 500 {
                break;
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        Ok(())
    }

    /// Makes the experiments, those that tell most first, as far as the budget goes.
    pub(crate) async fn experiments(
        self: &Arc<Self>,
        laboratory: &Laboratory<'_>,
        control: Control,
    ) {
        let mut plan = Plan::new(laboratory);
        // Nothing else waits for those that wait for long.
        let mut long = JoinSet::new();
        loop {
            let requests = self.limits.budget.saturating_sub(self.spent());
            let round =
                plan.next(&self.evidence(control).observations, requests, self.limits.repeat);
            if round.is_empty() || requests == 0 {
                break;
            }
            self.round(&round, &mut long).await;
        }
        while long.join_next().await.is_some() {}
    }

    /// Makes these experiments; those that wait for long are only begun.
    async fn round(self: &Arc<Self>, numbers: &[usize], long: &mut JoinSet<()>) {
        let of = |wanted: fn(&Trial) -> bool| {
            let is_wanted = move |number: &&usize| {
                self.catalogue.get(**number).is_some_and(|experiment| wanted(&experiment.trial))
            };
            numbers.iter().filter(is_wanted).copied()
        };
        for number in of(|trial| matches!(trial, Trial::After(_))) {
            let run = Arc::clone(self);
            long.spawn(async move { run.repeated(number).await });
        }
        for number in of(|trial| *trial == Trial::Crowd) {
            self.repeated(number).await;
        }
        let lanes = Arc::new(Semaphore::new(EXPERIMENTS_AT_ONCE));
        let mut short = JoinSet::new();
        for number in of(|trial| *trial == Trial::Again) {
            let (run, lanes) = (Arc::clone(self), Arc::clone(&lanes));
            short.spawn(async move {
                // The semaphore is never closed.
                let _lane = lanes.acquire().await;
                run.repeated(number).await;
            });
        }
        while short.join_next().await.is_some() {}
    }

    /// Makes one experiment until a hit settles it, or often enough. Where that means to wait for
    /// long, it is made at several paths at once.
    async fn repeated(&self, number: usize) {
        let Some(experiment) = self.catalogue.get(number) else { return };
        let repeat = self.limits.repeat.max(1);
        if experiment.wait() > LONG {
            futures_util::future::join_all((0..repeat).map(|_| self.once(number, experiment)))
                .await;
        } else {
            for _ in 0..repeat {
                if self.once(number, experiment).await.is_some_and(proves_itself) {
                    break;
                }
            }
        }
        (self.progress)();
    }

    /// Makes one experiment once, if the budget allows it, and notes what was seen.
    async fn once(&self, number: usize, experiment: &Experiment) -> Option<Seen> {
        let cost = requests_of(experiment);
        let spent = self.spent.fetch_add(cost, Ordering::Relaxed);
        if spent.saturating_add(cost) > self.limits.budget {
            self.spent.fetch_sub(cost, Ordering::Relaxed);
            return None;
        }
        let outcome = match experiment.trial {
            Trial::Crowd => self.crowd(number, experiment).await,
            Trial::Again => self.pair(number, experiment, self.pace.gap).await,
            Trial::After(wait) => self.pair(number, experiment, wait).await,
        }?;
        self.outcomes.lock().unwrap_or_else(PoisonError::into_inner).push(outcome);
        Some(outcome.seen)
    }

    /// A path of its own.
    fn page(&self, experiment: &Experiment, delay: Duration) -> (String, Arc<Page>) {
        let number = self.paths.fetch_add(1, Ordering::Relaxed);
        let suffix = self.place.suffix_of(experiment);
        let path = format!("/storable-probe/{}-{number}{suffix}", self.nonce);
        let page = self.origin.page(&path, experiment, delay);
        (path, page)
    }

    async fn request(
        &self,
        experiment: &Experiment,
        path: &str,
        which: Which<'_>,
    ) -> Result<Answer, NoAnswer> {
        // The semaphore is never closed.
        let _permit = self.requests.acquire().await;
        let (ask, user) = match which {
            Which::Before(ask) => (ask, 0),
            Which::First => (&experiment.first, 0),
            Which::Second(user) => (&experiment.second, user),
        };
        let lines = self.place.request_lines(experiment, ask, user);
        self.client.ask(ask.method, &format!("{path}{}", ask.query), &lines).await
    }

    /// Two requests, one after the other.
    async fn pair(&self, number: usize, experiment: &Experiment, gap: Duration) -> Option<Outcome> {
        let (path, page) = self.page(experiment, Duration::ZERO);
        let earlier = self.before(experiment, &path).await?;
        let first = self.request(experiment, &path, Which::First).await.ok()?;
        let before = page.noted().len();
        if before == 0 || first.status != experiment.answer.status {
            return None;
        }
        tokio::time::sleep(gap).await;
        let sent = Instant::now();
        let second = self.request(experiment, &path, Which::Second(1)).await;
        let since_first = first.complete.elapsed();
        if experiment.trial == Trial::Again && since_first > gap.saturating_add(self.pace.late) {
            return None;
        }
        tokio::time::sleep(self.pace.settle).await;
        let log = page.noted();
        let since = log.get(before..).unwrap_or_default();
        let seen = match second {
            Ok(second) => followed(experiment, earlier.as_ref(), &first, &second, since)?,
            Err(_) if experiment.answer.later != Later::Same => Seen::Failed,
            Err(_) => return None,
        };
        let waited = match experiment.trial {
            Trial::After(_) => sent.saturating_duration_since(first.complete),
            Trial::Again | Trial::Crowd => since_first,
        };
        Some(Outcome { experiment: number, waited, seen })
    }

    /// The request before the first one, where there is one. `None`: it came to nothing.
    async fn before(&self, experiment: &Experiment, path: &str) -> Option<Option<Answer>> {
        let Some(before) = &experiment.before else { return Some(None) };
        let answer = self.request(experiment, path, Which::Before(&before.ask)).await.ok()?;
        tokio::time::sleep(self.pace.gap).await;
        Some(Some(answer))
    }

    /// Several users at once: the others come when the origin has the first one's request.
    async fn crowd(&self, number: usize, experiment: &Experiment) -> Option<Outcome> {
        let (path, page) = self.page(experiment, self.pace.delay);
        self.before(experiment, &path).await?;
        let before = page.noted().len();
        let first = self.request(experiment, &path, Which::First);
        let others = async {
            page.asked_after(before).await;
            tokio::time::sleep(self.pace.gap.min(Duration::from_millis(50))).await;
            let sent = Instant::now();
            let asked = (1..CROWD).map(|user| self.request(experiment, &path, Which::Second(user)));
            (sent, futures_util::future::join_all(asked).await)
        };
        let (first, (sent, others)) = tokio::time::timeout(
            self.pace.delay.saturating_mul(8).saturating_add(Duration::from_secs(20)),
            futures_util::future::join(first, others),
        )
        .await
        .ok()?;
        tokio::time::sleep(self.pace.settle).await;
        let answers: Vec<_> =
            std::iter::once(first).chain(others).collect::<Result<_, _>>().ok()?;
        let log = page.noted();
        let since = log.get(before..).unwrap_or_default();
        let seen = crowded(&answers, since, sent, self.pace.delay)?;
        Some(Outcome { experiment: number, waited: Duration::ZERO, seen })
    }

    /// What the experiments show that were made so far.
    pub(crate) fn evidence(&self, control: Control) -> Evidence {
        let outcomes = self.outcomes.lock().unwrap_or_else(PoisonError::into_inner);
        Evidence::of(&self.catalogue, &outcomes, control)
    }
}

/// Which of an experiment's requests.
#[derive(Clone, Copy)]
enum Which<'a> {
    /// One that comes before.
    Before(&'a Ask),
    First,
    /// The one that tells, of this user.
    Second(usize),
}
