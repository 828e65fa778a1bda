//! Cities under two names, and two cities with similar names.

use roll::normal::{StreetAddress, same_city};

/// A city as a signer writes it, in its normal form.
fn city(text: &str) -> String {
    StreetAddress::parse_line("", text, "").city
}

#[test]
fn one_city_in_several_spellings() {
    for group in [
        &[
            "Los Angeles",
            "LOS ANGELES",
            "LA",
            "L.A.",
            "L. A.",
            "Los Angelas",
            "Los Angles",
            "City of Los Angeles",
            "Los Angeles, CA",
            "Los Angeles CA",
            "Los Angeles Calif 90012",
        ][..],
        &[
            "North Hollywood",
            "NO HOLLYWOOD",
            "N Hollywood",
            "No. Hollywood",
            "N. HOLLYWOOD",
            "NoHo",
            "North Hlywd",
            "NH",
            "Los Angeles",
        ],
        &["South Pasadena", "So Pasadena", "S. Pasadena", "So Pas", "SP"],
        &["South El Monte", "S El Monte", "So. El Monte", "SEM"],
        &["South Gate", "Southgate", "S Gate", "SG"],
        &["Long Beach", "LB", "L.B.", "Long Bch", "Longbeach", "LONG BEACH CA"],
        &["Hermosa Beach", "Hermosa", "HB", "Hermosa Bch"],
        &["Redondo Beach", "Redondo", "RB"],
        &["Rancho Palos Verdes", "RPV", "R.P.V.", "Rcho Palos Verdes"],
        &["Palos Verdes Estates", "PVE", "Palos Verdes Est"],
        &["Rolling Hills Estates", "RHE", "Rolling Hls Ests"],
        &["La Canada Flintridge", "La Cañada", "La Canada", "Flintridge", "La Cañada-Flintridge"],
        &["West Hollywood", "W Hollywood", "WeHo", "W. Hollywood"],
        &["West Covina", "W Covina", "W. Covina", "WC"],
        &["Santa Monica", "Sta Monica", "S Monica", "SM", "Santa Monica, Ca."],
        &["Santa Fe Springs", "SFS", "Sta Fe Spgs", "Santa Fe Spgs"],
        &["San Gabriel", "Sn Gabriel", "S Gabriel", "SG"],
        &["Commerce", "City of Commerce"],
        &["Industry", "City of Industry"],
        &["Hacienda Heights", "Hacienda Hts", "HH", "Hacienda Hgts"],
        &["Monterey Park", "Monterrey Park", "Monterey Pk", "MPK"],
        &["Beverly Hills", "Bev Hills", "BH", "Beverly Hls", "Beverley Hills"],
        &["Agoura Hills", "Agoura"],
        &["Diamond Bar", "DB"],
        &["Culver City", "Culver", "Culver Cty", "CC"],
        &["Chula Vista", "CV"],
        &["San Francisco", "SF", "S.F."],
        &["Manhattan Beach", "MB", "Manhattan Bch"],
        &["Huntington Park", "HP", "Huntington Pk", "Hunt Park"],
        &["Canyon Country", "Cyn Country", "Santa Clarita"],
    ] {
        for other in &group[1..] {
            let (left, right) = (city(group[0]), city(other));
            assert!(same_city(&left, &right) && same_city(&right, &left), "{} ({left}) | {other} ({right})", group[0]);
        }
    }
}

