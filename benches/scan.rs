//! Measures whole scans against a bare parallel `syn` parse of the same files, in one run and as ratios.
//!
//! `cargo bench` scans the sources of our own dependencies, pinned by `Cargo.lock`, in cargo's registry.
//! `PATSCAN_BENCH=FOLDER cargo bench` scans a folder. Each figure is the median of five interleaved runs, each in a process of its
//! own with the same allocator. CPU and memory are read from `/proc`, so elsewhere than on Linux only wall time is told.
#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    missing_docs,
    reason = "a program for people at a terminal"
)]

use patscan::rule::RuleSet;
use patscan::scan::{Clock, Options, Pool, Roots, Silent, load, vocabulary};
use patscan::syntax::STACK_BYTES;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const MODE: &str = "PATSCAN_BENCH_MODE";
const N_ROUNDS: usize = 5;

/// What is measured: name, threads, checks (`None` is a bare `syn` parse).
const MODES: [(&str, usize, Option<usize>); 6] = [
    ("syn parse, 1 thread", 1, None),
    ("syn parse, 2 threads", 2, None),
    ("scan, 1 thread, all checks", 1, Some(usize::MAX)),
    ("scan, 2 threads, all checks", 2, Some(usize::MAX)),
    ("scan, 2 threads, 10 checks", 2, Some(10)),
    ("scan, 2 threads, 1 check", 2, Some(1)),
];

/// Tables of constants, which are no code that anybody scans.
const LEFT_OUT: [&str; 4] = ["libc", "linux-raw-sys", "windows-sys", "web-sys"];

#[derive(Clone, Copy, Debug, Default)]
struct Figures {
    cpu: f64,
    wall: f64,
    peak_mb: f64,
}

fn main() {
    let folders = folders();
    match std::env::var(MODE).ok().and_then(|text| text.parse::<usize>().ok()) {
        Some(mode) => print_figures(mode, &folders),
        None => compare(&folders),
    }
}

fn folders() -> Vec<PathBuf> {
    if let Some(folder) = std::env::var_os("PATSCAN_BENCH") {
        return vec![PathBuf::from(folder)];
    }
    let home = std::env::var_os("CARGO_HOME").map_or_else(
        || PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cargo"),
        PathBuf::from,
    );
    let lock = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock"))
        .expect("Cargo.lock");
    let lock: toml::Table = lock.parse().expect("a lock file");
    let registries: Vec<PathBuf> = std::fs::read_dir(home.join("registry/src"))
        .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
        .unwrap_or_default();
    let mut found = Vec::new();
    for package in lock["package"].as_array().expect("packages") {
        let text = |key: &str| package.get(key).and_then(toml::Value::as_str).unwrap_or_default();
        if !LEFT_OUT.contains(&text("name")) {
            let name = format!("{}-{}", text("name"), text("version"));
            found.extend(registries.iter().map(|registry| registry.join(&name)).filter(|path| path.is_dir()));
        }
    }
    found
}

/// One measurement, in this process.
fn print_figures(mode: usize, folders: &[PathBuf]) {
    let (_, n_threads, n_checks) = MODES[mode];
    let start = Instant::now();
    match n_checks {
        None => bare_parse(folders, n_threads),
        Some(n_checks) => scan(folders, n_threads, n_checks),
    }
    let wall = start.elapsed().as_secs_f64();
    println!("figures {} {wall} {}", cpu_seconds(), peak_megabytes());
}

fn texts(folders: &[PathBuf]) -> Vec<PathBuf> {
    let walk = folders.iter().flat_map(|folder| walkdir::WalkDir::new(folder).into_iter().flatten());
    let files = walk.map(walkdir::DirEntry::into_path);
    files.filter(|path| path.extension().is_some_and(|ext| ext == "rs")).collect()
}

fn bare_parse(folders: &[PathBuf], n_threads: usize) {
    let files = texts(folders);
    let pool = Pool::new(n_threads, STACK_BYTES).expect("threads");
    let weight = |path: &PathBuf| std::fs::metadata(path).map_or(0, |data| data.len());
    let parsed = pool.map(&files, weight, |path| {
        let is_parsed = std::fs::read_to_string(path).is_ok_and(|text| syn::parse_file(&text).is_ok());
        proc_macro2::extra::invalidate_current_thread_spans();
        is_parsed
    });
    std::hint::black_box(parsed.len());
}

