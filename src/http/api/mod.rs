//! `/api/v1`: each handler reads one part, or gives one command, in a few lines. Each route is defined once, beside its
//! handler, and feeds both the router and the OpenAPI document; this file lists the handlers.

mod catalog;
mod changes;
mod check;
mod devices;
#[cfg(test)]
mod document;
mod exceptions;
mod explain;
mod export;
mod extract;
mod figures;
mod flow;
mod groups;
mod lists;
mod live;
mod metrics;
mod overview;
mod password;
mod pause;
mod probes;
mod queries;
mod records;
mod report;
mod rules;
mod selection;
mod session;
mod settings;
mod status;
mod suspects;

use std::sync::Arc;

use axum::{
    Router,
    routing::{MethodFilter, MethodRouter, on},
};
use utoipa::{Path, openapi::HttpMethod};

use super::Deps;

/// A handler with what `utoipa::path` says beside it.
pub(super) struct Route {
    /// Where it is served.
    pub(super) path: fn() -> String,
    methods: fn() -> Vec<HttpMethod>,
    handler: fn(MethodFilter) -> MethodRouter<Arc<Deps>>,
}

/// Makes a table of routes of each list of handlers, and of all together the operations of the OpenAPI document. These are for
/// the tests alone: the code that describes every type is large, and ponor hands out the text that it once made.
macro_rules! routes {
    ($($(#[$about:meta])* $table:ident: [$($part:ident::$handler:ident),* $(,)?])*) => {
        pastey::paste! {
            $(
                $(#[$about])*
                pub(super) const $table: &[Route] = &[$(
                    Route {
                        path: $part::[<__path_ $handler>]::path,
                        methods: $part::[<__path_ $handler>]::methods,
                        handler: |methods| on(methods, $part::$handler),
                    },
                )*];
            )*
        }

        #[cfg(test)]
        #[derive(utoipa::OpenApi)]
        #[openapi(paths($($($part::$handler,)*)*))]
        struct Operations;
    };
}

routes! {
    /// The routes that only those may use who may read the API.
    GUARDED: [
        status::status,
        check::check,
        overview::overview,
        queries::queries, queries::erase,
        export::export,
        live::live,
        lists::all, lists::add,
        lists::change, lists::remove,
        lists::update_all,
        lists::update_progress,
        lists::update_one,
        lists::accept,
        devices::devices,
        devices::device, devices::change_device,
        devices::merge_devices,
        devices::split_device,
        exceptions::exceptions, exceptions::except,
        exceptions::end_exception,
        pause::pauses, pause::pause, pause::resume,
        rules::rules, rules::add_rule,
        rules::remove_rule,
        records::records, records::add_record,
        records::remove_record,
        settings::settings,
        settings::set, settings::reset,
        groups::groups, groups::make_group,
        groups::change_group, groups::remove_group,
        password::choose_password, password::remove_password,
        changes::changes,
        changes::undo,
        report::device_report,
        report::vendor_report,
        suspects::askers,
        suspects::suspects,
        figures::series,
        figures::top,
        figures::headline,
        flow::flow,
        explain::explain,
        catalog::catalog,
        metrics::metrics,
        catalog::vendors,
    ]

    /// The routes for everyone who can connect.
    OPEN: [
        session::state, session::open, session::close,
        probes::healthz,
        probes::readyz,
    ]
}

/// The router of a table of routes.
pub(super) fn router(routes: &[Route]) -> Router<Arc<Deps>> {
    routes.iter().fold(Router::new(), |router, route| {
        let methods = (route.methods)().iter().map(filter).reduce(MethodFilter::or);
        match methods {
            Some(methods) => router.route(&(route.path)(), (route.handler)(methods)),
            None => router,
        }
    })
}

fn filter(method: &HttpMethod) -> MethodFilter {
    match method {
        HttpMethod::Get => MethodFilter::GET,
        HttpMethod::Post => MethodFilter::POST,
        HttpMethod::Put => MethodFilter::PUT,
        HttpMethod::Delete => MethodFilter::DELETE,
        HttpMethod::Options => MethodFilter::OPTIONS,
        HttpMethod::Head => MethodFilter::HEAD,
        HttpMethod::Patch => MethodFilter::PATCH,
        HttpMethod::Trace => MethodFilter::TRACE,
    }
}
