//! Printed names in the ways in which people in Los Angeles write them, against the roll's columns.

use roll::{
    Status, VoterRecord,
    normal::{NameOrder, PrintedName, Suffix, VoterName, are_nicknames, are_spellings, nicknames},
};

fn voter<'a>(first: &'a str, middle: &'a str, last: &'a str) -> VoterRecord<'a> {
    VoterRecord {
        row: 0,
        voter_id: "1",
        first,
        middle,
        last,
        suffix: "",
        birth_date: None,
        address: roll::Address::default(),
        previous: None,
        moved_on: None,
        status: Status::Active,
        registered_on: None,
        canceled_on: None,
        signatures: "",
        jurisdiction: "",
    }
}

/// Whether a reading has the voter's given name (or a usual other form of it) and surname.
fn reads_as(written: &str, first: &str, middle: &str, last: &str) -> bool {
    let record = voter(first, middle, last);
    let name = VoterName::of(&record);
    PrintedName::parse(written).readings.iter().any(|reading| {
        let given = reading.first == *name.first
            || reading.first == *name.first_word
            || are_nicknames(&reading.first, &name.first_word);
        given && reading.last.whole() == name.last.whole()
    })
}

fn best(text: &str) -> [String; 3] {
    let name = PrintedName::parse(text);
    name.readings
        .first()
        .map(|reading| [reading.first.clone(), reading.middle.clone(), reading.last.whole().to_owned()])
        .unwrap_or_default()
}

#[test]
fn the_likeliest_reading_comes_first() {
    for (text, first, middle, last) in [
        ("Natalie H. Baez", "NATALIE", "H", "BAEZ"),
        ("BAEZ, NATALIE H.", "NATALIE", "H", "BAEZ"),
        ("John O'Brien, Jr.", "JOHN", "", "OBRIEN"),
        ("John O Brien", "JOHN", "", "OBRIEN"),
        ("John O Smith", "JOHN", "O", "SMITH"),
        ("cher", "", "", "CHER"),
        ("Mr. John Smith", "JOHN", "", "SMITH"),
        ("Dr. John Smith, M.D.", "JOHN", "", "SMITH"),
        ("Rev John Q Smith", "JOHN", "Q", "SMITH"),
        ("Mrs Smith", "", "", "SMITH"),
        ("Sr. Juan Garcia", "JUAN", "", "GARCIA"),
        ("Smith, Mr. John", "JOHN", "", "SMITH"),
        ("John Smith Esq.", "JOHN", "", "SMITH"),
        ("John Smith PhD", "JOHN", "", "SMITH"),
        ("John Smith, Ph.D.", "JOHN", "", "SMITH"),
        ("John Smith RN", "JOHN", "", "SMITH"),
        ("John Smith aka Jack Smith", "JOHN", "", "SMITH"),
        ("Maria de la Cruz", "MARIA", "", "DELACRUZ"),
        ("Maria Dela Cruz", "MARIA", "", "DELACRUZ"),
        ("Maria Teresa de los Santos", "MARIA", "TERESA", "DELOSSANTOS"),
        ("Robert Van Dyke", "ROBERT", "", "VANDYKE"),
        ("Anna Van Der Berg", "ANNA", "", "VANDERBERG"),
        ("Minh Van Nguyen", "MINH", "VAN", "NGUYEN"),
        ("Jose Luis Garcia Lopez", "JOSE", "LUIS", "GARCIALOPEZ"),
        ("Maria Garcia Lopez", "MARIA", "", "GARCIALOPEZ"),
        ("Mary Ann Smith", "MARY", "ANN", "SMITH"),
        ("Ana Petrosyan", "ANA", "", "PETROSIAN"),
        ("Robert \"Bob\" Smith", "ROBERT", "", "SMITH"),
        ("Robert (Bob) Smith", "ROBERT", "", "SMITH"),
        ("Ivan Petrovich Sidorov", "IVAN", "PETROVICH", "SIDOROV"),
    ] {
        assert_eq!(best(text), [first, middle, last], "{text}");
    }
    assert!(PrintedName::parse(" - ").readings.is_empty());
}