#[test]
fn communities_are_in_their_city() {
    for community in [
        "Van Nuys",
        "Sherman Oaks",
        "Hollywood",
        "Sylmar",
        "Reseda",
        "Encino",
        "Tarzana",
        "Woodland Hills",
        "Woodland Hls",
        "Canoga Park",
        "Canoga Pk",
        "Winnetka",
        "Chatsworth",
        "Northridge",
        "Granada Hills",
        "Mission Hills",
        "Pacoima",
        "Arleta",
        "Panorama City",
        "North Hills",
        "Studio City",
        "Valley Village",
        "Sun Valley",
        "Sunland",
        "Tujunga",
        "Venice",
        "Pacific Palisades",
        "Brentwood",
        "Westwood",
        "West LA",
        "W Los Angeles",
        "Mar Vista",
        "Playa del Rey",
        "Westchester",
        "San Pedro",
        "Wilmington",
        "Harbor City",
        "Eagle Rock",
        "Highland Park",
        "Boyle Heights",
        "Boyle Hts",
        "El Sereno",
        "Silver Lake",
        "Silverlake",
        "Echo Park",
        "Koreatown",
        "K-Town",
        "Watts",
        "Porter Ranch",
        "West Hills",
        "Lake View Terrace",
        "Lakeview Terrace",
        "Lake Balboa",
        "Toluca Lake",
        "Bel Air",
        "Century City",
    ] {
        assert!(same_city(&city(community), "LOSANGELES"), "{community}");
        assert!(same_city("VANNUYS", &city(community)), "{community}");
        assert!(!same_city(&city(community), "BURBANK"), "{community}");
    }
    for (place, post_office) in [
        ("Altadena", "Pasadena"),
        ("Hacienda Heights", "La Puente"),
        ("Rowland Heights", "La Puente"),
        ("East Los Angeles", "Los Angeles"),
        ("East LA", "LA"),
        ("Marina del Rey", "Los Angeles"),
        ("Stevenson Ranch", "Santa Clarita"),
        ("Castaic", "Santa Clarita"),
        ("La Crescenta", "Glendale"),
        ("Quartz Hill", "Lancaster"),
        ("Valencia", "Santa Clarita"),
        ("Newhall", "Saugus"),
        ("Montrose", "La Crescenta"),
        ("Lennox", "Inglewood"),
    ] {
        assert!(same_city(&city(place), &city(post_office)), "{place} | {post_office}");
    }
}

#[test]
fn similar_names_of_different_cities() {
    for (left, right) in [
        ("Los Angeles", "Los Alamitos"),
        ("Bell", "Bell Gardens"),
        ("Bell", "Bellflower"),
        ("Covina", "West Covina"),
        ("Pasadena", "South Pasadena"),
        ("El Monte", "South El Monte"),
        ("Lomita", "Loma Linda"),
        ("Glendale", "Glendora"),
        ("Hawthorne", "Hawaiian Gardens"),
        ("San Marino", "San Marcos"),
        ("San Gabriel", "San Fernando"),
        ("Lakewood", "Lawndale"),
        ("Norwalk", "Newark"),
        ("Palmdale", "Lancaster"),
        ("Rolling Hills", "Rolling Hills Estates"),
        ("Palos Verdes Estates", "Rancho Palos Verdes"),
        ("La Mirada", "La Verne"),
        ("Arcadia", "Artesia"),
        ("West Hollywood", "Hollywood"),
        ("West Hollywood", "North Hollywood"),
        ("West Hollywood", "Los Angeles"),
        ("Santa Monica", "Santa Maria"),
        ("Altadena", "Los Angeles"),
        ("Hacienda Heights", "Rowland Heights"),
        ("Beverly Hills", "Los Angeles"),
        ("Hermosa Beach", "Redondo Beach"),
        ("Manhattan Beach", "Long Beach"),
        ("Azusa", "Lancaster"),
        ("Culver City", "Studio City"),
        ("Montebello", "Monterey Park"),
        ("San Pedro", "San Pablo"),
        ("Carson", "Corona"),
        ("Compton", "Covina"),
        ("Duarte", "Downey"),
        ("SG", "Los Angeles"),
        ("LA", "Los Altos"),
        ("Hidden Hills", "Signal Hill"),
        ("Ontario", "Oxnard"),
        ("Burbank", "Brea"),
        ("Temple City", "Temecula"),
    ] {
        let (left, right) = (city(left), city(right));
        assert!(!same_city(&left, &right) && !same_city(&right, &left), "{left} | {right}");
    }
}

#[test]
fn a_slip_of_the_pen_is_no_other_city() {
    for (written, roll) in [
        ("Torrence", "Torrance"),
        ("Pasadina", "Pasadena"),
        ("Whitier", "Whittier"),
        ("Ingelwood", "Inglewood"),
        ("Norwlak", "Norwalk"),
        ("Pomana", "Pomona"),
        ("Sant Monica", "Santa Monica"),
        ("Los Angels", "Van Nuys"),
        ("Palmdal", "Palmdale"),
    ] {
        assert!(same_city(&city(written), &city(roll)), "{written} | {roll}");
    }
    assert!(!same_city("XYZZY", "LOSANGELES"));
}
