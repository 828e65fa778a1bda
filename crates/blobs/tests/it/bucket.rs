//! A store that speaks the protocol of S3, played by a small server of this test: it keeps objects in memory, and looks at who signed a request.
//! No store of another maker was at hand.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
};

use blobs::{BlobError, Blobs, Digest, Key};

/// What the server keeps, what it was asked, and what it is to answer before it does as it should.
#[derive(Default)]
struct Memory {
    objects: BTreeMap<String, Vec<u8>>,
    asked: Vec<String>,
    /// Statuses that come first, one a request.
    faults: Vec<u16>,
    /// Keeps something else than it is given.
    forgets: bool,
}

struct Store {
    port: u16,
    memory: Arc<Mutex<Memory>>,
}

impl Store {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let store = Self { port: listener.local_addr().unwrap().port(), memory: Arc::default() };
        let memory = Arc::clone(&store.memory);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let memory = Arc::clone(&memory);
                std::thread::spawn(move || while answer(&stream, &memory).is_some() {});
            }
        });
        store
    }

    fn open(&self, rest: &str) -> Result<Blobs, BlobError> {
        let key = || Some(Key { id: "KEYID".to_owned(), secret: "s3cr3t".to_owned(), token: None });
        Blobs::open(&format!("s3+http://127.0.0.1:{}{rest}", self.port), key)
    }
}

/// Answers one request; none at the end of the connection.
fn answer(mut stream: &TcpStream, memory: &Mutex<Memory>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    let mut words = first.split_whitespace();
    let (method, address) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        if header.trim().is_empty() {
            break;
        }
        if let Some(value) = header.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let mut memory = memory.lock().unwrap();
    let (path, query) = address.split_once('?').unwrap_or((&address, ""));
    memory.asked.push(format!("{method} {path}"));
    let signed =
        ["X-Amz-Credential=KEYID%2F", "%2Feurope%2Fs3%2Faws4_request", "X-Amz-Signature=", "X-Amz-Expires=300"]
            .iter()
            .all(|part| query.contains(part));
    let fault = (!memory.faults.is_empty()).then(|| memory.faults.remove(0));
    let (status, sent) = match (fault, method.as_str()) {
        (Some(status), _) => (status, Vec::new()),
        _ if !signed => (403, Vec::new()),
        (_, "PUT") => {
            let kept = if memory.forgets { body[1..].to_vec() } else { body };
            memory.objects.insert(path.to_owned(), kept);
            (200, Vec::new())
        }
        (_, "DELETE") => {
            memory.objects.remove(path);
            (204, Vec::new())
        }
        _ => memory.objects.get(path).map_or((404, b"<Error/>".to_vec()), |kept| (200, kept.clone())),
    };
    write!(stream, "HTTP/1.1 {status} So\r\ncontent-length: {}\r\n\r\n", sent.len()).ok()?;
    stream.write_all(&sent).ok()
}

#[test]
fn an_image_in_a_store() {
    let store = Store::start();
    let blobs = store.open("/office/recall/2022?region=europe").unwrap();
    let digest = blobs.put(b"abc").unwrap();
    let path = format!("/office/recall/2022/ba/78/{digest}");
    assert_eq!(store.memory.lock().unwrap().objects[&path], b"abc");
    assert_eq!(blobs.get(digest).unwrap(), b"abc");
    assert!(matches!(blobs.get(Digest::of(b"other")), Err(BlobError::Missing { .. })));
    blobs.remove(digest).unwrap();
    blobs.remove(digest).unwrap();
    assert!(matches!(blobs.get(digest), Err(BlobError::Missing { .. })));
    assert_eq!(store.memory.lock().unwrap().asked[..2], [format!("PUT {path}"), format!("GET {path}")], "read back");
}

/// What the store acknowledges and does not keep is no image that is kept.
#[test]
fn a_store_that_forgets() {
    let store = Store::start();
    store.memory.lock().unwrap().forgets = true;
    let blobs = store.open("/office?region=europe").unwrap();
    assert!(matches!(blobs.put(b"abc"), Err(BlobError::Damaged { .. })));
}

#[test]
fn a_store_in_trouble() {
    let store = Store::start();
    let blobs = store.open("/office?region=europe").unwrap();
    store.memory.lock().unwrap().faults = vec![503, 500];
    let digest = blobs.put(b"abc").unwrap();
    assert_eq!(store.memory.lock().unwrap().asked.len(), 4, "asked three times, and read back");
    store.memory.lock().unwrap().faults = vec![503; 3];
    let told = blobs.get(digest).unwrap_err().to_string();
    assert!(told.contains("503") && told.contains("/office") && told.contains("try again"), "{told}");
    store.memory.lock().unwrap().faults = vec![403];
    let asked = store.memory.lock().unwrap().asked.len();
    assert!(matches!(blobs.put(b"other"), Err(BlobError::Store { .. })));
    assert_eq!(store.memory.lock().unwrap().asked.len(), asked + 1, "a refusal is not asked for again");
    store.memory.lock().unwrap().objects.values_mut().for_each(|kept| kept.push(0));
    assert!(matches!(blobs.get(digest), Err(BlobError::Damaged { .. })));
    // Another region signs for something else.
    assert!(matches!(store.open("/office").unwrap().get(digest), Err(BlobError::Store { .. })));
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let key = || Some(Key { id: "KEYID".to_owned(), secret: "s3cr3t".to_owned(), token: None });
    let blobs = Blobs::open(&format!("s3+http://{gone}/office"), key).unwrap();
    let told = format!("{:?} {}", blobs.put(b"abc").unwrap_err(), blobs);
    assert!(told.contains("/office") && !told.contains("s3cr3t") && !told.contains("Signature"), "{told}");
}

#[test]
fn addresses_of_stores() {
    let key = || Some(Key { id: "KEYID".to_owned(), secret: "s3cr3t".to_owned(), token: None });
    for bad in [
        "s3+http://images.example/office",
        "s3+https://images.example",
        "s3+https://images.example/",
        "s3+https://id:s3cr3t@images.example/office",
        "s3+https://images.example/office?password=s3cr3t",
        "s3+ftp://images.example/office",
        "s3+",
        "s3+https://images.example/office?ca=/nowhere.pem",
    ] {
        let refused = Blobs::open(bad, key);
        assert!(matches!(refused, Err(BlobError::Address { .. })), "{bad}: {refused:?}");
    }
    let told = Blobs::open("s3+https://id:s3cr3t@images.example/office", key).unwrap_err().to_string();
    assert!(!told.contains("s3cr3t"), "{told}");
    let told = Blobs::open("s3+https://images.example/office", || None).unwrap_err().to_string();
    assert!(told.contains("AWS_ACCESS_KEY_ID"), "{told}");
    let blobs = Blobs::open("s3+https://images.example:9000/office/a/?region=x", key).unwrap();
    assert_eq!(format!("{blobs} {blobs:?}").matches("s3+https://images.example:9000/office/a").count(), 2);
}
