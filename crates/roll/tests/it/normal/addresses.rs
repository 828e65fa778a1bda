//! Addresses that are the same residence in two spellings, and addresses that are not.

use roll::{
    Address,
    normal::{AddressAgreement, StreetAddress, Tolerance, VoterAddress, compare_address},
};

fn line(text: &str) -> StreetAddress {
    StreetAddress::parse_line(text, "", "")
}

/// What identifies a dwelling: number, fraction, street and unit.
fn dwelling(text: &str) -> [String; 4] {
    let address = line(text);
    [address.number, address.fraction, address.street, address.unit]
}

#[track_caller]
fn same(groups: &[&[&str]]) {
    for group in groups {
        for other in &group[1..] {
            assert_eq!(dwelling(group[0]), dwelling(other), "{} | {other}", group[0]);
        }
    }
}

#[track_caller]
fn different(pairs: &[(&str, &str)]) {
    for (left, right) in pairs {
        assert_ne!(dwelling(left), dwelling(right), "{left} | {right}");
    }
}

#[test]
fn every_suffix_in_every_spelling() {
    let table = include_str!("../../../data/street_types.csv");
    let mut pairs = 0;
    for row in table.lines().filter(|row| !row.starts_with('#') && !row.is_empty()) {
        let cells: Vec<&str> = row.split(',').collect();
        let abbreviated = line(&format!("12 Laurel {}", cells[0]));
        for spelling in &cells[2..] {
            let spelled = line(&format!("12 laurel {}.", spelling.to_lowercase()));
            assert_eq!(spelled, abbreviated, "{spelling}");
            pairs += 1;
        }
        let expected = if cells[1] == "type" { cells[0] } else { "" };
        assert_eq!(abbreviated.street_type, expected, "{row}");
    }
    assert!(pairs > 300, "{pairs}");
}

#[test]
fn suffixes_directions_and_types_are_parts() {
    for (text, pre, street, street_type, post) in [
        ("10 N Main St", "N", "MAIN", "ST", ""),
        ("10 No. Main St", "N", "MAIN", "ST", ""),
        ("10 So Main Street", "S", "MAIN", "ST", ""),
        ("10 North Main", "N", "MAIN", "", ""),
        ("10 Main St N.E.", "", "MAIN", "ST", "NE"),
        ("10 Main St Northeast", "", "MAIN", "ST", "NE"),
        ("10 Century Park East", "", "CENTURYPARK", "", "E"),
        ("10 E St", "", "E", "ST", ""),
        ("10 N E St", "N", "E", "ST", ""),
        ("10 North St", "", "NORTH", "ST", ""),
        ("10 W South St", "W", "SOUTH", "ST", ""),
        ("10 Avenue S", "", "AVENUES", "", ""),
        ("10 E Avenue S", "E", "AVENUES", "", ""),
        ("10 E Ave R", "E", "AVENUER", "", ""),
        ("10 Avenue 50", "", "AVENUE50", "", ""),
        ("10 N Ave 50", "N", "AVENUE50", "", ""),
        ("10 Loma Norte", "", "LOMANORTE", "", ""),
        ("10 Paseo del Norte", "", "PASEODELNORTE", "", ""),
        ("10 Vista Sur Dr", "", "VISTASUR", "DR", ""),
        ("10 Calle Oeste", "", "CALLEOESTE", "", ""),
        ("10 Via Este", "", "VIAESTE", "", ""),
        ("10 The Old Road", "", "OLD", "RD", ""),
        ("10 Castaic Motorway", "", "CASTAIC", "MTWY", ""),
        ("10 Wilshire Blvd.", "", "WILSHIRE", "BLVD", ""),
        ("10 Broadway", "", "BROADWAY", "", ""),
        ("10 Ocean Park Bl", "", "OCEANPARK", "BLVD", ""),
    ] {
        let a = line(text);
        assert_eq!(
            (a.number.as_str(), a.pre, a.street.as_str(), a.street_type, a.post),
            ("10", pre, street, street_type, post),
            "{text}"
        );
    }
}

