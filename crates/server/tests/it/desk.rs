//! An office with two cases and a clock that tests turn, and requests to it.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, AtomicU32, Ordering},
    },
};

use axum::{
    Router,
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use casework::{Act, CaseFacts, CaseFile, Place, files::ReadOptions};
use http_body_util::BodyExt as _;
use jiff::Timestamp;
use serde_json::Value;
use server::{Cases, Clock, Duties, Enrolment, NewAccount, Office, People, Policy, Provider, Role, Setup};
use sqlx::{AssertSqlSafe, Connection as _};
use tempfile::TempDir;
use tower::ServiceExt as _;

use crate::authenticator::ORIGIN;

pub(crate) const PASSWORD: &str = "correct horse battery";

/// Where what belongs to one test is kept: in a folder, or in a database of its own on the server that `scripts/postgres` started. It is gone with the test.
pub(crate) struct Places {
    folder: TempDir,
    database: Option<String>,
}

/// Databases made so far in this run.
static DATABASES: AtomicU32 = AtomicU32::new(0);

impl Places {
    /// A file of the test.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// In a folder, wherever the other tests of the run are.
    pub(crate) fn in_files() -> Self {
        Self { folder: TempDir::new().unwrap(), database: None }
    }

    pub(crate) async fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let Ok(server) = std::env::var("COUNTERSIGN_POSTGRES") else { return Self { folder, database: None } };
        let number = DATABASES.fetch_add(1, Ordering::Relaxed);
        let name = format!("office_{}_{number}", std::process::id());
        sqlx::any::install_default_drivers();
        let mut connection = sqlx::AnyConnection::connect(&server).await.unwrap();
        let create = sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}")));
        create.execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        Self { folder, database: Some(format!("{}/{name}", server.rsplit_once('/').unwrap().0)) }
    }

    /// A case as a database tool has it.
    pub(crate) fn url(&self, name: &str) -> String {
        match &self.database {
            None => format!("sqlite://{}", self.file(&format!("{name}.countersign")).display()),
            Some(database) => format!("{database}?options[search_path]=\"case_{name}\""),
        }
    }

    pub(crate) fn place(&self, name: &str) -> Place {
        match &self.database {
            None => Place::File(self.folder.path().join(format!("{name}.countersign"))),
            Some(database) => format!("{database}#{name}").parse().unwrap(),
        }
    }
}

/// An office that is gone with the test.
pub(crate) struct Desk {
    pub(crate) office: Arc<Office>,
    pub(crate) router: Router,
    pub(crate) document: Value,
    second: Arc<AtomicI64>,
    places: Arc<Places>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: axum::http::HeaderMap,
    pub(crate) body: Value,
    /// The body as it came, where it is not JSON.
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    /// The code of a problem.
    pub(crate) fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }
}

impl Desk {
    pub(crate) async fn new() -> Self {
        Self::in_places(Places::new().await).await
    }

    /// The same, at these places.
    pub(crate) async fn in_places(places: Places) -> Self {
        let cases = ["recall", "other"].map(|name| places.place(name));
        for case in &cases {
            opened(case).await.close().await;
        }
        Self::of(places, &cases, &[]).await
    }

    /// An office with one case, `recall`, whose lines are being examined.
    pub(crate) async fn examining() -> Self {
        let places = Places::new().await;
        let case = places.place("recall");
        Self::examining_at(places, case).await
    }

    /// The same, with the case at a place that the test chooses.
    pub(crate) async fn examining_at(places: Places, case: Place) -> Self {
        let roll = places.file("roll");
        examined_case(places.folder.path(), &case, &roll).await;
        Self::of(places, &[case], &[roll]).await
    }

    /// An office with one case, `recall`, whose lines are counted and not looked up yet.
    pub(crate) async fn counted() -> Self {
        let places = Places::new().await;
        let (case, roll) = (places.place("recall"), places.file("roll"));
        counted_case(places.folder.path(), &case, &roll).await.close().await;
        Self::of(places, &[case], &[roll]).await
    }

    pub(crate) async fn of(places: Places, cases: &[Place], rolls: &[PathBuf]) -> Self {
        let cases = Cases::open(cases, rolls).await.unwrap();
        Self::with(Arc::new(places), cases, Arc::new(AtomicI64::new(1_660_000_000)), None).await
    }

    /// An office without cases whose people may sign in by a provider.
    pub(crate) async fn trusting(provider: Provider) -> Self {
        let (places, second) = (Arc::new(Places::new().await), Arc::new(AtomicI64::new(1_660_000_000)));
        Self::with(places, Cases::default(), second, Some(provider)).await
    }

    /// Opens the accounts once more, as a server that is told another time zone.
    pub(crate) async fn in_zone(&self, zone: &str) -> Result<(), server::PeopleError> {
        let setup = Setup { time_zone: Some(zone.to_owned()), ..Setup::default() };
        People::open(&self.places.place("office"), setup).await.map(|_| ())
    }

