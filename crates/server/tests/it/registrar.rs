//! The registrar's acts through the API: the course of a case, the public sample, and certificates given, replaced and shown.

use axum::http::StatusCode;
use serde_json::{Value, json};
use server::Role;

use crate::{
    desk::{Answer, Desk},
    failed::{nine, office_of},
};

const CASE: &str = "/api/cases/recall";

struct Bench {
    desk: Desk,
    registrar: String,
}

impl Bench {
    async fn of(desk: Desk) -> Self {
        let registrar = desk.person("registrar", &[("recall", Role::Registrar)]).await;
        Self { desk, registrar }
    }

    async fn ask(&self, method: &str, address: &str, body: Option<Value>) -> Answer {
        self.desk.ask(method, &format!("{CASE}{address}"), Some(&self.registrar), body).await
    }
}

#[tokio::test]
async fn the_course_of_a_case() {
    let bench = Bench::of(office_of(&nine()).await).await;
    let course = bench.ask("GET", "/course", None).await.body;
    let steps: Vec<_> =
        course["steps"].as_array().unwrap().iter().map(|step| (&step["kind"], &step["count"])).collect();
    let count = |kind: &str| steps.iter().find(|(name, _)| *name == kind).map(|(_, count)| (*count).clone());
    let kinds: Vec<_> = steps.iter().map(|(kind, _)| kind.as_str().unwrap()).collect();
    let expected = [
        "case_opened",
        "section_received",
        "raw_counted",
        "roll_sealed",
        "searched_section",
        "line_judged",
        "certified",
    ];
    assert_eq!(kinds, expected);
    assert_eq!((count("section_received"), count("raw_counted")), (Some(json!(1)), Some(json!(9))));
    // Nine lines, of which one was looked at by three.
    assert_eq!((count("line_judged"), count("certified")), (Some(json!(11)), Some(json!(2))));
    let certified = course["steps"].as_array().unwrap().last().unwrap();
    assert_eq!((&certified["says"], &certified["on"]), (&json!("insufficient"), &json!("2022-08-05")));
    assert_eq!(certified["person"], "registrar");
    let clocks = course["clocks"].as_array().unwrap();
    assert!(clocks.iter().any(|clock| clock["met"] == true && clock["derivation"].is_string()), "{clocks:?}");
    let observer = bench.desk.person("observer", &[("recall", Role::Observer)]).await;
    let seen = bench.desk.ask("GET", &format!("{CASE}/course"), Some(&observer), None).await;
    assert!(!seen.body.to_string().contains("\"person\""), "{seen:?}");
}

