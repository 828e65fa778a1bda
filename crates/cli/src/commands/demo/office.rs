//! The demo's office: people of every role with printed passwords, in a file of its own, served on this machine and nowhere else.

use std::net::Ipv4Addr;

use casework::Place;
use server::{Code, Duties, Enrolment, NewAccount, People, Problem, Role, Setup};

use super::{CASE, Demo, IMAGES, OFFICE, ROLL, WORK};
use crate::{commands::serve::Serve, failure::Failure, output::say};

/// Somebody to sign in as.
struct Person {
    account: &'static str,
    role: Role,
    /// The cases that they have to do with: both, the one to work on, or the certified one.
    cases: &'static [&'static str],
    does: &'static str,
}

const BOTH: &[&str] = &["case", "work"];

const PEOPLE: [Person; 9] = [
    Person { account: "reviewer", role: Role::Reviewer, cases: &["work"], does: "finds signers, compares signatures" },
    Person { account: "reviewer2", role: Role::Reviewer, cases: &["work"], does: "gets what reviewer did not match" },
    Person { account: "reviewer3", role: Role::Reviewer, cases: &["work"], does: "is the third to look" },
    Person { account: "supervisor", role: Role::Supervisor, cases: BOTH, does: "hands out work, watches the clock" },
    Person { account: "registrar", role: Role::Registrar, cases: BOTH, does: "certifies, opens the examination" },
    Person { account: "intake", role: Role::Intake, cases: BOTH, does: "receives, counts, scans" },
    Person { account: "examiner", role: Role::Examiner, cases: &["case"], does: "examines for the proponents" },
    Person { account: "observer", role: Role::Observer, cases: BOTH, does: "watches figures" },
    Person { account: "administrator", role: Role::Administrator, cases: &[""], does: "keeps accounts" },
];

impl Demo {
    /// The office of this demo, ready to be served. Everybody gets a new password, which is printed.
    pub(super) async fn office(&self) -> Result<Serve, Failure> {
        let office = Place::File(self.dir.join(OFFICE));
        let people = People::open(&office, Setup::default()).await.map_err(Failure::input)?;
        let mut text = format!(
            "\nPeople of {}, for this demonstration only; whoever reads this can sign in as any of them:\n",
            self.dir.join(OFFICE).display()
        );
        for person in &PEOPLE {
            let password = person.settle(&people).await?;
            text.push_str(&format!("\n  {:14} {password}   {}", person.account, person.does));
        }
        say(&text)?;
        let file = |name: &str| self.dir.join(name);
        let images = file(IMAGES);
        let mut serve = Serve::on((Ipv4Addr::LOCALHOST, self.port).into());
        serve.cases = vec![Place::File(file(CASE)), Place::File(file(WORK))];
        serve.roll = vec![file(ROLL)];
        serve.office = Some(office);
        serve.images = images.exists().then(|| images.display().to_string());
        Ok(serve)
    }
}

impl Person {
    /// Makes the account where there is none, and gives it a new password.
    async fn settle(&self, people: &People) -> Result<String, Failure> {
        const ACTOR: &str = "demo";
        let duties: Duties = self.cases.iter().map(|case| ((*case).to_owned(), vec![self.role])).collect();
        let name = format!("{} (demonstration)", self.account);
        let new = NewAccount { account: self.account.to_owned(), name, duties, sign_on: false };
        let failed = |problem: Problem| Failure::ours(problem.detail);
        match people.create(&new, ACTOR).await {
            Err(problem) if problem.code == Code::Exists => {
                people.set_disabled(self.account, false, ACTOR).await.map_err(failed)?;
            }
            made => drop(made.map_err(failed)?),
        }
        let slip = people.slip(self.account, ACTOR).await.map_err(failed)?.code;
        let password = password()?;
        people.enrol(Enrolment { slip, password: password.clone() }).await.map_err(failed)?;
        Ok(password)
    }
}

/// Sixteen letters in groups of four, none of which is mistaken for another: some 74 bits.
fn password() -> Result<String, Failure> {
    const LETTERS: &[u8; 24] = b"abcdefghjkmnpqrstuvwxyz3";
    let mut password = String::new();
    while password.len() < 19 {
        let mut byte = [0];
        getrandom::fill(&mut byte).map_err(Failure::ours)?;
        // The bytes beyond the last whole multiple are passed over, so that each letter is as likely.
        let Some(&letter) = (byte[0] < 240).then(|| &LETTERS[usize::from(byte[0]) % LETTERS.len()]) else { continue };
        password.push(char::from(letter));
        if [4, 9, 14].contains(&password.len()) {
            password.push('-');
        }
    }
    Ok(password)
}