#[test]
fn the_voter_is_among_the_readings() {
    for (written, first, middle, last) in [
        // Double surnames, either half's order as registered.
        ("Laura Surahmat Sheridan", "LAURA", "", "SURAHMAT-SHERIDAN"),
        ("Maria Lopez-Garcia", "MARIA", "", "LOPEZ GARCIA"),
        ("Maria Lopez Garcia", "MARIA", "", "LOPEZ-GARCIA"),
        ("Maria Lopez y Garcia", "MARIA", "", "LOPEZ GARCIA"),
        ("María López García", "MARIA", "", "LOPEZ GARCIA"),
        ("Jose Luis Garcia Lopez", "JOSE", "LUIS", "GARCIA LOPEZ"),
        ("Jose Luis Garcia Lopez", "JOSE LUIS", "", "GARCIA LOPEZ"),
        ("Garcia Lopez Jose Luis", "JOSE", "LUIS", "GARCIA LOPEZ"),
        ("Garcia Lopez, Jose Luis", "JOSE", "LUIS", "GARCIA-LOPEZ"),
        ("Garcia Lopez Maria", "MARIA", "", "GARCIA LOPEZ"),
        ("Maria de la Cruz Lopez", "MARIA", "", "DE LA CRUZ LOPEZ"),
        ("De La Cruz Maria", "MARIA", "", "DELACRUZ"),
        ("Maria del Carmen Lopez", "MARIA", "DEL CARMEN", "LOPEZ"),
        // Filipino.
        ("Jose Dela Cruz", "JOSE", "", "DE LA CRUZ"),
        ("Ana Delos Reyes", "ANA", "", "DE LOS REYES"),
        ("Jose Sto. Domingo", "JOSE", "", "SANTO DOMINGO"),
        ("Ana Sta Maria", "ANA", "", "SANTA MARIA"),
        ("Maria Santos Reyes", "MARIA", "SANTOS", "REYES"),
        // Celtic.
        ("Sean Mc Donald", "SEAN", "", "MCDONALD"),
        ("Sean Mac Donald", "SEAN", "", "MACDONALD"),
        ("Pat O' Brien", "PAT", "", "OBRIEN"),
        ("Pat O’Brien", "PAT", "", "O'BRIEN"),
        ("Ian Saint John", "IAN", "", "ST. JOHN"),
        ("Ian St John", "IAN", "", "SAINT JOHN"),
        // Dutch, German.
        ("Jan Van der Berg", "JAN", "", "VANDERBERG"),
        ("Karl von Trapp", "KARL", "", "VON TRAPP"),
        // Vietnamese, surname first and last.
        ("Nguyen Van Anh", "ANH", "VAN", "NGUYEN"),
        ("Anh Van Nguyen", "ANH", "VAN", "NGUYEN"),
        ("Nguyễn Văn Anh", "ANH", "VAN", "NGUYEN"),
        ("Nguyen Thi Mai Anh", "ANH", "THI MAI", "NGUYEN"),
        ("Nguyen, Anh Van", "ANH", "VAN", "NGUYEN"),
        ("Trần Thị Hoa", "HOA", "THI", "TRAN"),
        ("Dang Minh Duc", "MINH DUC", "", "DANG"),
        ("Nguyen Anh", "ANH", "", "NGUYEN"),
        // Chinese.
        ("Wei Ming Chen", "WEIMING", "", "CHEN"),
        ("Wei Ming Chen", "WEI MING", "", "CHEN"),
        ("Wei-Ming Chen", "WEI MING", "", "CHEN"),
        ("WeiMing Chen", "WEI-MING", "", "CHEN"),
        ("Chen Wei Ming", "WEIMING", "", "CHEN"),
        ("Chen Wei Ming", "WEI", "MING", "CHEN"),
        ("Chen Weiming", "WEI MING", "", "CHEN"),
        ("Chen, Wei Ming", "WEIMING", "", "CHEN"),
        // Korean.
        ("Min Jun Kim", "MINJUN", "", "KIM"),
        ("Kim Min Jun", "MIN JUN", "", "KIM"),
        ("Kim Minjun", "MIN-JUN", "", "KIM"),
        ("Min-Jun Kim", "MINJUN", "", "KIM"),
        // Armenian.
        ("Ani Petrosyan", "ANI", "", "PETROSIAN"),
        ("Ani Grigorian", "ANI", "", "GRIGORYAN"),
        ("Sarkisyan Ani", "ANI", "", "SARKISIAN"),
        // Russian.
        ("Ivan Petrovich Sidorov", "IVAN", "PETROVICH", "SIDOROV"),
        ("Sidorov Ivan Petrovich", "IVAN", "PETROVICH", "SIDOROV"),
        // Given names of several words.
        ("Mary Ann Smith", "MARY ANN", "", "SMITH"),
        ("Maryann Smith", "MARY ANN", "", "SMITH"),
        ("Mary-Ann Smith", "MARY ANN", "", "SMITH"),
        ("La Toya Jackson", "LATOYA", "", "JACKSON"),
        // Nicknames, written beside or instead.
        ("Robert \"Bob\" Smith", "ROBERT", "", "SMITH"),
        ("Robert “Bubba” Smith", "BUBBA", "", "SMITH"),
        ("Xiaoming (David) Chen", "DAVID", "", "CHEN"),
        ("Xiaoming 'David' Chen", "XIAOMING", "", "CHEN"),
        ("Bob Smith", "ROBERT", "", "SMITH"),
        ("Pepe Garcia", "JOSE", "", "GARCIA"),
        // Transliteration and diacritics.
        ("Łukasz Wałęsa", "LUKASZ", "", "WALESA"),
        ("Çağla Öztürk", "CAGLA", "", "OZTURK"),
        ("José Peña", "JOSE", "", "PENA"),
        ("EDMONDS VAL", "VAL", "", "EDMONDS"),
    ] {
        assert!(
            reads_as(written, first, middle, last),
            "{written} | {first} {middle} {last}: {:?}",
            PrintedName::parse(written).readings
        );
    }
}

