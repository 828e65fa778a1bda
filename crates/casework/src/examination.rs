//! The proponents' examination: the verbs of the room over a case, and what a representative is shown of a line and of the voters beside it.

use std::net::IpAddr;

use domain::{
    Certified, Disposition, Event, Finding, Grounds, LineRef, LineReopened, NotePrivate, PageNo, Phase, Reason,
    ReviewerId, Settled, StoredLine, Verdict, VoterId,
};
use jiff::{Timestamp, civil::Date};
use law::{Deadline, ExaminationCosts, LawError};
use roll::{Snapshot, VoterRecord};

use crate::{
    Act, CaseFile, CaseworkError, ChallengeState, Image, RoomError, Shows,
    challenge::words,
    queue::has_looked,
    room::{DayEntry, OnRecord, Opening, Room, RoomRecord, RoomState, Setting},
    store_looks::{self, Look},
    store_room,
};

/// Why a look at a record in the room is on record.
const WHY: &str = "examination room";
/// Why a look at a reference signature in the room is on record.
const WHY_SIGNATURE: &str = "reference signature, examination room";

/// What the law of the case says of its examination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomRules {
    /// The last day to begin; none while no certificate of insufficiency stands.
    pub begins_by: Option<Deadline>,
    /// The last day of the examination that was opened; none before, and where the law sets none.
    pub ends_by: Option<Deadline>,
    /// The costs; none where the law has none.
    pub costs: Option<ExaminationCosts>,
}

/// A line that does not count, as it is shown in the room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExaminedLine {
    /// The line.
    pub line: LineRef,
    /// The page it stands on.
    pub page: PageNo,
    /// What stands on it.
    pub text: StoredLine,
    /// Every finding against it, the primary one first. Who found it is not among what is shown.
    pub findings: Vec<Finding>,
    /// The voters who were taken for the signer: the one that the findings name first, then those whom the search proposed.
    pub voters: Vec<ShownVoter>,
}

/// An image that may be seen in the room beside a line that does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoomImage {
    /// The line, from edge to edge of its page.
    Strip,
    /// The signature on it.
    Signature,
    /// A reference signature of a voter beside it. Both count from one, voters in the order of [`ExaminedLine::voters`].
    Reference {
        /// Which voter.
        voter: u32,
        /// Which of the voter's signatures.
        reference: u32,
    },
}

/// What is shown of a voter. There is no place for anything else of the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownVoter {
    /// Whether the findings are about this voter.
    pub found: bool,
    /// The name.
    pub name: String,
    /// How many reference signatures there are: all of them may be seen. The names of their files stay hidden, since the voter's number is in many.
    pub reference_signatures: u64,
    /// How many of them the office has as images; they count from one.
    pub reference_images: u32,
    /// The registered addresses, the present one first, where the findings are about this voter and one of them rests on the address; otherwise empty.
    pub addresses: Vec<String>,
}

impl CaseFile {
    /// The certificate of insufficiency that stands.
    fn failed_petition(&self) -> Result<&Certified, RoomError> {
        let case = self.case();
        let standing = case.certificates.last().filter(|_| case.phase == Phase::Certified);
        standing.filter(|certified| is_failed(certified.verdict)).ok_or(RoomError::NotFailed)
    }

    /// What the law of this case says of the examination. [`RoomError::NoRules`] where it knows none.
    pub fn room_rules(&self, room: &Room) -> Result<RoomRules, RoomError> {
        let (pack, case) = (self.pack()?, self.case());
        let filed_on = case.opened.milestones.filed_on();
        if pack.proponents_begin_by(filed_on, Verdict::Insufficient).map_err(|error| law(&error))?.is_none() {
            return Err(RoomError::NoRules);
        }
        let begins_by = match self.failed_petition() {
            Ok(failed) => pack.proponents_begin_by(failed.certified_on, failed.verdict).map_err(|error| law(&error))?,
            Err(_) => None,
        };
        let Some(opening) = room.opening() else { return Ok(RoomRules { begins_by, ends_by: None, costs: None }) };
        let ends_by = pack.proponents_end_by(opening.began_on, Verdict::Insufficient).map_err(|error| law(&error))?;
        Ok(RoomRules { begins_by, ends_by, costs: pack.examination_costs(opening.began_on) })
    }

