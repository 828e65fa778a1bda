//! `countersign serve`: the office as a server, for the workstations of its people.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use blobs::{Blobs, Key};
use casework::{BackupError, Place};
use clap::{Args, ValueEnum};
use server::{Backups, CalledBy, Cases, Code, Duties, NewAccount, Office, People, Provider, Role, Setup, Tls};

use crate::{failure::Failure, output::say};

/// The names of the machine itself.
const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// The account that keeps the others, made when there is none.
const FIRST: &str = "administrator";

#[derive(Args)]
pub(crate) struct Serve {
    /// The cases to serve: files, or postgres://user@host/database#NAME; with --database, by their names there.
    #[arg(required = true)]
    pub(super) cases: Vec<Place>,
    /// The database on a PostgreSQL server in which the cases are, and the accounts as `office` where --office says nothing else, as in
    /// postgres://user@host/database.
    #[arg(long, value_name = "URL")]
    pub(super) database: Option<String>,
    /// The rolls that the cases rest on; which belongs to which, their digests say.
    #[arg(long)]
    pub(super) roll: Vec<PathBuf>,
    /// The accounts of the office: a file, or postgres://user@host/database#NAME, which several servers may share. They are made where there are
    /// none. By default the file office.db, or `office` in the --database.
    #[arg(long)]
    pub(super) office: Option<Place>,
    /// The time zone of the office, as in America/Los_Angeles, in which people have their shifts. It is remembered with the accounts.
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
    /// The address that people reach the server under, as in https://petitions.county.example:8443. Without it nobody signs in with a passkey, and there is
    /// no single sign-on.
    #[arg(long, value_name = "URL")]
    origin: Option<String>,
    #[command(flatten)]
    sign_on: SignOn,
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:8443")]
    listen: SocketAddr,
    /// The server's certificate with its chain, as PEM. Without one, a local authority is made beside the accounts.
    #[arg(long, requires = "key")]
    certificate: Option<PathBuf>,
    /// The key of the certificate, as PEM.
    #[arg(long, requires = "certificate")]
    key: Option<PathBuf>,
    /// A name or address that people reach the server under, for the certificate of the local authority.
    #[arg(long, default_values = NAMES)]
    name: Vec<String>,
    /// Where the office keeps its images: a folder, or s3+https://host/bucket with the key in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
    #[arg(long)]
    pub(super) images: Option<String>,
    /// The folder of the published records, each under the name of its case as `publish --out FOLDER/NAME` makes it. With it, everybody who reaches the
    /// server sees where the petitions stand; a folder that is empty will do.
    #[arg(long, value_name = "FOLDER")]
    pub(super) public: Option<PathBuf>,
    /// Make backups of the cases and the accounts so often, in minutes.
    #[arg(long, requires = "backup_to", value_parser = clap::value_parser!(u64).range(1..))]
    backup_every: Option<u64>,
    /// The folder for these backups.
    #[arg(long, requires = "backup_every")]
    backup_to: Option<PathBuf>,
    /// How many backups of each file are kept.
    #[arg(long, default_value_t = 24, value_parser = at_least_one)]
    backup_keep: usize,
}

