//! Passkeys: signing in with a key that a device keeps for the person, in place of a password. The device asks for its own proof (a PIN, a finger), and
//! signs for this office's address alone.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use sqlx::{Row as _, any::AnyRow};
use utoipa::ToSchema;
use webauthn_rs::prelude::{
    DiscoverableAuthentication, Passkey as Key, PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential,
    Url, Uuid, Webauthn, WebauthnBuilder, WebauthnError,
};

use super::{People, PeopleError, secret};
use crate::{
    problem::{Code, Problem},
    who::Caller,
};

/// A passkey of a person's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Passkey {
    /// The name that the authenticator gave it, in hexadecimal digits.
    pub id: String,
    /// The name that the person gave it.
    pub name: String,
    /// When it was made, in microseconds since 1970.
    pub made_at: i64,
    /// When it was used last, in microseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used_at: Option<i64>,
}

/// What an authenticator is to be asked. The answer has to come within five minutes.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Challenge {
    /// Names what the server remembers; to be sent back with the answer.
    pub ceremony: String,
    /// What `navigator.credentials` is called with: `publicKey`, with bytes as base64url.
    #[schema(value_type = Object)]
    pub options: Value,
}

/// A passkey that an authenticator has made.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MadePasskey {
    /// The ceremony in which it was asked for.
    pub ceremony: String,
    /// A name by which the person knows it, as in "the blue key".
    pub name: String,
    /// What the authenticator answered, with bytes as base64url.
    #[schema(value_type = Object)]
    pub credential: Value,
}

/// A proof by a passkey.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasskeyProof {
    /// The ceremony in which it was asked for.
    pub ceremony: String,
    /// What the authenticator answered, with bytes as base64url.
    #[schema(value_type = Object)]
    pub credential: Value,
}

/// The most passkeys of one person.
const MOST_PASSKEYS: usize = 20;

/// What speaks to authenticators for an office at an address.
pub(super) fn at(origin: &str) -> Result<Webauthn, PeopleError> {
    let refused = || PeopleError::Origin(origin.to_owned());
    let url = Url::parse(origin).map_err(|_| refused())?;
    let plain = url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    let name = url.domain().filter(|_| url.scheme() == "https" && plain).ok_or_else(refused)?;
    let builder = WebauthnBuilder::new(name, &url).map_err(|_| refused())?;
    builder.rp_name("Countersign").build().map_err(|_| refused())
}

/// What the person is told whose passkey proves nothing. Why not is nobody's business who does not have it.
fn unproven() -> Problem {
    Problem::new(Code::WrongCredentials, "this passkey proves nothing here, or the answer came too late; try again")
}

fn answer<T: DeserializeOwned>(credential: Value) -> Result<T, Problem> {
    let unread = |_| Problem::new(Code::BadRequest, "`credential` is not what an authenticator answers");
    serde_json::from_value(credential).map_err(unread)
}

impl People {
    /// Whether people can sign in with passkeys.
    pub fn has_passkeys(&self) -> bool {
        self.webauthn.is_some()
    }

    fn webauthn(&self) -> Result<&Webauthn, Problem> {
        let off = || {
            let what = "there are no passkeys here: the server was started without --origin, the address that people reach it under";
            Problem::new(Code::TurnedOff, what)
        };
        self.webauthn.as_deref().ok_or_else(off)
    }