    /// Another server of the same office, without cases.
    pub(crate) async fn another(&self) -> Self {
        Self::with(Arc::clone(&self.places), Cases::default(), Arc::clone(&self.second), None).await
    }

    /// Another server of the same office and of its case `recall`.
    pub(crate) async fn another_with_case(&self) -> Self {
        let cases = Cases::open(&[self.places.place("recall")], &[self.places.file("roll")]).await.unwrap();
        Self::with(Arc::clone(&self.places), cases, Arc::clone(&self.second), None).await
    }

    /// Whether its cases are on a database server, which several servers share.
    pub(crate) fn is_shared(&self) -> bool {
        self.places.database.is_some()
    }

    async fn with(places: Arc<Places>, cases: Cases, second: Arc<AtomicI64>, provider: Option<Provider>) -> Self {
        let turned = Arc::clone(&second);
        let clock: Clock = Arc::new(move || Timestamp::from_second(turned.load(Ordering::SeqCst)).unwrap());
        let policy = Policy { heartbeat_seconds: 1, ..Policy::default() };
        let (time_zone, origin) = (Some("America/Los_Angeles".to_owned()), Some(ORIGIN.to_owned()));
        let setup = Setup { policy, clock, time_zone, origin, provider };
        let people = People::open(&places.place("office"), setup).await.unwrap();
        let images = blobs::Blobs::open(places.file("images").to_str().unwrap(), || None).unwrap();
        let office =
            Arc::new(Office { people, cases, images: Some(Arc::new(images)), public: Some(places.file("public")) });
        let (router, document) = server::api(Arc::clone(&office));
        let document = serde_json::to_value(document).unwrap();
        Self { office, router, document, second, places }
    }

    /// Where its cases and rolls are.
    pub(crate) fn places(&self) -> &Places {
        &self.places
    }

    /// A file or a folder of the office.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.places.file(name)
    }

    /// Turns the clock forward.
    pub(crate) fn later(&self, seconds: i64) {
        self.second.fetch_add(seconds, Ordering::SeqCst);
    }

    /// Turns the clock to an instant.
    pub(crate) fn at(&self, instant: &str) {
        self.second.store(instant.parse::<Timestamp>().unwrap().as_second(), Ordering::SeqCst);
    }

    pub(crate) fn second(&self) -> u64 {
        u64::try_from(self.second.load(Ordering::SeqCst)).unwrap()
    }

    /// A person with a password, and the token of a session.
    pub(crate) async fn person(&self, account: &str, duties: &[(&str, Role)]) -> String {
        let mut all = Duties::new();
        for (case, role) in duties {
            all.entry((*case).to_owned()).or_default().push(*role);
        }
        let new =
            NewAccount { account: account.to_owned(), name: format!("Name of {account}"), duties: all, sign_on: false };
        self.office.people.create(&new, "test").await.unwrap();
        let slip = self.office.people.slip(account, "test").await.unwrap().code;
        self.office.people.enrol(Enrolment { slip, password: PASSWORD.to_owned() }).await.unwrap()
    }

    /// What a query finds in the office's database: one text.
    pub(crate) async fn text(&self, sql: &'static str) -> String {
        let mut connection = self.connection().await;
        sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap()
    }

    /// What the office's database says to a statement.
    pub(crate) async fn run(&self, sql: &'static str) -> Result<(), String> {
        let done = sqlx::query(sql).execute(&mut self.connection().await).await;
        done.map(|_| ()).map_err(|error| error.to_string())
    }

    async fn connection(&self) -> sqlx::AnyConnection {
        let address = match (self.places.place("office"), &self.places.database) {
            (_, Some(database)) => format!("{database}?options[search_path]=office_office"),
            (place, None) => format!("sqlite://{place}"),
        };
        sqlx::AnyConnection::connect(&address).await.unwrap()
    }

    /// A request with the token of a session, or without one.
    pub(crate) async fn ask(&self, method: &str, address: &str, token: Option<&str>, body: Option<Value>) -> Answer {
        let mut request = Request::builder().method(Method::from_bytes(method.as_bytes()).unwrap()).uri(address);
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let body = match body {
            None => Body::empty(),
            Some(body) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(body.to_string())
            }
        };
        self.send(request.body(body).unwrap()).await
    }

    /// A request whose body is what it is.
    pub(crate) async fn send_bytes(&self, method: &str, address: &str, token: &str, bytes: Vec<u8>) -> Answer {
        let request = Request::builder().method(method).uri(address);
        let request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        self.send(request.body(Body::from(bytes)).unwrap()).await
    }

    /// The body of an answer that goes on.
    pub(crate) async fn listen(&self, address: &str, token: &str, known: Option<u64>) -> Body {
        let request = Request::get(address).header(header::AUTHORIZATION, format!("Bearer {token}"));
        let request = known.into_iter().fold(request, |request, id| request.header("last-event-id", id));
        let response = self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        response.into_body()
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        Self::read(self.router.clone().oneshot(request).await.unwrap()).await
    }

    /// An answer, read to its end.
    pub(crate) async fn read(response: axum::response::Response) -> Answer {
        let (parts, mut body) = response.into_parts();
        let form = parts.headers.get(header::CONTENT_TYPE).map_or("", |form| form.to_str().unwrap());
        let bytes = match form {
            // What is told without end is listened to once.
            "text/event-stream" => body.frame().await.unwrap().unwrap().into_data().unwrap(),
            _ => body.collect().await.unwrap().to_bytes(),
        };
        let body = if bytes.is_empty() {
            Value::Null
        } else if form.is_empty() || form.ends_with("json") {
            serde_json::from_slice(&bytes).unwrap()
        } else {
            String::from_utf8(bytes.to_vec()).map_or(Value::Null, Value::from)
        };
        Answer { status: parts.status, headers: parts.headers, body, bytes: bytes.into() }
    }
}

