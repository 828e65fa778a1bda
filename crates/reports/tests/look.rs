//! temporary
#![allow(clippy::unwrap_used, missing_docs)]
use law::certificate::*;
#[test]
fn look() {
    let mut c = Certificate::from_json(include_str!("it/certificate.json")).unwrap();
    c.petition.title = "Petition to Recall the District Attorney of Example County".into();
    std::fs::write("/tmp/look-1.pdf", reports::certificate_pdf(&c).unwrap()).unwrap();
    c.petition.title = "#panic(\"x\") *bold* <b> $x$ 中文 👍 Señor ".repeat(8) + &"x".repeat(200);
    c.petition.officer = Some("Nguyễn ".repeat(20));
    c.verdict = domain::Verdict::EqualReview;
    c.margin = 0;
    c.raw_count = 999_999_999;
    c.valid = 999_999_999;
    c.required = 999_999_999;
    c.official = None;
    c.superseded = Some(Superseded { digest: "c".repeat(64), reason: "a box was found".to_owned() });
    c.verdict_text = "This certificate finds the petition neither sufficient nor insufficient: it bears exactly as many valid signatures, 999,999,999, as are required. Elections Code 11224(a) and 11225(d) speak only of more and of fewer than the number required, while 11221(a) asks for not less than it. Counsel decides before this petition is called sufficient or insufficient.".into();
    std::fs::write("/tmp/look-2.pdf", reports::certificate_pdf(&c).unwrap()).unwrap();
}
