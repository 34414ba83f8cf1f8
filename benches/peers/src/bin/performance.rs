//! Prints PERFORMANCE.md: counts instructions (callgrind) and allocations of every candidate on
//! every input, and what each library adds to a program.
//!
//!     cargo run --release --bin performance > ../../PERFORMANCE.md

use std::collections::HashMap;
use std::fmt::Write as _;
use std::hint::black_box;
use std::process::Command;
use std::time::Instant;

use allocation_counter::measure;
use storable::Profile;
use storable::life::StoredPolicy;
use storable_peers::{GROUPS, Group, Inputs};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const CALLS: u64 = 1000;

/// Instructions per call of a candidate on an input, by their places in the lists.
type Counts = HashMap<(usize, usize), u64>;

fn main() -> Outcome<()> {
    run("cargo", &["build", "--release", "--bin", "call"])?;
    let (inputs, baseline) = (Inputs::new(), instructions(0, 0, 0, 0)?);
    let mut page = String::new();
    let mut counts = Vec::new();
    for (number, group) in GROUPS.iter().enumerate() {
        counts.push((group.name, table(&mut page, &inputs, (number, group), baseline)?));
    }
    times(&mut page, &inputs)?;
    programs(&mut page)?;
    weight(&mut page)?;
    targets(&mut page, &counts)?;
    print!("{}{page}", head(&counts)?);
    Ok(())
}

/// What the page says in three sentences, and how it was made.
fn head(counts: &[(&str, Counts)]) -> Outcome<String> {
    let decide = [count(counts, "decide", 0, 0)?, count(counts, "decide", 2, 0)?];
    let hit = [count(counts, "hit", 0, 0)?, count(counts, "hit", 1, 0)?];
    let machine = run("uname", &["-sm"])?;
    let compiler = run("rustc", &["--version"])?;
    let valgrind = run("valgrind", &["--version"])?;
    Ok(format!(
        "# What it costs\n\n\
         To decide whether a page may be stored, for how long and why takes {} instructions and no\n\
         allocation, where http-cache-semantics takes {}. To answer the next request from the store\n\
         takes {}, the reading of that request included, where it takes {}. What is paid for that is\n\
         weight: a build costs more processor seconds and more bytes than that library does, as the\n\
         last tables show, since every cache's rules and sources come along.\n\n\
         Printed by `cargo run --release --bin performance > ../../PERFORMANCE.md` in\n\
         `benches/peers`; edit that, not this. {}, {}, {}.\n\
         Release build, fat LTO, one codegen unit, one thread. A number is instructions per call,\n\
         and after `/` the allocations per call where there are any. `storable` judges under\n\
         `rfc9111-shared` with all reasons, where no profile is named.\n",
        decide[0],
        decide[1],
        hit[0],
        hit[1],
        machine.trim(),
        compiler.trim(),
        valgrind.trim()
    ))
}

fn table(
    page: &mut String,
    inputs: &Inputs,
    (number, group): (usize, &Group),
    baseline: u64,
) -> Outcome<Counts> {
    let mut counts = Counts::new();
    let names = (group.inputs)();
    writeln!(page, "\n## {}: {}\n", group.name, group.says)?;
    // A long list of inputs runs down the page, a short one across it.
    let down = names.len() > 12;
    let candidates = group.candidates.iter().map(|(name, _)| (*name).to_owned());
    let (columns, rows): (Vec<_>, Vec<_>) =
        if down { (candidates.collect(), names) } else { (names, candidates.collect()) };
    writeln!(page, "| | {} |", columns.join(" | "))?;
    writeln!(page, "| --- |{}", " ---: |".repeat(columns.len()))?;
    for (row, name) in rows.iter().enumerate() {
        write!(page, "| {name} |")?;
        for column in 0..columns.len() {
            let (candidate, input) = if down { (column, row) } else { (row, column) };
            let total = instructions(number, candidate, input, CALLS)?;
            let per_call = total.saturating_sub(baseline) / CALLS;
            counts.insert((candidate, input), per_call);
            let (_, call) = group.candidates[candidate];
            call(inputs, input);
            let allocations = measure(|| {
                call(inputs, input);
            });
            match allocations.count_total {
                0 => write!(page, " {per_call} |")?,
                count => write!(page, " {per_call} / {count} |")?,
            }
        }
        writeln!(page)?;
    }
    Ok(counts)
}

/// Wall time of what a proxy does at every request, the best of many rounds.
fn times(page: &mut String, inputs: &Inputs) -> Outcome<()> {
    writeln!(
        page,
        "\n## ns: the best of 200 rounds of 200 calls, on this machine and beside other work"
    )?;
    for name in ["decide", "request", "hit", "reuse"] {
        let Some(group) = GROUPS.iter().find(|group| group.name == name) else { continue };
        let names = (group.inputs)();
        writeln!(page, "\n| {name} | {} |", names.join(" | "))?;
        writeln!(page, "| --- |{}", " ---: |".repeat(names.len()))?;
        for (candidate, call) in group.candidates {
            let cells: Vec<_> = (0..names.len())
                .map(|input| {
                    let round = || {
                        let start = Instant::now();
                        for _ in 0..200 {
                            black_box(black_box(*call)(inputs, input));
                        }
                        start.elapsed().as_nanos() / 200
                    };
                    (0..200).map(|_| round()).min().unwrap_or_default().to_string()
                })
                .collect();
            writeln!(page, "| {candidate} | {} |", cells.join(" | "))?;
        }
    }
    Ok(())
}

/// Instructions of a candidate on an input, by their places in the group's lists.
fn count(counts: &[(&str, Counts)], group: &str, candidate: usize, input: usize) -> Outcome<u64> {
    let (_, counts) = counts.iter().find(|(name, _)| *name == group).ok_or("no such group")?;
    Ok(*counts.get(&(candidate, input)).ok_or("no such count")?)
}

