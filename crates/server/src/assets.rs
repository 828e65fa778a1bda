//! The workstation: the files of `web/dist`, which lie in the program, and the headers that tell a browser what a page of this server may do. A program
//! built without them serves the API alone, and says so where a person would look.

use std::borrow::Cow;

use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::map_response,
    response::{IntoResponse, Response},
};
use rust_embed::Embed;

use crate::problem::{Code, Problem};

#[derive(Embed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Dist;

/// A file of the workstation.
struct File {
    bytes: Cow<'static, [u8]>,
    digest: [u8; 32],
}

/// Finds a file by its path; tests have files of their own.
type Files = fn(&str) -> Option<File>;

fn embedded(path: &str) -> Option<File> {
    let hidden = path.split('/').any(|part| part.starts_with('.'));
    let file = (!hidden).then(|| Dist::get(path)).flatten()?;
    Some(File { bytes: file.data, digest: file.metadata.sha256_hash() })
}

/// Nothing but what this server sends: no script or style inside a page, nothing from elsewhere, no frame around it. Pictures of lines, and the certificate
/// as a document, are fetched and shown from the page's memory (`blob:`).
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' blob:; frame-src blob:; connect-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Adds the workstation to the API, and the headers of safety to every answer. `strict` is for a server whose certificate was given: browsers then never
/// come without TLS, which nobody could take back from them in time if the certificate is the office's own.
pub(crate) fn with_workstation(api: Router, strict: bool) -> Router {
    add(api, embedded, strict)
}

fn add(api: Router, files: Files, strict: bool) -> Router {
    let guard = map_response(move |mut response: Response| async move {
        safe(response.headers_mut(), strict);
        response
    });
    api.fallback(move |request: Request| async move { answer(files, &request) }).layer(guard)
}

fn safe(headers: &mut HeaderMap, strict: bool) {
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if strict {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
}

/// Answers what is none of the API's addresses: with a file, or with the page, whose script knows the addresses of screens.
fn answer(files: Files, request: &Request) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    if path == "api" || path.starts_with("api/") {
        return Problem::not_found("address; see /api/openapi.json").into_response();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Problem::new(Code::MethodNotAllowed, "this address is only read").into_response();
    }
    let Some(form) = form(path) else { return page(files, request.headers()) };
    match files(path) {
        Some(file) => send(files, path, file, form, "public, max-age=31536000, immutable", request.headers()),
        None => Problem::not_found("file").into_response(),
    }
}

/// The page of every screen. It is asked for anew each time, and names the files that belong to it.
fn page(files: Files, asked: &HeaderMap) -> Response {
    const PAGE: &str = "index.html";
    match files(PAGE) {
        Some(file) => send(files, PAGE, file, HTML, "no-cache", asked),
        None => (
            StatusCode::SERVICE_UNAVAILABLE,
            [(header::CONTENT_TYPE, HTML), (header::CACHE_CONTROL, "no-store")],
            NOT_BUILT,
        )
            .into_response(),
    }
}

const HTML: &str = "text/html; charset=utf-8";

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Countersign</title>\
    <h1>This program was built without the workstation</h1>\
    <p>The API is served all the same, under <code>/api</code>. For the screens, run <code>make web</code> and build the program again \
    (<code>make demo</code> and <code>make test</code> do both).</p></html>";

/// The content type of a file of the workstation by its ending; nothing for what is the address of a screen.
fn form(path: &str) -> Option<&'static str> {
    let name = path.rsplit('/').next().unwrap_or_default();
    Some(match name.rsplit_once('.')?.1 {
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "woff2" => "font/woff2",
        "json" | "webmanifest" => "application/json",
        "txt" => "text/plain; charset=utf-8",
        _ => return None,
    })
}

