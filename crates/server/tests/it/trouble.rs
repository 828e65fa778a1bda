//! What goes wrong around a server, and what its callers are told: a clear answer with the right code, nothing half done, and work goes on without a
//! restart.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    process::Command,
    time::{Duration, Instant},
};

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use server::Role;
use sqlx::Connection as _;

use crate::desk::{Answer, Desk, PASSWORD, Places};

/// Everything that one person may do, but end the session.
async fn anybody(desk: &Desk) -> String {
    let duties = Role::ALL.map(|role| (if role.of_the_office() { "" } else { "recall" }, role));
    desk.person("all", &duties).await
}

/// Bodies that no route wants.
fn bodies() -> Vec<Vec<u8>> {
    let deep = "[".repeat(300) + &"]".repeat(300);
    let mut all: Vec<Vec<u8>> = [
        "",
        "null",
        "1",
        "\"text\"",
        "[]",
        "[{}]",
        "{",
        "{\"a\": 1}",
        "{\"stage\": {}, \"size\": -1}",
        &deep,
        "\u{feff}{}",
    ]
    .map(|text| text.as_bytes().to_vec())
    .into();
    all.push(b"{\"note\": \"\xff\"}".to_vec());
    all.push(format!("{{\"note\": \"{}\"}}", "x".repeat(1 << 21)).into_bytes());
    all.push(b"{\"to\": \"\\u0000\", \"because\": \"\\ud800\"}".to_vec());
    all
}

/// What may stand in an address where a name or a number is wanted.
const PARTS: [&str; 10] =
    ["0", "-1", "4294967296", "99999999999999999999", "%00", "a%20b", "%C3%28", "%2e%2e", "1e3", "%F0%9F%98%80"];

/// Every operation with bodies and addresses that make no sense: each is refused as a problem, and none of it is the server's fault.
#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let desk = Desk::examining().await;
    let token = anybody(&desk).await;
    let mut refused = 0;
    for (address, item) in desk.document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            let told = format!("{method} {address}");
            if told == "delete /api/session" {
                continue;
            }
            let ask = async |address: &str, form: &str, body: Vec<u8>| {
                let request = Request::builder().method(method.to_uppercase().as_str()).uri(address);
                let request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
                desk.send(request.header(header::CONTENT_TYPE, form).body(Body::from(body)).unwrap()).await
            };
            let check = |what: &str, answer: &Answer| {
                let shown = String::from_utf8_lossy(&answer.bytes).into_owned();
                assert!(!answer.status.is_server_error(), "{told} with {what}: {shown}");
                let problem =
                    answer.headers.get(header::CONTENT_TYPE).is_some_and(|form| form == "application/problem+json");
                assert_eq!(problem, answer.status.is_client_error(), "{told} with {what}: {} {shown}", answer.status);
                assert!(!problem || !answer.code().is_empty(), "{told} with {what}: {shown}");
            };
            let plain = fill(address, "1");
            for body in bodies() {
                let what = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
                for form in
                    ["application/json", "text/plain", "image/png; charset=\"", "application/json; charset=utf-7"]
                {
                    let answer = ask(&plain, form, body.clone()).await;
                    check(&what, &answer);
                    refused += u32::from(answer.status.is_client_error());
                }
            }
            if address.contains('{') {
                for part in PARTS {
                    check(part, &ask(&fill(address, part), "application/json", b"{}".to_vec()).await);
                }
                check("a long part", &ask(&fill(address, &"a".repeat(9_000)), "application/json", Vec::new()).await);
            }
            check(
                "a query",
                &ask(&format!("{plain}?limit=x&after=%FF&limit=1"), "application/json", b"{}".to_vec()).await,
            );
        }
    }
    assert!(refused > 500, "{refused}");
    let standing = desk.ask("GET", "/api/cases/recall", Some(&token), None).await;
    assert_eq!((&standing.body["undecided"], &standing.body["lines"]), (&7.into(), &7.into()));
}

/// The address with something in the place of each of its parts, but the case.
fn fill(address: &str, part: &str) -> String {
    let mut filled = String::new();
    let address = address.replace("{case}", "recall");
    let mut rest = address.as_str();
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        filled.push_str(part);
        rest = after.split_once('}').unwrap().1;
    }
    filled + rest
}

/// A caller sends the head of a request, and its body later: they are told why they are refused, and their connection goes on.
#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_comes_after_its_head() {
    let desk = Desk::examining().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = desk.router.clone().into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    let answers = tokio::task::spawn_blocking(move || {
        let mut stream = BufReader::new(TcpStream::connect(address).unwrap());
        [2, 30_000].map(|length| answer_to_slow_body(&mut stream, length))
    });
    for answer in answers.await.unwrap() {
        assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    }
}

