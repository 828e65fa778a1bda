//! Passwords, tokens, slips and the codes of authenticators: what a person proves themselves with.

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use sha2::{Digest, Sha256};
use totp_rs::Builder;

use crate::problem::{Code, Problem};

/// The fewest characters of a password: what NIST SP 800-63B-4 asks of one that stands alone.
pub(crate) const PASSWORD_LENGTH: usize = 15;
/// The most, so that nobody makes the server hash a book.
const PASSWORD_LIMIT: usize = 200;

/// Refuses a password that is too short, too long, or holds the account's own name.
pub(crate) fn acceptable(password: &str, account: &str) -> Result<(), Problem> {
    let length = password.chars().count();
    let wrong = if length < PASSWORD_LENGTH {
        format!("a password has {PASSWORD_LENGTH} characters or more; a few words in a row will do")
    } else if length > PASSWORD_LIMIT {
        format!("a password has {PASSWORD_LIMIT} characters at most")
    } else if password.to_lowercase().contains(account) {
        "a password does not contain the account's name".to_owned()
    } else {
        return Ok(());
    };
    Err(Problem::new(Code::WeakPassword, wrong))
}

/// The hash of a password by argon2id with the parameters of its crate (19 MiB, two passes), which OWASP recommends.
pub(crate) fn hashed(password: &str) -> Result<String, Problem> {
    Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string()).map_err(Problem::internal)
}

/// The hash of nothing that anybody could type.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5cyBzYWx0ICE$Uh0QmHEvOpqUp2Fl0jcXa0Vya1S0S2yCh+JrNSU9Cpo";

/// Whether a password is the one of the hash. Where there is no hash as much work is done, so that nobody learns from the time which accounts
/// there are.
pub(crate) fn is_password(password: &str, hash: Option<&str>) -> bool {
    let parsed = PasswordHash::new(hash.unwrap_or(NOBODYS));
    let same = parsed.is_ok_and(|parsed| Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok());
    same && hash.is_some()
}

/// 256 bits from the system's source of chance, as hexadecimal digits.
pub(crate) fn token() -> Result<String, Problem> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(Problem::internal)?;
    Ok(hex(&bytes))
}

/// What is stored of a token or a slip: SHA-256 of it. Both have chance enough that no slower hash is needed.
pub(crate) fn digest(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Letters and digits that are not mistaken for each other on paper.
const ALPHABET: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";

/// The code of an enrolment slip: sixteen letters and digits in groups of four, some 79 bits.
pub(crate) fn slip() -> Result<String, Problem> {
    let mut code = String::new();
    while code.len() < 19 {
        let mut byte = [0];
        getrandom::fill(&mut byte).map_err(Problem::internal)?;
        // The bytes beyond the last whole multiple are passed over, so that each letter is as likely.
        let Some(&letter) = (byte[0] < 248).then(|| &ALPHABET[usize::from(byte[0]) % ALPHABET.len()]) else { continue };
        code.push(char::from(letter));
        if [4, 9, 14].contains(&code.len()) {
            code.push('-');
        }
    }
    Ok(code)
}

/// A slip's code as somebody typed it: without blanks and hyphens, in upper case.
pub(crate) fn typed(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_uppercase()).collect()
}

/// A new secret for an authenticator, base32 without padding.
pub(crate) fn authenticator() -> Result<String, Problem> {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(Problem::internal)?;
    // One letter a byte: 160 bits in 32 letters.
    Ok(bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect())
}

/// The step of the clock for which a code is right, at a second since 1970; none where it is wrong. RFC 6238 with six digits, thirty seconds,
/// and one step either way.
pub(crate) fn totp_step(secret: &str, code: &str, second: u64) -> Option<u64> {
    let secret = totp_rs::Secret::try_from_base32(secret).ok()?;
    Builder::new().with_secret(secret).build().ok()?.check(code, second)
}

/// What an authenticator reads, as a picture or typed in.
pub(crate) fn totp_url(secret: &str, account: &str) -> String {
    let account: String =
        account.chars().filter(|letter| letter.is_ascii_alphanumeric() || "._-@".contains(*letter)).collect();
    format!("otpauth://totp/Countersign:{account}?secret={secret}&issuer=Countersign")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_long_and_not_the_name() {
        assert!(acceptable("four words in a row", "clerk").is_ok());
        for bad in ["fourteen chars", "", &"x".repeat(201), "the clerk was here again"] {
            assert_eq!(acceptable(bad, "clerk").unwrap_err().code, Code::WeakPassword);
        }
    }

    #[test]
    fn a_password_is_its_own_and_no_other() {
        let hash = hashed("correct horse battery").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(is_password("correct horse battery", Some(&hash)));
        assert!(!is_password("correct horse batterz", Some(&hash)));
        assert!(!is_password("correct horse battery", None));
        assert!(PasswordHash::new(NOBODYS).is_ok(), "as much work is done for an account that is not there");
        assert_ne!(hash, hashed("correct horse battery").unwrap(), "each hash has its own salt");
    }

    #[test]
    fn slips_are_typed_as_people_type() {
        let code = slip().unwrap();
        assert_eq!((code.len(), typed(&code).len()), (19, 16));
        assert_eq!(typed(&code.to_lowercase().replace('-', " ")), typed(&code));
        assert_ne!(code, slip().unwrap());
    }

    /// The test vectors of RFC 6238, appendix B, cut to six digits.
    #[test]
    fn codes_of_authenticators() {
        let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        for (second, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")]
        {
            assert_eq!(totp_step(secret, code, second), Some(second / 30));
            assert_eq!(totp_step(secret, code, second + 30), Some(second / 30), "one step late");
            assert_eq!(totp_step(secret, code, second + 90), None);
        }
        let own = authenticator().unwrap();
        assert_eq!(totp_step(&own, "12345", 0), None);
        assert!(totp_url(&own, "r1").contains(&own));
    }
}
