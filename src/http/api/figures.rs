//! Figures of any time, filtered and counted by anything.

use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::IntoParams;

use super::extract::Query;
use crate::{
    figures::{self, Headline, Household, Period, SeriesPage, SeriesSpan, TopPage, Wanted},
    filter::{self, Filter, Grouping},
    http::{Deps, Problem},
    journal::Journal,
    stats::{Overview, Range},
    time::UnixTime,
};

const LINES: usize = 20;
const MOST_LINES: usize = 500;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct SeriesParameters {
    /// The time range; a day unless a time is given.
    #[param(inline, required = false)]
    range: Option<Range>,
    /// In place of a range, where the time begins, in milliseconds since 1970 UTC.
    from: Option<u64>,
    /// Where it ends; now unless given.
    to: Option<u64>,
    /// Only queries that this filter means, as for queries, without `type` and `transport`. Its `since` and `until` stand for
    /// `from` and `to`.
    #[param(example = "device:\"living-room tv\" vendor:samsung stopped")]
    filter: Option<String>,
    /// Whether as much time before is told too.
    compare: Option<bool>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct TopParameters {
    /// The time range; a day unless a time is given.
    #[param(inline, required = false)]
    range: Option<Range>,
    /// In place of a range, where the time begins, in milliseconds since 1970 UTC.
    from: Option<u64>,
    /// Where it ends; now unless given.
    to: Option<u64>,
    /// Only queries that this filter means, as for queries, without `type` and `transport`. Its `since` and `until` stand for
    /// `from` and `to`, its `group` for `group`.
    #[param(example = "device:\"living-room tv\" stopped group:vendor")]
    filter: Option<String>,
    /// What queries are counted by; vendors unless given.
    #[param(inline)]
    group: Option<Grouping>,
    /// Whether as much time before is told too.
    compare: Option<bool>,
    /// Lines wanted, 20 unless given, 500 at most.
    limit: Option<usize>,
}

/// A time.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct TimeParameters {
    /// The time range; a day unless a time is given.
    #[param(inline, required = false)]
    pub(super) range: Option<Range>,
    /// In place of a range, where the time begins, in milliseconds since 1970 UTC.
    pub(super) from: Option<u64>,
    /// Where it ends; now unless given.
    pub(super) to: Option<u64>,
}

impl TimeParameters {
    /// The time that is meant.
    pub(super) fn period(&self, now: UnixTime) -> Result<Period, Problem> {
        let period = Period::new(self.range, self.from.map(UnixTime), self.to.map(UnixTime), now);
        period.map_err(|reason| Problem::new(StatusCode::BAD_REQUEST, reason))
    }
}