    /// Opens the room, or changes its setting while it is open. A room that was closed too early is opened again; its clock went on.
    pub async fn open_room(&mut self, setting: Setting, act: &Act) -> Result<(), RoomError> {
        self.catch_up().await?;
        setting.check()?;
        let room = self.room().await?;
        let rules = self.room_rules(&room)?;
        let today = setting.local(act.at)?.date();
        let in_time = |ends_on: Option<Date>| match ends_on.filter(|last| today > *last) {
            Some(last) => Err(RoomError::Ended(last)),
            None => Ok(()),
        };
        if let RoomState::Open(opening) = &room.state {
            in_time(opening.ends_on)?;
            if opening.setting == setting {
                return Ok(());
            }
            return self.put_on_record(RoomRecord::Set { setting }, act).await;
        }
        let failed = self.failed_petition()?;
        let begins_by = rules.begins_by.ok_or(RoomError::NoRules)?;
        let again = room.opening().filter(|opening| opening.certificate == failed.certificate_digest);
        let (began_on, ends_on) = if let Some(opening) = again {
            (opening.began_on, opening.ends_on)
        } else if today > begins_by.date {
            return Err(RoomError::TooLate { last: begins_by.date, derivation: begins_by.derivation });
        } else {
            let ends_by = self.pack()?.proponents_end_by(today, failed.verdict).map_err(|error| law(&error))?;
            (today, ends_by.map(|clock| clock.date))
        };
        in_time(ends_on)?;
        let certificate = failed.certificate_digest.clone();
        self.put_on_record(RoomRecord::Opened { began_on, ends_on, certificate, setting }, act).await
    }

    /// Closes the room before the end of its clock.
    pub async fn close_room(&self, because: &str, act: &Act) -> Result<(), RoomError> {
        if matches!(self.room().await?.state, RoomState::Closed(_)) {
            return Ok(());
        }
        self.put_on_record(RoomRecord::Closed { because: because.to_owned() }, act).await
    }

    /// Lets a representative in, or says why not: asked for every request. Returns the room.
    pub async fn enter_room(&self, person: &str, from: IpAddr, now: Timestamp) -> Result<Room, RoomError> {
        let room = self.room().await?;
        let pack = self.pack()?;
        let costs = pack.examination_costs(room.open()?.began_on);
        room.admit(person, from, now, pack.calendar(), costs.as_ref())?;
        if self.has_succeeded() { Err(RoomError::NotFailed) } else { Ok(room) }
    }

    /// Whether the petition turned out sufficient after all, so that nobody examines it. A case that was opened again has no result yet.
    fn has_succeeded(&self) -> bool {
        self.case().phase == Phase::Certified && self.failed_petition().is_err()
    }

    /// Whether an examination is over by itself: its clock is, or the petition has succeeded.
    pub fn examination_is_over(&self, opening: &Opening, now: Timestamp) -> Result<bool, RoomError> {
        let today = opening.setting.local(now)?.date();
        Ok(self.has_succeeded() || opening.ends_on.is_some_and(|last| today > last))
    }

    /// Puts on record that somebody examines today.
    pub async fn begin_day(&self, room: &Room, act: &Act) -> Result<(), RoomError> {
        let day = room.open()?.setting.local(act.at)?.date();
        if room.used_on(day) { Ok(()) } else { self.put_on_record(RoomRecord::DayBegun { day }, act).await }
    }

    /// The lines that do not count, in order. A line that people have to decide anew is not among them.
    pub fn disqualified(&self) -> impl Iterator<Item = (&Settled, Reason)> {
        self.settlement().lines.iter().filter_map(|settled| Some((settled, settled.disposition?.reason()?)))
    }

    fn disqualified_line(&self, line: LineRef) -> Result<&Settled, RoomError> {
        let settled = self.settlement().line(line);
        settled.filter(|settled| is_disqualified(settled)).ok_or(RoomError::NoLine)
    }