#[test]
fn others_are_not_among_the_readings() {
    for (written, first, last) in [
        ("Robert Smith", "RICHARD", "SMITH"),
        ("Maria Lopez", "MARIA", "LOPES"),
        ("Pauline P Woodson", "PAULINE", "PWOODSON"),
        ("Anne Bryan", "ANNE", "BRIAN"),
        ("Nguyen Van Anh", "NGUYEN", "ANHVAN"),
        ("Ani Narayan", "ANI", "NARAIAN"),
    ] {
        assert!(!reads_as(written, first, "", last), "{written} | {first} {last}");
    }
}

#[test]
fn readings_are_few() {
    for (text, most) in [
        ("Diana Wilson", 2),
        ("Wilson, Diana", 2),
        ("Colin A Turner", 2),
        ("Stacie Jamie Marconi", 4),
        ("Maria Garcia Lopez", 4),
        ("Wei Ming Chen", 4),
        ("Chen Wei Ming", 4),
        ("Nguyen Van Anh", 4),
        ("Maria de la Cruz", 2),
        ("Nguyen Van Ho", 4),
        ("Kim Min Lee", 4),
        ("Jose Luis Garcia Lopez", 5),
        ("Nguyen Thi Mai Anh", 6),
        ("One Two Three Four Five Six Seven Eight Nine Ten", 6),
        ("Robert \"Bob\" James Smith Jones", 6),
    ] {
        let readings = PrintedName::parse(text).readings;
        assert!(readings.len() <= most, "{text}: {readings:?}");
        assert_eq!(readings[0].order, NameOrder::AsWritten, "{text}");
        for (at, reading) in readings.iter().enumerate() {
            assert!(!readings[..at].contains(reading), "{text}: {reading:?} twice");
        }
    }
}

#[test]
fn suffixes() {
    for (text, suffix, last) in [
        ("John Smith Jr", Some(Suffix::Junior), "SMITH"),
        ("John Smith, Jr.", Some(Suffix::Junior), "SMITH"),
        ("SMITH JR, JOHN", Some(Suffix::Junior), "SMITH"),
        ("Smith, John, Jr", Some(Suffix::Junior), "SMITH"),
        ("John Smith II", Some(Suffix::Junior), "SMITH"),
        ("John Smith 2nd", Some(Suffix::Junior), "SMITH"),
        ("John Smith Junior", Some(Suffix::Junior), "SMITH"),
        ("John Smith Sr.", Some(Suffix::Senior), "SMITH"),
        ("John Smith Senior", Some(Suffix::Senior), "SMITH"),
        ("John Smith III", Some(Suffix::Third), "SMITH"),
        ("John Smith 3rd, MD", Some(Suffix::Third), "SMITH"),
        ("John Smith IV", Some(Suffix::Fourth), "SMITH"),
        ("John Smith", None, "SMITH"),
        ("John V Smith", None, "SMITH"),
    ] {
        let name = PrintedName::parse(text);
        assert_eq!((name.suffix, name.readings[0].last.whole()), (suffix, last), "{text}");
    }
    for (last, suffix, whole) in [
        ("SMITH JR", Some(Suffix::Junior), "SMITH"),
        ("SMITH, JR.", Some(Suffix::Junior), "SMITH"),
        ("DE LA CRUZ III", Some(Suffix::Third), "DELACRUZ"),
        ("SMITH", None, "SMITH"),
        ("JR", None, "JR"),
    ] {
        let record = voter("JOHN", "", last);
        let name = VoterName::of(&record);
        assert_eq!((name.suffix, name.last.whole()), (suffix, whole), "{last}");
    }
}

