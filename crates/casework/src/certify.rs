//! Certifying: every invariant is checked, the certificate is computed as a function of events, rule pack and roll, and
//! the giving of it becomes the last event.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use domain::{
    Certified, Event, LineRef, Official, Reason, Settlement, VoterId,
    invariants::{self, Invariant, Violation},
    settle,
};
use jiff::{civil::Date, tz::TimeZone};
use law::{
    RulePack,
    certificate::{Certificate, CertificateInputs, certificate, checked, examined},
};
use roll::{
    Snapshot,
    normal::{AddressAgreement, StreetAddress, Tolerance, VoterAddress, compare_address},
};
use sha2::{Digest, Sha256};
use sqlx::{Row, any::AnyRow};

use crate::{Act, CaseFile, CaseworkError, sample::drawn_of};

/// What the official adds to a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertifyInputs {
    /// The date on the certificate.
    pub certified_on: Date,
    /// Who certifies.
    pub official: Option<Official>,
}

/// SHA-256 of a certificate's JSON, 64 hexadecimal digits.
pub fn certificate_digest(json: &str) -> String {
    ledger::hex(&Sha256::digest(json.as_bytes()))
}

impl CaseFile {
    /// Checks every invariant and computes the certificate. Nothing is recorded yet.
    pub async fn prepare_certificate(
        &self,
        snapshot: &Snapshot,
        pack: &RulePack,
        inputs: &CertifyInputs,
    ) -> Result<Certificate, CaseworkError> {
        self.check_invariants(snapshot).await?;
        self.check_date(inputs.certified_on)?;
        compute(self.case(), &self.examined(), self.events_digest(), pack, inputs)
    }

    /// A certificate is not dated before the filing or before the last decision it rests on. Decisions carry an instant;
    /// a day is left for the difference of the office's clock to universal time.
    fn check_date(&self, certified_on: Date) -> Result<(), CaseworkError> {
        let case = self.case();
        let filed_on = case.opened.milestones.filed_on();
        let decided_on = case.last_decided.map_or(filed_on, |at| at.to_zoned(TimeZone::UTC).date());
        let earliest = decided_on.yesterday().unwrap_or(decided_on).max(filed_on);
        if certified_on >= earliest {
            return Ok(());
        }
        Err(CaseworkError::Law(format!(
            "the certificate cannot be dated {certified_on}: the petition was filed on {filed_on} and the last decision was made on {decided_on}"
        )))
    }

    /// Records that a certificate was given. It must rest on the events as they are.
    pub async fn record_certificate(
        &mut self,
        given: &Certificate,
        inputs: &CertifyInputs,
        act: &Act,
    ) -> Result<String, CaseworkError> {
        if given.events_digest != self.events_digest() {
            return Err(CaseworkError::Changed(self.place().clone()));
        }
        let digest = certificate_digest(&json_of(given)?);
        let certified = Certified {
            certified_on: inputs.certified_on,
            verdict: given.verdict,
            valid: given.valid,
            certificate_digest: digest.clone(),
            official: inputs.official.clone(),
        };
        self.append(vec![Event::Certified(certified)], act).await?;
        Ok(digest)
    }

    /// The certificate that stands, computed anew from the events it rests on; fails if it is not the one recorded.
    pub async fn standing_certificate(
        &self,
        snapshot: &Snapshot,
        pack: &RulePack,
    ) -> Result<Certificate, CaseworkError> {
        self.seal(snapshot)?;
        self.certificate_on_record(pack).await
    }

    /// The certificate given last, computed anew from the events it rests on; fails if it is not the one recorded.
    pub async fn certificate_on_record(&self, pack: &RulePack) -> Result<Certificate, CaseworkError> {
        let certified = self.case().certificates.last().ok_or(CaseworkError::NotCertified)?;
        let seq = self.certified_in(&certified.certificate_digest).await?;
        let folded = self.folded_at(seq - 1).await?;
        let inputs = CertifyInputs { certified_on: certified.certified_on, official: certified.official.clone() };
        let again =
            compute(&folded.case, &examined(&folded.case, &settle(&folded.case)), folded.log.root(), pack, &inputs)?;
        let now = certificate_digest(&json_of(&again)?);
        if now == certified.certificate_digest {
            Ok(again)
        } else {
            Err(CaseworkError::NotReproduced { now, then: certified.certificate_digest.clone() })
        }
    }

    async fn certified_in(&self, digest: &str) -> Result<u64, CaseworkError> {
        let row = sqlx::query("SELECT MAX(seq) FROM certificate WHERE digest = $1")
            .bind(digest)
            .fetch_one(self.pool())
            .await
            .map_err(|error| self.failed("read", error))?;
        let seq: Option<i64> = row.try_get(0).map_err(|error| self.failed("read", error))?;
        seq.and_then(|seq| u64::try_from(seq).ok()).ok_or(CaseworkError::NotCertified)
    }

    /// Checks the invariants that stand before a certificate, every one.
    pub async fn check_invariants(&self, snapshot: &Snapshot) -> Result<(), CaseworkError> {
        let violated: Vec<_> =
            self.invariants(snapshot).await?.into_iter().filter_map(|(_, held)| held.err()).collect();
        if violated.is_empty() { Ok(()) } else { Err(CaseworkError::Violated(violated)) }
    }

