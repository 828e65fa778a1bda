//! The elements of a voter record that are read, and the columns they make.
//!
//! Of `VoterRecord`: `Voter`, `VoterStatus` (or `OtherStatus` where that is `other`), `District`, and of `Locality` the
//! county. Of `Voter`: `VoterId`, `Name`, `DateOfBirth`, `ResidenceAddress` and `PreviousResidenceAddress`. A voter's
//! identifier is the `VoterId` of type `state-voter-registration-id`, or where there is none that of type
//! `local-voter-registration-id`: never a driver's license or social security number. Not read: mailing address,
//! contacts, party, gender, ethnicity, classifications, signatures, previous name, `FullName`, participation, polling
//! place, and of addresses landmarks, post-office boxes and coordinates. The specification has no day of registration.

#![expect(clippy::struct_field_names, reason = "the names are those of the specification")]

use serde::Deserialize;

/// The names of the columns, for the layout: mostly those of the elements.
pub(super) const COLUMNS: [&str; 40] = [
    "VoterId",
    "FirstName",
    "MiddleName",
    "LastName",
    "Suffix",
    "DateOfBirth",
    "Status",
    "County",
    "ResidenceAddress.AddressNumber",
    "ResidenceAddress.StreetNamePreDirectional",
    "ResidenceAddress.StreetName",
    "ResidenceAddress.StreetNamePostType",
    "ResidenceAddress.StreetNamePostDirectional",
    "ResidenceAddress.Subaddress",
    "ResidenceAddress.PlaceName",
    "ResidenceAddress.ZipCode",
    "ResidenceAddress.GeneralAddress",
    "PreviousResidenceAddress.AddressNumber",
    "PreviousResidenceAddress.StreetNamePreDirectional",
    "PreviousResidenceAddress.StreetName",
    "PreviousResidenceAddress.StreetNamePostType",
    "PreviousResidenceAddress.StreetNamePostDirectional",
    "PreviousResidenceAddress.Subaddress",
    "PreviousResidenceAddress.PlaceName",
    "PreviousResidenceAddress.ZipCode",
    "PreviousResidenceAddress.GeneralAddress",
    "District.city",
    "District.city-council",
    "District.congressional",
    "District.county",
    "District.county-council",
    "District.judicial",
    "District.municipality",
    "District.school",
    "District.state-house",
    "District.state-senate",
    "District.town",
    "District.township",
    "District.ward",
    "District.water",
];
/// The last columns: one for each type of district.
const DISTRICT: &str = "District.";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct VoterRecord {
    voter: Voter,
    voter_status: Option<String>,
    other_status: Option<String>,
    district: Option<Vec<ReportingUnit>>,
    locality: Option<Vec<ReportingUnit>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Voter {
    voter_id: Option<Vec<VoterId>>,
    name: Option<Name>,
    date_of_birth: Option<String>,
    residence_address: Option<Address>,
    previous_residence_address: Option<Address>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct VoterId {
    r#type: String,
    string_value: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Name {
    first_name: Option<String>,
    middle_name: Option<Vec<String>>,
    last_name: Option<String>,
    suffix: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ReportingUnit {
    r#type: String,
    name: Option<String>,
    #[serde(alias = "ExternalIdentifiers")]
    external_identifier: Option<Vec<ExternalIdentifier>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ExternalIdentifier {
    value: String,
}

/// An address of the FGDC address standard, of any of its classes.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Address {
    complete_address_number: Option<AddressNumber>,
    complete_street_name: Option<StreetName>,
    complete_subaddress: Option<Subaddress>,
    #[serde(alias = "CompletePlaceName")]
    complete_place_name1: Option<PlaceNames>,
    zip_code: Option<String>,
    general_address: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AddressNumber {
    address_number_prefix: Option<Part>,
    address_number: Option<String>,
    address_number_suffix: Option<Part>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct StreetName {
    street_name_pre_modifier: Option<Part>,
    street_name_pre_directional: Option<Part>,
    street_name_pre_type: Option<Part>,
    street_name: Option<String>,
    street_name_post_type: Option<Part>,
    street_name_post_directional: Option<Part>,
    street_name_post_modifier: Option<Part>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Part {
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Subaddress {
    subaddress_element: Vec<SubaddressElement>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SubaddressElement {
    subaddress_type: Option<String>,
    subaddress_identifier: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PlaceNames {
    place_name: Vec<PlaceName>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PlaceName {
    place_name_type: Option<String>,
    value: String,
}

impl VoterRecord {
    /// A person who asks to be registered.
    pub(super) fn of_request(voter: Voter) -> Self {
        Self { voter, voter_status: Some("request".to_owned()), other_status: None, district: None, locality: None }
    }

    /// Gives the fields in the order of [`COLUMNS`].
    pub(super) fn write(&self, mut field: impl FnMut(&str)) {
        let voter = &self.voter;
        field(voter.id());
        let name = voter.name.as_ref();
        field(text(name.and_then(|name| name.first_name.as_ref())));
        field(&name.and_then(|name| name.middle_name.as_ref()).map(|names| names.join(" ")).unwrap_or_default());
        field(text(name.and_then(|name| name.last_name.as_ref())));
        field(text(name.and_then(|name| name.suffix.as_ref())));
        // Some write a time of day after the date.
        let born = text(voter.date_of_birth.as_ref());
        field(born.split_once('T').map_or(born, |(date, _)| date));
        field(match self.voter_status.as_deref() {
            Some("other") => text(self.other_status.as_ref()),
            status => status.unwrap_or(""),
        });
        let locality = units(self.locality.as_ref(), "county");
        let county = voter.residence_address.as_ref().map_or("", Address::county);
        field(if locality.is_empty() { county } else { &locality });
        for address in [&voter.residence_address, &voter.previous_residence_address] {
            address.as_ref().unwrap_or(&Address::default()).write(&mut field);
        }
        for kind in COLUMNS.iter().filter_map(|name| name.strip_prefix(DISTRICT)) {
            field(&units(self.district.as_ref(), kind));
        }
    }
}

impl Voter {
    fn id(&self) -> &str {
        let of_type = |kind: &str| {
            let ids = self.voter_id.iter().flatten();
            ids.filter(|id| id.r#type == kind).find_map(|id| id.string_value.as_deref())
        };
        of_type("state-voter-registration-id").or_else(|| of_type("local-voter-registration-id")).unwrap_or("")
    }
}

impl Address {
    fn write(&self, field: &mut impl FnMut(&str)) {
        let number = self.complete_address_number.as_ref();
        field(&joined([
            part(number.and_then(|number| number.address_number_prefix.as_ref())),
            text(number.and_then(|number| number.address_number.as_ref())),
            part(number.and_then(|number| number.address_number_suffix.as_ref())),
        ]));
        let none = StreetName::default();
        let street = self.complete_street_name.as_ref().unwrap_or(&none);
        field(part(street.street_name_pre_directional.as_ref()));
        field(&joined([
            part(street.street_name_pre_modifier.as_ref()),
            part(street.street_name_pre_type.as_ref()),
            text(street.street_name.as_ref()),
            part(street.street_name_post_modifier.as_ref()),
        ]));
        field(part(street.street_name_post_type.as_ref()));
        field(part(street.street_name_post_directional.as_ref()));
        let elements = self.complete_subaddress.iter().flat_map(|subaddress| &subaddress.subaddress_element);
        field(&joined(
            elements
                .flat_map(|element| [text(element.subaddress_type.as_ref()), element.subaddress_identifier.as_str()]),
        ));
        // The post office's name for the place, or that of the town; a place without a type may be either.
        let place = ["USPSCommunity", "MunicipalJurisdiction", ""].iter().find_map(|kind| self.place(kind));
        field(place.unwrap_or(""));
        field(text(self.zip_code.as_ref()));
        field(text(self.general_address.as_ref()));
    }

    fn county(&self) -> &str {
        self.place("County").unwrap_or("")
    }

    fn place(&self, kind: &str) -> Option<&str> {
        let mut places = self.complete_place_name1.iter().flat_map(|places| &places.place_name);
        places.find(|place| text(place.place_name_type.as_ref()) == kind).map(|place| place.value.as_str())
    }
}

/// The names of the units of a type, or where they have none their identifiers.
fn units(units: Option<&Vec<ReportingUnit>>, kind: &str) -> String {
    let name = |unit: &ReportingUnit| {
        let identifier = || unit.external_identifier.iter().flatten().next().map(|identifier| identifier.value.clone());
        unit.name.clone().or_else(identifier)
    };
    let names: Vec<_> = units.into_iter().flatten().filter(|unit| unit.r#type == kind).filter_map(name).collect();
    names.join("; ")
}

fn text(text: Option<&String>) -> &str {
    text.map_or("", String::as_str)
}

fn part(part: Option<&Part>) -> &str {
    part.map_or("", |part| part.value.as_str())
}

fn joined<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}
