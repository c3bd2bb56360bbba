//! Decides when the owner may end.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// Counts the commands that run for others. It closes only at a moment when none runs, and then for good.
///
/// An owner that took no more requests while it waits for those that run would keep newcomers out, who can neither
/// be served nor become owners, for as long as the longest of them takes.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    state: Mutex<State>,
    left: Notify,
}

#[derive(Debug, Default)]
struct State {
    running: usize,
    closed: bool,
}

/// A command that runs for another process, until it is dropped.
#[derive(Debug)]
pub(crate) struct Running {
    gate: Arc<Gate>,
}

impl Gate {
    /// Enters; `None` when the gate is closed.
    pub(crate) fn enter(self: &Arc<Self>) -> Option<Running> {
        let mut state = self.state();
        if state.closed {
            return None;
        }
        state.running += 1;
        Some(Running { gate: Arc::clone(self) })
    }

    /// How many run.
    pub(crate) fn running(&self) -> usize {
        self.state().running
    }

    /// Waits for a moment at which none runs, and closes.
    pub(crate) async fn close(&self) {
        loop {
            // Asked for before the look, so that a leave between look and wait is not missed.
            let left = self.left.notified();
            {
                let mut state = self.state();
                if state.running == 0 {
                    state.closed = true;
                    return;
                }
            }
            left.await;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.gate.state().running -= 1;
        self.gate.left.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_stays_open_while_somebody_is_inside() {
        let gate = Arc::new(Gate::default());
        let first = gate.enter().unwrap();
        let closing = tokio::spawn({
            let gate = Arc::clone(&gate);
            async move { gate.close().await }
        });
        tokio::task::yield_now().await;
        let second = gate.enter().expect("the gate is open while the first runs");
        drop(first);
        tokio::task::yield_now().await;
        assert!(!closing.is_finished());
        assert_eq!(gate.running(), 1);
        drop(second);
        closing.await.unwrap();
        assert!(gate.enter().is_none());
    }
}