#[test]
fn numbered_streets() {
    same(&[
        &[
            "12 W 42nd St",
            "12 West 42 Street",
            "12 W Forty-Second St",
            "12 W FORTY SECOND ST",
            "12 W Fortysecond St",
            "12 W 42 ND ST",
        ],
        &["12 1st St", "12 First Street", "12 1ST ST."],
        &[
            "12 W 103rd St",
            "12 W One Hundred Third St",
            "12 W One Hundred and Third Street",
            "12 W 103 St",
            "12 W 103 RD ST",
        ],
        &["12 E 120th St", "12 E One Hundred Twentieth St", "12 E One-Hundred-Twentieth St"],
        &["12 20th St", "12 Twentieth St", "12 20 TH ST"],
        &["12 100th St", "12 Hundredth St", "12 One Hundredth St"],
        &["12 W 115th St", "12 W One Hundred Fifteenth Street"],
    ]);
    different(&[
        ("12 W 42nd St", "12 W 43rd St"),
        ("12 1st St", "12 11th St"),
        ("12 Twentieth St", "12 Twenty First St"),
        ("12 W 103rd St", "12 W 3rd St"),
        ("12 Seven Hills Dr", "12 7th St"),
    ]);
}

#[test]
fn highways() {
    same(&[
        &[
            "12 Hwy 49",
            "12 HIGHWAY 49",
            "12 State Hwy 49",
            "12 State Highway 49",
            "12 ST HWY 49",
            "12 State Route 49",
            "12 SR 49",
            "12 SR-49",
            "12 CA 49",
            "12 CA-49",
            "12 Calif Hwy 49",
            "12 California Highway 49",
            "12 Route 49",
            "12 Rte 49",
            "12 RT. 49",
            "12 Hwy49",
            "12 SR49",
        ],
        &["12 US Hwy 101", "12 U.S. Highway 101", "12 US 101", "12 US-101", "12 Highway 101"],
        &["12 Interstate 5", "12 I-5", "12 I 5"],
        &["12 County Road 12", "12 County Rd 12", "12 Co Rd 12", "12 CR 12"],
        &[
            "12 Pacific Coast Hwy",
            "12 PCH",
            "12 P.C.H.",
            "12 Pacific Coast Highway",
            "12 CA-1",
            "12 Highway 1",
            "12 State Route 1",
            "12 Pac. Coast Hwy",
        ],
    ]);
    assert_eq!(line("12 PCH").street_type, "HWY");
    assert_eq!(line("12 E Pacific Coast Hwy").pre, "E");
    assert_eq!(line("12 Hwy 49 N").post, "N");
    assert_eq!(line("12 Highway 49 #5").unit, "5");
    different(&[
        ("12 Hwy 49", "12 Hwy 99"),
        ("12 Hwy 1", "12 Hwy 101"),
        ("12 I-5", "12 Hwy 5"),
        ("12 Sierra Hwy", "12 Angeles Crest Hwy"),
    ]);
}

#[test]
fn saints_mounts_and_abbreviated_words() {
    same(&[
        &["12 St Andrews Pl", "12 Saint Andrews Pl", "12 ST. ANDREWS PLACE", "12 Saint Andrew's Pl", "12 StAndrews Pl"],
        &["12 N Saint Louis St", "12 N St. Louis St", "12 N ST LOUIS"],
        &["12 Santa Monica Blvd", "12 Sta. Monica Blvd", "12 SANTAMONICA BLVD"],
        &["12 San Fernando Rd", "12 Sn Fernando Rd"],
        &["12 Mt Vernon Ave", "12 Mount Vernon Ave", "12 MT. VERNON", "12 MountVernon Ave"],
        &["12 Ft Tejon Rd", "12 Fort Tejon Rd"],
        &["12 Laurel Cyn Blvd", "12 Laurel Canyon Blvd", "12 LAUREL CNYN BL", "12 Laurelcanyon"],
        &["12 Valley Vw Ave", "12 Valley View Ave", "12 VLY VIEW AVE", "12 Valleyview"],
        &["12 Indian Hl Blvd", "12 Indian Hill Blvd"],
        &["12 Los Robles Ave", "12 LOSROBLES AVE", "12 Los  Robles"],
        &["12 Lk View Ter", "12 Lake View Terrace", "12 Lakeview Terr"],
        &["12 Avenida del Sol", "12 Avda del Sol", "12 Ave del Sol", "12 AVD. DEL SOL"],
        &["12 Calle Real", "12 CLL Real", "12 Calle  Real"],
        &["12 Camino Real", "12 Cam Real", "12 Cmno Real"],
        &["12 Paseo Rancho", "12 Pso Rcho"],
        &[
            "12 Martin Luther King Jr Blvd",
            "12 MLK Blvd",
            "12 M.L.K. Jr. Blvd",
            "12 Dr. Martin Luther King Jr. Blvd",
            "12 Martin L King Blvd",
            "12 M L King Jr Blvd",
        ],
        &["12 JFK Dr", "12 John F. Kennedy Dr", "12 J.F. Kennedy Drive"],
        &["12 Cesar Chavez Ave", "12 Cesar E. Chavez Ave", "12 César Chávez Av."],
        &["12 De Soto Ave", "12 Desoto Ave"],
        &["12 O'Neill Way", "12 ONeill Way"],
        &["12 Piñon Dr", "12 Pinon Dr"],
        &["12 29 Palms Hwy", "12 Twentynine Palms Hwy", "12 Twenty Nine Palms Hwy"],
    ]);
    different(&[
        ("12 St James Pl", "12 St Andrews Pl"),
        ("12 Canon Dr", "12 Canyon Dr"),
        ("12 San Marino St", "12 Santa Maria St"),
        ("12 Mount Vernon", "12 Fort Vernon"),
    ]);
}

