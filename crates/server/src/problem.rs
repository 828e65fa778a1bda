//! What goes wrong, as problem details (RFC 9457) with a code that screens key on.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

/// What went wrong, by name. The names are stable: screens and scripts key on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// No session, or one that ended: sign in.
    NotSignedIn,
    /// Account, password or code is wrong.
    WrongCredentials,
    /// The account needs the code of its authenticator, too.
    CodeNeeded,
    /// Too many wrong passwords: the account is locked for a while.
    LockedOut,
    /// Somebody is who they say, and has no account here by it.
    NoAccount,
    /// It is outside of the person's shifts.
    OffShift,
    /// A new password must be set before anything else.
    PasswordChangeNeeded,
    /// The password is not one that can be taken.
    WeakPassword,
    /// The slip was used, has lapsed, or never was.
    SlipUsed,
    /// The caller's duties do not include this.
    NotPermitted,
    /// There is no such thing, or not for this caller.
    NotFound,
    /// The method is not one of this address.
    MethodNotAllowed,
    /// What was sent cannot be read as what is wanted.
    BadRequest,
    /// What was sent is larger than anything that is taken here.
    TooLarge,
    /// The thing is there already.
    Exists,
    /// The case is not in the state for this act.
    WrongState,
    /// The batch was closed, has lapsed, or is another person's.
    LeaseLapsed,
    /// A contact sheet is passed before anybody can have looked at it.
    TooSoon,
    /// What is to be done speaks of something else than what was shown: look again.
    Otherwise,
    /// There is no open examination room at this hour, or not any more.
    RoomClosed,
    /// The request does not come from a terminal of the examination room.
    NotInRoom,
    /// The day of the examination begins with a deposit.
    DepositDue,
    /// Faster than a person reads: wait a moment.
    TooFast,
    /// The law or a rule of the office forbids it.
    Refused,
    /// The server was started without what this needs.
    TurnedOff,
    /// The server is busy or its database is not to be reached: try again.
    Unavailable,
    /// Our fault.
    Internal,
}

impl Code {
    /// The status of the answer.
    pub const fn status(self) -> StatusCode {
        match self {
            Self::NotSignedIn | Self::WrongCredentials | Self::CodeNeeded | Self::LockedOut => StatusCode::UNAUTHORIZED,
            Self::NoAccount | Self::OffShift | Self::PasswordChangeNeeded | Self::NotPermitted | Self::NotInRoom => {
                StatusCode::FORBIDDEN
            }
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Exists
            | Self::WrongState
            | Self::LeaseLapsed
            | Self::TooSoon
            | Self::Otherwise
            | Self::RoomClosed => StatusCode::CONFLICT,
            Self::WeakPassword | Self::SlipUsed | Self::Refused | Self::TurnedOff => StatusCode::UNPROCESSABLE_ENTITY,
            Self::DepositDue => StatusCode::PAYMENT_REQUIRED,
            Self::TooFast => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// An answer that tells what went wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Problem {
    /// `urn:countersign:problem:` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// The status once more.
    pub status: u16,
    /// The name that screens key on.
    pub code: Code,
    /// What happened and what to do next, for a person.
    pub detail: String,
}

impl Problem {
    /// A problem, with what happened and what to do next.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        let name =
            serde_json::to_value(code).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default();
        let kind = format!("urn:countersign:problem:{name}");
        Self { kind, status: code.status().as_u16(), code, detail: detail.into() }
    }

    /// Nothing of this name, or nothing that this caller may know of.
    pub fn not_found(what: &str) -> Self {
        Self::new(Code::NotFound, format!("there is no such {what}"))
    }

    /// Our fault. What happened goes to the server's log, which names nobody; the caller learns where to look.
    pub fn internal(what: impl std::fmt::Display) -> Self {
        eprintln!("countersign serve: {what}");
        Self::new(Code::Internal, "this is a fault of the server; its log says more, so tell whoever runs it")
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.code.status(), Json(self)).into_response();
        let form = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, form);
        response
    }
}
