//! The fields of the roll, under the names that layouts and mappings use.

/// Our fields, each with the name that layouts use.
macro_rules! fields {
    ($($variant:ident $name:literal),* $(,)?) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Field { $($variant),* }

        impl Field {
            pub(crate) const ALL: &[Field] = &[$(Field::$variant),*];

            pub(crate) fn name(self) -> &'static str {
                match self { $(Field::$variant => $name),* }
            }
        }
    };
}

fields! {
    VoterId "voter_id", First "first", Middle "middle", Last "last", Suffix "suffix", BirthDate "birth_date",
    HouseNumber "house_number", StreetPre "street_pre", Street "street", StreetType "street_type",
    StreetPost "street_post", Unit "unit", City "city", Zip "zip", AddressLine "address",
    PreviousHouseNumber "previous_house_number", PreviousStreetPre "previous_street_pre",
    PreviousStreet "previous_street", PreviousStreetType "previous_street_type",
    PreviousStreetPost "previous_street_post", PreviousUnit "previous_unit", PreviousCity "previous_city",
    PreviousZip "previous_zip", PreviousLine "previous_address", PreviousUntil "previous_until",
    Status "status", RegisteredOn "registered_on", CanceledOn "canceled_on", Signatures "signatures",
    Jurisdiction "jurisdiction", StatusHistory "status_history",
}

impl Field {
    /// The parts of the residence address, in the order of [`crate::Address`].
    pub(crate) const ADDRESS: [Field; 8] = [
        Field::HouseNumber,
        Field::StreetPre,
        Field::Street,
        Field::StreetType,
        Field::StreetPost,
        Field::Unit,
        Field::City,
        Field::Zip,
    ];
    /// The parts of the previous address, in the same order.
    pub(crate) const PREVIOUS: [Field; 8] = [
        Field::PreviousHouseNumber,
        Field::PreviousStreetPre,
        Field::PreviousStreet,
        Field::PreviousStreetType,
        Field::PreviousStreetPost,
        Field::PreviousUnit,
        Field::PreviousCity,
        Field::PreviousZip,
    ];

    fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|field| field.name() == name)
    }
}

/// The field of this name, or words that list all names.
pub(crate) fn field_named(name: &str) -> Result<Field, String> {
    Field::named(name).ok_or_else(|| {
        let known: Vec<_> = Field::ALL.iter().map(|field| field.name()).collect();
        format!("\"{name}\" is not a field of the roll; the fields are {}", known.join(", "))
    })
}