#[test]
fn short_forms_belong_to_their_names() {
    for (short, name) in [
        ("BOB", "ROBERT"),
        ("BOB", "BOBBY"),
        ("JOHN", "JUAN"),
        ("JENN", "JENNIFER"),
        ("SUE", "SUSAN"),
        ("PEPE", "JOSE"),
        ("PACO", "FRANCISCO"),
        ("PANCHO", "FRANCISCO"),
        ("LUPE", "GUADALUPE"),
        ("CHUY", "JESUS"),
        ("NACHO", "IGNACIO"),
        ("MEMO", "GUILLERMO"),
        ("BETO", "ROBERTO"),
        ("BETO", "ALBERTO"),
        ("LALO", "EDUARDO"),
        ("KIKE", "ENRIQUE"),
        ("QUIQUE", "ENRIQUE"),
        ("CHAVA", "SALVADOR"),
        ("CONCHA", "CONCEPCION"),
        ("CHELO", "CONSUELO"),
        ("LOLA", "DOLORES"),
        ("CHAYO", "ROSARIO"),
        ("TAVO", "GUSTAVO"),
        ("TONO", "ANTONIO"),
        ("CHABELA", "ISABEL"),
        ("MECHE", "MERCEDES"),
        ("NETO", "ERNESTO"),
        ("FITO", "RODOLFO"),
        ("CHENTE", "VICENTE"),
        ("GOYO", "GREGORIO"),
        ("RAFA", "RAFAEL"),
        ("SASHA", "ALEKSANDR"),
        ("MISHA", "MIKHAIL"),
        ("DIMA", "DMITRIY"),
        ("VOLODYA", "VLADIMIR"),
        ("KATYA", "EKATERINA"),
        ("NATASHA", "NATALIYA"),
        ("GARO", "GARABED"),
        ("GEORGE", "GEVORG"),
        ("JOHN", "HOVANNES"),
        ("PETER", "BEDROS"),
        ("BENJIE", "BENJAMIN"),
        ("FERDIE", "FERDINAND"),
        ("CORY", "CORAZON"),
        ("JOSEPH", "YOUSEF"),
        ("REZA", "MOHAMMADREZA"),
        ("CYRUS", "KOUROSH"),
    ] {
        assert!(are_nicknames(short, name) && are_nicknames(name, short), "{short} | {name}");
        assert!(nicknames(name).any(|other| other == short), "{short} | {name}");
        assert!(!are_spellings(short, name) || short == "JOSEPH", "{short} | {name}");
    }
    for (left, right) in [
        ("CATHERINE", "KATHRYN"),
        ("STEVEN", "STEPHEN"),
        ("GEOFFREY", "JEFFREY"),
        ("SARA", "SARAH"),
        ("BRIAN", "BRYAN"),
        ("MOHAMMED", "MUHAMMAD"),
        ("YOUSEF", "JOSEPH"),
        ("ERIC", "ERIK"),
        ("SEAN", "SHAWN"),
        ("ALAN", "ALLEN"),
        ("HOVANNES", "OVANES"),
        ("HAGOP", "HAKOB"),
        ("SARKIS", "SARGIS"),
        ("KEVORK", "GEVORG"),
        ("SERGEI", "SERGEY"),
        ("YULIA", "JULIA"),
        ("HUSSEIN", "HOSSEIN"),
        ("MARYAM", "MARIAM"),
        ("JASMINE", "YAZMIN"),
        ("YESENIA", "JESENIA"),
        ("TRACY", "TRACEY"),
        ("LINDSAY", "LINDSEY"),
        ("SOFIA", "SOPHIA"),
    ] {
        assert!(
            are_spellings(left, right) && are_spellings(right, left) && are_nicknames(left, right),
            "{left} | {right}"
        );
    }
    for (left, right) in [
        ("ROBERT", "RICHARD"),
        ("ROBERT", "ROBERT"),
        ("XYZZY", "ROBERT"),
        ("MARIA", "MARTA"),
        ("JUAN", "JOSE"),
        ("CARLOS", "JUAN"),
        ("PEDRO", "PABLO"),
        ("SARAH", "SARKIS"),
        ("JULIE", "JUDY"),
        ("KAREN", "KATHRYN"),
        ("STEVEN", "STANLEY"),
        ("ROSS", "ROSE"),
        ("ANH", "MINH"),
    ] {
        assert!(!are_nicknames(left, right) && !are_spellings(left, right), "{left} | {right}");
    }
}