#[test]
fn units() {
    for (unit, spellings) in [
        (
            "5",
            &[
                "Apt 5",
                "APT. #5",
                "#5",
                "# 5",
                "Unit 5",
                "apt5",
                "Apt#5",
                "Apt-5",
                "No. 5",
                "Num 5",
                "Suite 5",
                "Ste 5",
                "Rm 5",
                "Sp 5",
                "Spc 5",
                "Space #5",
                "Apto 5",
                "Apt 05",
                ", Apt 5",
                "Lot 5",
                "Trlr 5",
                "5",
                "PMB 5",
                "5th Floor",
                "Fl 5",
                "Bldg 5",
            ][..],
        ),
        ("B", &["Apt B", "#B", "Unit B", "B", ", B", "Apt. b"]),
        ("5B", &["Apt 5B", "#5-B", "# 5 B", "Apt 5-B", "5B", "Apt 5 B"]),
        ("B5", &["Apt B5", "#B-5", "Unit B5", "B5", "B-5"]),
        ("205", &["Bldg 2 Apt 05", "Bldg 2 #05", "Bldg 2 Unit 05"]),
        ("REAR", &["Rear", "REAR", ", rear", "Back"]),
        ("FRNT", &["Front", "Frnt"]),
        ("UPPR", &["Upper", "Upstairs", "Uppr"]),
        ("LOWR", &["Lower", "Downstairs"]),
        ("BSMT", &["Basement", "Bsmt"]),
        ("PH3", &["PH 3", "PH3", "#PH3", "Penthouse 3", "Unit PH3"]),
        ("PH", &["PH", "Penthouse"]),
        ("ADU", &["ADU"]),
        ("", &["", "Apt", "Unit"]),
    ] {
        for spelling in spellings {
            let address = line(&format!("900 Elm St {spelling}"));
            assert_eq!(
                (address.unit.as_str(), address.street.as_str(), address.street_type, address.number.as_str()),
                (unit, "ELM", "ST", "900"),
                "{spelling}"
            );
        }
    }
    same(&[
        &["7524 Choisser 103", "7524 Choisser #103", "7524 Choisser Apt 103"],
        &["900 Elm Rd Bldg 2 Apt 5", "900 Elm Rd Bldg. 2 #5"],
    ]);
    different(&[
        ("900 Elm St Apt 5", "900 Elm St Apt 6"),
        ("900 Elm St Apt 5A", "900 Elm St Apt 5B"),
        ("900 Front St", "900 Elm St Front"),
        ("900 Avenue 26", "900 Avenue 27"),
        ("900 Calle 7", "900 Calle 8"),
    ]);
}

#[test]
fn every_designator_announces_a_unit() {
    for row in include_str!("../../../data/unit_designators.csv").lines().filter(|row| !row.starts_with('#')) {
        let cells: Vec<&str> = row.split(',').collect();
        let (spelling, kind, short) = (cells[0], cells[1], cells[2]);
        if kind != "alone" {
            let expected = if kind == "prefix" { format!("{short}7") } else { "7".to_owned() };
            let address = line(&format!("900 Elm St {spelling} 7"));
            assert_eq!((address.unit, address.street.as_str()), (expected, "ELM"), "{spelling}");
        }
        if matches!(kind, "alone" | "either" | "prefix") {
            assert_eq!(line(&format!("900 Elm St {spelling}")).unit, short, "{spelling}");
        }
        assert_eq!(line(&format!("900 Elm St {spelling}")).number, "900", "{spelling}");
    }
}