/// Sends a head, and after a while a body of this length; returns the first line of the answer, which is read to its end.
fn answer_to_slow_body(stream: &mut BufReader<TcpStream>, length: usize) -> String {
    let head = "PUT /api/cases/recall/batches/b1 HTTP/1.1\r\nHost: here\r\nContent-Type: application/json";
    write!(stream.get_mut(), "{head}\r\nContent-Length: {length}\r\n\r\n").unwrap();
    std::thread::sleep(Duration::from_millis(100));
    stream.get_mut().write_all(&vec![b' '; length]).unwrap();
    let mut lines = stream.by_ref().lines().map(Result::unwrap);
    let first = lines.next().unwrap();
    let headers: Vec<_> = lines.take_while(|line| !line.is_empty()).collect();
    let length = headers.iter().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    stream.read_exact(&mut vec![0; length.parse().unwrap()]).unwrap();
    first
}

/// The clock of the machine is set back by a day: nobody is locked out by it, and what is done afterwards is kept.
#[tokio::test]
async fn a_clock_that_is_set_back() {
    let desk = Desk::examining().await;
    let reviewer = desk.person("r1", &[("recall", Role::Reviewer)]).await;
    desk.later(-24 * 60 * 60);
    let wanted = json!({ "stage": "review", "size": 2 });
    let batch = desk.ask("PUT", "/api/cases/recall/batches/b1", Some(&reviewer), Some(wanted)).await;
    assert_eq!(batch.status, StatusCode::OK, "{batch:?}");
    let again = json!({ "account": "r1", "password": PASSWORD });
    let opened = desk.ask("POST", "/api/session", None, Some(again)).await;
    assert_eq!(opened.status, StatusCode::OK, "{opened:?}");
    let token = opened.body["token"].as_str().unwrap();
    assert_eq!(desk.ask("GET", "/api/cases/recall/batches/b1", Some(token), None).await.body, batch.body);
    desk.later(48 * 60 * 60);
    assert_eq!(desk.ask("GET", "/api/session", Some(token), None).await.code(), "not_signed_in");
}