    /// A line as it is shown in the room. That somebody examines today, that it is shown, and which voters' records with it, is on record before this
    /// returns; a line that is not there begins no day.
    pub async fn examine_line(
        &self,
        room: &Room,
        line: LineRef,
        snapshot: &Snapshot,
        act: &Act,
    ) -> Result<ExaminedLine, RoomError> {
        let findings = self.disqualified_line(line)?.findings.clone();
        let page = self.case().line(line).ok_or(RoomError::NoLine)?.page;
        let text = self.texts(line.section).await?.into_iter().find(|(at, _)| *at == line).map(|(_, text)| text);
        let (named, voters) = self.voters_beside(line).await?;
        self.begin_day(room, act).await?;
        store_room::view(self, &act.actor, line, act.at).await?;
        let looks = voters.iter().map(|voter| Look::at_voter(voter.clone(), Some(line), WHY));
        let alone = voters.is_empty().then(|| Look::at_line(line, WHY));
        let looks: Vec<_> = looks.chain(alone).collect();
        store_looks::note(self, &act.actor, &looks, act.at).await?;
        let by_address = findings.iter().any(|finding| rests_on_address(finding.reason));
        let mut shown = Vec::new();
        for voter in &voters {
            let found = Some(voter) == named.as_ref();
            let Some(row) = snapshot.by_id(voter.as_str()) else { return Err(RoomError::OtherRoll) };
            let images = self.references(voter).await?;
            shown.push(shown_of(&snapshot.voter(row), found, found && by_address, images));
        }
        Ok(ExaminedLine { line, page, text: text.ok_or(RoomError::NoLine)?, findings, voters: shown })
    }

    /// The voter whom the findings of a line name, and all who were taken for the signer, that one first.
    async fn voters_beside(&self, line: LineRef) -> Result<(Option<VoterId>, Vec<VoterId>), RoomError> {
        let named = self.case().line(line).ok_or(RoomError::NoLine)?.state.voter().cloned();
        let search = self.search_of(line.section, line.line).await?;
        let mut voters: Vec<VoterId> = named.iter().cloned().collect();
        let proposed = search.into_iter().flat_map(|search| search.candidates).map(|candidate| candidate.voter);
        voters.extend(proposed.filter(|voter| Some(voter) != named.as_ref()));
        Ok((named, voters))
    }

    /// An image beside the line that the person was shown last, on the same day, and beside no other. A look at a reference signature is on record before
    /// this returns. None where the office has no such image.
    pub async fn image_in_room(
        &self,
        room: &Room,
        line: LineRef,
        image: RoomImage,
        act: &Act,
    ) -> Result<Option<Image>, RoomError> {
        self.disqualified_line(line)?;
        let setting = &room.open()?.setting;
        let shown = match store_room::viewed_last(self, &act.actor).await? {
            Some((shown, at)) => shown == line && setting.local(at)?.date() == setting.local(act.at)?.date(),
            None => false,
        };
        if !shown {
            return Err(RoomError::NotShown);
        }
        let (voter, reference) = match image {
            RoomImage::Strip => return Ok(self.image(&Shows::Strip(line)).await?),
            RoomImage::Signature => return Ok(self.image(&Shows::Signature(line)).await?),
            RoomImage::Reference { voter, reference } => (voter, reference),
        };
        let (_, voters) = self.voters_beside(line).await?;
        let place = usize::try_from(voter).ok().and_then(|voter| voter.checked_sub(1));
        let Some(voter) = place.and_then(|place| voters.into_iter().nth(place)) else { return Ok(None) };
        let found = self.image(&Shows::Reference(voter.clone(), reference)).await?;
        if found.is_some() {
            let look = Look::at_voter(voter, Some(line), WHY_SIGNATURE);
            store_looks::note(self, &act.actor, &[look], act.at).await?;
        }
        Ok(found)
    }

    /// The proponents' marks. No verb of the office reads them.
    pub async fn marks(&self) -> Result<Vec<(LineRef, String)>, RoomError> {
        Ok(store_room::marks(self).await?)
    }

    /// Keeps a mark at a line, or takes it away.
    pub async fn mark(&self, line: LineRef, text: Option<&str>, act: &Act) -> Result<(), RoomError> {
        self.case().line(line).ok_or(RoomError::NoLine)?;
        text.map_or(Ok(()), words)?;
        Ok(store_room::mark(self, line, text, act).await?)
    }

    /// Challenges a line that does not count.
    pub async fn challenge(&self, name: &str, line: LineRef, grounds: &str, act: &Act) -> Result<(), RoomError> {
        if let Some(raised) = self.room().await?.challenges.get(name) {
            let same = raised.line == line && raised.grounds == grounds && raised.by == act.actor;
            return if same { Ok(()) } else { Err(RoomError::NameTaken) };
        }
        self.disqualified_line(line)?;
        let record = RoomRecord::Challenged { challenge: name.to_owned(), line, grounds: grounds.to_owned() };
        self.put_on_record(record, act).await
    }

    /// Takes a challenge back before it is answered.
    pub async fn withdraw_challenge(&self, name: &str, act: &Act) -> Result<(), RoomError> {
        let room = self.room().await?;
        if room.challenges.get(name).is_some_and(|challenge| challenge.state == ChallengeState::Withdrawn) {
            return Ok(());
        }
        self.put_on_record(RoomRecord::Withdrawn { challenge: name.to_owned() }, act).await
    }

