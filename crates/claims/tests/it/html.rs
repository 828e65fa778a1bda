//! Pages: what a reader sees of the article, on which line of the file.

use claims::from_html;

fn passages(html: &str) -> Vec<(usize, String)> {
    from_html(html).into_iter().map(|passage| (passage.line_at(0), passage.text.trim().to_owned())).collect()
}

#[test]
fn programs_styles_and_navigation_are_dropped() {
    let html = "<html><head><title>T 1</title><style>a { b: 2 }</style></head>\n<body><nav>Top 3</nav><script>if (a < 4) { b() }</script>\n\
                <p>Valid:\n<b>520,</b>050</p><!-- 5 --><footer>6</footer></body></html>";
    assert_eq!(passages(html), [(3, "Valid: 520,050".to_owned())]);
}

#[test]
fn a_row_of_a_table_is_one_passage() {
    let html = "<table><tr><th>Valid</th><td><p>520,050</p></td></tr>\n<tr><td>Invalid<td>195,783</table>";
    assert_eq!(passages(html), [(1, "Valid | 520,050".to_owned()), (2, "Invalid | 195,783".to_owned())]);
}

#[test]
fn entities_and_broken_pages() {
    assert_eq!(
        passages("<p>520&nbsp;050 &ldquo;valid&rdquo; &amp; 195&#8201;783<p>more <i>or"),
        [(1, "520 050 \"valid\" & 195 783".to_owned()), (1, "more or".to_owned())]
    );
}
