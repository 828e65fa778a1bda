//! Keys, signatures and cosignatures: C2SP signed-note and tlog-cosignature over ed25519.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::Signer as _;
use signed_note::{Note, Signature, Signer, StandardSigner, StandardVerifier, Verifier, VerifierList};

use crate::{Checkpoint, CheckpointError};

/// The byte that marks a plain ed25519 signature in a key.
const PLAIN: u8 = 0x01;
/// The byte that marks a cosignature with its time in a key (C2SP tlog-cosignature).
const COSIGNATURE: u8 = 0x04;

/// What a key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureKind {
    /// Checkpoints of its own log.
    Log,
    /// Checkpoints of other logs that it has seen, each with the time.
    Witness,
}

impl SignatureKind {
    const fn words(self) -> &'static str {
        match self {
            Self::Log => "log",
            Self::Witness => "witness",
        }
    }

    const fn other(self) -> Self {
        match self {
            Self::Log => Self::Witness,
            Self::Witness => Self::Log,
        }
    }

    const fn byte(self) -> u8 {
        match self {
            Self::Log => PLAIN,
            Self::Witness => COSIGNATURE,
        }
    }
}

/// Why a key or a note is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Not a key.
    #[error("this is no key in the form name+hash+key; copy the whole line as the office gave it")]
    Key,
    /// A witness's key where a log's is needed, or the other way round.
    #[error("{0} is the key of a {found}, and that of a {wanted} is needed here; see `countersign key new --help`", found = .1.words(), wanted = .1.other().words())]
    Kind(String, SignatureKind),
    /// A name that cannot be a key's.
    #[error(
        "{0:?} cannot be the name of a key; write it without blanks and plus signs, as in county.example/recall-2022"
    )]
    Name(String),
    /// Not a signed note.
    #[error("this is no signed checkpoint; take the file as it was published")]
    Note,
    /// The signature is not by this key, or not over this text.
    #[error("no valid signature by {0} stands under this checkpoint")]
    NotSigned(String),
    /// Another log.
    #[error("the checkpoint is of the log {found}, not {wanted}")]
    OtherLog {
        /// The log in the checkpoint.
        found: String,
        /// The log that the key signs for.
        wanted: String,
    },
    /// The signed text is no checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
}

/// A key that signs. Never printed by accident: it has no `Debug`.
pub struct SigningKey {
    name: String,
    kind: SignatureKind,
    key: ed25519_dalek::SigningKey,
}

/// A key that checks what the signing key of the same name signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyingKey {
    name: String,
    kind: SignatureKind,
    key: ed25519_dalek::VerifyingKey,
}

impl SigningKey {
    /// The key that these 32 bytes, taken by chance, make.
    pub fn from_seed(name: &str, kind: SignatureKind, seed: &[u8; 32]) -> Result<Self, NoteError> {
        if !signed_note::is_key_name_valid(name) {
            return Err(NoteError::Name(name.to_owned()));
        }
        Ok(Self { name: name.to_owned(), kind, key: ed25519_dalek::SigningKey::from_bytes(seed) })
    }

    /// Reads the line that [`SigningKey::to_line`] wrote.
    pub fn from_line(line: &str) -> Result<Self, NoteError> {
        let rest = line.trim().strip_prefix("PRIVATE+KEY+").ok_or(NoteError::Key)?;
        let (name, id, kind, bytes) = parts(rest)?;
        let key = Self::from_seed(name, kind, &bytes)?;
        if key.verifying().id() == id { Ok(key) } else { Err(NoteError::Key) }
    }

    /// The key as a line of text, in the form of signed notes. Secret.
    pub fn to_line(&self) -> String {
        let public = self.verifying();
        let bytes = [&[self.kind.byte()], &self.key.to_bytes()[..]].concat();
        format!("PRIVATE+KEY+{}+{:08x}+{}", self.name, public.id(), STANDARD.encode(bytes))
    }

    /// The key that others check with.
    pub fn verifying(&self) -> VerifyingKey {
        VerifyingKey { name: self.name.clone(), kind: self.kind, key: self.key.verifying_key() }
    }
}

