//! The crate against a second reading of RFC 9111, over a finite domain of typed exchanges: a sample
//! of it always, all of it on demand:
//!
//! ```sh
//! cargo test --release --test reference -- --ignored --nocapture
//! ```

#![allow(missing_docs, clippy::panic, clippy::arithmetic_side_effects)]
#![allow(clippy::as_conversions, clippy::indexing_slicing)]

mod domain;
mod model;
mod subject;
mod wide;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::Domain;
use indicatif::{ProgressBar, ProgressStyle};
use model::Answers;
use model::exchange::Exchange;

/// How many disagreements are worth reading at once.
const SHOWN: usize = 12;

/// What was found so far.
#[derive(Default)]
struct Findings {
    compared: AtomicU64,
    stored: AtomicU64,
    shared: AtomicU64,
    disagreeing: AtomicU64,
    shown: Mutex<Vec<String>>,
}

impl Findings {
    /// Compares exchanges, each with what the crate says of it.
    fn compare(&self, exchanges: impl Iterator<Item = (Exchange, Answers)>) {
        let (mut compared, mut stored, mut shared) = (0, 0, 0);
        for (exchange, actual) in exchanges {
            let expected = model::answers(&exchange);
            compared += 1;
            stored += u64::from(expected.stored_and_fresh_for.is_some());
            shared += u64::from(expected.waiting_user == model::Reuse::Hit);
            if expected != actual {
                self.disagreeing.fetch_add(1, Ordering::Relaxed);
                let mut shown = self.shown.lock().unwrap_or_else(|poison| poison.into_inner());
                if shown.len() < SHOWN {
                    shown.push(format!(
                        "{exchange:?}\n    reference {expected:?}\n    crate     {actual:?}"
                    ));
                }
            }
        }
        self.compared.fetch_add(compared, Ordering::Relaxed);
        self.stored.fetch_add(stored, Ordering::Relaxed);
        self.shared.fetch_add(shared, Ordering::Relaxed);
    }

    /// Fails where there were disagreements, or where the comparison was about nothing.
    fn conclude(self, at_least: u64) {
        let compared = self.compared.into_inner();
        let (stored, shared) = (self.stored.into_inner(), self.shared.into_inner());
        println!("{compared} exchanges compared: {stored} stored, {shared} shared while waiting");
        let disagreeing = self.disagreeing.into_inner();
        let shown = self.shown.into_inner().unwrap_or_default();
        assert_eq!(disagreeing, 0, "of {compared} exchanges; the first are\n{}", shown.join("\n"));
        assert!(compared >= at_least, "only {compared} exchanges were compared");
        assert!(stored > compared / 20, "only {stored} of {compared} are stored");
        assert!(shared > compared / 500, "only {shared} of {compared} are shared");
    }
}

/// How many exchanges a sample has.
const SAMPLE: u64 = 100_000;

/// The exchange of this number in the domain, and what the crate says of it.
fn judged(domain: &Domain, number: u64) -> (Exchange, Answers) {
    let (exchange, texts) = domain.get(number);
    (exchange, subject::judge_texts(&exchange, texts))
}

#[test]
fn a_sample_of_the_domain_agrees_with_the_reference() {
    let domain = Domain::new();
    let numbers = (0..SAMPLE).map(|count| scattered(count) % domain.size());
    let findings = Findings::default();
    findings.compare(numbers.map(|number| judged(&domain, number)));
    findings.conclude(SAMPLE);
}

#[test]
fn a_sample_beyond_the_domain_agrees_with_the_reference() {
    let mut count = 0;
    let mut choose = |below| {
        count += 1;
        scattered(count) % below
    };
    let findings = Findings::default();
    findings.compare((0..SAMPLE).map(|_| {
        let exchange = wide::exchange(&mut choose);
        (exchange, subject::judge(&exchange))
    }));
    findings.conclude(SAMPLE);
}

/// The finaliser of SplitMix64: a bijection that leaves no pattern.
fn scattered(number: u64) -> u64 {
    let number = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    number ^ (number >> 31)
}

#[test]
#[ignore = "minutes in release mode"]
fn the_whole_domain_agrees_with_the_reference() {
    let domain = Domain::new();
    for (dimension, length) in domain.dimensions() {
        println!("{length:>8} {dimension}");
    }
    println!("{:>8} combinations", domain.size());
    let style =
        ProgressStyle::with_template("{percent:>3} % {wide_bar} {pos} of {len}, {eta} left");
    let bar = ProgressBar::new(domain.size());
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));

    let findings = Findings::default();
    let next = AtomicU64::new(0);
    const PORTION: u64 = 100_000;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let start = next.fetch_add(PORTION, Ordering::Relaxed);
                    if start >= domain.size() {
                        break;
                    }
                    let end = domain.size().min(start + PORTION);
                    findings.compare((start..end).map(|number| judged(&domain, number)));
                    bar.inc(end - start);
                }
            });
        }
    });
    bar.finish_and_clear();
    findings.conclude(50_000_000);
}