pub(crate) async fn opened(place: &Place) -> CaseFile {
    let facts: CaseFacts = serde_json::from_value(serde_json::json!({
        "petition": { "title": "Recall of an officer", "kind": "recall", "jurisdiction": "A county" },
        "rules": "synthetic/county-recall",
        "registered_voters": 60,
        "form_approved_on": "2022-01-27",
        "filed_on": "2022-07-06",
    }))
    .unwrap();
    let pack = law::RulePack::by_id("synthetic/county-recall").unwrap();
    let act = Act { actor: "clerk".to_owned(), at: "2022-07-06T17:00:00Z".parse().unwrap() };
    CaseFile::new_case(place, &facts, &pack, [7; 32], &act).await.unwrap()
}

/// Eight voters at 101 to 108 Oak Street.
const ROLL: &str = "\
voter_id,first,last,birth_date,house_number,street,street_type,city,zip,status,registered_on
V1,ANA,ALVAREZ,1970-01-01,101,OAK,ST,PASADENA,91101,A,2010-01-01
V2,BEN,BAKER,1970-01-01,102,OAK,ST,PASADENA,91101,A,2010-01-01
V3,CLARA,CHAVEZ,1970-01-01,103,OAK,ST,PASADENA,91101,A,2010-01-01
V4,DAVID,DUNN,1970-01-01,104,OAK,ST,PASADENA,91101,A,2010-01-01
V5,EVA,ESTRADA,1970-01-01,105,OAK,ST,PASADENA,91101,A,2010-01-01
V6,FRANK,FOSTER,1970-01-01,106,OAK,ST,PASADENA,91101,A,2010-01-01
V7,GRACE,GARCIA,1970-01-01,107,OAK,ST,PASADENA,91101,A,2010-01-01
V8,HUGO,HAYES,1970-01-01,108,OAK,ST,PASADENA,91101,A,2010-01-01
";

/// Seven lines, the last of nobody on the roll.
const LINES: &str = "\
section,page,line,printed_name,address,city,zip,date_signed,signature
1,1,1,Ana Alvarez,101 Oak St,Pasadena,91101,,
1,1,2,Ben Baker,102 Oak St,Pasadena,91101,,
1,1,3,Clara Chavez,103 Oak St,Pasadena,91101,,
1,1,4,David Dunn,104 Oak St,Pasadena,91101,,
2,1,1,Eva Estrada,105 Oak St,Pasadena,91101,,
2,1,2,Frank Foster,106 Oak St,Pasadena,91101,,
2,1,3,Nobody Known,77 Elm Ave,Pasadena,91101,,
";

/// A case whose lines are counted and not looked up yet, and the roll to do so.
async fn counted_case(folder: &Path, case: &Place, roll: &Path) -> CaseFile {
    let (csv, lines) = (folder.join("roll.csv"), folder.join("lines.csv"));
    std::fs::write(&csv, ROLL).unwrap();
    std::fs::write(&lines, LINES).unwrap();
    let layout = roll::Layout::preset("generic").unwrap();
    roll::import(&csv, &layout, &roll::ImportOptions::default(), roll, &roll::NoProgress).unwrap();
    let mut file = opened(case).await;
    file.receive(&lines, None, &ReadOptions::default(), &clerk()).await.unwrap();
    file.count(&clerk()).await.unwrap();
    file
}

fn clerk() -> Act {
    Act { actor: "clerk".to_owned(), at: "2022-07-06T18:00:00Z".parse().unwrap() }
}

async fn examined_case(folder: &Path, case: &Place, roll: &Path) {
    let mut file = counted_case(folder, case, roll).await;
    let snapshot = roll::Snapshot::open(roll).unwrap();
    let stop = AtomicBool::new(false);
    file.search(&snapshot, &matching::Model::built_in(), &clerk(), &|_, _| {}, &stop).await.unwrap();
    file.close().await;
}