impl VerifyingKey {
    /// Reads the line that [`VerifyingKey::to_line`] wrote.
    pub fn from_line(line: &str) -> Result<Self, NoteError> {
        let (name, id, kind, bytes) = parts(line.trim())?;
        let key = ed25519_dalek::VerifyingKey::from_bytes(&bytes).map_err(|_| NoteError::Key)?;
        // Under a key of small order anybody can sign.
        if key.is_weak() {
            return Err(NoteError::Key);
        }
        let key = Self { name: name.to_owned(), kind, key };
        if key.id() == id { Ok(key) } else { Err(NoteError::Key) }
    }

    /// The key as a line of text, in the form of signed notes.
    pub fn to_line(&self) -> String {
        format!("{}+{:08x}+{}", self.name, self.id(), STANDARD.encode(self.marked()))
    }

    /// The key's name, which is the log's for a log.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it signs.
    pub const fn kind(&self) -> SignatureKind {
        self.kind
    }

    fn marked(&self) -> Vec<u8> {
        [&[self.kind.byte()], &self.key.to_bytes()[..]].concat()
    }

    fn id(&self) -> u32 {
        signed_note::key_id(&self.name, &self.marked())
    }
}

/// Name, hash, kind and the 32 bytes of a key's line.
fn parts(line: &str) -> Result<(&str, u32, SignatureKind, [u8; 32]), NoteError> {
    let (name, rest) = line.split_once('+').ok_or(NoteError::Key)?;
    let (id, key) = rest.split_once('+').ok_or(NoteError::Key)?;
    let number = u32::from_str_radix(id, 16).map_err(|_| NoteError::Key)?;
    let bytes = STANDARD.decode(key).map_err(|_| NoteError::Key)?;
    let (&mark, bytes) = bytes.split_first().ok_or(NoteError::Key)?;
    let kind = match mark {
        PLAIN => SignatureKind::Log,
        COSIGNATURE => SignatureKind::Witness,
        _ => return Err(NoteError::Key),
    };
    let bytes = bytes.try_into().map_err(|_| NoteError::Key)?;
    if format!("{number:08x}") != id || !signed_note::is_key_name_valid(name) {
        return Err(NoteError::Key);
    }
    Ok((name, number, kind, bytes))
}

/// The checkpoint as a note signed by the key of its log.
pub fn sign(checkpoint: &Checkpoint, key: &SigningKey) -> Result<String, NoteError> {
    if checkpoint.origin != key.name {
        return Err(NoteError::OtherLog { found: checkpoint.origin.clone(), wanted: key.name.clone() });
    }
    sign_text(&checkpoint.to_text(), key)
}

/// A text as a note signed by a key.
pub fn sign_text(text: &str, key: &SigningKey) -> Result<String, NoteError> {
    if key.kind != SignatureKind::Log {
        return Err(NoteError::Kind(key.name.clone(), key.kind));
    }
    let signer = StandardSigner::new(&key.to_line()).map_err(|_| NoteError::Key)?;
    let mut note = Note::new(text.as_bytes(), &[]).map_err(|_| NoteError::Note)?;
    note.add_sigs(&[&signer]).map_err(|_| NoteError::Note)?;
    String::from_utf8(note.to_bytes()).map_err(|_| NoteError::Note)
}

/// The text of a note, once the signature by this key is found to be right. Signatures by others are left alone.
pub fn verify_text(note: &str, key: &VerifyingKey) -> Result<String, NoteError> {
    let verifier = StandardVerifier::new(&key.to_line()).map_err(|_| NoteError::Key)?;
    let parsed = Note::from_bytes(note.as_bytes()).map_err(|_| NoteError::Note)?;
    let known = VerifierList::new(vec![Box::new(verifier)]);
    parsed.verify(&known).map_err(|_| NoteError::NotSigned(key.name.clone()))?;
    String::from_utf8(parsed.text().to_vec()).map_err(|_| NoteError::Note)
}