/// The power of the one database server that there is.
static POWER: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// The database server is killed while people work, and comes back: whoever asks meanwhile is told to try again, what was acknowledged is there, and
/// what was refused is not. The same server goes on.
#[tokio::test]
#[ignore = "needs a PostgreSQL server of its own: scripts/postgres"]
async fn the_database_goes_and_comes_back() {
    let _alone = POWER.lock().await;
    let (server, crash) =
        (std::env::var("COUNTERSIGN_POSTGRES").unwrap(), std::env::var("COUNTERSIGN_POSTGRES_CRASH").unwrap());
    let power = |word: &str| assert!(Command::new(&crash).arg(word).status().unwrap().success());
    let place = format!("{server}#recall").parse().unwrap();
    let desk = Desk::examining_at(Places::in_files(), place).await;
    let reviewer = desk.person("r1", &[("recall", Role::Reviewer)]).await;
    let batch = "/api/cases/recall/batches/b1";
    let ask = async |method: &str, address: String, body: Option<Value>| {
        desk.ask(method, &address, Some(&reviewer), body).await
    };
    let wanted = json!({ "stage": "review", "size": 3 });
    let claimed = ask("PUT", batch.to_owned(), Some(wanted.clone())).await;
    assert_eq!(claimed.status, StatusCode::OK, "{claimed:?}");
    let lines: Vec<_> = claimed.body["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| format!("{batch}/lines/{}/{}", line["section"], line["line"]))
        .collect();
    let found = json!({ "disposition": "invalid", "reason": "not_registered" });
    let find = async |line: usize| ask("PUT", format!("{}/finding", lines[line]), Some(found.clone())).await;
    assert_eq!(find(0).await.status, StatusCode::OK);
    let mut heard = desk.listen("/api/cases/recall/events", &reviewer, None).await;
    for round in 0..2 {
        power("stop");
        let since = Instant::now();
        for answer in [
            find(1).await,
            ask("GET", lines[0].clone(), None).await,
            ask("PUT", "/api/cases/recall/batches/b2".to_owned(), Some(wanted.clone())).await,
            ask("PUT", format!("{batch}/closed"), None).await,
        ] {
            let told = answer.body["detail"].as_str().unwrap_or_default();
            assert_eq!((answer.status, answer.code()), (StatusCode::SERVICE_UNAVAILABLE, "unavailable"), "{answer:?}");
            assert!(told.contains("try again") && !told.contains("postgres"), "{told}");
        }
        println!("round {round}: four refusals in {:.1} s", since.elapsed().as_secs_f64());
        let standing = ask("GET", "/api/cases/recall".to_owned(), None).await;
        assert_eq!(
            (standing.status, &standing.body["undecided"]),
            (StatusCode::OK, &7.into()),
            "what is known is shown"
        );
        power("start");
        let since = Instant::now();
        let shown = loop {
            let shown = ask("GET", batch.to_owned(), None).await;
            if shown.status == StatusCode::OK {
                break shown;
            }
            assert!(since.elapsed() < Duration::from_secs(20), "{shown:?}");
        };
        println!("round {round}: back after {:.1} s", since.elapsed().as_secs_f64());
        let kept: Vec<_> =
            shown.body["lines"].as_array().unwrap().iter().map(|line| !line["finding"].is_null()).collect();
        assert_eq!(kept, [true, false, false], "what was acknowledged, and nothing else");
    }
    assert_eq!(find(1).await.status, StatusCode::OK);
    let closed = ask("PUT", format!("{batch}/closed"), None).await;
    assert_eq!(closed.body, json!({ "taken": 2, "refused": [] }));
    let standing = ask("GET", "/api/cases/recall".to_owned(), None).await;
    assert_eq!((&standing.body["invalid"], &standing.body["undecided"]), (&2.into(), &5.into()));
    // Whoever watched hears of it.
    loop {
        let frame = tokio::time::timeout(Duration::from_secs(20), heard.frame()).await.unwrap().unwrap().unwrap();
        let text = String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap();
        if text.contains("\"decided\":2") {
            break;
        }
    }
}

/// The accounts of the office are on the server that is gone as well: nobody is told that their session has ended, and everybody goes on with it afterwards.
#[tokio::test]
#[ignore = "needs a PostgreSQL server of its own: scripts/postgres"]
async fn the_accounts_go_and_come_back() {
    let _alone = POWER.lock().await;
    let crash = std::env::var("COUNTERSIGN_POSTGRES_CRASH").unwrap();
    let power = |word: &str| assert!(Command::new(&crash).arg(word).status().unwrap().success());
    let desk = Desk::examining().await;
    let reviewer = desk.person("r1", &[("recall", Role::Reviewer)]).await;
    let sign_in = json!({ "account": "r1", "password": PASSWORD });
    power("stop");
    for answer in [
        desk.ask("GET", "/api/session", Some(&reviewer), None).await,
        desk.ask("GET", "/api/cases/recall", Some(&reviewer), None).await,
        desk.ask("POST", "/api/session", None, Some(sign_in.clone())).await,
    ] {
        let told = answer.body["detail"].as_str().unwrap_or_default();
        assert_eq!((answer.status, answer.code()), (StatusCode::SERVICE_UNAVAILABLE, "unavailable"), "{answer:?}");
        assert!(told.contains("try again") && !told.contains("postgres"), "{told}");
    }
    power("start");
    let since = Instant::now();
    while desk.ask("GET", "/api/session", Some(&reviewer), None).await.status != StatusCode::OK {
        assert!(since.elapsed() < Duration::from_secs(20));
    }
    assert_eq!(desk.ask("POST", "/api/session", None, Some(sign_in)).await.status, StatusCode::OK);
}

/// A server that was killed between closing a batch and writing down what was found: the next one does so by itself, though nobody takes lines in hand.
#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_was_left_half_closed() {
    let desk = Desk::examining().await;
    let reviewer = desk.person("r1", &[("recall", Role::Reviewer)]).await;
    let batch = "/api/cases/recall/batches/b1";
    let claimed = desk.ask("PUT", batch, Some(&reviewer), Some(json!({ "stage": "review", "size": 3 }))).await;
    for line in claimed.body["lines"].as_array().unwrap() {
        let finding = format!("{batch}/lines/{}/{}/finding", line["section"], line["line"]);
        let found = json!({ "disposition": "invalid", "reason": "illegible" });
        assert_eq!(desk.ask("PUT", &finding, Some(&reviewer), Some(found)).await.status, StatusCode::OK);
    }
    let mut database = sqlx::AnyConnection::connect(&desk.places().url("recall")).await.unwrap();
    sqlx::query("UPDATE batch SET closed_at = 1").execute(&mut database).await.unwrap();
    let next = server::Cases::open(&[desk.places().place("recall")], &[desk.path("roll")]).await.unwrap();
    let mut decided = 0_i64;
    for _ in 0..100 {
        let count = "SELECT COUNT(*) FROM line_state WHERE state = 'decided'";
        decided = sqlx::query_scalar(count).fetch_one(&mut database).await.unwrap();
        if decided == 3 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(decided, 3);
    drop(next);
}
