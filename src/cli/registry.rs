//! `patscan registry`.
use crate::cli::args::RegistryArgs;
use crate::cli::run::Ending;
pub(super) fn run(_args: &RegistryArgs) -> Ending {
    Ending::Refused
}
