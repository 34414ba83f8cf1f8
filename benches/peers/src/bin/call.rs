//! Calls one candidate a number of times: what `callgrind` counts.
//!
//!     call GROUP CANDIDATE INPUT TIMES        (places in the lists)

use std::hint::black_box;

use storable_peers::{GROUPS, Inputs};

fn main() {
    let numbers: Vec<usize> = std::env::args().skip(1).flat_map(|number| number.parse()).collect();
    let [group, candidate, input, times] = numbers[..] else {
        unreachable!("call GROUP CANDIDATE INPUT TIMES");
    };
    let inputs = Inputs::new();
    let (_, call) = GROUPS[group].candidates[candidate];
    for _ in 0..times {
        black_box(black_box(call)(&inputs, input));
    }
}
