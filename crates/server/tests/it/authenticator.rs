//! An authenticator in software: it makes keys and signs with them as a device would, and lies where a test wants it to.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use ring::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use serde_json::{Value, json};

pub(crate) const ORIGIN: &str = "https://petitions.county.example:8443";

/// A device with one key.
pub(crate) struct Authenticator {
    pub(crate) key: EcdsaKeyPair,
    pub(crate) id: [u8; 16],
    /// The handle of the account, as it was given when the key was made.
    pub(crate) handle: String,
    /// Uses of the key; none where the device does not count.
    pub(crate) counter: Option<u32>,
    /// Whether it has asked for a PIN or a finger.
    pub(crate) verified: bool,
    /// The address that the browser says it is at.
    pub(crate) origin: &'static str,
}

impl Authenticator {
    /// A device that counts, and whose key is told from others by one byte.
    pub(crate) fn new(id: u8) -> Self {
        let random = SystemRandom::new();
        let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, key.as_ref(), &random).unwrap();
        Self { key, id: [id; 16], handle: String::new(), counter: Some(0), verified: true, origin: ORIGIN }
    }

    fn name(&self) -> String {
        BASE64.encode(self.id)
    }

    /// What the browser has signed with everything else: what was asked, and where.
    fn client_data(&self, act: &str, options: &Value) -> String {
        json!({
            "type": act,
            "challenge": options["publicKey"]["challenge"],
            "origin": self.origin,
            "crossOrigin": false,
        })
        .to_string()
    }

    /// For whom it signs, what the person did, and how often the key was used.
    fn data(&mut self, office: &Value, with_key: bool) -> Vec<u8> {
        let office = office.as_str().unwrap();
        let mut data = digest(&SHA256, office.as_bytes()).as_ref().to_vec();
        data.push(0x01 | if self.verified { 0x04 } else { 0 } | if with_key { 0x40 } else { 0 });
        self.counter = self.counter.map(|counter| counter + 1);
        data.extend(self.counter.unwrap_or(0).to_be_bytes());
        data
    }

    /// The answer to a challenge to make a key.
    pub(crate) fn make(&mut self, options: &Value) -> Value {
        let asked = &options["publicKey"];
        asked["user"]["id"].as_str().unwrap().clone_into(&mut self.handle);
        let mut data = self.data(&asked["rp"]["id"], true);
        // No model; the key's name, and the key as COSE writes it: a point on P-256 for ES256.
        data.extend([0; 16]);
        data.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
        data.extend(self.id);
        let point = self.key.public_key().as_ref();
        data.extend([0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
        data.extend(&point[1..33]);
        data.extend([0x22, 0x58, 0x20]);
        data.extend(&point[33..]);
        // {"fmt": "none", "attStmt": {}, "authData": data}
        let mut object = b"\xA3\x63fmt\x64none\x67attStmt\xA0\x68authData\x58".to_vec();
        object.push(u8::try_from(data.len()).unwrap());
        object.extend(data);
        json!({
            "id": self.name(), "rawId": self.name(), "type": "public-key",
            "response": {
                "attestationObject": BASE64.encode(object),
                "clientDataJSON": BASE64.encode(self.client_data("webauthn.create", options)),
            },
            "clientExtensionResults": {},
        })
    }

    /// The answer to a challenge to sign in.
    pub(crate) fn sign(&mut self, options: &Value) -> Value {
        let client_data = self.client_data("webauthn.get", options);
        let data = self.data(&options["publicKey"]["rpId"], false);
        let signed = [data.as_slice(), digest(&SHA256, client_data.as_bytes()).as_ref()].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
        json!({
            "id": self.name(), "rawId": self.name(), "type": "public-key",
            "response": {
                "authenticatorData": BASE64.encode(data),
                "clientDataJSON": BASE64.encode(client_data),
                "signature": BASE64.encode(signature),
                "userHandle": self.handle,
            },
            "clientExtensionResults": {},
        })
    }
}