    /// The invariants that stand before a certificate, each with whether it holds. Reads every byte of the roll, and what stands on the lines found elsewhere.
    pub async fn invariants(
        &self,
        snapshot: &Snapshot,
    ) -> Result<Vec<(Invariant, Result<(), Violation>)>, CaseworkError> {
        if self.seal(snapshot)?.is_some() {
            return Err(domain::CaseError::NoRoll.into());
        }
        snapshot.verify()?;
        let (case, settlement) = (self.case(), &self.examined());
        let sampled = settlement.lines.len() < self.settlement().lines.len();
        let whole = if sampled {
            domain::sample_complete(case, settlement)
        } else {
            invariants::every_line_one_disposition(case, settlement)
        };
        let seqs = self.stored_seqs().await?;
        let checks = [
            whole,
            invariants::one_signature_per_voter(case, settlement),
            invariants::people_reject(case, settlement),
            self.unit_is_no_ground(snapshot, settlement).await?,
            invariants::search_before_absence(case, settlement),
            invariants::void_section_voids_its_lines(case, settlement),
            invariants::nothing_vanishes(case, seqs),
        ];
        Ok(checked(case, settlement).into_iter().zip(checks).collect())
    }

    /// `unit-is-no-ground`, over every line with the finding.
    async fn unit_is_no_ground(
        &self,
        snapshot: &Snapshot,
        settlement: &Settlement,
    ) -> Result<Result<(), Violation>, CaseworkError> {
        let moved: Vec<_> = settlement
            .lines
            .iter()
            .filter(|settled| settled.findings.iter().any(|finding| finding.reason == Reason::DifferentAddress))
            .filter_map(|settled| Some((settled.line, self.voter_of(settled.line)?)))
            .collect();
        let mut lines: Vec<_> = unit_only(self, snapshot, &moved).await?.into_iter().collect();
        lines.sort_unstable();
        let what = "a different address is found where the law sees none: only the unit differs, or what 2 CCR 20931 tolerates";
        Ok(invariants::none(Invariant::UnitIsNoGround, what, lines))
    }

    fn voter_of(&self, line: LineRef) -> Option<VoterId> {
        use domain::{Judgment, LineState};
        match &self.case().line(line)?.state {
            LineState::Decided(Judgment::Rejected { voter, .. }) => voter.clone(),
            _ => None,
        }
    }

    async fn stored_seqs(&self) -> Result<Vec<u64>, CaseworkError> {
        let rows = sqlx::query("SELECT seq FROM event WHERE seq <= $1 ORDER BY seq")
            .bind(self.last_seq())
            .fetch_all(self.pool())
            .await
            .map_err(|error| self.failed("read", error))?;
        let seq = |row: &AnyRow| row.try_get::<i64, _>(0).map(|seq| u64::try_from(seq).unwrap_or_default());
        rows.iter().map(seq).collect::<Result<_, _>>().map_err(|error| self.failed("read", error))
    }
}

fn compute(
    case: &domain::Case,
    settlement: &Settlement,
    events_digest: String,
    pack: &RulePack,
    inputs: &CertifyInputs,
) -> Result<Certificate, CaseworkError> {
    if case.sample.is_some() {
        drawn_of(case)?;
    }
    let inputs = CertificateInputs {
        events_digest,
        certified_on: inputs.certified_on,
        official: inputs.official.clone(),
        invariants: checked(case, settlement),
    };
    certificate(case, settlement, pack, &inputs).map_err(|error| CaseworkError::Law(error.to_string()))
}

fn json_of(certificate: &Certificate) -> Result<String, CaseworkError> {
    certificate
        .to_json()
        .map_err(|error| CaseworkError::Law(format!("the certificate cannot be written as JSON: {error}")))
}

/// Of these lines, those whose residence is the voter's registered one as the law reads it: the same, different in
/// nothing but the unit, or within a tolerance of 2 CCR 20931 that leaves number and street as they are. Whether a
/// shortened street name is the same street is for a person to say.
pub(crate) async fn unit_only(
    file: &CaseFile,
    snapshot: &Snapshot,
    moved: &[(LineRef, VoterId)],
) -> Result<HashSet<LineRef>, CaseworkError> {
    let wanted: BTreeMap<LineRef, &VoterId> = moved.iter().map(|(line, voter)| (*line, voter)).collect();
    let sections: BTreeSet<_> = wanted.keys().map(|line| line.section).collect();
    let mut found = HashSet::new();
    for section in sections.into_iter().filter(|&section| file.case().section(section).is_some()) {
        for (line, text) in file.texts(section).await? {
            let Some(voter) = wanted.get(&line).and_then(|voter| snapshot.by_id(voter.as_str())) else { continue };
            let written = StreetAddress::parse_line(&text.address, &text.city, &text.zip);
            let registered = VoterAddress { previous: None, ..VoterAddress::of(&snapshot.voter(voter)) };
            if no_ground(compare_address(&written, &registered)) {
                found.insert(line);
            }
        }
    }
    Ok(found)
}

fn no_ground(agreement: AddressAgreement) -> bool {
    match agreement {
        AddressAgreement::Same | AddressAgreement::SameButUnit => true,
        AddressAgreement::Tolerated(tolerance) => match tolerance {
            Tolerance::FractionOmitted
            | Tolerance::NoCity
            | Tolerance::CityAbbreviatedOrRenamed
            | Tolerance::PoBoxAndStreet => true,
            Tolerance::StreetAbbreviated | Tolerance::PreviousAddress => false,
        },
        AddressAgreement::Near | AddressAgreement::Different | AddressAgreement::Missing => false,
    }
}
