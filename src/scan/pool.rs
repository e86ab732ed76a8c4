//! Runs one task for each item on a few threads with deep stacks. Opens no file and knows nothing of code.

use crate::base::RelPath;
use crate::finding::Problem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Threads with deep stacks.
#[derive(Debug)]
pub struct Pool {
    pool: rayon::ThreadPool,
}

/// What a task said when it panicked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panicked(pub String);

impl Panicked {
    /// What is told where the task read or judged one file.
    #[must_use]
    pub fn problem(self, path: &RelPath) -> Problem {
        let problem = Problem::in_file(path, format!("patscan failed on this file: {}", self.0));
        problem.help("please report it; the other files are not affected")
    }

    /// The value, or the panic again.
    pub(super) fn unwound<R>(result: Result<R, Self>) -> R {
        result.unwrap_or_else(|Self(reason)| std::panic::resume_unwind(Box::new(reason)))
    }
}

impl Pool {
    /// Starts `n_threads` threads, or as many as the machine has cores for 0.
    ///
    /// # Errors
    /// Where the system gives no threads.
    pub fn new(n_threads: usize, stack_bytes: usize) -> Result<Self, Problem> {
        let built = rayon::ThreadPoolBuilder::new()
            .num_threads(n_threads)
            .stack_size(stack_bytes)
            .thread_name(|idx| format!("scan-{idx}"))
            .build();
        let pool = built.map_err(|error| {
            Problem::new(format!("cannot start threads: {error}")).help("try `--threads 1`")
        })?;
        Ok(Self { pool })
    }

    /// Number of threads.
    #[must_use]
    pub fn n_threads(&self) -> usize {
        self.pool.current_num_threads()
    }

    /// Runs `task` on one of the deep threads.
    ///
    /// # Errors
    /// Where it panics.
    pub fn run<R: Send>(&self, task: impl FnOnce() -> R + Send) -> Result<R, Panicked> {
        self.pool.install(|| catch(task))
    }

    /// Runs `task` for each item; the results stand in the order of the items. Those with the greatest `weight` are
    /// begun first, so that no thread is left alone with the longest. A panic is the result of its own item only.
    pub fn map<T: Sync, R: Send>(
        &self,
        items: &[T],
        weight: impl Fn(&T) -> u64,
        task: impl Fn(&T) -> R + Sync,
    ) -> Vec<Result<R, Panicked>> {
        let mut order: Vec<usize> = (0..items.len()).collect();
        order.sort_by_key(|idx| std::cmp::Reverse(weight(&items[*idx])));
        let next = AtomicUsize::new(0);
        let shares = self.pool.broadcast(|_| {
            let mut done = Vec::new();
            while let Some(idx) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
                done.push((*idx, catch(|| task(&items[*idx]))));
            }
            done
        });
        let mut results: Vec<_> = shares.into_iter().flatten().collect();
        results.sort_unstable_by_key(|(idx, _)| *idx);
        results.into_iter().map(|(_, result)| result).collect()
    }
}

fn catch<R>(task: impl FnOnce() -> R) -> Result<R, Panicked> {
    catch_unwind(AssertUnwindSafe(task)).map_err(|payload| {
        let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
        Panicked(text.unwrap_or_else(|| "no reason given".to_owned()))
    })
}

#[cfg(test)]
mod tests {
    use super::{Panicked, Pool};

    #[test]
    fn results_stand_in_the_order_of_the_items_for_any_thread_count() {
        let items: Vec<u64> = (0..500).collect();
        for n_threads in [1, 2, 7] {
            let pool = Pool::new(n_threads, 1 << 20).expect("threads");
            let doubled = pool.map(&items, |item| item % 7, |item| item * 2);
            assert!(doubled.into_iter().eq(items.iter().map(|item| Ok(item * 2))));
        }
    }

    #[test]
    fn a_panic_costs_one_item_only() {
        let pool = Pool::new(2, 1 << 20).expect("threads");
        let results = pool.map(
            &[1, 0, 2],
            |_| 1,
            |item| {
                assert!(*item != 0, "nought");
                10 / item
            },
        );
        assert_eq!(results, [Ok(10), Err(Panicked("nought".to_owned())), Ok(5)]);
    }
}
