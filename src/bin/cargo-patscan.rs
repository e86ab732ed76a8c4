//! The program `cargo patscan`. Everything lies in the library.

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    patscan::cli::main(std::env::args_os())
}
