//! The address of a case: what is one, what is none, and that it never shows its password.

use casework::{Place, PlaceError};

#[test]
fn a_path_is_a_file() {
    for path in ["case", "./a/b.case", "/var/case", "postgres", "C:\\cases\\one"] {
        let place: Place = path.parse().unwrap();
        assert_eq!(place, Place::File(path.into()));
        assert_eq!(place.to_string(), path);
    }
}

#[test]
fn an_address_is_shown_without_its_password() {
    for (text, shown) in [
        (
            "postgres://clerk:s3cr3t@db.example/petitions#recall-2022",
            "postgres://clerk@db.example/petitions#recall-2022",
        ),
        ("postgres://clerk@db.example:5433/petitions#a_1", "postgres://clerk@db.example:5433/petitions#a_1"),
        ("postgresql://clerk:a%2Fb%40@[::1]/p#x", "postgresql://clerk@[::1]/p#x"),
        ("postgres:///petitions?host=/run/postgresql#x", "postgres:///petitions?host=/run/postgresql#x"),
        (
            "postgres://clerk:s3cr3t@h/p?sslmode=verify-full&sslrootcert=/etc/ca.pem#x",
            "postgres://clerk@h/p?sslmode=verify-full&sslrootcert=/etc/ca.pem#x",
        ),
    ] {
        let place: Place = text.parse().unwrap();
        assert_eq!(place.to_string(), shown);
        assert_eq!(format!("{place:?}"), shown, "nor where a programmer looks");
        assert_eq!(shown.parse::<Place>().unwrap().to_string(), shown);
    }
}

#[test]
fn what_is_no_address_is_refused_and_not_repeated() {
    use PlaceError::{NoAddress, NoDatabase, NoName, UnknownOption};
    for (text, why) in [
        ("postgres://clerk:s3cr3t@h/p", NoName),
        ("postgres://clerk:s3cr3t@h/p#", NoName),
        ("postgres://clerk:s3cr3t@h/p#Recall", NoName),
        ("postgres://clerk:s3cr3t@h/p#a\"b", NoName),
        ("postgres://clerk:s3cr3t@h/p#a;b", NoName),
        ("postgres://clerk:s3cr3t@h/p#abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz", NoName),
        ("postgres://clerk:s3cr3t@h#x", NoDatabase),
        ("postgres://clerk:s3cr3t@h/#x", NoDatabase),
        ("postgres://clerk:s3c/r3t@h/p#x", NoAddress),
        ("postgres:p#x", NoAddress),
        ("postgres://:s3cr3t@/p#x", NoAddress),
        ("postgres://h/p?password=s3cr3t#x", UnknownOption),
        ("postgres://h/p?options=-csynchronous_commit=off#x", UnknownOption),
    ] {
        assert_eq!(text.parse::<Place>(), Err(why), "{text}");
        assert!(!why.to_string().contains("s3c"));
    }
}
