//! The part of the page for those who check: the files, the key, the checkpoint, the commands, and what no stranger can check.

use ledger::{hex, read_unverified};

use super::{super::Level, Html, Page};

pub(super) fn section(html: &mut Html, page: &Page) {
    html.markup("<h2>How to check this yourself</h2>\n");
    html.markup(match page.level {
        Level::Lines => "<p>Every step of the office is an event in a log. The log and the result of every line are published, with tags in place of people, so that anyone can count again. Put the files below into one folder and run there one of the two programs; they need no network.</p>\n<pre>countersign-verify certificate.json --record .</pre>\n<pre>python3 verify_record.py certificate.json --record .</pre>\n<p>They fold the events into the case again, settle every line, compute the certificate and the tables, and compare them with those published; and they check that the log is the one under the checkpoint. This page and the PDF are to be read, and no program checks them: the certificate decides.</p>\n",
        Level::Totals => "<p>Every step of the office is an event in a log. Of this petition the office publishes the figures, not the log, and the signed checkpoint commits it to one log, which it cannot change afterwards without being found out. Put the files below into one folder and run there one of the two programs; they need no network.</p>\n<pre>countersign-verify certificate.json --record .</pre>\n<pre>python3 verify_record.py certificate.json --record .</pre>\n<p>They check that the certificate is the one that the last event of the log records, and that the tables say what it says. The count itself cannot be checked from these files.</p>\n",
    });
    files(html, page);
    log(html, page);
    html.markup("<h3>What cannot be checked from outside</h3>\n<ul>\n");
    html.markup("<li>That the tags stand for the right voters. People are tags in the log, which mean nothing outside this petition; the office keeps who they are, and opens single entries for a court.</li>\n");
    html.markup("<li>That the roll was searched well, and that the people who compared signatures judged rightly. That they were as many as the rules ask for, the log shows.</li>\n");
    html.markup("<li>That every section and line that was handed in was entered. Compare the number of sections with the receipt.</li>\n</ul>\n");
}

fn files(html: &mut Html, page: &Page) {
    if page.files.is_empty() {
        return;
    }
    html.markup("<h3>The files of the record</h3>\n<table>\n<caption>Each file with what it is for and its SHA-256</caption>\n<thead><tr><th scope=\"col\">File</th><th scope=\"col\">What it is for</th></tr></thead>\n<tbody>\n");
    for file in page.files {
        html.markup("<tr><th scope=\"row\"><code>").text(file.name).markup("</code></th><td>").text(file.what);
        html.markup("<small><code>").text(file.sha256).markup("</code></small></td></tr>\n");
    }
    html.markup("</tbody>\n</table>\n");
}

fn log(html: &mut Html, page: &Page) {
    html.markup("<h3>The log</h3>\n<dl>\n<dt>Key to check the log with</dt><dd><code>").text(page.key);
    html.markup("</code></dd>\n");
    if let Ok(checkpoint) = read_unverified(page.checkpoint) {
        html.markup("<dt>Events under the checkpoint</dt><dd>").number(checkpoint.size);
        html.markup("</dd>\n<dt>Root over them</dt><dd><code>").text(&hex(&checkpoint.root));
        html.markup("</code></dd>\n");
    }
    html.markup("<dt>Events that the certificate rests on</dt><dd>the first ").number(page.certificate.events);
    html.markup("</dd>\n<dt>Root over these</dt><dd><code>").text(&page.certificate.events_digest);
    html.markup("</code></dd>\n<dt>The checkpoint, as signed</dt><dd><pre>").text(page.checkpoint.trim_end());
    html.markup("</pre></dd>\n</dl>\n<p>Compare the key with one that you have from another source, such as the office's counter or a newspaper: a key from this page alone proves nothing about who signed.</p>\n");
}