    /// Answers a challenge, or answers it anew where it was refused, in the place of so many answers before: the last one counts, and every earlier one
    /// stays on record. Where it is upheld,
    /// what the line falls by is taken back in the same transaction, the case is opened again where it was certified, and people decide the line anew.
    /// Nobody answers who found on the line.
    pub async fn answer_challenge(
        &mut self,
        name: &str,
        instead_of: u64,
        upheld: bool,
        reasons: &str,
        act: &Act,
    ) -> Result<(), RoomError> {
        self.catch_up().await?;
        let mut room = self.room().await?;
        let challenge = room.challenges.get(name).ok_or(RoomError::NoChallenge)?;
        if challenge.has_answer(instead_of, upheld, reasons) {
            return Ok(());
        }
        let line = challenge.line;
        if ReviewerId::new(&act.actor).is_some_and(|person| has_looked(self.case(), line, &person)) {
            return Err(RoomError::OwnFinding);
        }
        let record = RoomRecord::Answered {
            challenge: name.to_owned(),
            upheld,
            reasons: reasons.to_owned(),
            certificates: self.case().certificates.len() as u64,
            instead_of,
        };
        let next = OnRecord { at: act.at, actor: act.actor.clone(), record };
        room.apply(&next)?;
        let events = if upheld { self.remedy(line, name, reasons, act)? } else { Vec::new() };
        if events.is_empty() {
            return self.put_on_record(next.record, act).await;
        }
        let also = vec![store_room::statement(self, &next)?];
        Ok(self.append_with(events, act, also).await?)
    }

    /// The events by which a line is decided anew: what it falls by in the first place is taken back. None where it does not fall any more.
    fn remedy(&self, line: LineRef, challenge: &str, reasons: &str, act: &Act) -> Result<Vec<Event>, RoomError> {
        let Ok(settled) = self.disqualified_line(line) else { return Ok(Vec::new()) };
        let Some(primary) = settled.findings.first() else { return Ok(Vec::new()) };
        let note =
            NotePrivate { reviewer: act.actor.clone(), note: format!("challenge {challenge} was upheld: {reasons}") };
        let taken_back = match primary.grounds {
            Grounds::SectionVoid => Event::SectionRestored(line.section, note),
            Grounds::Person | Grounds::Reviewers(_) | Grounds::Counted(_) => {
                Event::LineReopened(LineReopened { line }, note)
            }
            Grounds::Withdrawal(_) => return Err(RoomError::NoRemedy),
        };
        let certified = self.case().phase == Phase::Certified;
        // This text is public; the reasons are not, since they may name somebody.
        let reopened = certified.then(|| Event::CaseReopened(format!("a challenge of line {line} was upheld")));
        Ok(reopened.into_iter().chain([taken_back]).collect())
    }

    /// Enters a sum or the time of the staff for a day of the examination.
    pub async fn enter_for_day(&self, entry: &str, day: Date, what: DayEntry, act: &Act) -> Result<(), RoomError> {
        if self.room().await?.has_entry(entry, day, what) {
            return Ok(());
        }
        self.put_on_record(RoomRecord::Entered { entry: entry.to_owned(), day, what }, act).await
    }
}

fn law(error: &LawError) -> RoomError {
    CaseworkError::Law(error.to_string()).into()
}

fn is_failed(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Insufficient | Verdict::EqualReview)
}

fn is_disqualified(settled: &Settled) -> bool {
    matches!(settled.disposition, Some(Disposition::Invalid(_)))
}

/// Whether a reason cannot be judged without the registered address.
const fn rests_on_address(reason: Reason) -> bool {
    matches!(reason, Reason::DifferentAddress | Reason::OutOfJurisdiction)
}

/// What is shown of a record. Birth date, status, days, numbers and signatures' files never are.
fn shown_of(record: &VoterRecord<'_>, found: bool, with_addresses: bool, reference_images: u32) -> ShownVoter {
    let addresses = [Some(record.address), record.previous].into_iter().flatten().filter(|_| with_addresses);
    let in_one_line = |address: roll::Address<'_>| format!("{}, {}", address.street_line(), address.locality_line());
    ShownVoter {
        found,
        name: record.full_name(),
        reference_signatures: record.signatures.split(';').filter(|name| !name.trim().is_empty()).count() as u64,
        reference_images,
        addresses: addresses.map(in_one_line).collect(),
    }
}