#[test]
fn house_numbers() {
    for (text, number, fraction, street) in [
        ("123 1/2 Main St", "123", "1/2", "MAIN"),
        ("123½ Main St", "123", "1/2", "MAIN"),
        ("123-1/2 Main St", "123", "1/2", "MAIN"),
        ("123 Half Main St", "123", "1/2", "MAIN"),
        ("123A Main St", "123", "A", "MAIN"),
        ("123-A Main St", "123", "A", "MAIN"),
        ("123 A Main St", "123", "A", "MAIN"),
        ("123 B St", "123", "", "B"),
        ("123 B Street", "123", "", "B"),
        ("123 E Main St", "123", "", "MAIN"),
        ("12-34 Bell Blvd", "12-34", "", "BELL"),
        ("0123 Main St", "123", "", "MAIN"),
        ("#123 Main St", "123", "", "MAIN"),
        ("No. 123 Main St", "123", "", "MAIN"),
        ("12,345 Main St", "12345", "", "MAIN"),
        ("N6W23001 Bluemound Rd", "N6W23001", "", "BLUEMOUND"),
        ("842 E 1700 S", "842", "", "1700"),
        ("5th Ave", "", "", "5"),
        ("C/O John Smith 123 Main St", "123", "", "MAIN"),
        ("c/o Smith, 123 Main St", "123", "", "MAIN"),
        ("123 Main St c/o John Smith", "123", "", "MAIN"),
        ("Attn Jane 123 Main St", "123", "", "MAIN"),
        ("Care of Jane 123 Main St", "123", "", "MAIN"),
        ("123 Care Dr", "123", "", "CARE"),
    ] {
        let a = line(text);
        assert_eq!((a.number.as_str(), a.fraction.as_str(), a.street.as_str()), (number, fraction, street), "{text}");
    }
}

#[test]
fn boxes_and_routes() {
    for text in [
        "PO Box 17813",
        "P.O. Box 17813",
        "P O BOX #9",
        "POB 12",
        "Post Office Box 5",
        "Box 5",
        "PO Bx 9",
        "P.O.Box 9",
        "POBOX9",
        "PO Drawer 7",
        "P.O. B 12",
        "PSC 802 Box 74",
        "CMR 1250 Box 12",
        "Unit 2050 Box 4190 APO AP 96278",
        "PSC 3 Box 12, FPO AE 09499",
    ] {
        assert!(line(text).po_box && !line(text).has_street(), "{text}: {:?}", line(text));
    }
    for text in ["12 Box Canyon Rd", "12 Boxwood Ln", "12 Drawer Ct", "12 Post Rd", "900 Elm St Unit 5"] {
        assert!(!line(text).po_box && line(text).has_street(), "{text}");
    }
    let both = line("12 Boxwood Ln, PO Box 5, Acton CA 93510");
    assert_eq!(
        (both.po_box, both.street.as_str(), both.city.as_str(), both.zip.as_str()),
        (true, "BOXWOOD", "ACTON", "93510")
    );
    same(&[
        &["RR 2 Box 18", "R.R. 2 Box 18", "Rural Route 2 Box 18", "RFD 2 Box 18", "Route 2 Box 18"],
        &["HC 3 Box 12", "HCR 3 Box 12", "Star Route 3 Box 12"],
    ]);
    assert!(line("RR 2 Box 18").has_street() && !line("RR 2 Box 18").po_box);
    different(&[("RR 2 Box 18", "RR 2 Box 19"), ("RR 2 Box 18", "RR 3 Box 18")]);
}