/// Queries over time, of those that a filter means; perhaps beside as much time before.
#[utoipa::path(
    get,
    path = "/api/v1/series",
    tag = "figures",
    params(SeriesParameters),
    responses((status = 200, body = SeriesPage), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn series(
    State(deps): State<Arc<Deps>>,
    Query(parameters): Query<SeriesParameters>,
) -> Result<Json<SeriesPage>, Problem> {
    let SeriesParameters { range, from, to, filter, compare } = parameters;
    let (filter, period) = meant_ungrouped(&deps, filter.as_deref(), &TimeParameters { range, from, to })?;
    let compare = compare.unwrap_or_default();
    match overview_instead(&deps, &period, &filter, compare)? {
        Source::Memory(overview) => {
            Ok(Json(SeriesPage { span: SeriesSpan::of_overview(overview, period), before: None }))
        }
        Source::Journal(journal) => {
            let household = Household::new(&deps.view.devices());
            let page = deps.reading.read(move || SeriesPage {
                span: SeriesSpan::read(&journal, period, &household, &filter),
                before: compare.then(|| SeriesSpan::read(&journal, period.before(), &household, &filter)),
            });
            page.await.map(Json)
        }
    }
}

/// Queries counted by device, vendor, service, purpose, home country of the vendor, name, list or end, of those that a
/// filter means; perhaps beside as much time before.
#[utoipa::path(
    get,
    path = "/api/v1/top",
    tag = "figures",
    params(TopParameters),
    responses((status = 200, body = TopPage), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn top(
    State(deps): State<Arc<Deps>>,
    Query(parameters): Query<TopParameters>,
) -> Result<Json<TopPage>, Problem> {
    let TopParameters { range, from, to, filter, group, compare, limit } = parameters;
    let (filter, period) = meant(&deps, filter.as_deref(), &TimeParameters { range, from, to })?;
    let group = group.or(filter.group()).unwrap_or(Grouping::Vendor);
    if group == Grouping::Type {
        return Err(Problem::new(StatusCode::BAD_REQUEST, "`group`: sums hold no `type`"));
    }
    let (compare, limit) = (compare.unwrap_or_default(), limit.unwrap_or(LINES).clamp(1, MOST_LINES));
    let household = Household::new(&deps.view.devices());
    match overview_instead(&deps, &period, &filter, compare)? {
        Source::Memory(overview) => {
            let wanted = Wanted { period, group, filter: &filter, compare, limit };
            TopPage::of_overview(&overview, &household, &wanted).map(Json).ok_or_else(no_journal)
        }
        Source::Journal(journal) => deps
            .reading
            .read(move || {
                TopPage::read(&journal, &household, &Wanted { period, group, filter: &filter, compare, limit })
            })
            .await
            .map(Json),
    }
}

/// The first sentences of a page, as data: which sentence, and what belongs into its gaps. And what is new this week.
#[utoipa::path(
    get,
    path = "/api/v1/headline",
    tag = "figures",
    params(TimeParameters),
    responses((status = 200, body = Headline), (status = "default", body = Problem, content_type = "application/problem+json")),
)]
pub(super) async fn headline(
    State(deps): State<Arc<Deps>>,
    Query(parameters): Query<TimeParameters>,
) -> Result<Json<Headline>, Problem> {
    let now = deps.clock.now().unix;
    let period = parameters.period(now)?;
    match overview_instead(&deps, &period, &Filter::default(), false)? {
        Source::Memory(overview) => Ok(Json(figures::headline_of_overview(&overview, period))),
        Source::Journal(journal) => {
            let (stats, firsts) = (deps.stats.clone(), deps.firsts.clone());
            let household = Household::new(&deps.view.devices());
            let told = (now, deps.view.offset());
            deps.reading
                .read(move || figures::headline(&journal, &stats, &firsts, &household, period, told))
                .await
                .map(Json)
        }
    }
}

/// The filter and the time that are meant.
fn meant(deps: &Deps, text: Option<&str>, time: &TimeParameters) -> Result<(Filter, Period), Problem> {
    let now = deps.clock.now().unix;
    let filter = filter::parse_for_sums(text.unwrap_or_default(), now).map_err(|faults| {
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        Problem::new(StatusCode::BAD_REQUEST, format!("`filter`: {}", faults.join("; ")))
    })?;
    let from = time.from.or(filter.since().map(|since| since.0.min(now.0)));
    let to = time.to.or(filter.until().map(|until| until.0.min(now.0)));
    let period = TimeParameters { range: time.range, from, to }.period(now)?;
    Ok((filter, period))
}

/// The same, where nothing is grouped.
pub(super) fn meant_ungrouped(
    deps: &Deps,
    text: Option<&str>,
    time: &TimeParameters,
) -> Result<(Filter, Period), Problem> {
    let (filter, period) = meant(deps, text, time)?;
    if filter.group().is_some() {
        return Err(Problem::new(StatusCode::BAD_REQUEST, "`filter`: `group` is for `/api/v1/top`"));
    }
    Ok((filter, period))
}

/// Where figures are read.
enum Source {
    Journal(Journal),
    Memory(Overview),
}

/// Without a journal, what memory tells of the last hour or day.
fn overview_instead(deps: &Deps, period: &Period, filter: &Filter, compare: bool) -> Result<Source, Problem> {
    if let Some(journal) = deps.journal.clone() {
        return Ok(Source::Journal(journal));
    }
    let recent = period.range.and_then(Range::recent).filter(|_| filter.terms().is_empty() && !compare);
    let overview = recent.map(|recent| deps.stats.overview(recent, deps.clock.now().unix));
    overview.map(Source::Memory).ok_or_else(no_journal)
}

/// That figures need a journal.
pub(super) fn no_journal() -> Problem {
    let told = "there is no journal (`journal.enabled` is false): only the last hour and day are counted, without filter \
                and without services";
    Problem::new(StatusCode::NOT_FOUND, told)
}