/// The checkpoint of a note, once the signature by the log's key is found to be right. Signatures by others are left alone.
pub fn verify(note: &str, key: &VerifyingKey) -> Result<Checkpoint, NoteError> {
    let checkpoint = Checkpoint::from_text(&verify_text(note, key)?)?;
    if checkpoint.origin != key.name {
        return Err(NoteError::OtherLog { found: checkpoint.origin, wanted: key.name.clone() });
    }
    Ok(checkpoint)
}

/// The checkpoint of a note whose signatures nobody has looked at yet.
pub fn read_unverified(note: &str) -> Result<Checkpoint, NoteError> {
    checkpoint_of(&Note::from_bytes(note.as_bytes()).map_err(|_| NoteError::Note)?)
}

fn checkpoint_of(note: &Note) -> Result<Checkpoint, NoteError> {
    let text = std::str::from_utf8(note.text()).map_err(|_| NoteError::Note)?;
    Ok(Checkpoint::from_text(text)?)
}

/// A witness's signature over a text at a time.
struct Cosigner<'a> {
    key: &'a SigningKey,
    seconds: u64,
}

impl Signer for Cosigner<'_> {
    fn name(&self) -> &str {
        &self.key.name
    }

    fn key_id(&self) -> u32 {
        self.key.verifying().id()
    }

    fn sign(&self, text: &[u8]) -> Result<Vec<u8>, ed25519_dalek::SignatureError> {
        let signature = self.key.key.try_sign(&cosigned(self.seconds, text))?;
        Ok([&self.seconds.to_be_bytes()[..], &signature.to_bytes()].concat())
    }
}

/// What a witness signs.
fn cosigned(seconds: u64, text: &[u8]) -> Vec<u8> {
    [format!("cosignature/v1\ntime {seconds}\n").as_bytes(), text].concat()
}

/// The note with a witness's cosignature added, at a time in seconds since 1970. The witness has to see for itself that the log only grew.
pub fn cosign(note: &str, key: &SigningKey, seconds: u64) -> Result<String, NoteError> {
    if key.kind != SignatureKind::Witness {
        return Err(NoteError::Kind(key.name.clone(), key.kind));
    }
    let mut note = Note::from_bytes(note.as_bytes()).map_err(|_| NoteError::Note)?;
    checkpoint_of(&note)?;
    note.add_sigs(&[&Cosigner { key, seconds }]).map_err(|_| NoteError::Note)?;
    String::from_utf8(note.to_bytes()).map_err(|_| NoteError::Note)
}

struct Coverifier(VerifyingKey);

impl Verifier for Coverifier {
    fn name(&self) -> &str {
        &self.0.name
    }

    fn key_id(&self) -> u32 {
        self.0.id()
    }

    fn verify(&self, text: &[u8], signature: &[u8]) -> bool {
        time_if_valid(&self.0, text, signature).is_some()
    }
}

fn time_if_valid(key: &VerifyingKey, text: &[u8], signature: &[u8]) -> Option<u64> {
    let (seconds, signature) = signature.split_first_chunk::<8>()?;
    let seconds = u64::from_be_bytes(*seconds);
    let signature = ed25519_dalek::Signature::from_slice(signature).ok()?;
    key.key.verify_strict(&cosigned(seconds, text), &signature).ok().map(|()| seconds)
}

/// When a witness saw the checkpoint, in seconds since 1970, once its cosignature is found to be right.
pub fn verify_cosignature(note: &str, key: &VerifyingKey) -> Result<u64, NoteError> {
    if key.kind != SignatureKind::Witness {
        return Err(NoteError::Kind(key.name.clone(), key.kind));
    }
    let not_signed = || NoteError::NotSigned(key.name.clone());
    let parsed = Note::from_bytes(note.as_bytes()).map_err(|_| NoteError::Note)?;
    let known = VerifierList::new(vec![Box::new(Coverifier(key.clone()))]);
    let (found, _): (Vec<Signature>, _) = parsed.verify(&known).map_err(|_| not_signed())?;
    let signature = found.first().ok_or_else(not_signed)?;
    time_if_valid(key, parsed.text(), signature.signature()).ok_or_else(not_signed)
}