/// What the crate is to cost at most, and what the tables above say.
fn targets(page: &mut String, counts: &[(&str, Counts)]) -> Outcome<()> {
    let count = |group: &str, candidate, input| count(counts, group, candidate, input);
    writeln!(page, "\n## Targets\n")?;
    writeln!(page, "| | target | reached | |")?;
    writeln!(page, "| --- | ---: | ---: | --- |")?;
    let mut row = |what: &str, target: u64, reached: u64| {
        let met = if reached <= target { "met" } else { "not met" };
        writeln!(page, "| {what} | {target} | {reached} | {met} |")
    };
    for (input, length) in (GROUPS[0].inputs)().iter().enumerate() {
        row(&format!("parse, {length}"), count("parse", 1, input)?, count("parse", 0, input)?)?;
    }
    let pages = [
        ("cacheable page", 2000),
        ("logged-in page", 1000),
        ("Expires only", 2500),
        ("heuristic only", 2500),
    ];
    for (input, (page, target)) in pages.iter().enumerate() {
        row(&format!("decide, {page}"), *target, count("decide", 1, input)?)?;
    }
    for (input, (page, target)) in pages.iter().enumerate() {
        let mut all = Profile::ALL
            .iter()
            .enumerate()
            .map(|(number, profile)| Ok((count("profiles", input, number)?, profile.id())));
        let (most, id) =
            all.try_fold((0, ""), |most, one: Outcome<_>| one.map(|one| most.max(one)))?;
        row(&format!("decide, {page}, the costliest profile ({id})"), target * 3 / 2, most)?;
    }
    row("request", 900, count("request", 0, 0)?)?;
    row("reuse, two fields in Vary", 600, count("reuse", 0, 0)?)?;
    row("reuse, no Vary", 150, count("reuse", 0, 1)?)?;
    let bytes = size_of::<StoredPolicy>() as u64;
    row("bytes of the stored policy", 96, bytes)?;
    Ok(())
}

/// What a whole run of so many calls takes.
fn instructions(group: usize, candidate: usize, input: usize, calls: u64) -> Outcome<u64> {
    let numbers = [group, candidate, input].map(|number| number.to_string());
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(format!("{}/release/call", target()))
        .args(numbers)
        .arg(calls.to_string())
        .output()?;
    let report = String::from_utf8_lossy(&output.stderr);
    let collected = report.split("Collected : ").nth(1).ok_or("valgrind printed no count")?;
    Ok(collected.split_whitespace().next().unwrap_or_default().parse()?)
}

/// The size that a library adds to a program, the crates it brings, and the processor seconds of a
/// build from nothing.
fn programs(page: &mut String) -> Outcome<()> {
    let libraries = ["storable", "http-cache-semantics", "pingora-cache"];
    let (without, ..) = program("")?;
    writeln!(page, "\n## What a library adds to a program that decides on one response\n")?;
    writeln!(page, "| | bytes of the stripped program | crates | processor seconds to build |")?;
    writeln!(page, "| --- | ---: | ---: | ---: |")?;
    for library in libraries {
        let (size, crates, seconds) = program(library)?;
        let added = size.saturating_sub(without);
        writeln!(page, "| {library} | {added} | {crates} | {seconds} |")?;
    }
    Ok(())
}

/// What a build with a library costs where nobody has set anything.
fn weight(page: &mut String) -> Outcome<()> {
    let table = run("../../.ci/weight", &[])?;
    writeln!(
        page,
        "\n## What a build costs with Cargo's own release profile: `.ci/weight`\n\n\
         The seconds are those of the library alone, where all below it is built. The program prints\n\
         what becomes of one response, of `storable` a verdict under `fastly`, and is stripped.\n\
         Wanted were at most 10 seconds, 2,500,000 bytes and 400,000 bytes.\n\n\
         {}",
        table.trim_end()
    )?;
    Ok(())
}

fn program(feature: &str) -> Outcome<(u64, usize, String)> {
    let target = format!("{}/program-{feature}", target());
    let _ = std::fs::remove_dir_all(&target);
    let build = format!(
        "time -p env RUSTFLAGS='-C strip=symbols' cargo build --quiet --release \
         -p program --features '{feature}' --target-dir {target}"
    );
    let output = Command::new("bash").args(["-c", &build]).output()?;
    let report = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(format!("the program with {feature} does not build:\n{report}").into());
    }
    let seconds: f64 = ["user ", "sys "]
        .iter()
        .filter_map(|name| report.lines().find_map(|line| line.strip_prefix(name)))
        .filter_map(|seconds| seconds.trim().parse::<f64>().ok())
        .sum();
    let size = std::fs::metadata(format!("{target}/release/program"))?.len();
    let tree = ["tree", "-p", "program", "--features", feature, "-e", "normal", "--prefix", "none"];
    let tree = run("cargo", &tree)?;
    let mut crates: Vec<_> = tree.lines().map(|line| line.trim_end_matches(" (*)")).collect();
    crates.sort_unstable();
    crates.dedup();
    std::fs::remove_dir_all(&target)?;
    // The program itself is no library.
    Ok((size, crates.len().saturating_sub(1), format!("{seconds:.0}")))
}

/// Where cargo builds.
fn target() -> String {
    std::env::var("CARGO_TARGET_DIR").unwrap_or_else(|_| "target".to_owned())
}

fn run(program: &str, arguments: &[&str]) -> Outcome<String> {
    let output = Command::new(program).args(arguments).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    Ok(String::from_utf8(output.stdout)?)
}