#[tokio::test]
async fn a_sample_is_sealed_then_rolled_then_drawn() {
    let bench = Bench::of(Desk::examining().await).await;
    let before = bench.ask("GET", "/sample", None).await.body;
    assert_eq!((&before["law"]["size"], &before["sealed"], &before["drawn"]), (&json!(7), &Value::Null, &json!(0)));
    let seed = "12345678901234567890";
    let roll = |root: &Value, seed: &str| json!({ "root": root, "seed": seed, "note": "rolled by five people" });
    assert_eq!(bench.ask("PUT", "/sample/drawn", Some(roll(&json!("00"), seed))).await.code(), "wrong_state");
    assert_eq!(bench.ask("PUT", "/sample/sealed", Some(json!({ "size": 3 }))).await.code(), "refused");
    let sealed = bench.ask("PUT", "/sample/sealed", Some(json!({}))).await.body;
    assert_eq!(bench.ask("PUT", "/sample/sealed", Some(json!({}))).await.body, sealed);
    let root = &sealed["sealed"]["root"];
    assert_eq!(bench.ask("PUT", "/sample/drawn", Some(roll(&json!("00"), seed))).await.code(), "otherwise");
    assert_eq!(bench.ask("PUT", "/sample/drawn", Some(roll(root, "1234"))).await.code(), "refused");
    let drawn = bench.ask("PUT", "/sample/drawn", Some(roll(root, seed))).await;
    assert_eq!((drawn.status, &drawn.body["drawn"], &drawn.body["undecided"]), (StatusCode::OK, &json!(7), &json!(7)));
    assert_eq!(bench.ask("PUT", "/sample/drawn", Some(roll(root, seed))).await.body, drawn.body);
    let other = roll(root, "09876543210987654321");
    assert_eq!(bench.ask("PUT", "/sample/drawn", Some(other)).await.code(), "wrong_state");
    let first = bench.ask("GET", "/sample/lines?limit=5", None).await.body;
    let rest = bench.ask("GET", "/sample/lines?limit=5&after=5", None).await.body;
    let ranks =
        |page: &Value| page["items"].as_array().unwrap().iter().map(|line| line["rank"].clone()).collect::<Vec<_>>();
    assert_eq!(
        (ranks(&first), ranks(&rest)),
        (vec![json!(1), json!(2), json!(3), json!(4), json!(5)], vec![json!(6), json!(7)])
    );
    let csv = bench.ask("GET", "/sample/files/sample.csv", None).await;
    let rows: Vec<_> = csv.body.as_str().unwrap().lines().skip(1).collect();
    assert_eq!(rows.len(), 7);
    let top = &first["items"][0];
    assert!(rows[0].starts_with(&format!("1,{},{},", top["section"], top["line"])), "{}", rows[0]);
    assert_eq!(bench.ask("GET", "/sample/files/case.countersign", None).await.status, StatusCode::NOT_FOUND);
    for file in ["manifest.csv", "redraw.py"] {
        assert_eq!(bench.ask("GET", &format!("/sample/files/{file}"), None).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_certificate_is_drafted_given_and_replaced() {
    let bench = Bench::of(office_of(&nine()).await).await;
    let given = bench.ask("GET", "/certificates", None).await.body;
    assert_eq!((given.as_array().unwrap().len(), &given[0]["stands"]), (1, &json!(true)));
    let digest = given[0]["digest"].as_str().unwrap().to_owned();
    let shown = bench.ask("GET", "/certificate", None).await;
    assert_eq!((&shown.body["digest"], &shown.body["certificate"]["valid"]), (&json!(digest), &json!(2)));
    assert!(bench.ask("GET", "/certificate/pdf", None).await.bytes.starts_with(b"%PDF"));
    // While one stands there is nothing to certify.
    let draft = json!({ "certified_on": "2022-08-09", "name": "A. Clerk", "title": "Registrar", "office": "A county" });
    assert_eq!(bench.ask("POST", "/certificates/draft", Some(draft.clone())).await.code(), "refused");
    let reopen = |because: &str| (format!("/certificates/{digest}/reopened"), Some(json!({ "because": because })));
    let (address, nothing) = reopen(" ");
    assert_eq!(bench.ask("PUT", &address, nothing).await.code(), "refused");
    let (address, reason) = reopen("a challenge was upheld");
    for _ in 0..2 {
        assert_eq!(bench.ask("PUT", &address, reason.clone()).await.status, StatusCode::OK);
    }
    assert_eq!(bench.ask("PUT", "/certificates/00/reopened", reason).await.status, StatusCode::NOT_FOUND);
    assert_eq!(bench.ask("GET", "/certificate", None).await.status, StatusCode::NOT_FOUND);

    let ready = bench.ask("GET", "/certificates/readiness", None).await.body;
    let invariants = ready["invariants"].as_array().unwrap();
    assert!(invariants.len() == 7 && invariants.iter().all(|checked| checked["holds"] == true), "{ready}");
    let half = json!({ "certified_on": "2022-08-09", "name": "A. Clerk" });
    assert_eq!(bench.ask("POST", "/certificates/draft", Some(half)).await.code(), "bad_request");
    let drafted = bench.ask("POST", "/certificates/draft", Some(draft.clone())).await.body;
    assert_eq!(drafted["certificate"]["superseded"]["digest"], json!(digest));
    assert!(drafted["account"].as_str().unwrap().contains("insufficient"), "{drafted}");
    assert!(bench.ask("POST", "/certificates/draft/pdf", Some(draft.clone())).await.bytes.starts_with(b"%PDF"));
    assert_eq!(
        bench.ask("GET", "/certificates", None).await.body.as_array().unwrap().len(),
        1,
        "a draft is no certificate"
    );
    let under = format!("/certificates/{}", drafted["digest"].as_str().unwrap());
    assert_eq!(bench.ask("PUT", "/certificates/00", Some(draft.clone())).await.code(), "otherwise");
    for _ in 0..2 {
        let given = bench.ask("PUT", &under, Some(draft.clone())).await;
        assert_eq!((given.status, &given.body["digest"]), (StatusCode::OK, &drafted["digest"]));
    }
    let given = bench.ask("GET", "/certificates", None).await.body;
    let stands: Vec<_> = given.as_array().unwrap().iter().map(|given| given["stands"].clone()).collect();
    assert_eq!(stands, [json!(false), json!(true)]);
}

#[tokio::test]
async fn what_stands_in_the_way_of_a_certificate() {
    let bench = Bench::of(Desk::examining().await).await;
    let ready = bench.ask("GET", "/certificates/readiness", None).await.body;
    assert_eq!(
        (&ready["phase"], &ready["undecided"], &ready["invariants"]),
        (&json!("examining"), &json!(7), &json!([]))
    );
    let draft = bench.ask("POST", "/certificates/draft", Some(json!({ "certified_on": "2022-08-09" }))).await;
    assert_eq!(draft.code(), "refused");
    assert!(draft.body["detail"].as_str().unwrap().contains("every-line-one-disposition"), "{draft:?}");
}