/// The office's identity provider (OpenID Connect), where it has one. It sends people back to `/signed-on` behind the origin.
#[derive(Args, Default)]
pub(super) struct SignOn {
    /// The identity provider (OpenID Connect) by which people may sign in, as in https://login.county.example/realms/office. It sends them back to
    /// /signed-on behind the origin.
    #[arg(id = "sign_on", long = "sign-on", value_name = "URL", requires_all = ["sign_on_client", "origin"])]
    issuer: Option<String>,
    /// The name under which the provider knows this server.
    #[arg(id = "sign_on_client", long = "sign-on-client", value_name = "NAME", requires = "sign_on")]
    client: Option<String>,
    /// The file with the secret that goes with that name, where the provider asks for one.
    #[arg(id = "sign_on_secret", long = "sign-on-secret", value_name = "FILE", requires = "sign_on")]
    secret: Option<PathBuf>,
    /// What people call it, for the button.
    #[arg(id = "sign_on_name", long = "sign-on-name", value_name = "TEXT", requires = "sign_on")]
    name: Option<String>,
    /// By which of the provider's names for a person their account here is called; an address counts where the provider says that it is proved;
    /// by username if not given.
    #[arg(id = "sign_on_by", long = "sign-on-by", value_name = "HOW", value_enum, requires = "sign_on")]
    by: Option<By>,
    /// The authority of the provider's certificate, as PEM, where that is not one which browsers trust.
    #[arg(id = "sign_on_authority", long = "sign-on-authority", value_name = "FILE", requires = "sign_on")]
    authority: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum By {
    /// The name that they sign on with there.
    Username,
    /// Their address.
    Email,
}

impl SignOn {
    fn provider(self) -> Result<Option<Provider>, Failure> {
        let (Some(issuer), Some(client)) = (self.issuer, self.client) else { return Ok(None) };
        let read = |path: PathBuf| {
            let text = std::fs::read_to_string(&path);
            text.map(|text| text.trim().to_owned())
                .map_err(|error| Failure::input(format!("{}: {error}", path.display())))
        };
        let called_by = match self.by {
            None | Some(By::Username) => CalledBy::Username,
            Some(By::Email) => CalledBy::Email,
        };
        let name = self.name.unwrap_or_else(|| "single sign-on".to_owned());
        let secret = self.secret.map(read).transpose()?;
        Ok(Some(Provider { issuer, client, secret, name, called_by, authority: self.authority }))
    }
}

fn at_least_one(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|number| *number > 0).ok_or_else(|| "a whole number from 1".to_owned())
}

impl Serve {
    /// A server of nothing yet, at an address of this machine.
    pub(super) fn on(listen: SocketAddr) -> Self {
        Self {
            cases: Vec::new(),
            roll: Vec::new(),
            database: None,
            office: None,
            time_zone: None,
            origin: None,
            sign_on: SignOn::default(),
            listen,
            certificate: None,
            key: None,
            name: NAMES.map(str::to_owned).into(),
            images: None,
            public: None,
            backup_every: None,
            backup_to: None,
            backup_keep: 1,
        }
    }

    pub(crate) fn run(self) -> Result<(), Failure> {
        // The other commands work for one person at a time, and so on one thread; this one works for an office.
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::ours)?;
        runtime.block_on(self.serve())
    }

    async fn serve(self) -> Result<(), Failure> {
        let (places, office) = places(self.cases, self.database.as_deref(), self.office)?;
        let cases = Cases::open(&places, &self.roll).await.map_err(Failure::input)?;
        let provider = self.sign_on.provider()?;
        let setup = Setup { time_zone: self.time_zone, origin: self.origin, provider, ..Setup::default() };
        let people = People::open(&office, setup).await.map_err(Failure::input)?;
        first_account(&people).await?;
        let tls = match (self.certificate, self.key) {
            (Some(certificate), Some(key)) => Tls::Given { certificate, key },
            _ => Tls::Local { folder: beside(&office), names: self.name },
        };
        let images = match &self.images {
            Some(place) => Some(Arc::new(Blobs::open(place, Key::of_environment).map_err(Failure::input)?)),
            None => None,
        };
        if let (Some(minutes), Some(folder)) = (self.backup_every, self.backup_to) {
            let every = Duration::from_secs(minutes.saturating_mul(60));
            let cases = files(&places)?;
            let office = files(std::slice::from_ref(&office))?.pop();
            let backups = Backups { cases, office, folder, every, keep: self.backup_keep };
            backups.start().map_err(Failure::ours)?;
        }
        let passkeys = people.has_passkeys();
        let (router, _) = server::api(Arc::new(Office { people, cases, images, public: self.public }));
        let ready = |address: SocketAddr, fingerprint: Option<String>| {
            let mut text = format!("Serving on https://{address}; stop with Ctrl-C.");
            if let Some(fingerprint) = fingerprint {
                text.push_str(&format!(
                    "\nThe certificate is from this office's own authority. Compare its SHA-256 when a browser asks:\n{fingerprint}"
                ));
            }
            if !passkeys {
                text.push_str("\nThere are no passkeys, since --origin says nothing.");
            }
            // Who does not listen is told nothing; the server runs all the same.
            let _ = say(&text);
        };
        server::serve(router, self.listen, &tls, ready, stopped()).await.map_err(Failure::input)
    }
}