fn scan(folders: &[PathBuf], n_threads: usize, n_checks: usize) {
    let (mut rules, _) = RuleSet::builtin(vocabulary());
    rules.rules.truncate(n_checks);
    let working = std::env::current_dir().expect("a working folder");
    let roots = Roots::new(folders, &working).expect("folders");
    let options = Options { n_threads, ..Options::new(roots) };
    let loaded = load(&options, &Silent).expect("code");
    std::hint::black_box(loaded.check(&rules, Clock::Off, &Silent).findings.len());
}

/// User and system time of this process; 0 where it cannot be read. A tick is 10 ms on every Linux.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let behind_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks = behind_name.split_whitespace().skip(11).take(2).filter_map(|text| text.parse::<f64>().ok());
    ticks.sum::<f64>() / 100.0
}

fn peak_megabytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("");
    let kilobytes = line.split_whitespace().next().and_then(|text| text.parse::<f64>().ok());
    kilobytes.unwrap_or(0.0) / 1024.0
}

/// All measurements, each in a process of its own, in turn.
fn compare(folders: &[PathBuf]) {
    let n_lines: usize = texts(folders)
        .iter()
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .map(|text| text.lines().count())
        .sum();
    println!("{} folders, {n_lines} lines of Rust, medians of {N_ROUNDS} rounds", folders.len());
    let mut rounds: Vec<Vec<Figures>> = vec![Vec::new(); MODES.len()];
    for _ in 0..N_ROUNDS {
        for (mode, seen) in rounds.iter_mut().enumerate() {
            seen.push(measure(mode));
        }
    }
    let medians: Vec<Figures> = rounds.iter().map(|seen| median(seen)).collect();
    println!("{:30} {:>8} {:>8} {:>9}", "", "CPU s", "wall s", "peak MB");
    for ((name, _, _), figures) in MODES.iter().zip(&medians) {
        println!("{name:30} {:8.2} {:8.2} {:9.0}", figures.cpu, figures.wall, figures.peak_mb);
    }
    let [syn_1, syn_2, all_1, all_2, ten, one] = [0, 1, 2, 3, 4, 5].map(|mode: usize| medians[mode]);
    println!("CPU, scan with all checks / syn parse, 1 thread:  {:.2}", all_1.cpu / syn_1.cpu);
    println!("CPU, scan with all checks / syn parse, 2 threads: {:.2}", all_2.cpu / syn_2.cpu);
    println!("CPU, all checks / one check:                      {:.2}", all_2.cpu / one.cpu);
    println!("CPU, ten checks / one check:                      {:.2}", ten.cpu / one.cpu);
    println!("wall, 1 thread / 2 threads:                       {:.2}", all_1.wall / all_2.wall);
    let per_million = |figures: Figures| figures.peak_mb * 1e6 / n_lines as f64;
    println!("peak MB per million lines, scan, 2 threads:       {:.0}", per_million(all_2));
    println!("peak MB per million lines, syn parse, 2 threads:  {:.0}", per_million(syn_2));
}

fn measure(mode: usize) -> Figures {
    let program = std::env::current_exe().expect("this program");
    let output = Command::new(program).env(MODE, mode.to_string()).output().expect("a run");
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().find_map(|line| line.strip_prefix("figures ")).expect("figures");
    let numbers: Vec<f64> = line.split_whitespace().filter_map(|number| number.parse().ok()).collect();
    Figures { cpu: numbers[0], wall: numbers[1], peak_mb: numbers[2] }
}

fn median(seen: &[Figures]) -> Figures {
    let of = |value: fn(&Figures) -> f64| {
        let mut values: Vec<f64> = seen.iter().map(value).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    Figures { cpu: of(|f| f.cpu), wall: of(|f| f.wall), peak_mb: of(|f| f.peak_mb) }
}
