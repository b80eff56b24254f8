//! The exposure report: its pass and its sums.

mod ledger;
mod measure;
mod view;