#[test]
fn cities_at_the_end_of_the_line() {
    for (text, street, unit, city, zip) in [
        ("123 Main St, Pasadena", "MAIN", "", "PASADENA", ""),
        ("123 Main St Pasadena", "MAIN", "", "PASADENA", ""),
        ("123 Main St, Pasadena, CA", "MAIN", "", "PASADENA", ""),
        ("123 Main St Pasadena CA", "MAIN", "", "PASADENA", ""),
        ("123 Main St Pasadena California 91101", "MAIN", "", "PASADENA", "91101"),
        ("123 Main St Los Angeles CA 90012", "MAIN", "", "LOSANGELES", "90012"),
        ("123 Main Los Angeles CA 90012", "MAIN", "", "LOSANGELES", "90012"),
        ("123 Main St #4 Los Angeles, Calif. 90012-1234", "MAIN", "4", "LOSANGELES", "90012"),
        ("123 Main St South Gate", "MAIN", "", "SOUTHGATE", ""),
        ("123 Main St N Hollywood", "MAIN", "", "NORTHHOLLYWOOD", ""),
        ("123 Main St L.A.", "MAIN", "", "LA", ""),
        ("123 Main St Apt 4 Hermosa Bch 90254", "MAIN", "4", "HERMOSABEACH", "90254"),
        ("123 Pasadena Ave", "PASADENA", "", "", ""),
        ("123 Los Angeles St", "LOSANGELES", "", "", ""),
        ("123 Sepulveda", "SEPULVEDA", "", "", ""),
    ] {
        let a = line(text);
        assert_eq!(
            (a.number.as_str(), a.street.as_str(), a.unit.as_str(), a.city.as_str(), a.zip.as_str()),
            ("123", street, unit, city, zip),
            "{text}"
        );
    }
    assert_eq!(StreetAddress::parse_line("12 Elm St", "Los Angeles CA 90012", "").zip, "90012");
}

#[test]
fn columns_come_out_as_lines_do() {
    for (number, pre, street, kind, unit, text) in [
        ("4070", "W", "REDWOOD HICKORY", "ST", "APT 8", "4070 West Redwood Hickory Street # 8"),
        ("12", "", "STATE ROUTE 49", "", "", "12 Hwy 49"),
        ("12", "", "PACIFIC COAST", "HWY", "", "12 PCH"),
        ("12", "", "MARTIN LUTHER KING JR", "BLVD", "", "12 MLK Blvd"),
        ("12 1/2", "N", "SAINT ANDREWS", "PL", "REAR", "12½ North St. Andrews Place, rear"),
        ("12", "E", "AVENUE S", "", "", "12 East Ave S"),
        ("12", "", "AVENUE K-8", "", "# 103", "12 Avenue K8 #103"),
        ("12", "", "FIRST", "ST", "PH 3", "12 1st Street PH3"),
        ("12", "", "AVENIDA DEL SOL", "", "", "12 Ave. del Sol"),
        ("12", "", "42ND", "ST", "", "12 Forty-second Street"),
    ] {
        let columns =
            Address { house_number: number, street_pre: pre, street, street_type: kind, unit, ..Address::default() };
        assert_eq!(StreetAddress::from_columns(&columns), line(text), "{text}");
    }
}

/// The tolerances of 2 CCR 20931 for a voter in a community of Los Angeles.
#[test]
fn a_community_or_an_abbreviation_is_no_other_city() {
    use AddressAgreement::{Different, Same, Tolerated};
    let at = |city: &str, zip: &str| StreetAddress::parse_line("6200 Van Nuys Blvd", city, zip);
    let renamed = Tolerated(Tolerance::CityAbbreviatedOrRenamed);
    for (roll, written, expected) in [
        ("Van Nuys", "VAN NUYS", Same),
        ("Van Nuys", "Los Angeles", renamed),
        ("Van Nuys", "L.A.", renamed),
        ("Van Nuys", "Sherman Oaks", renamed),
        ("Van Nuys", "Van Nuis", Same),
        ("Los Angeles", "Van Nuys", renamed),
        ("Long Beach", "LB", renamed),
        ("Long Beach", "Long Bch", Same),
        ("Hacienda Heights", "La Puente", renamed),
        ("Van Nuys", "Burbank", Different),
        ("Bell Gardens", "Bell", Different),
        ("Covina", "West Covina", Different),
        ("Pasadena", "South Pasadena", Different),
        ("Lomita", "Loma Linda", Different),
        ("Glendale", "Glendora", Different),
    ] {
        let voter = VoterAddress { current: at(roll, "91401"), previous: None };
        assert_eq!(compare_address(&at(written, "91411"), &voter), expected, "{roll} | {written}");
    }
}