/// Where the cases and the accounts are: as they are named, or by their names in the database.
fn places(cases: Vec<Place>, database: Option<&str>, office: Option<Place>) -> Result<(Vec<Place>, Place), Failure> {
    let Some(database) = database else {
        return Ok((cases, office.unwrap_or_else(|| Path::new("office.db").into())));
    };
    let named = |name: &str| format!("{database}#{name}").parse::<Place>().map_err(Failure::input);
    // A password may stand in it, so it is not repeated.
    if !matches!(named("office")?, Place::Server(_)) {
        return Err(Failure::input(
            "--database is no address of a PostgreSQL server; it has the form postgres://user@host/database",
        ));
    }
    let case = |place: Place| match &place {
        Place::File(name) => named(&name.to_string_lossy()),
        Place::Server(_) => Ok(place),
    };
    let cases = cases.into_iter().map(case).collect::<Result<_, _>>()?;
    Ok((cases, office.map_or_else(|| named("office"), Ok)?))
}

/// The files of the cases; of the others it is said that they are backed up elsewhere.
fn files(cases: &[Place]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for case in cases {
        match case {
            Place::File(path) => files.push(path.clone()),
            Place::Server(_) => say(&BackupError::OnServer(case.clone()).to_string())?,
        }
    }
    Ok(files)
}

/// Makes the first account where there is none, and prints its slip.
async fn first_account(people: &People) -> Result<(), Failure> {
    let failed = |problem: server::Problem| Failure::ours(problem.detail);
    if !people.accounts("", 1).await.map_err(failed)?.is_empty() {
        return Ok(());
    }
    let duties = Duties::from([(String::new(), vec![Role::Administrator])]);
    let new = NewAccount { account: FIRST.to_owned(), name: "Administrator".to_owned(), duties, sign_on: false };
    match people.create(&new, FIRST).await {
        // Another server of this office was quicker, and has printed its slip.
        Err(problem) if problem.code == Code::Exists => return Ok(()),
        made => made.map_err(failed)?,
    };
    let slip = people.slip(FIRST, FIRST).await.map_err(failed)?;
    say(&format!("The first account is {FIRST}. Set its password with this code, which is good once: {}", slip.code))
}

/// The folder of the local authority: beside the accounts, under their name; in the working folder where they are on a server.
fn beside(office: &Place) -> PathBuf {
    let path = match office {
        Place::File(path) => path.as_path(),
        Place::Server(server) => Path::new(server.name()),
    };
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".tls");
    path.with_file_name(name)
}

/// Ends when the user or the system asks the server to stop.
async fn stopped() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
        let Ok(mut terminate) = terminate else {
            let _ = interrupt.await;
            return;
        };
        tokio::select! {
            _ = interrupt => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    let _ = interrupt.await;
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn cases_are_named_by_what_stands_in_the_database() {
        let in_words = |database: Option<&str>, office: Option<&str>| {
            let cases = ["recall-2022", "postgres://u@h/other#recall"].map(|case| case.parse().unwrap());
            let office = office.map(|office| office.parse().unwrap());
            let (cases, office) = places(cases.into(), database, office)?;
            Ok::<_, Failure>((cases.iter().map(ToString::to_string).collect::<Vec<_>>(), office.to_string()))
        };
        let (cases, office) = in_words(Some("postgres://u:secret@h/d"), None).unwrap();
        assert_eq!(cases, ["postgres://u@h/d#recall-2022", "postgres://u@h/other#recall"]);
        assert_eq!(office, "postgres://u@h/d#office");
        assert_eq!(in_words(Some("postgres://u@h/d"), Some("office.db")).unwrap().1, "office.db");
        let (cases, office) = in_words(None, None).unwrap();
        assert_eq!((cases[0].as_str(), office.as_str()), ("recall-2022", "office.db"));
        for wrong in ["recall.db", "postgres://u:secret@h", "postgres://u:secret@h/d#x"] {
            let told = in_words(Some(wrong), None).unwrap_err().to_string();
            assert!(!told.contains("secret"), "{told}");
        }
    }
}
