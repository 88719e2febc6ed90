//! Figures that are composed of what several parts know: the sums of the journal, rhythms, the catalogue, the devices.
//!
//! Times are of UTC. A look-up is an attempt: what is told is that a device tried, never that it sent.

mod askers;
mod counts;
mod flow;
mod headline;
mod ledger;
mod likelihood;
mod names;
mod news;
mod owner;
mod period;
mod places;
mod report;
mod sentence;
mod series;
mod services;
mod suspects;
mod top;
mod trace;
mod vendor;

pub use askers::{Asker, askers};
pub use flow::{Flow, FlowLink, FlowNode};
pub use headline::{Headline, headline, headline_of_overview};
pub use ledger::Household;
pub use likelihood::{Likelihood, Reason};
pub use names::{ReportName, ReportService};
pub use news::{FirstSeen, New};
pub use period::Period;
pub use places::ReportPlace;
pub use report::{DeviceReport, ReportVendor, device_report};
pub use sentence::Sentence;
pub use series::{SeriesPage, SeriesSpan};
pub use suspects::{FailedName, Known, Suspect, suspects};
pub use top::{TopLine, TopPage, TopSums, Wanted};
pub use vendor::{VendorDevice, VendorFigures, vendor_figures};
