//! Requests of one queue that wait while one of them is being fetched.

use std::any::Any;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use storable::visit::{Landed, Queue};
use tokio::sync::watch;

use crate::arriving::Source;

/// What the first request has brought.
#[derive(Debug)]
pub(crate) struct Arrival {
    pub(crate) landed: Landed,
    /// Where its content is.
    pub(crate) content: Source,
    /// How many requests waited.
    pub(crate) waited: usize,
}

/// How a fetch that is waited for goes.
#[derive(Clone, Debug)]
pub(crate) enum State {
    Flying,
    Landed(Arc<Arrival>),
    Lost,
}

#[derive(Debug)]
struct Flight {
    state: watch::Sender<State>,
    waiting: AtomicUsize,
}

impl Flight {
    fn join(&self) -> watch::Receiver<State> {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        self.state.subscribe()
    }
}

/// The fetches that can be waited for.
#[derive(Debug, Default)]
pub(crate) struct Flights(Mutex<HashMap<Queue, Arc<Flight>>>);

/// What a request does that may wait.
#[derive(Debug)]
pub(crate) enum Boarding {
    /// It is the first, and is fetched.
    First(Pilot),
    /// Another one is being fetched.
    Wait(watch::Receiver<State>),
}

impl Flights {
    /// Waits for another one, where there is one.
    pub(crate) fn join(&self, queue: &Queue) -> Option<watch::Receiver<State>> {
        let flights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        flights.get(queue).map(|flight| flight.join())
    }

    pub(crate) fn board(self: &Arc<Self>, queue: Queue) -> Boarding {
        let mut flights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(flight) = flights.get(&queue) {
            return Boarding::Wait(flight.join());
        }
        let (state, _) = watch::channel(State::Flying);
        let flight = Arc::new(Flight { state, waiting: AtomicUsize::new(0) });
        flights.insert(queue.clone(), Arc::clone(&flight));
        Boarding::First(Pilot { flights: Arc::clone(self), queue, flight, claim: None })
    }
}

/// Whoever fetches. Where it is dropped before it has landed, those who wait go on their own.
#[derive(Debug)]
pub(crate) struct Pilot {
    flights: Arc<Flights>,
    queue: Queue,
    flight: Arc<Flight>,
    /// That between processes it is this one.
    pub(crate) claim: Option<Box<dyn Any + Send + Sync>>,
}

impl Pilot {
    /// From now on nobody joins; the number of those who did.
    pub(crate) fn close(&self) -> usize {
        let mut flights = self.flights.0.lock().unwrap_or_else(PoisonError::into_inner);
        if flights.get(&self.queue).is_some_and(|flight| Arc::ptr_eq(flight, &self.flight)) {
            flights.remove(&self.queue);
        }
        drop(flights);
        self.flight.waiting.load(Ordering::Relaxed)
    }

    pub(crate) fn land(self, arrival: Arrival) {
        self.flight.state.send_replace(State::Landed(Arc::new(arrival)));
    }
}

impl Drop for Pilot {
    fn drop(&mut self) {
        self.close();
        self.flight.state.send_if_modified(|state| {
            let lost = matches!(state, State::Flying);
            if lost {
                *state = State::Lost;
            }
            lost
        });
    }
}