    /// What an authenticator is asked that is to make a passkey, for whoever knows the password: a session left open must not be enough.
    pub async fn new_passkey(&self, caller: &Caller, password: String) -> Result<Challenge, Problem> {
        let webauthn = self.webauthn()?;
        self.prove(&caller.account, password).await?;
        let failed = |error| self.failed(error);
        let select = sqlx::query("SELECT handle, name FROM person WHERE account = $1").bind(caller.account.clone());
        let row = select.fetch_one(self.store.pool()).await.map_err(failed)?;
        let (handle, name): (String, String) = (row.try_get(0).map_err(failed)?, row.try_get(1).map_err(failed)?);
        let handle = Uuid::parse_str(&handle).map_err(Problem::internal)?;
        let there: Vec<_> = self.keys(&caller.account).await?.iter().map(|key| key.cred_id().clone()).collect();
        if there.len() >= MOST_PASSKEYS {
            return Err(Problem::new(Code::Refused, format!("a person has {MOST_PASSKEYS} passkeys at most")));
        }
        let begun = webauthn.start_passkey_registration(handle, &caller.account, &name, Some(there));
        let (options, state) = begun.map_err(Problem::internal)?;
        let mut options = serde_json::to_value(options).map_err(Problem::internal)?;
        // Kept by the device under the account's handle, so that it is found without the account's name.
        let selection = &mut options["publicKey"]["authenticatorSelection"];
        selection["residentKey"] = "required".into();
        selection["requireResidentKey"] = true.into();
        let ceremony = self.begin_ceremony(&caller.account, &state).await?;
        Ok(Challenge { ceremony, options })
    }

    /// Keeps a passkey that an authenticator has made.
    pub async fn keep_passkey(&self, caller: &Caller, made: MadePasskey) -> Result<Passkey, Problem> {
        let webauthn = self.webauthn()?;
        let name = made.name.trim();
        if name.is_empty() || name.chars().count() > 60 || name.contains('\0') {
            return Err(Problem::new(Code::BadRequest, "a passkey has a name of 1 to 60 characters"));
        }
        let credential: RegisterPublicKeyCredential = answer(made.credential)?;
        let state: PasskeyRegistration =
            self.end_ceremony(&caller.account, &made.ceremony).await?.ok_or_else(unproven)?;
        let key = webauthn.finish_passkey_registration(&credential, &state).map_err(|_| unproven())?;
        let passkey =
            Passkey { id: secret::hex(key.cred_id()), name: name.to_owned(), made_at: self.now(), used_at: None };
        let mut acting = self.begin().await?;
        let insert = "INSERT INTO passkey (id, account, name, credential, counter, made_at, used_at) \
             VALUES ($1, $2, $3, $4, 0, $5, NULL) ON CONFLICT (id) DO NOTHING";
        let query = sqlx::query(insert)
            .bind(passkey.id.clone())
            .bind(caller.account.clone())
            .bind(passkey.name.clone())
            .bind(serde_json::to_string(&key).map_err(Problem::internal)?)
            .bind(passkey.made_at);
        if query.execute(&mut *acting).await.map_err(|error| self.failed(error))?.rows_affected() == 0 {
            return Err(Problem::new(Code::Exists, "this passkey is kept already"));
        }
        self.note(&mut acting, &caller.account, "passkey_made", &caller.account, "").await?;
        self.commit(acting).await?;
        Ok(passkey)
    }

    /// The passkeys of a person, in the order in which they were made.
    pub async fn passkeys(&self, account: &str) -> Result<Vec<Passkey>, Problem> {
        let failed = |error| self.failed(error);
        let select = "SELECT id, name, made_at, used_at FROM passkey WHERE account = $1 ORDER BY made_at, id";
        let query = sqlx::query(select).bind(account.to_owned()).fetch_all(self.store.pool());
        let passkey = |row: &AnyRow| -> Result<Passkey, sqlx::Error> {
            Ok(Passkey {
                id: row.try_get(0)?,
                name: row.try_get(1)?,
                made_at: row.try_get(2)?,
                used_at: row.try_get(3)?,
            })
        };
        query.await.map_err(failed)?.iter().map(passkey).collect::<Result<_, _>>().map_err(failed)
    }

    /// Forgets a passkey of the caller's own.
    pub async fn forget_passkey(&self, caller: &Caller, id: &str) -> Result<(), Problem> {
        let mut acting = self.begin().await?;
        let delete = "DELETE FROM passkey WHERE id = $1 AND account = $2";
        if self.run(&mut acting, delete, &[id, &caller.account]).await? == 0 {
            return Err(Problem::not_found("passkey"));
        }
        self.note(&mut acting, &caller.account, "passkey_forgotten", &caller.account, "").await?;
        self.commit(acting).await
    }

