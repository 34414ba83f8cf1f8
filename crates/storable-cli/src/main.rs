//! The command `storable`.

fn main() -> std::process::ExitCode {
    storable_cli::run()
}
