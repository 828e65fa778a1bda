//! The listener: TLS with a certificate that was given, or with one of a local authority that is made once and whose fingerprint is printed.

use std::{
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use axum::Router;
use axum_server::{Handle, tls_rustls::RustlsConfig};
use jiff::{ToSpan as _, Zoned, civil::Date, tz::TimeZone};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose,
};
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use sha2::{Digest, Sha256};

use crate::assets::with_workstation;

/// Why the server cannot start, or stopped.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address is taken or not this machine's.
    #[error("{address} cannot be listened on: {source}; name another with --listen")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file of the certificate cannot be read or written.
    #[error("{}: {source}", .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// What was given is no certificate with its key.
    #[error("{}: not a certificate with its key, as PEM: {why}", .path.display())]
    Certificate {
        /// Which file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// The certificate cannot be made.
    #[error("no certificate can be made: {0}")]
    Authority(#[from] rcgen::Error),
    /// The listener failed.
    #[error("the server stopped: {0}")]
    Stopped(std::io::Error),
}

/// What the server proves itself with.
#[derive(Debug, Clone)]
pub enum Tls {
    /// A certificate with its chain and its key, as PEM.
    Given {
        /// The certificate's file.
        certificate: PathBuf,
        /// The key's file.
        key: PathBuf,
    },
    /// A certificate of a local authority in this folder, made where there is none, for these names.
    Local {
        /// The folder.
        folder: PathBuf,
        /// Names and addresses that the server is reached under.
        names: Vec<String>,
    },
}

/// Serves the API and the workstation until it is told to stop, then lets requests end. `ready` gets the address, and the fingerprint of the local authority where there is one.
pub async fn serve(
    router: Router,
    address: SocketAddr,
    tls: &Tls,
    ready: impl FnOnce(SocketAddr, Option<String>),
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let (certificate, key, fingerprint) = match tls {
        Tls::Given { certificate, key } => (certificate.clone(), key.clone(), None),
        Tls::Local { folder, names } => {
            let fingerprint = local_authority(folder, names)?;
            (folder.join(CERTIFICATE), folder.join(KEY), Some(fingerprint))
        }
    };
    let router = with_workstation(router, matches!(tls, Tls::Given { .. }));
    let config = RustlsConfig::from_config(Arc::new(server_config(&certificate, &key)?));
    let refused = |source| ServeError::Listen { address, source };
    let listener = TcpListener::bind(address).map_err(refused)?;
    listener.set_nonblocking(true).map_err(refused)?;
    ready(listener.local_addr().map_err(refused)?, fingerprint);
    let handle = Handle::new();
    let stopping = handle.clone();
    tokio::spawn(async move {
        stop.await;
        stopping.graceful_shutdown(Some(Duration::from_secs(10)));
    });
    let server = axum_server::from_tcp_rustls(listener, config).map_err(ServeError::Stopped)?;
    // Where a request comes from decides who is let into the examination room.
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    server.handle(handle).serve(service).await.map_err(ServeError::Stopped)
}

fn server_config(certificate: &Path, key: &Path) -> Result<ServerConfig, ServeError> {
    let wrong = |path: &Path, why: String| ServeError::Certificate { path: path.to_owned(), why };
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| wrong(certificate, error.to_string()))?;
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| wrong(key, error.to_string()))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| wrong(certificate, error.to_string()))?;
    let config = builder.with_no_client_auth().with_single_cert(chain, private);
    let mut config = config.map_err(|error| wrong(certificate, error.to_string()))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

const AUTHORITY: &str = "authority.pem";
const CERTIFICATE: &str = "server.pem";
const KEY: &str = "server.key";

/// How long a certificate of the local authority is good, in days: some browsers take none for more than 825.
const GOOD_FOR: i64 = 800;
/// How long before its end another one is made, in days: longer than any petition is on the counter.
const RENEWED_BEFORE: i64 = 120;

/// Makes a local authority and a certificate by it where the folder has none, or one that will soon have ended; the authority's own key is forgotten, so
/// that it never signs anything else. Returns the SHA-256 of the authority, as browsers show it.
fn local_authority(folder: &Path, names: &[String]) -> Result<String, ServeError> {
    let file = |name: &str| folder.join(name);
    let today = Zoned::now().date();
    let there = [AUTHORITY, CERTIFICATE, KEY].iter().all(|name| file(name).exists());
    if !there || ends_before(&file(CERTIFICATE), today.saturating_add(RENEWED_BEFORE.days())) {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "Countersign, this office's own authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
        let own = KeyPair::generate()?;
        let mut params = CertificateParams::new(names.to_vec())?;
        let ymd = |day: Date| {
            rcgen::date_time_ymd(i32::from(day.year()), day.month().unsigned_abs(), day.day().unsigned_abs())
        };
        // A day is left for clocks that are behind.
        params.not_before = ymd(today.saturating_sub(1.day()));
        params.not_after = ymd(today.saturating_add(GOOD_FOR.days()));
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.distinguished_name.push(DnType::CommonName, "Countersign");
        let certificate = params.signed_by(&own, &authority)?;
        std::fs::create_dir_all(folder).map_err(|source| ServeError::File { path: folder.to_owned(), source })?;
        write(&file(KEY), &own.serialize_pem())?;
        write(&file(AUTHORITY), &authority.pem())?;
        write(&file(CERTIFICATE), &(certificate.pem() + &authority.pem()))?;
    }
    let path = file(AUTHORITY);
    let authority = CertificateDer::from_pem_file(&path)
        .map_err(|error| ServeError::Certificate { path, why: error.to_string() })?;
    let bytes: Vec<_> = Sha256::digest(&authority).iter().map(|byte| format!("{byte:02X}")).collect();
    Ok(bytes.join(":"))
}

/// Whether a certificate ends before a day, or cannot be read.
fn ends_before(certificate: &Path, day: Date) -> bool {
    let Ok(certificate) = CertificateDer::from_pem_file(certificate) else { return true };
    let Ok((_, read)) = x509_parser::parse_x509_certificate(&certificate) else { return true };
    let begins = day.to_zoned(TimeZone::UTC).map(|midnight| midnight.timestamp().as_second());
    begins.is_ok_and(|begins| read.validity().not_after.timestamp() < begins)
}

/// Writes a file that only its owner may read.
fn write(path: &Path, text: &str) -> Result<(), ServeError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(path).and_then(|mut file| std::io::Write::write_all(&mut file, text.as_bytes()));
    written.map_err(|source| ServeError::File { path: path.to_owned(), source })
}