    /// What an authenticator is asked by which somebody wants to sign in.
    pub async fn passkey_challenge(&self) -> Result<Challenge, Problem> {
        let begun = self.webauthn()?.start_discoverable_authentication().map_err(Problem::internal)?;
        let (mut options, state) = begun;
        // Whether the browser asks at once or beside the field for the account's name is the screen's choice.
        options.mediation = None;
        let options = serde_json::to_value(options).map_err(Problem::internal)?;
        let ceremony = self.begin_ceremony("", &state).await?;
        Ok(Challenge { ceremony, options })
    }

    /// Opens a session for whoever has the passkey. Returns the session's token.
    pub async fn sign_in_with_passkey(&self, proof: PasskeyProof) -> Result<String, Problem> {
        let failed = |error| self.failed(error);
        let webauthn = self.webauthn()?;
        let credential: PublicKeyCredential = answer(proof.credential)?;
        let state: DiscoverableAuthentication = self.end_ceremony("", &proof.ceremony).await?.ok_or_else(unproven)?;
        let (handle, id) = webauthn.identify_discoverable_authentication(&credential).map_err(|_| unproven())?;
        let id = secret::hex(id);
        let select = "SELECT k.account, k.credential FROM passkey k JOIN person p ON p.account = k.account \
             WHERE k.id = $1 AND p.handle = $2 AND p.disabled = 0";
        let query = sqlx::query(select).bind(id.clone()).bind(handle.to_string());
        let row = query.fetch_optional(self.store.pool()).await.map_err(failed)?.ok_or_else(unproven)?;
        let (account, kept): (String, String) = (row.try_get(0).map_err(failed)?, row.try_get(1).map_err(failed)?);
        let mut key: Key = serde_json::from_str(&kept).map_err(Problem::internal)?;
        let proven = webauthn.finish_discoverable_authentication_v2(&credential, state, &key);
        let mut acting = self.begin().await?;
        let proven = match proven {
            Ok(proven) => proven,
            Err(error) => {
                // A counter that does not go on is told: somebody may have a copy of the key.
                if matches!(error, WebauthnError::CredentialPossibleCompromise) {
                    self.note(&mut acting, &account, "passkey_may_be_copied", &account, "").await?;
                    self.commit(acting).await?;
                }
                return Err(unproven());
            }
        };
        key.update_credential(&proven);
        // One statement decides on the counter: of two uses at the same time one comes too late.
        let update = "UPDATE passkey SET credential = $1, counter = $2, used_at = $3 \
             WHERE id = $4 AND (counter < $2 OR ($2 = 0 AND counter = 0))";
        let query = sqlx::query(update)
            .bind(serde_json::to_string(&key).map_err(Problem::internal)?)
            .bind(i64::from(proven.counter()))
            .bind(self.now())
            .bind(id);
        let used = query.execute(&mut *acting).await.map_err(failed)?.rows_affected();
        // Shut since it was asked for: there is no way in.
        let open = "UPDATE person SET disabled = 0 WHERE account = $1 AND disabled = 0";
        if used != 1 || self.run(&mut acting, open, &[&account]).await? != 1 {
            return Err(unproven());
        }
        let token = self.open_session(&mut acting, &account).await;
        self.commit(acting).await?;
        token
    }

    /// The keys of a person.
    async fn keys(&self, account: &str) -> Result<Vec<Key>, Problem> {
        let select = sqlx::query_scalar("SELECT credential FROM passkey WHERE account = $1").bind(account.to_owned());
        let kept: Vec<String> = select.fetch_all(self.store.pool()).await.map_err(|error| self.failed(error))?;
        kept.iter().map(|text| serde_json::from_str(text).map_err(Problem::internal)).collect()
    }
}
