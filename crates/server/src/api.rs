//! The routes of the API. Each is added with the declaration of who may call it, and there is no other way to add one; the declaration is
//! enforced here, and stands in the OpenAPI document.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Json, Router,
    extract::{RawPathParams, Request, State},
    http::{HeaderMap, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::get,
};
use utoipa::openapi::{
    Info, OpenApi, OpenApiBuilder, RefOr, Schema,
    extensions::ExtensionsBuilder,
    path::Operation,
    security::{ApiKey, ApiKeyValue, SecurityRequirement, SecurityScheme},
};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use crate::{
    Office,
    problem::{Code, Problem},
    who::{Caller, Who},
};

/// The name of the cookie that holds a session's token.
pub(crate) const COOKIE: &str = "__Host-countersign";

/// The API as it is put together.
pub(crate) struct Api {
    router: OpenApiRouter<Arc<Office>>,
    office: Arc<Office>,
    /// What is described so far, by name.
    described: BTreeMap<String, RefOr<Schema>>,
}

impl Api {
    pub(crate) fn new(office: Arc<Office>) -> Self {
        let mut info = Info::new("Countersign", env!("CARGO_PKG_VERSION"));
        info.description = Some("The work on petitions in an election office. Errors are problem details (RFC 9457) whose `code` is stable.".to_owned());
        let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(COOKIE)));
        let components = utoipa::openapi::ComponentsBuilder::new().security_scheme("session", cookie).build();
        let document = OpenApiBuilder::new().info(info).components(Some(components)).build();
        Self { router: OpenApiRouter::with_openapi(document), office, described: BTreeMap::new() }
    }

    /// Adds the handlers of one address, all of which the same people may call.
    pub(crate) fn route(mut self, who: Who, (schemas, mut paths, handlers): UtoipaMethodRouter<Arc<Office>>) -> Self {
        for (name, schema) in &schemas {
            let before = self.described.insert(name.clone(), schema.clone());
            // Of two things of one name the document would have one, and describe the other by it.
            assert!(before.is_none_or(|before| before == *schema), "two things of the API are called {name}");
        }
        for (address, item) in &mut paths.paths {
            let names_case = address.contains("{case}");
            // A wrong pairing would let a role in one case act in all of them.
            assert_eq!(names_case, matches!(who, Who::InCase(_)), "{address} and its declaration disagree on the case");
            let operations = [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch];
            for operation in operations.into_iter().flatten() {
                say_problems(operation);
                operation.extensions = Some(ExtensionsBuilder::new().add("x-who", who.declared()).build());
                if who != Who::Anyone {
                    operation.security = Some(vec![SecurityRequirement::new("session", Vec::<String>::new())]);
                }
            }
        }
        let guard = from_fn_with_state((Arc::clone(&self.office), who), admit);
        Self { router: self.router.routes((schemas, paths, handlers.layer(guard))), ..self }
    }

    /// The routes, and the document that describes them, which anybody may read.
    pub(crate) fn finish(self) -> (Router, OpenApi) {
        let (router, document) = self.router.split_for_parts();
        let described = document.clone();
        let router = router.route("/api/openapi.json", get(move || async move { Json(described) }));
        let missing = || async { Problem::not_found("address; see /api/openapi.json") };
        let wrong_method =
            || async { Problem::new(Code::MethodNotAllowed, "this address has other methods; see /api/openapi.json") };
        let router = router.fallback(missing).method_not_allowed_fallback(wrong_method).with_state(self.office);
        (router, document)
    }
}

/// Has the document call refusals what they are sent as.
fn say_problems(operation: &mut Operation) {
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response
            && status.starts_with(['4', '5'])
            && let Some(problem) = response.content.shift_remove("application/json")
        {
            response.content.insert("application/problem+json".to_owned(), problem);
        }
    }
}

/// Lets a request through to its handler where the declaration of the route permits it.
async fn admit(
    State((office, who)): State<(Arc<Office>, Who)>,
    params: RawPathParams,
    mut request: Request,
    next: Next,
) -> Response {
    let case = params.iter().find(|(name, _)| *name == "case").map(|(_, case)| case.to_owned());
    match permitted(&office, who, case.as_deref(), request.headers()).await {
        Ok(_) if has_zero(&params, request.uri().query()) => {
            Problem::new(Code::BadRequest, "the address has a character with the code zero").into_response()
        }
        Ok(caller) => {
            if let Some(caller) = caller {
                request.extensions_mut().insert(caller);
            }
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    }
}

/// Whether a part of the address, or what stands behind its question mark, has a character that PostgreSQL has no place for.
fn has_zero(params: &RawPathParams, query: Option<&str>) -> bool {
    params.iter().any(|(_, part)| part.contains('\0')) || query.is_some_and(|query| query.contains("%00"))
}

async fn permitted(
    office: &Office,
    who: Who,
    case: Option<&str>,
    headers: &HeaderMap,
) -> Result<Option<Caller>, Problem> {
    if who == Who::Anyone {
        return Ok(None);
    }
    let not_signed_in = || Problem::new(Code::NotSignedIn, "no session, or one that ended; sign in");
    let token = token_of(headers).ok_or_else(not_signed_in)?;
    let caller = office.people.caller(&token).await?.ok_or_else(not_signed_in)?;
    let (roles, place) = match who {
        Who::Anyone | Who::SignedIn => return Ok(Some(caller)),
        Who::InOffice(roles) => (roles, ""),
        Who::InCase(roles) => (roles, case.unwrap_or_default()),
    };
    if caller.must_change {
        return Err(Problem::new(Code::PasswordChangeNeeded, "set a new password first"));
    }
    if caller.has(place, roles) {
        return Ok(Some(caller));
    }
    // Whether a case exists is nobody's business who has no duty in it.
    if matches!(who, Who::InCase(_)) && !caller.duties.contains_key(place) {
        return Err(Problem::not_found("case"));
    }
    Err(Problem::new(Code::NotPermitted, "your duties do not include this; ask the administrator of accounts"))
}

/// The token of a session: from the cookie of a browser, or the authorization of a program.
fn token_of(headers: &HeaderMap) -> Option<String> {
    let text = |name| headers.get(name).and_then(|value: &axum::http::HeaderValue| value.to_str().ok());
    let in_cookie = text(header::COOKIE).and_then(|cookies| {
        cookies.split(';').find_map(|cookie| cookie.trim().strip_prefix(COOKIE)?.strip_prefix('='))
    });
    in_cookie.or_else(|| text(header::AUTHORIZATION)?.strip_prefix("Bearer ")).map(str::to_owned)
}