fn send(
    files: Files,
    path: &str,
    file: File,
    form: &'static str,
    caching: &'static str,
    asked: &HeaderMap,
) -> Response {
    let tag: String = file.digest[..12].iter().map(|byte| format!("{byte:02x}")).collect();
    let tag = format!("\"{tag}\"");
    let known = asked.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let packed = takes_brotli(asked).then(|| files(&format!("{path}.br"))).flatten();
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(form));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    if known {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    if packed.is_some() {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    (headers, Body::from(packed.unwrap_or(file).bytes.into_owned())).into_response()
}

fn takes_brotli(asked: &HeaderMap) -> bool {
    let taken = asked.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    taken.split(',').any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        // A weight of nought, however many digits it is written with, means no.
        let nought =
            |part: &str| part.strip_prefix("q=").is_some_and(|weight| weight.trim_matches(['0', '.']).is_empty());
        parts.next() == Some("br") && !parts.any(nought)
    })
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    use super::*;

    fn built(path: &str) -> Option<File> {
        let text = match path {
            "index.html" => "the page",
            "assets/index-1a.js" => "the script",
            "assets/index-1a.js.br" => "packed",
            _ => return None,
        };
        Some(File { bytes: text.as_bytes().into(), digest: [u8::try_from(text.len()).unwrap(); 32] })
    }

    async fn ask(
        files: Files,
        method: &str,
        path: &str,
        header: Option<(&str, &str)>,
    ) -> (StatusCode, HeaderMap, String) {
        let api = Router::new().route("/api/cases", get(async || "cases"));
        let mut request = Request::builder().method(method).uri(path);
        if let Some((name, value)) = header {
            request = request.header(name, value);
        }
        let response = add(api, files, false).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let text = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
        (parts.status, parts.headers, text)
    }

    #[tokio::test]
    async fn the_page_at_every_screen_and_files_at_their_own() {
        for path in ["/", "/cases/recall", "/people/account/r.smith@county.example", "/cases/a.b/work/review"] {
            let (status, headers, text) = ask(built, "GET", path, None).await;
            assert_eq!((status, text.as_str()), (StatusCode::OK, "the page"), "{path}");
            assert_eq!(headers[header::CONTENT_TYPE], HTML);
            assert_eq!(headers[header::CACHE_CONTROL], "no-cache");
        }
        let (status, headers, text) = ask(built, "GET", "/assets/index-1a.js", None).await;
        assert_eq!((status, text.as_str()), (StatusCode::OK, "the script"));
        assert_eq!(headers[header::CONTENT_TYPE], "text/javascript; charset=utf-8");
        assert_eq!(headers[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
        let (status, headers, _) = ask(built, "GET", "/assets/gone-2b.js", None).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "a script that is gone is no page");
        assert_eq!(headers[header::CONTENT_TYPE], "application/problem+json");
    }

    #[tokio::test]
    async fn the_api_stays_the_api() {
        assert_eq!(ask(built, "GET", "/api/cases", None).await.2, "cases");
        for path in ["/api", "/api/", "/api/people/nobody.js"] {
            assert_eq!(ask(built, "GET", path, None).await.0, StatusCode::NOT_FOUND, "{path}");
        }
        assert_eq!(ask(built, "POST", "/cases/recall", None).await.0, StatusCode::METHOD_NOT_ALLOWED);
    }

    #[tokio::test]
    async fn packed_for_whoever_takes_it_and_not_again_for_whoever_has_it() {
        let path = "/assets/index-1a.js";
        let (_, headers, text) = ask(built, "GET", path, Some(("accept-encoding", "gzip, deflate, br;q=0.9"))).await;
        assert_eq!((headers[header::CONTENT_ENCODING].as_bytes(), text.as_str()), (&b"br"[..], "packed"));
        for coding in ["gzip", "br;q=0", "br; q=0.00", "brr"] {
            let (_, headers, text) = ask(built, "GET", path, Some(("accept-encoding", coding))).await;
            assert_eq!((headers.get(header::CONTENT_ENCODING), text.as_str()), (None, "the script"), "{coding}");
        }
        let tag = ask(built, "GET", "/", None).await.1[header::ETAG].to_str().unwrap().to_owned();
        let (status, _, text) = ask(built, "GET", "/", Some(("if-none-match", &tag))).await;
        assert_eq!((status, text.as_str()), (StatusCode::NOT_MODIFIED, ""));
    }

    #[tokio::test]
    async fn every_answer_says_what_a_page_may_do() {
        for path in ["/", "/api/cases", "/api/nothing", "/assets/gone.js"] {
            let headers = ask(built, "GET", path, None).await.1;
            let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
            assert!(policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{path}");
            assert!(!policy.contains("unsafe") && !policy.contains("data:") && !policy.contains('*'), "{policy}");
            assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
            assert_eq!(headers[header::REFERRER_POLICY], "no-referrer");
            assert!(!headers.contains_key(header::STRICT_TRANSPORT_SECURITY), "the authority is the office's own");
        }
        let mut headers = HeaderMap::new();
        safe(&mut headers, true);
        assert!(headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
    }

    #[tokio::test]
    async fn a_program_without_the_workstation_says_so() {
        let (status, _, text) = ask(|_| None, "GET", "/cases/recall", None).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(text.contains("make web"), "{text}");
        assert_eq!(ask(|_| None, "GET", "/api/cases", None).await.2, "cases");
    }

    #[test]
    fn nothing_hidden_is_a_file() {
        assert!(embedded(".gitkeep").is_none());
        assert!(embedded("../Cargo.toml").is_none());
    }
}
