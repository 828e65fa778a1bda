#!/usr/bin/env python3
"""Checks a published petition record from nothing but the record: Python 3.11 or newer, its standard library, no network.

    python3 verify_record.py certificate.json --record FOLDER [--key LINE-OR-FILE] [--seen CHECKPOINT] [--witness LINE-OR-FILE]... [--json]

It was written from docs/verify.md, apart from the program of the office, so that two programs have to agree. Each check is printed
with what it rests on; the first falsehood is named and ends the work with exit status 1. At the end it says which fields of the
certificate were compared with figures computed here, and which are words that were not."""
import argparse
import base64
import binascii
import calendar
import hashlib
import itertools
import json
import math
import os
import re
import sys
import tomllib
from collections import Counter
from datetime import UTC, date, datetime, timedelta


class Falsehood(Exception):
    """What is wrong, in words."""


def demand(holds, what):
    if not holds:
        raise Falsehood(what)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def utf8(data, what):
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise Falsehood(f"{what} is not text in UTF-8") from None


# ---- ed25519 (RFC 8032): verification only, every encoding canonical -------------------------------------------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def added(one, other):
    """The sum of two points in extended coordinates (X, Y, Z, T)."""
    (x1, y1, z1, t1), (x2, y2, z2, t2) = one, other
    a, b = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    c, d = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number, point):
    total = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = added(total, point)
        point, number = added(point, point), number >> 1
    return total


def point_of(encoded):
    """The point that 32 bytes encode; nothing where they are no canonical encoding."""
    number = int.from_bytes(encoded, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if len(encoded) != 32 or y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def encoding_of(point):
    x, y, z, _ = point
    inverse = pow(z, -1, P)
    x, y = x * inverse % P, y * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


BASE = point_of((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
NEUTRAL = (1).to_bytes(32, "little")


def good_key(key):
    """Whether 32 bytes are a key under which not everybody can sign: a canonical point of no small order."""
    point = point_of(key)
    return point is not None and encoding_of(times(8, point)) != NEUTRAL


def signed_by(key, message, signature):
    point = point_of(key)
    if point is None or len(signature) != 64:
        return False
    s = int.from_bytes(signature[32:], "little")
    if s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    x, y, z, t = point
    return encoding_of(added(times(s, BASE), times(k, (-x % P, y, z, -t % P)))) == signature[:32]


# ---- keys, signed notes, checkpoints, trees ---------------------------------------------------------------------------------------------


def from_base64(text):
    """The bytes of base64 in its one spelling; nothing for any other."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if base64.b64encode(data).decode() == text else None


LOG, WITNESS = 1, 4  # whose key it is, by the byte before the 32


class Key:
    """The key of a log or of a witness: `name+hash+base64(the byte that says which, and the 32 bytes of an ed25519 key)`."""

    def __init__(self, line, whose=LOG):
        name, _, rest = line.partition("+")
        digits, _, encoded = rest.partition("+")
        marked = from_base64(encoded)
        owner = "log" if whose == LOG else "witness"
        demand(marked and len(marked) == 33 and marked[0] == whose, f"this is no key of a {owner} in the form name+hash+key")
        self.line, self.name, self.bytes = line, name, marked[1:]
        self.id = hashlib.sha256(name.encode() + b"\n" + marked).digest()[:4]
        demand(good_name(name) and digits == self.id.hex(), "the hash in the key is not the key's")
        demand(good_key(self.bytes), "the key is no point of the curve by which a signature could bind anybody")


def good_name(name):
    return name != "" and "+" not in name and not any(letter.isspace() for letter in name)


def parts_of_note(note):
    """The text of a note, and the signatures below it, each with its name: whether they are right is not looked at."""
    demand(len(note.encode()) <= 1_000_000, "a note is no larger than a million bytes")
    demand(not re.search("[\x00-\x09\x0b-\x1f]", note), "a note holds no control characters")
    text, gap, signatures = note.rpartition("\n\n")
    demand(gap and signatures.endswith("\n"), "this is no text with signatures below it")
    lines, found = signatures[:-1].split("\n"), []
    demand(len(lines) <= 100, "a note has no more than a hundred signatures")
    for line in lines:
        name, _, encoded = line.removeprefix("— ").partition(" ")
        data = from_base64(encoded)
        demand(line.startswith("— ") and good_name(name) and data and len(data) >= 5, "one of the signatures is none")
        found.append((name, data))
    return text + "\n", found


def signature_of(key, signatures):
    """The first signature with the name and the hash of a key."""
    found = next((data[4:] for name, data in signatures if (name, data[:4]) == (key.name, key.id)), None)
    demand(found is not None, f"no signature by {key.name} stands under it")
    return found


def text_of_note(note, key):
    """The text of a signed note, once the signature by this key is found to be right."""
    text, signatures = parts_of_note(note)
    demand(signed_by(key.bytes, text.encode(), signature_of(key, signatures)), f"the signature by {key.name} is not right")
    return text


def time_of_witness(note, witness):
    """The second since 1970 at which a witness says that it saw a checkpoint, once its signature is found to be right."""
    text, signatures = parts_of_note(note)
    stamped = signature_of(witness, signatures)
    second = int.from_bytes(stamped[:8], "big")
    message = f"cosignature/v1\ntime {second}\n{text}".encode()
    demand(signed_by(witness.bytes, message, stamped[8:]), f"the signature by {witness.name} is not right")
    return second


def checkpoint_of(text, key):
    """Size and root in the text of a checkpoint."""
    lines = text.split("\n")
    demand(len(lines) == 4 and re.fullmatch("0|[1-9][0-9]{0,19}", lines[1]), "a checkpoint has a name, a size and a root")
    root = from_base64(lines[2])
    demand(lines[0] == key.name, f"the checkpoint is of the log {lines[0]}")
    demand(root and len(root) == 32, "the root is not 32 bytes in base64")
    return int(lines[1]), root


class Tree:
    """The tree of RFC 6962: the roots of its whole subtrees, the largest first, while leaves come in."""

    def __init__(self):
        self.parts, self.size = [], 0

    def push(self, leaf):
        node, self.size = hashlib.sha256(b"\0" + leaf).digest(), self.size + 1
        for _ in range((self.size & -self.size).bit_length() - 1):
            node = hashlib.sha256(b"\1" + self.parts.pop() + node).digest()
        self.parts.append(node)

    def root(self):
        if not self.parts:
            return hashlib.sha256(b"").digest()
        node = self.parts[-1]
        for left in reversed(self.parts[:-1]):
            node = hashlib.sha256(b"\1" + left + node).digest()
        return node


def root_of(leaves):
    tree = Tree()
    for leaf in leaves:
        tree.push(leaf)
    return tree.root()


def included(leaf, index, size, path, root):
    """Whether the audit path leads from the leaf at this place to the root (RFC 9162, 2.1.3.2)."""
    node, at, last = hashlib.sha256(b"\0" + leaf).digest(), index, size - 1
    if index >= size:
        return False
    for sibling in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            node = hashlib.sha256(b"\1" + sibling + node).digest()
            while at & 1 == 0 and at:
                at, last = at >> 1, last >> 1
        else:
            node = hashlib.sha256(b"\1" + node + sibling).digest()
        at, last = at >> 1, last >> 1
    return last == 0 and node == root


# ---- JSON in its strict form, and the shapes of the events ------------------------------------------------------------------------------


def once_each(pairs):
    fields = dict(pairs)
    demand(len(fields) == len(pairs), "a field stands twice in one object")
    return fields


def no_fraction(text):
    raise Falsehood(f"{text[:30]} is no whole number")


def whole_number(text):
    demand(len(text) <= 40 and text != "-0", "a number is too long or is written -0")
    return int(text)


JSON = json.JSONDecoder(object_pairs_hook=once_each, parse_float=no_fraction, parse_constant=no_fraction, parse_int=whole_number)


def json_at(text, at):
    """The JSON value that begins at a place, and where it ends."""
    try:
        value, end = JSON.raw_decode(text, at)
        if "\\u" in text:  # half of a surrogate pair is no text
            json.dumps(value, ensure_ascii=False).encode()
        return value, end
    except (ValueError, RecursionError) as error:
        raise Falsehood(f"this is not JSON as records have it: {error}") from None


def json_of(data):
    text = utf8(data, "this")
    value, end = json_at(text, len(text) - len(text.lstrip(" \t\r\n")))
    demand(text[end:].strip(" \t\r\n") == "", "something stands behind the JSON")
    return value


def is_number(value, most, least=0):
    return type(value) is int and least <= value <= most


def number(value):
    demand(is_number(value, 2**64 - 1), "a whole number of 64 bits is wanted")
    return value


def ordinal(value):
    demand(is_number(value, 2**32 - 1, 1), "a whole number from 1 is wanted")
    return value


def text(value):
    demand(type(value) is str, "a text is wanted")
    return value


def truth(value):
    demand(type(value) is bool, "true or false is wanted")
    return value


def pattern(form, what):
    def check(value):
        demand(type(value) is str and re.fullmatch(form, value, re.ASCII), f"{what} is wanted")
        return value

    return check


def one_of(*names):
    def check(value):
        demand(type(value) is str and value in names, f"one of {', '.join(names[:4])}... is wanted")
        return value

    return check


def day(value):
    demand(type(value) is str and re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value), "a day as in 2022-07-06 is wanted")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise Falsehood(f"there is no day {value}") from None


def instant(value):
    """A time in one length, so that times compare as their texts do."""
    demand(type(value) is str, "a time is wanted")
    match = re.fullmatch(r"([0-9-]{10})T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{0,8}[1-9])?Z", value)
    demand(match, "a time as in 2022-07-06T17:00:00Z is wanted, no more decimals than it needs")
    day(match[1])
    return value[:19] + value[20:-1].ljust(9, "0")


def list_of(check):
    def whole(value):
        demand(type(value) is list, "a list is wanted")
        return [check(item) for item in value]

    return whole


def fields(shape, optional=()):
    """An object with these fields in this order and no others. One that is optional may be left out, and is None then."""
    order = list(shape)

    def check(value):
        demand(type(value) is dict, "an object is wanted")
        wanted = [name for name in order if name in value or name not in optional] if optional else order
        if list(value) != wanted:
            raise Falsehood(misplaced(list(value), wanted))
        return {name: each(value[name]) if name in value else None for name, each in shape.items()}

    return check


def misplaced(found, wanted):
    """What is wrong with the names of an object, in words."""
    strange, missing = ([name for name in one if name not in other] for one, other in ((found, wanted), (wanted, found)))
    if strange:
        return f"the field {shown(strange[0])} is unknown"
    return f"the field {missing[0]} is missing" if missing else f"the fields are not in the order {', '.join(wanted)}"


def or_null(check):
    return lambda value: None if value is None else check(value)


def place(value):
    """A line of the petition: section and number."""
    read = PLACE(value)
    return read["section"], read["line"]


def line_with_page(value):
    demand(type(value) is list and len(value) == 2, "a line with its page is wanted")
    return ordinal(value[0]), ordinal(value[1])


def rising(value):
    lines = list_of(place)(value)
    demand(all(one < next_ for one, next_ in zip(lines, lines[1:])), "the lines are not in rising order")
    return lines


def judged(value):
    return (REJECTED if type(value) is dict and value.get("disposition") == "invalid" else ACCEPTED)(value)


REASONS = {  # name: code, published category
    "blank_or_crossed_out": ("L01", "other"), "no_signature": ("L02", "other"), "no_address": ("L03", "other"),
    "po_box_only": ("L03", "other"), "no_printed_name": ("L04", "other"), "illegible": ("L05", "other"),
    "section_fatal": ("L06", "other"), "out_of_circulation": ("L07", "other"), "not_registered": ("L08", "not_registered"),
    "out_of_jurisdiction": ("L09", "out_of_jurisdiction"), "canceled": ("L10", "canceled"), "registered_late": ("L11", "other"),
    "not_eligible": ("L12", "not_registered"), "different_address": ("L13", "different_address"),
    "signature_mismatch": ("L14", "signature_mismatch"), "duplicate": ("L15", "duplicate"), "withdrawn": ("L16", "other"),
}
CATEGORIES = ("not_registered", "duplicate", "different_address", "signature_mismatch", "canceled", "out_of_jurisdiction", "other")
COMPUTED = {"section_fatal", "out_of_circulation", "duplicate", "withdrawn"}
NEEDS_VOTER = {"canceled", "registered_late", "not_eligible", "different_address", "signature_mismatch"}
DAYS = (
    "notice_filed_on summary_issued_on report_of_registration_on form_approved_on enacted_on circulation_began_on first_signed_on "
    "session_adjourned_on filed_on raw_count_reported_on sample_ordered_on full_examination_ordered_on found_insufficient_on "
    "defects_noticed_on supplement_filed_on certified_on body_met_on election_ordered_on election_on "
    "results_certified_on proponents_examination_began_on proponents_examination_ended_on last_examined_on"
).split()
VERDICTS = ("sufficient", "insufficient", "examine_all", "next_sample", "equal_review")
HEX64 = pattern("[0-9a-f]{64}", "a SHA-256 of 64 hexadecimal digits")
DIGITS = pattern("[0-9]+", "a seed of decimal digits")
REASON = one_of(*REASONS)
PLACE = fields({"section": ordinal, "line": ordinal})
OFFICIAL = fields({"name": text, "title": text, "office": text})
STRUCK = fields({"lines": rising})
PETITION = fields(
    {"title": text, "kind": one_of("recall", "initiative", "referendum", "nomination"), "jurisdiction": text, "officer": text,
     "office": text}, {"officer", "office"})
BASES = ("registered_voters", "votes_cast", "population")
ACCEPTED = fields({"section": ordinal, "line": ordinal, "disposition": one_of("valid"), "decided_at": instant})
REJECTED = fields(
    {"section": ordinal, "line": ordinal, "disposition": one_of("invalid"), "reason": REASON, "decided_at": instant})
SHAPES = {
    "case_opened": fields({
        "petition": PETITION,
        "rule_pack": text, "rule_pack_digest": HEX64, "rule_pack_files": list_of(fields({"name": text, "text": text})),
        "rules": fields(
            {"max_signatures_per_voter": ordinal, "mismatch_reviewers": ordinal, "withdrawal_before_filing": truth,
             "circulation_from": one_of(*DAYS), "order_of_reasons": list_of(REASON)}, {"circulation_from"}),
        "milestones": fields({name: day for name in DAYS}, {*DAYS} - {"filed_on"}),
        "electorate": fields({name: number for name in BASES}, BASES),
        "required": number,
    }),
    "roll_sealed": fields({"roll_digest": HEX64, "rows": number, "active": number}),
    "section_received": fields({
        "section": ordinal, "circulation": fields({name: or_null(day) for name in ("signed_from", "signed_to", "executed_on")}),
        "lines": list_of(line_with_page),
    }),
    "raw_counted": fields({"raw": number}),
    "count_reopened": fields({"taken_back": number}),
    "lines_struck": STRUCK,
    "lines_reinstated": STRUCK,
    "lines_keyed": fields({"section": ordinal, "lines": list_of(ordinal)}),
    "manifest_sealed": fields({"lines": number, "root": HEX64, "size": number, "seed_digits": ordinal}),
    "sample_drawn": fields({"root": HEX64, "seed": DIGITS, "lines": list_of(place)}),
    "searched_section": fields({"section": ordinal, "model": text}),
    "line_judged": judged,
    "line_reopened": place,
    "section_voided": fields(
        {"section": ordinal, "ground": one_of("section_fatal", "out_of_circulation"), "decided_at": instant}),
    "section_restored": ordinal,
    "withdrawal_received": fields({"received_on": day, "signature_compares": truth}),
    "certified": fields(
        {"certified_on": day, "verdict": one_of(*VERDICTS), "valid": number, "certificate_digest": HEX64, "official": OFFICIAL},
        {"official"}),
    "audit_sealed": fields({"lines": number, "root": HEX64, "seed_digits": ordinal}),
    "audit_seeded": fields({"root": HEX64, "seed": DIGITS}),
    "case_reopened": text,
}
LEAF = re.compile(r'\{"seq":([1-9][0-9]{0,18}),"at":"([^"\\]*)","kind":"([a-z_]*)","public":')
LEAF_END = re.compile(r'(?:,"voter":"([0-9a-f]{32})")?(?:,"reviewer":"([0-9a-f]{32})")?,"private":"[0-9a-f]{64}"\}')
BLANK_OR_ESCAPE = re.compile(r"[\\ \t\r\n]")
COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
DECISIONS = ("line_judged", "section_voided")
PEOPLE = {"line_judged": (None, True), "withdrawal_received": (True, False)}  # voter, reviewer; None: where one was found


def event_of(line):
    """Number, time, kind, content, voter's tag and reviewer's tag of a leaf."""
    head = LEAF.match(line)
    demand(head, "it is not written as leaves are")
    at, kind = instant(head[2]), head[3]
    demand(kind in SHAPES, f"there is no kind of event {kind!r}")
    public, end = json_at(line, head.end())
    tail = LEAF_END.fullmatch(line, end)
    demand(tail, "it is not written as leaves are")
    for what, tag, wanted in zip(("voter", "reviewer"), tail.groups(), PEOPLE.get(kind, (False, False))):
        demand(wanted is None or wanted == (tag is not None), f"{kind}: the tag of its {what} is missing, or it has none to name")
    content = SHAPES[kind](public)
    if BLANK_OR_ESCAPE.search(line, head.end(), end):  # without these a text has one spelling, once its fields are in their order
        demand(COMPACT.encode(public) == line[head.end() : end], f"{kind}: `public` has other blanks or escapes than an event may have")
    demand(kind not in DECISIONS or content["decided_at"] <= at, f"{kind}: it was decided after it was recorded")
    return int(head[1]), at, kind, content, tail[1], tail[2]


# ---- the fold: from the events to the state of the case ---------------------------------------------------------------------------------


class Line:
    """What people found on a line. `found` is None, "pending", "valid" or the reason; `by` are the reviewers of a mismatch; `before`
    is what the line came to in the certificate that was taken back last, nothing where it came to nothing."""

    __slots__ = ("page", "searched", "found", "voter", "by", "before")

    def __init__(self, page):
        self.page, self.searched, self.found, self.voter, self.by, self.before = page, False, None, None, (), ""

    def judge(self, found, voter, reviewer, needed):
        demand(self.found in (None, "pending"), "the line is decided already")
        if self.found == "pending":
            demand(reviewer not in self.by, "this reviewer has found on this line before")
            demand(voter == self.voter, "the finding names another voter than the one under review")
            demand(found in ("valid", "signature_mismatch"), "the signature is under review")
        demand(found not in COMPUTED, f"{found} is nobody's to find on one line")
        demand(voter or found != "valid" and found not in NEEDS_VOTER, "the finding names no voter")
        demand(not voter or found != "not_registered", "a line that is not registered names a voter")
        demand(self.searched or found not in ("not_registered", "illegible"), "no search is stored for this line")
        by = (*self.by, reviewer) if found == "signature_mismatch" else ()
        pending = found == "signature_mismatch" and len(by) < needed
        self.found, self.voter, self.by = "pending" if pending else found, voter, by


class Sample:
    """A sealed list, with what was drawn from it and how many samples that was."""

    def __init__(self, sealed):
        self.sealed, self.seed, self.lines, self.draws = sealed, None, [], 0


CORRECTIVE = {  # the kinds of events that correct something: what one of them is called, and several
    "line_reopened": ("decision taken back", "decisions taken back"), "count_reopened": ("count taken back", "counts taken back"),
    "lines_struck": ("line struck", "lines struck"), "lines_reinstated": ("line reinstated", "lines reinstated"),
    "section_restored": ("section restored", "sections restored"), "roll_sealed": ("roll sealed again", "rolls sealed again"),
    "withdrawal_received": ("late withdrawal", "late withdrawals"), "case_reopened": ("case reopened", "reopenings of the case"),
}


class Case:
    """The state of a case after its events so far."""

    def __init__(self, opened):
        self.opened, self.rules, self.phase = opened, opened["rules"], "receiving"
        self.rank = {reason: at for at, reason in reversed(list(enumerate(self.rules["order_of_reasons"])))}
        self.sections, self.struck, self.void = {}, {}, {}  # number: lines; number: lines; number: ground
        self.roll = self.raw = self.sample = self.reopened = None
        self.void_draws, self.audits, self.certificates = [], {}, []
        self.withdrawals, self.withdrawn, self.corrected = [], set(), Counter()

    def apply(self, kind, public, voter, reviewer):
        self.corrected[kind] += self.corrects(kind, public)
        getattr(self, kind)(public, *(tag for tag in (voter, reviewer) if kind in PEOPLE))

    def corrects(self, kind, public):
        """How much an event corrects: the first roll corrects nothing, nor does a withdrawal in time."""
        if kind in ("lines_struck", "lines_reinstated"):
            return len(public["lines"])
        if kind == "roll_sealed":
            return self.roll is not None
        if kind == "withdrawal_received":
            return public["received_on"] >= self.opened["milestones"]["filed_on"]
        return kind in CORRECTIVE

    def corrections(self):
        happened = [(self.corrected[kind], words) for kind, words in CORRECTIVE.items() if self.corrected[kind]]
        return ", ".join(f"{count} {words[count > 1]}" for count, words in happened)

    def during(self, *phases):
        demand(self.phase in phases, f"this is not possible while the case is {self.phase}")

    def lines(self):
        for number in sorted(self.sections):
            for line in sorted(self.sections[number]):
                yield (number, line), self.sections[number][line]

    def received(self):
        """Every line received, and whether it counts."""
        for section in sorted(self.sections):
            counted, struck = self.sections[section], self.struck[section]
            for number in sorted([*counted, *struck]):
                yield (section, number), counted.get(number) or struck[number], number in counted

    def count(self):
        return sum(map(len, self.sections.values()))

    def line(self, at):
        found = self.sections.get(at[0], {}).get(at[1])
        demand(found is not None, f"there is no line {at[0]}:{at[1]}")
        return found

    def seeds(self):
        return {sample.seed for sample in self.void_draws} | {audit["seed"] for audit in self.audits.values()}

    def case_opened(self, _):
        raise Falsehood("the case is open already")

    def roll_sealed(self, roll):
        self.during("receiving", "examining")
        same = self.roll and self.roll["roll_digest"] == roll["roll_digest"]
        demand(not same or self.roll == roll, "the roll now sealed has this digest and other numbers")
        if self.roll and not same:
            for section in self.sections:
                self.searched(section, False)
        self.roll = roll

    def searched(self, section, whether):
        for line in self.sections[section].values():
            line.searched = whether

    def section_received(self, received):
        self.during("receiving")
        section, lines = received["section"], [line for line, _ in received["lines"]]
        demand(section not in self.sections, f"section {section} was received before")
        demand(all(one < next_ for one, next_ in zip(lines, lines[1:])), "the lines are not in rising order")
        self.sections[section], self.struck[section] = {line: Line(page) for line, page in received["lines"]}, {}

    def raw_counted(self, counted):
        self.during("receiving")
        demand(counted["raw"] == self.count(), f"the raw count is {self.count()}, not {counted['raw']}")
        self.raw = counted["raw"]
        self.phase = "examining" if self.raw >= self.opened["required"] else "not accepted"

    def count_reopened(self, reopened):
        self.during("examining", "not accepted")
        demand(reopened["taken_back"] == self.raw, f"the raw count is {self.raw}, not {reopened['taken_back']}")
        if self.sample:
            self.void_draws.append(self.sample)
        self.raw, self.sample, self.phase = None, None, "receiving"

    def lines_struck(self, moved):
        self.move(moved["lines"], self.sections, self.struck)

    def lines_reinstated(self, moved):
        self.move(moved["lines"], self.struck, self.sections)

    def move(self, lines, source, target):
        self.during("receiving")
        for section, line in lines:
            demand(line in source.get(section, {}), f"there is no such line {section}:{line}")
            target[section][line] = source[section].pop(line)
        for section in {section for section, _ in lines}:
            self.searched(section, False)

    def lines_keyed(self, keyed):
        self.during("receiving", "examining")
        section, lines = keyed["section"], keyed["lines"]
        demand(section in self.sections, f"there is no section {section}")
        demand(all(one < next_ for one, next_ in zip(lines, lines[1:])), "the lines are not in rising order")
        for line in lines:
            demand(self.line((section, line)).found is None, f"somebody has found on line {section}:{line}, so it is not keyed anew")
        self.searched(section, False)

    def manifest_sealed(self, sealed):
        self.during("examining")
        demand(self.sample is None, "a list of lines is sealed already")
        demand(sealed["lines"] == self.count(), f"the list holds {sealed['lines']} lines and the case {self.count()}")
        demand(1 <= sealed["size"] <= self.count(), f"{sealed['size']} lines cannot be drawn from {self.count()}")
        before = [sample for sample in self.void_draws if sample.sealed["root"] == sealed["root"]]
        self.sample = before[0] if before else Sample(sealed)
        self.void_draws = [sample for sample in self.void_draws if sample is not self.sample]

    def sample_drawn(self, drawn):
        self.during("examining")
        demand(drawn["seed"] not in self.seeds(), "the seed was known before")
        demand(self.sample, "no list of lines is sealed")
        sample, lines = self.sample, drawn["lines"]
        demand(drawn["root"] == sample.sealed["root"], "the draw is from another list than the sealed one")
        demand(len(drawn["seed"]) == sample.sealed["seed_digits"], "the seed has not the number of digits announced")
        if sample.seed is None:
            demand(len(lines) == sample.sealed["size"], "not as many lines are drawn as were announced")
        else:
            demand(drawn["seed"] == sample.seed, "a second seed was rolled for the same list")
            longer = len(lines) > len(sample.lines) and lines[: len(sample.lines)] == sample.lines
            demand(longer, "a further draw does not begin with the lines already drawn")
        demand(len(set(lines)) == len(lines), "a line is drawn twice")
        for at in lines:
            self.line(at)
        complete = sample.seed is None or Settled(self, set(sample.lines)).undecided == 0
        sample.seed, sample.lines, sample.draws = drawn["seed"], lines, sample.draws + complete

    def searched_section(self, searched):
        self.during("examining")
        demand(self.roll, "no roll is sealed")
        demand(searched["section"] in self.sections, f"there is no section {searched['section']}")
        self.searched(searched["section"], True)

    def line_judged(self, found, voter, reviewer):
        self.during("examining")
        at = found["section"], found["line"]
        try:
            self.line(at).judge(found.get("reason", "valid"), voter, reviewer, self.rules["mismatch_reviewers"])
        except Falsehood as why:
            raise Falsehood(f"line {at[0]}:{at[1]}: {why}") from None

    def line_reopened(self, at):
        self.during("examining")
        line = self.line(at)
        demand(line.found is not None, f"line {at[0]}:{at[1]} is undecided, so there is nothing to take back")
        line.found, line.voter, line.by = None, None, ()

    def section_voided(self, voided):
        self.during("receiving", "examining")
        section = voided["section"]
        demand(section in self.sections and section not in self.void, f"there is no section {section}, or it is void already")
        self.void[section] = voided["ground"]

    def section_restored(self, section):
        self.during("receiving", "examining")
        demand(self.void.pop(section, None), f"section {section} is not void")

    def withdrawal_received(self, received, voter, _=None):
        self.during("receiving", "examining")
        in_time = self.rules["withdrawal_before_filing"] and received["received_on"] < self.opened["milestones"]["filed_on"]
        self.withdrawals.append(in_time and received["signature_compares"])
        if self.withdrawals[-1]:
            self.withdrawn.add(voter)

    def certified(self, certified):
        self.during("examining")
        self.certificates.append(certified)
        self.reopened, self.phase = None, "certified"

    def audit_sealed(self, sealed):
        self.during("certified")
        demand(sealed["root"] not in self.audits, "the list of this check is sealed already")
        demand(sealed["lines"] > 0, "no line could turn this outcome")
        self.audits[sealed["root"]] = sealed | {"seed": None}

    def audit_seeded(self, seeded):
        self.during("certified")
        audit = self.audits.get(seeded["root"])
        demand(audit and audit["seed"] is None, "no such list is sealed for a check, or its seed was rolled already")
        demand(len(seeded["seed"]) == audit["seed_digits"], "the seed has not the number of digits announced")
        known = self.seeds() | {self.sample.seed if self.sample else None}
        demand(seeded["seed"] not in known, "the seed was known before")
        audit["seed"] = seeded["seed"]

    def case_reopened(self, why):
        self.during("certified")
        self.reopened, self.phase = why, "examining"


# ---- the settlement: one disposition a line ---------------------------------------------------------------------------------------------


class Settled:
    """What the lines come to, all of them or those of a sample by themselves: "valid", the first reason, or None while undecided."""

    def __init__(self, case, among=None):
        self.lines, self.against, self.first_of = {}, {}, {}
        counted = {}
        for at, line in case.lines():
            if among is not None and at not in among:
                continue
            against = [case.void[at[0]]] if at[0] in case.void else []
            if line.found in REASONS:
                against.append(line.found)
            if line.voter in case.withdrawn:
                against.append("withdrawn")
            if line.found == "valid" and not against:
                before = counted.setdefault(line.voter, [])
                if len(before) < case.rules["max_signatures_per_voter"]:
                    before.append(at)
                else:
                    against.append("duplicate")
                    self.first_of[at] = before[0]
            against.sort(key=lambda reason: case.rank.get(reason, len(REASONS)))
            looked_at = line.found not in (None, "pending") or at[0] in case.void
            self.against[at] = against
            self.lines[at] = (against[0] if against else "valid") if looked_at else None
        self.count = len(self.lines)
        self.by = Counter(self.lines.values())
        self.valid, self.undecided = self.by.pop("valid", 0), self.by.pop(None, 0)
        self.invalid = sum(self.by.values())

    def category(self, name):
        return sum(count for reason, count in self.by.items() if REASONS[reason][1] == name)


def tickets(root, seed):
    """What gives each line its ticket."""
    common = hashlib.sha256(f"petition-sample/v1\0{root}\0{seed}\0".encode())

    def ticket(at):
        own = common.copy()
        own.update(f"{at[0]}:{at[1]}".encode())
        return own.digest()

    return ticket


def ticket_order(lines, root, seed):
    """The lines in the order in which they are drawn."""
    ticket = tickets(root, seed)
    return sorted(lines, key=lambda at: (ticket(at), at))


def list_root(lines):
    return root_of(f"{section}:{line}".encode() for section, line in lines).hex()


# ---- the law: a rule pack's texts, and what they ask for --------------------------------------------------------------------------------

WHOLE = 1_000_000  # ten-thousandths of a percent in the whole
FINE = 10**12


def ceiling(part, whole):
    return -(-part // whole)


ROUND = {"down": lambda part, whole: part // whole, "up": ceiling, "half_up": lambda part, whole: (2 * part + whole) // (2 * whole)}


def percent_units(value):
    """A percentage, a whole number or a text with up to four decimals, in ten-thousandths of a percent."""
    if type(value) is int:
        value = str(value)
    match = re.fullmatch(r"([0-9]{1,4})(?:\.([0-9]{1,4}))?", value, re.ASCII) if type(value) is str else None
    demand(match and int(match[1]) <= 1000, f"{value!r} is no percentage")
    return int(match[1]) * 10_000 + int((match[2] or "0").ljust(4, "0"))


def printed_percent(part, whole):
    """Two decimals, rounded half up; nothing of nothing is 0.00."""
    hundredths = (part * 20_000 + whole) // (2 * whole) if whole else 0
    return f"{hundredths // 100}.{hundredths % 100:02}"


def nested(message):
    """Turns what a badly made pack does to a reader into a falsehood."""

    def wrap(function):
        def inner(*arguments):
            try:
                return function(*arguments)
            except (KeyError, TypeError, IndexError, AttributeError, ValueError, OverflowError) as error:
                raise Falsehood(f"{message}: {type(error).__name__} {error}") from None

        return inner

    return wrap


class Calendar:
    def __init__(self, holidays, added):
        self.rules, self.added = holidays.get("holiday", []), {day(one["date"]) for one in added}
        for rule in self.rules:
            rule["span"] = day(rule.get("from", "0001-01-01")), day(rule.get("until", "9999-12-31"))
        self.known = {}

    @staticmethod
    def is_day(rule, when):
        if "day" in rule:
            return (when.month, when.day) == (rule["month"], rule["day"])
        when -= timedelta(days=rule.get("plus_days", 0))
        weekday = ("monday", "tuesday", "wednesday", "thursday", "friday").index(rule["weekday"])
        if when.month != rule["month"] or when.weekday() != weekday:
            return False
        last = when.day + 7 > calendar.monthrange(when.year, when.month)[1]
        return last if rule["nth"] == -1 else (when.day - 1) // 7 + 1 == rule["nth"]

    def closed(self, when):
        if when not in self.known:
            self.known[when] = when.weekday() >= 5 or when in self.added or any(self.falls(rule, when) for rule in self.rules)
        return self.known[when]

    def falls(self, rule, when):
        first, last = rule["span"]
        kept = (when.weekday() == 0 and "sunday" in rule and self.is_day(rule, when - timedelta(days=1))) or (
            when.weekday() == 4 and "saturday" in rule and self.is_day(rule, when + timedelta(days=1)))
        return first <= when <= last and (kept or self.is_day(rule, when))

    def count(self, start, length, unit, before=False, roll=False):
        """The last day of so much time after a day, or before it."""
        step = timedelta(days=-1 if before else 1)
        if unit == "business_days":
            end = start
            for _ in range(length):
                end += step
                while self.closed(end):
                    end += step
            return end
        if unit == "months":
            months = start.year * 12 + start.month - 1 + (-length if before else length)
            year, month = months // 12, months % 12 + 1
            end = date(year, month, min(start.day, calendar.monthrange(year, month)[1]))
        else:
            demand(unit == "calendar_days", f"there is no unit of time {unit!r}")
            end = start + length * step
        while roll and not before and self.closed(end):
            end += step
        return end


class Pack:
    """A rule pack, from the texts that a case keeps: the pack, its parts, its holidays."""

    LISTS = ("deadline", "retention", "reason", "tolerance", "provision")

    @nested("the texts of the rule pack cannot be read")
    def __init__(self, files):
        demand(len(files) >= 2, "a pack and its holidays are two files at least")
        digest = hashlib.sha256(b"countersign-rule-pack/v2\0")
        for file in files:
            data = file["text"].encode()
            digest.update(len(data).to_bytes(8, "big") + data)
        self.digest = digest.hexdigest()
        own, *parts, holidays = (tomllib.loads(file["text"]) for file in files)
        demand(own.get("include", []) == [file["name"] for file in files[1:-1]], "the parts kept are not those that the pack includes")
        joined = {}
        for part in parts:
            demand("id" not in part and "include" not in part, "a part has no id and includes no other")
            for key, value in part.items():
                demand(key not in joined, f"the table {key} stands in two parts")
                if key not in self.LISTS or value:
                    joined[key] = value
        self.rules = rules = joined | {key: value for key, value in own.items() if key not in self.LISTS or value}
        demand(rules["calendar"]["holidays"] == holidays["id"], "the holidays kept are not those that the pack names")
        self.calendar = Calendar(holidays, rules["calendar"].get("added", []))
        self.id, self.title, self.petition = text(rules["id"]), text(rules["title"]), rules["petition"]
        self.first, self.last = day(rules.get("filed_from", "0001-01-01")), day(rules.get("filed_until", "9999-12-31"))
        self.reasons = {rule["name"]: rule for rule in rules["reason"]}
        demand(set(self.reasons) == set(REASONS) and len(rules["reason"]) == len(REASONS), "the order of reasons is not whole")
        self.labels = rules["categories"]["labels"]
        self.spreads = "distribution" in rules
        together = [table in rules for table in ("sample", "projection", "sample_result")]
        demand(all(together) or not any(together), "sample, projection and sample_result belong together")
        self.samples = all(together)

    def case_rules(self, seats):
        """The parameters that a case under this pack has, where `seats` offices are to be filled."""
        most = self.rules["signatures_per_voter"]["max"]
        return {
            "max_signatures_per_voter": seats if most == "seats" else most,
            "mismatch_reviewers": self.rules["mismatch"]["reviewers"],
            "withdrawal_before_filing": self.rules["withdrawals"]["before_filing"],
            "circulation_from": self.rules.get("circulation", {}).get("anchor"),
            "order_of_reasons": list(self.reasons),
        }

    @staticmethod
    def bracket(brackets, number):
        return next((one for one in brackets if one["from"] <= number <= one.get("to", number)), None)

    @nested("the requirement cannot be computed")
    def required(self, electorate):
        rule = self.rules["requirement"]
        if rule.get("number") is not None:
            return rule["number"]
        base = electorate[rule["base"]]
        demand(base is not None, f"the number of {rule['base']} is missing")
        bracket = self.bracket(rule["brackets"], base)
        demand(bracket, f"the number of {rule['base']} is 0")
        needed = ROUND[rule.get("rounding", "up")](base * percent_units(bracket["percent"]), WHOLE)
        return min(max(needed, bracket.get("at_least", 0)), bracket.get("at_most", math.inf))

    @nested("a clock cannot be computed")
    def clocks(self, days, registered, raw, sampled, verdict):
        """Every clock that applies: name, rule, last day, day done, whether in time."""
        found = []

        def add(key, rule, start, length, done):
            before = rule.get("before", False)
            end = self.calendar.count(start, length, rule["unit"], before, rule.get("roll", False))
            met = None if done is None or (not before and done < start) else done <= end
            found.append((key, rule, end, done, met))

        rule = self.rules.get("circulation")
        if rule and days.get(rule["anchor"]) and (len(rule["brackets"]) == 1 or registered is not None):
            bracket = rule["brackets"][0] if len(rule["brackets"]) == 1 else self.bracket(rule["brackets"], registered)
            demand(bracket, "the number of registered voters is 0")
            add("circulation", rule, days[rule["anchor"]], bracket["length"], days["filed_on"])
        for rule in self.rules.get("deadline", []):
            start = days.get(rule["anchor"])
            if start is None or start < day(rule.get("anchor_from", "0001-01-01")):
                continue
            if not rule.get("raw_from", 0) <= raw <= rule.get("raw_to", raw):
                continue
            if rule.get("sampled", sampled) != sampled or verdict not in (rule.get("only_if") or [verdict]):
                continue
            add(rule["key"], rule, start, rule["length"], days.get(rule.get("done")))
        return found

    @nested("the size of the sample cannot be computed")
    def sample_size(self, raw):
        demand(self.samples, "this law knows no random sample")
        bracket = self.bracket(self.rules["sample"]["brackets"], raw)
        if bracket is None:
            return raw
        if "percent" in bracket:
            size = max(ceiling(raw * percent_units(bracket["percent"]), WHOLE), bracket.get("at_least", 0))
        elif "margin" in bracket:
            z, margin = percent_units(bracket["z"]), percent_units(bracket["margin"])
            square, four = 10_000 * z * z, 4 * margin * margin
            size = ceiling(raw * square, (raw - 1) * four + square)
        else:
            size = bracket["number"]
        return min(size, raw)

    @nested("the projection cannot be computed")
    def project(self, raw, sample, valid, duplicates, required, stage):
        """What a sample says of the whole, as on the certificate. `valid` counts the duplicates where the pack says so."""
        demand(0 < sample <= raw <= 10**9 and valid <= sample and required > 0, "these figures of a sample cannot be")
        demand(duplicates <= min(sample - 1, valid if self.duplicates_are_valid() else sample - valid), "too many duplicates")

        def outcome(valid, duplicates):
            return self.formula(raw, sample, valid, duplicates, required)

        def verdict(valid, duplicates):
            return self.verdict_of(outcome(valid, duplicates), duplicates, required, stage)

        found = outcome(valid, duplicates)
        stated = {"figures": {"raw": raw, "sample": sample, "valid": valid, "duplicates": duplicates}, "required": required}
        if found["projected"] is None:
            stated["pairs_allowed"] = found["limit"] // FINE
        else:
            stated["valid_uncorrected"], stated["projected_valid"] = found["uncorrected"], found["projected"]
            stated["duplicate_penalty"] = found["uncorrected"] - found["projected"]
            sign = "-" if found["projected"] < 0 else ""
            stated["percent_of_required"] = sign + printed_percent(abs(found["projected"]), required)
        inside = self.duplicates_are_valid()
        valid_range = range(duplicates, sample + 1) if inside else range(sample - duplicates + 1)
        most = min(valid if inside else sample - valid, sample - 1)
        rises = edges(valid_range, lambda lines: verdict(lines, duplicates), valid)
        falls = edges(range(most + 1), lambda lines: verdict(valid, lines), duplicates)
        pairs = found["projected"] is None
        if pairs:  # near its root the limit falls before it rises: what counts is from where on it holds, and where it is first passed
            rises, falls = [edge for edge in rises[-1:] if edge["verdict"] == "sufficient"], falls[:1]

        def plainly(lines):
            return self.band_verdict(raw * lines, sample, required, stage)

        return stated | {
            "verdict": verdict(valid, duplicates),
            "steps": WORDS,
            "edges": {
                "valid": rises,
                "duplicates": falls,
                "valid_by_plain_proportion": [] if pairs else edges(range(sample + 1), plainly, valid),
            },
            "rules": [self.reference(key, self.rules[key]) for key in ("projection", "sample_result")],
        }

    def duplicates_are_valid(self):
        return self.rules["projection"].get("duplicates") == "valid"

    def formula(self, raw, sample, valid, duplicates, required):
        rule = self.rules["projection"]
        name, finish = rule["formula"], ROUND[rule.get("rounding", "down")]
        if self.duplicates_are_valid():
            valid -= duplicates
        if name == "rounded_percent":
            shorten = ROUND["down" if rule.get("digits") == "truncate" else "half_up"]
            uncorrected = ceiling(raw * shorten(valid * 10_000, sample), 10_000)
            factor = shorten(raw * 10_000, sample)
            weighted, unit = duplicates * factor * (factor - 10_000), 10**8
            if rule.get("correction") == "after":
                return {"uncorrected": uncorrected, "projected": ceiling(uncorrected * unit - weighted, unit)}
            return {"uncorrected": uncorrected, "projected": uncorrected - ceiling(weighted, unit)}
        if name == "proportion":
            projected = finish(raw * valid, sample)
            return {"uncorrected": projected, "projected": projected}
        if name == "remainder_rate":
            projected = finish((raw - (sample - valid)) * valid, sample)
            return {"uncorrected": projected, "projected": projected}
        if name == "at_most_twice":
            both, pairs = valid + duplicates, max(sample - 1, 1)
            projected = finish(raw * both * pairs - duplicates * raw * (raw - 1), sample * pairs)
            return {"uncorrected": finish(raw * both, sample), "projected": projected}
        demand(name == "pairs_limit", f"there is no formula {name!r}")
        return {"projected": None, "limit": self.pairs_limit(raw, sample, sample - valid - duplicates, required)}

    def pairs_limit(self, raw, sample, invalid, required):
        """The greatest number of duplicate pairs, in units of 10^-12; each root is rounded up, so that the limit is never too high."""
        allowance, confidence = (percent_units(self.rules["projection"][key]) for key in ("allowance", "confidence"))
        chance = ceiling(allowance * root_up(invalid * FINE), 10_000)
        left = max(raw - required, -1) * FINE * sample - (invalid * FINE + chance) * raw  # most pairs, times the sample
        if left < 0:
            return (raw - required) * FINE - ceiling((invalid * FINE + chance) * raw, sample)
        expected = left * sample // raw**2
        return expected - ceiling(confidence * root_up(expected), 10_000)

    def verdict_of(self, found, duplicates, required, stage):
        if found["projected"] is None:
            return "sufficient" if duplicates * FINE <= found["limit"] else self.rules["sample_result"]["between"]
        return self.band_verdict(found["projected"], 1, required, stage)

    def band_verdict(self, part, whole, required, stage):
        rule = self.rules["sample_result"]
        percent, scale = part * WHOLE, required * whole

        def at(key):
            return percent_units(rule[key]) * scale

        low = ("insufficient_below" in rule and percent < at("insufficient_below")) or (
            "insufficient_up_to" in rule and percent <= at("insufficient_up_to"))
        high = ("sufficient_above" in rule and percent > at("sufficient_above")) or (
            "sufficient_from" in rule and percent >= at("sufficient_from"))
        if low:
            return "next_sample" if stage < rule.get("rejects_after", 1) else "insufficient"
        return "sufficient" if high else rule.get("between", "examine_all")

    def verdict(self, valid, required):
        return self.rules["result"]["more" if valid > required else "fewer" if valid < required else "equal"]

    @staticmethod
    def reference(key, rule):
        return {"key": key, "citation": rule["citation"], "status": rule["status"]}

    def cited(self, clocks, reasons, sampled):
        """The rules that bear on a result, in the order of the work."""
        rules, keys = self.rules, ["requirement", "base", "distribution", "circulation", "prima_facie"]
        keys += ["sample", "projection", "sample_result"] if sampled else []
        listed = [(key, rules[key]) for key in keys if key in rules]
        listed += [(f"deadline.{rule['key']}", rule) for rule in rules.get("deadline", []) if rule["key"] in clocks]
        listed += [(key, rules[key]) for key in ("business_days", "rolling", "order_of_reasons")]
        listed += [(f"reason.{name}", rule) for name, rule in self.reasons.items() if name in reasons]
        if "different_address" in reasons:
            listed += [(f"tolerance.{rule['key']}", rule) for rule in rules.get("tolerance", [])]
        keys = ("mismatch", "signatures_per_voter", "withdrawals", "categories", "result")
        listed += [(key, rules[key]) for key in keys]
        kept = ("text", "citation", "status", "note")
        return [{"key": key} | {name: rule[name] for name in kept if name in rule} for key, rule in listed]


def root_up(fine):
    """The square root of a number in units of 10^-12, in the same units, rounded up."""
    scaled = max(fine, 0) * FINE
    floor = math.isqrt(scaled)
    return floor + (floor * floor < scaled)


def edges(numbers, verdict, now):
    """Where the verdict of one number is another than that of the one before it."""
    found = []
    for (before, was), (at, becomes) in itertools.pairwise((at, verdict(at)) for at in numbers):
        if was != becomes:
            found.append({"at": at, "verdict": becomes, "before": was, "away": at - now})
    return found


# ---- the certificate's figures ----------------------------------------------------------------------------------------------------------

WORDS = object()  # stands for words that are not computed here
WORDS_OF = "verdict_text, requirement.steps, clocks[].derivation, sample.size_steps, sample.projection.steps"


def project_sample(case, sample, pack):
    """What the decided sample of a case says of the whole."""
    size = pack.sample_size(case.raw)
    demand(pack.rules["sample"].get("unit") == "petition", "this law samples each unit by itself, so the petition has no one sample")
    demand(sample.count >= size, f"the sample has {sample.count} lines and the law asks for {size}")
    firsts = Counter(sample.first_of[at] for at, found in sample.lines.items() if found == "duplicate")
    pairs = pack.rules["projection"]["formula"] == "pairs_limit"
    demand(not pairs or all(count == 1 for count in firsts.values()), "a voter has three lines or more in the sample")
    duplicates = sample.by["duplicate"]
    valid = sample.valid + (duplicates if pack.duplicates_are_valid() else 0)
    return pack.project(case.raw, sample.count, valid, duplicates, case.opened["required"], max(case.sample.draws, 1))


def sample_of(case, pack):
    """The settlement of the sampled lines and what it says of the whole, where it is decided and says anything; else nothing of it."""
    if case.sample is None or case.sample.seed is None:
        return None, None
    sample = Settled(case, set(case.sample.lines))
    try:
        return sample, None if sample.undecided else project_sample(case, sample, pack)
    except Falsehood:
        return sample, None


def examined(case, pack):
    """What a certificate rests on: a sample that decides; otherwise all lines once they are decided. With the sample's projection."""
    whole = Settled(case)
    sample, projection = sample_of(case, pack)
    decides = projection and projection["verdict"] in ("sufficient", "insufficient")
    return whole if sample is None or (whole.undecided == 0 and not decides) else sample, projection


def figures(case, pack, settled, projection, certified, events, events_digest):
    """The certificate of the case as it stands, with WORDS in place of what is words only."""
    opened, raw, required = case.opened, case.raw, case.opened["required"]
    demand(case.phase == "examining", f"a certificate is given while a petition is examined; this case is {case.phase}")
    demand(case.roll, "no roll is sealed for this case")
    demand(settled.undecided == 0, f"{settled.undecided} lines are not decided")
    demand(not pack.spreads, "this law asks how the signatures are spread over units, which a case does not hold")
    days = opened["milestones"]
    demand(certified["certified_on"] >= days["filed_on"], "the date of the certificate is before the day of filing")
    full = settled.count == raw
    if full:
        verdict, margin = pack.verdict(settled.valid, required), settled.valid - required
        shown = projection if case.sample and len(case.sample.lines) < raw else None
    else:
        demand(projection, "the sample is not decided, or its formula has no answer")
        verdict, shown, projected = projection["verdict"], projection, projection.get("projected_valid")
        demand(verdict in ("sufficient", "insufficient"), f"the sample leaves the result open: {verdict}")
        margin = None if projected is None else projected - required
    sampled = bool(case.sample and case.sample.seed)
    registered = opened["electorate"]["registered_voters"]
    clocks = pack.clocks(days | {"certified_on": certified["certified_on"]}, registered, raw, sampled, verdict)
    used = [reason for reason in case.rules["order_of_reasons"] if settled.by[reason]]
    seal = case.sample and {"root": case.sample.sealed["root"], "seed": case.sample.seed, "void_draws": len(case.void_draws)}
    names = ["one-signature-per-voter", "people-reject", "unit-is-no-ground", "search-before-absence", "void-section-voids-its-lines"]
    whole = settled.count == case.count()
    names = ["every-line-one-disposition", *names] if whole else [*names, "sample-complete"]

    def of_examined(count):
        return printed_percent(count, settled.count)

    stated = {
        "format": "countersign-certificate/v1",
        "petition": without_none(opened["petition"]),
        "dates": {name: days[name].isoformat() for name in DAYS if days[name]},
        **opened["electorate"],
        "required": required, "raw_count": raw, "basis": "full" if full else "sample", "examined": settled.count,
        "valid": settled.valid, "invalid": settled.invalid,
        "valid_percent_of_examined": of_examined(settled.valid), "invalid_percent_of_examined": of_examined(settled.invalid),
        "invalid_by_category": {name: settled.category(name) for name in CATEGORIES},
        "breakdown": [
            {"name": name, "label": pack.labels.get(name), "count": settled.category(name),
             "percent_of_examined": of_examined(settled.category(name)),
             "percent_of_invalid": printed_percent(settled.category(name), settled.invalid)}
            for name in CATEGORIES
        ],
        "invalid_by_reason": [
            {"code": REASONS[name][0], "name": name, "title": pack.reasons[name]["title"], "category": REASONS[name][1],
             "count": settled.by[name], "percent_of_examined": of_examined(settled.by[name]),
             "citation": pack.reasons[name]["citation"], "status": pack.reasons[name]["status"]}
            for name in used
        ],
        "sample": shown and seal | {"size_steps": WORDS, "projection": shown},
        "margin": margin, "verdict": verdict, "verdict_text": WORDS,
        "requirement": {"steps": WORDS, "rule": pack.reference("requirement", pack.rules["requirement"])},
        "clocks": [
            without_none({
                "name": key, "title": rule["title"], "date": end.isoformat(), "done_on": done and done.isoformat(), "met": met,
                "rule": pack.reference(key if key == "circulation" else f"deadline.{key}", rule), "derivation": WORDS})
            for key, rule, end, done, met in clocks
        ],
        "sections": {"received": len(case.sections), "void": len(case.void), "struck_lines": sum(map(len, case.struck.values()))},
        "withdrawals": {"accepted": sum(case.withdrawals), "refused": len(case.withdrawals) - sum(case.withdrawals)},
        "rule_pack": {"id": pack.id, "title": pack.title, "digest": pack.digest},
        "rules_cited": pack.cited({clock[0] for clock in clocks}, used, bool(shown)),
        "roll_digest": case.roll["roll_digest"], "roll": {"rows": case.roll["rows"], "active": case.roll["active"]},
        "events_digest": events_digest, "events": events, "invariants": [*names, "nothing-vanishes"],
        "certified_on": certified["certified_on"].isoformat(), "official": certified["official"],
    }
    if case.reopened is not None:
        stated["superseded"] = {"digest": case.certificates[-1]["certificate_digest"], "reason": case.reopened}
    return without_none(stated)


def signed(value):
    demand(is_number(value, 2**63 - 1, -(2**63)), "a whole number is wanted, perhaps below nothing")
    return value


def counts_of(*names):
    return fields({name: number for name in names})


def texts(*names, optional=()):
    return fields({name: text for name in names}, optional)


RULE = texts("key", "citation", "status")
VERDICT = one_of(*VERDICTS)
EDGES = list_of(fields({"at": number, "verdict": VERDICT, "before": VERDICT, "away": signed}))
PROJECTION = fields(
    {"figures": counts_of("raw", "sample", "valid", "duplicates"), "required": number, "valid_uncorrected": signed,
     "duplicate_penalty": signed, "projected_valid": signed, "percent_of_required": text, "pairs_allowed": signed, "verdict": VERDICT,
     "steps": list_of(texts("what", "value")),
     "edges": fields({name: EDGES for name in ("valid", "duplicates", "valid_by_plain_proportion")}), "rules": list_of(RULE)},
    {"valid_uncorrected", "duplicate_penalty", "projected_valid", "percent_of_required", "pairs_allowed"},
)
CERTIFICATE = fields(
    {"format": one_of("countersign-certificate/v1"), "petition": PETITION, "dates": fields({name: day for name in DAYS}, DAYS),
     **{name: number for name in BASES}, "required": number, "raw_count": number, "basis": one_of("full", "sample"),
     "examined": number, "valid": number, "invalid": number, "valid_percent_of_examined": text, "invalid_percent_of_examined": text,
     "invalid_by_category": counts_of(*CATEGORIES),
     "breakdown": list_of(fields(
         {"name": one_of(*CATEGORIES), "label": text, "count": number, "percent_of_examined": text, "percent_of_invalid": text},
         {"label"})),
     "invalid_by_reason": list_of(fields(
         {"code": text, "name": REASON, "title": text, "category": one_of(*CATEGORIES), "count": number, "percent_of_examined": text,
          "citation": text, "status": text})),
     "sample": fields(
         {"root": HEX64, "seed": DIGITS, "void_draws": number, "size_steps": list_of(text), "projection": PROJECTION}),
     "margin": signed, "verdict": VERDICT, "verdict_text": text, "requirement": fields({"steps": list_of(text), "rule": RULE}),
     "clocks": list_of(fields(
         {"name": text, "title": text, "date": day, "done_on": day, "met": truth, "rule": RULE, "derivation": text},
         {"done_on", "met"})),
     "sections": counts_of("received", "void", "struck_lines"), "withdrawals": counts_of("accepted", "refused"),
     "rule_pack": texts("id", "title", "digest"),
     "rules_cited": list_of(texts("key", "text", "citation", "status", "note", optional={"text", "note"})),
     "roll_digest": HEX64, "roll": counts_of("rows", "active"), "events_digest": HEX64, "events": number,
     "invariants": list_of(text), "certified_on": day, "official": OFFICIAL, "superseded": fields({"digest": HEX64, "reason": text})},
    {*BASES, "sample", "margin", "official", "superseded"},
)


def certificate_of(data):
    """A certificate as JSON, and what stands in it, once it is found to be written as certificates are: fields, order, blanks, escapes."""
    stated = json_of(data)
    read = CERTIFICATE(stated)
    demand(written(stated).encode() == data, "the certificate has other blanks or escapes than a certificate may have")
    return stated, read


def written(document):
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def without_none(fields_):
    return {name: value for name, value in fields_.items() if value is not None}


def first_difference(given, computed, path=""):
    """The first figure in which a certificate is not the one computed, in words; None where there is none."""
    if computed is WORDS:
        words = type(given) is str or (type(given) is list and all(type(one) in (str, dict) for one in given))
        return None if words else f"`{path}` is no text"
    if type(given) is dict and type(computed) is dict:
        for name in [*computed, *(name for name in given if name not in computed)]:
            below = f"{path}.{name}" if path else name
            if name not in given:
                return f"`{below}` is missing from the certificate"
            if name not in computed:
                return f"`{below}` stands in the certificate and not in the record"
            different = first_difference(given[name], computed[name], below)
            if different:
                return different
        return None
    if type(given) is list and type(computed) is list and len(given) == len(computed):
        different = (first_difference(*pair, f"{path}[{at}]") for at, pair in enumerate(zip(given, computed)))
        return next(filter(None, different), None)
    if type(given) is type(computed) and given == computed:
        return None
    return f"`{path}` is {shown(given)} in the certificate and {shown(computed)} by the record"


def shown(value):
    printed = json.dumps(value, ensure_ascii=False, default=lambda _: "...")
    return printed if len(printed) <= 200 else printed[:200] + "..."


# ---- the invariants: counted again, not taken from the settlement -----------------------------------------------------------------------


def invariants(case, settled):
    """The invariants that follow from the events, each with its name; none takes the settlement's word for what it checks."""
    def listed(wrong):
        return ", ".join(f"{section}:{line}" for section, line in wrong[:5])

    def whole():
        undecided = [at for at, found in settled.lines.items() if found is None]
        demand(not undecided, f"lines have no decision: {listed(undecided)}")
        return undecided

    def every_line():
        whole()
        demand(list(settled.lines) == [at for at, _ in case.lines()], "the settled lines are not the lines received")
        total = sum(1 for found in settled.lines.values() if found == "valid") + sum(settled.by.values())
        demand(total == case.raw, f"the raw count {case.raw} is not the {total} lines that count or have a reason")

    def sample_complete():
        whole()
        demand(sorted(case.sample.lines) == list(settled.lines), "the settled lines are not the lines drawn")

    def one_signature():
        standing = {}
        for at in settled.lines:
            line = case.line(at)
            if line.found == "valid" and at[0] not in case.void and line.voter not in case.withdrawn:
                standing.setdefault(line.voter, []).append(at)
        most = case.rules["max_signatures_per_voter"]
        count = {at for lines in standing.values() for at in lines[:most]}
        wrong = [at for at, found in settled.lines.items() if (found == "valid") != (at in count)]
        demand(not wrong, f"a voter does not count exactly as often as permitted, first lines first: {listed(wrong)}")

    def people_reject():
        needed = case.rules["mismatch_reviewers"]
        wrong = [at for at, against in settled.against.items()
                 if "signature_mismatch" in against and len(set(case.line(at).by)) < needed]
        demand(not wrong, f"a signature is rejected by too few reviewers: {listed(wrong)}")

    def search():
        wrong = [at for at, against in settled.against.items()
                 if {"not_registered", "illegible"} & set(against) and not case.line(at).searched]
        demand(not wrong, f"nobody was found and no search is stored: {listed(wrong)}")

    def void_sections():
        grounds = {"section_fatal", "out_of_circulation"}
        wrong = [at for at, against in settled.against.items() if [one for one in against if one in grounds]
                 != ([case.void[at[0]]] if at[0] in case.void else [])]
        wrong += [at for at, found in settled.lines.items() if at[0] in case.void and found in ("valid", None)]
        demand(not wrong, f"the lines that fall with a section are not those of the void sections: {listed(wrong)}")

    first = ("every-line-one-disposition", every_line) if settled.count == case.count() else ("sample-complete", sample_complete)
    return [first, ("one-signature-per-voter", one_signature), ("people-reject", people_reject),
            ("search-before-absence", search), ("void-section-voids-its-lines", void_sections)]


# ---- the tables beside the certificate --------------------------------------------------------------------------------------------------

TABLES = ("totals.json", "totals.csv", "lines.csv", "changes.csv", "sample/manifest.csv", "sample/sample.csv")


def tables_of_totals(certificate):
    """The tables that follow from a certificate alone: the lines of each, by its name."""
    found = totals(certificate)
    in_csv = {name: value for name, value in found.items() if name not in ("title", "jurisdiction")}
    return {
        "totals.json": written(found)[:-1].split("\n"),
        "totals.csv": itertools.chain(["figure,value"], figure_rows(in_csv)),
    }


def tables_of_lines(case, settled, certificate):
    """The tables that follow from the log. The lines are made one by one, for there may be as many as the petition has."""
    found = {"lines.csv": line_rows(case, settled, certificate)}
    if "superseded" in certificate:
        found["changes.csv"] = change_rows(case, settled)
    if case.sample and case.sample.seed is not None:
        found["sample/manifest.csv"] = itertools.chain(["section,line"], (f"{section},{line}" for (section, line), _ in case.lines()))
        found["sample/sample.csv"] = sample_rows(case.sample)
    return found


def totals(certificate):
    """The figures of a certificate under the names of its tables, in their order."""
    petition, sample = certificate["petition"], certificate.get("sample")
    counts = {reason["name"]: reason["count"] for reason in certificate["invalid_by_reason"]}

    def as_certified(*names):
        return {name: certificate[name] for name in names}

    return without_none({
        "format": "countersign-totals/v1", "title": petition["title"], "jurisdiction": petition["jurisdiction"],
        **as_certified("certified_on", "basis"), "registered_voters": certificate.get("registered_voters"),
        **as_certified("raw_count", "examined", "valid", "invalid"),
        "invalid_by_category": {name: certificate["invalid_by_category"][name] for name in CATEGORIES},
        "invalid_by_reason": {name: counts.get(name, 0) for name in REASONS},
        "sample": None if sample is None else totals_of_sample(sample),
        "required": certificate["required"], "margin": certificate.get("margin"), "verdict": certificate["verdict"],
    })


def totals_of_sample(sample):
    projection, figures_ = sample["projection"], sample["projection"]["figures"]
    names = ("valid_uncorrected", "duplicate_penalty", "projected_valid", "percent_of_required", "pairs_allowed")
    return without_none({
        "root": sample["root"], "seed": sample["seed"],
        "size": figures_["sample"], "valid": figures_["valid"], "duplicates": figures_["duplicates"],
        **{name: projection.get(name) for name in names}, "verdict": projection["verdict"],
        "void_draws": sample["void_draws"],
    })


def figure_rows(found, above=""):
    for name, value in found.items():
        if type(value) is dict:
            yield from figure_rows(value, f"{above}{name}.")
        else:
            yield f"{above}{name},{csv_field(str(value))}"


def line_rows(case, settled, certificate):
    rules = {reason["name"]: csv_field(reason["citation"]) for reason in certificate["invalid_by_reason"]}
    yield "section,page,line,disposition,reason,findings,rule"
    for (section, number), line, counts in case.received():
        place_, found = f"{section},{line.page},{number}", settled.lines.get((section, number))
        if not counts:
            yield f"{place_},struck,,,"
        elif found is None:
            yield f"{place_},,,,"
        elif found == "valid":
            yield f"{place_},valid,,,"
        else:
            yield f"{place_},invalid,{found},{';'.join(settled.against[section, number])},{rules[found]}"


def change_rows(case, settled):
    yield "section,line,before,after"
    for at, line, _ in case.received():
        after = settled.lines.get(at, "")
        if line.before != after:
            yield f"{at[0]},{at[1]},{line.before},{after}"


def sample_rows(sample):
    ticket = tickets(sample.sealed["root"], sample.seed)
    yield "rank,section,line,ticket"
    for rank, at in enumerate(sample.lines, 1):
        yield f"{rank},{at[0]},{at[1]},{ticket(at).hex()}"


def csv_field(value):
    return '"' + value.replace('"', '""') + '"' if re.search('[,"\n\r]', value) else value


def compare_table(name, content, rows):
    """Holds a file against the lines that it has to have, byte for byte."""
    at = count = 0
    for count, row in enumerate(rows, 1):
        wanted = row.encode() + b"\n"
        if not content.startswith(wanted, at):
            there, end, _ = content[at:].partition(b"\n")
            found = shown(there.decode(errors="replace")) + ("" if end else " without a line feed")
            raise Falsehood(f"{name}: line {count} is {found if at < len(content) else 'missing'} and by the record {shown(row)}")
        at += len(wanted)
    demand(at == len(content), f"{name}: something stands behind its {count} lines")


# ---- the record, and the checks in their order ------------------------------------------------------------------------------------------


class Record:
    """Every file of a record, by its name with forward slashes."""

    def __init__(self, folder):
        self.files = {}
        self.read(folder, "")

    def read(self, folder, under):
        for entry in os.scandir(folder):
            name = under + entry.name
            try:
                name.encode()
            except UnicodeEncodeError:
                raise Falsehood(f"a name in {under or 'the record'} is not plain text") from None
            if entry.is_dir(follow_symlinks=False):
                self.read(entry.path, name + "/")
            else:
                demand(entry.is_file(follow_symlinks=False), f"{name} is neither a file nor a folder")
                with open(entry.path, "rb") as file:
                    self.files[name] = file.read()

    def text(self, name):
        demand(name in self.files, f"{name} is missing from the record")
        return utf8(self.files[name], name)


class Report:
    """The checks made, up to the first falsehood."""

    def __init__(self):
        self.checks, self.not_shown, self.holds = [], [], False

    def check(self, name, rests_on, work):
        """Does the work of a check, which returns what was found in words, and what to hand on."""
        try:
            words, result = work()
        except Falsehood as why:
            words, result, holds = str(why), None, False
        except Exception as error:  # whatever a reader stumbles over is a fault of what it read
            words, result, holds = f"it cannot be read: {type(error).__name__}: {error}", None, False
        else:
            holds = True
        words = words.encode(errors="replace").decode()
        self.checks.append({"name": name, "holds": holds, "found": words, "rests_on": rests_on})
        if not holds:
            raise Stop
        return result


class Stop(Exception):
    """A falsehood was found and stands in the report."""


def verify(certificate, record, given_key, seen, report, witnesses=()):
    """Every check in order; Stop at the first falsehood. `certificate` and `seen` are bytes, `given_key` and the witnesses' keys lines."""
    key = report.check("record-key", "record-key.txt, held against the key given", lambda: check_key(record, given_key))
    report.check("record-signed", "SHA256SUMS.sig and the key", lambda: check_signature(record, key))
    report.check("files-whole", "SHA256SUMS", lambda: check_files(record))

    def checkpoint():
        size, root = checkpoint_of(text_of_note(record.text("checkpoint"), key), key)
        return f"{size} events, root {root.hex()}", (size, root)

    size, root = report.check("checkpoint-signed", "checkpoint and the key", checkpoint)
    for line in witnesses:
        report.check("witness-signed", "checkpoint and the key of the witness", lambda line=line: check_witness(record, line))

    def earlier():
        """Size and root of the checkpoint seen earlier. Where nobody gave the key its signature binds nobody and is not looked at."""
        note = utf8(seen, "the checkpoint seen earlier")
        return "", checkpoint_of(parts_of_note(note)[0] if given_key is None else text_of_note(note, key), key)

    if seen is not None:
        then = report.check("log-only-grew", "the earlier checkpoint, by itself", earlier)
        report.checks.pop()  # it holds once the log was held against it as well

    computed = {"record-key.txt", "SHA256SUMS", "SHA256SUMS.sig", "checkpoint", "certificate.json", *TABLES}
    if "log.jsonl" in record.files:
        computed.add("log.jsonl")
        lines = report.check("log-in-tree", "log.jsonl and checkpoint", lambda: check_tree(record, size, root))
        if seen is not None:
            report.check("log-only-grew", "log.jsonl and the earlier checkpoint", lambda: check_grown(lines, *then))
        from_the_log(certificate, record, lines, report)
    else:
        computed |= {"certified.leaf", "certified.tlog-proof"}
        if seen is not None:
            report.check("log-only-grew", "checkpoint and the earlier checkpoint", lambda: check_same((size, root), then))
        totals_only(certificate, record, size, root, report)
    for_reading = sorted(set(record.files) - computed)
    if for_reading:
        report.not_shown.append(f"{', '.join(for_reading)}: for reading; no check compares them with the log")


def from_the_log(certificate, record, lines, report):
    """Where the log is published: whether all that the record says follows from its events."""
    replay = Replay(certificate, record.files.get("certificate.json", b""))
    report.check("events-fold", "log.jsonl", lambda: replay.fold(lines))
    for name, rests_on, work in replay.checks:
        report.check(name, rests_on, work)

    def compare():
        demand(replay.stated is not None, "no certificate stands: the case was reopened, or never certified")
        different = first_difference(json_of(certificate), replay.stated)
        demand(different is None, different)
        digest = sha256(certificate)
        demand(digest == replay.digest, "its figures are right, but it is not written byte for byte as certified")
        check_own(record, certificate)
        return f"{len(certificate)} bytes, SHA-256 {digest}", None

    report.check("certificate-as-computed", "the certificate handed in, and the log", compare)

    def tables():
        settled = examined(replay.case, replay.pack)[0]  # since the certificate no event has touched the lines
        stated = json_of(certificate)
        return check_tables(record, tables_of_totals(stated) | tables_of_lines(replay.case, settled, stated))

    report.check("tables-as-computed", "the certificate and the log", tables)
    for certified in replay.unseen:
        report.not_shown.append(
            f"the replaced certificate of {certified['certified_on']}, SHA-256 {certified['certificate_digest']}, beyond its verdict "
            "and its number of valid signatures: its file is not here")


def check_key(record, given):
    own = record.text("record-key.txt")
    demand(own.endswith("\n") and "\n" not in own[:-1], "record-key.txt is not the one line of a key")
    key = Key(own[:-1])
    demand(given is None or Key(given).line == key.line, f"the record was signed with the key {key.line}, not with the one given")
    return key.line, key


def check_signature(record, key):
    signed = text_of_note(record.text("SHA256SUMS.sig"), key)
    demand("SHA256SUMS" in record.files, "SHA256SUMS is missing from the record")
    listed = f"{key.name}\nrecord\n{sha256(record.files['SHA256SUMS'])}\n"
    demand(signed == listed, "SHA256SUMS is not the list that was signed")
    return f"by {key.name}", None


def check_files(record):
    sums = record.text("SHA256SUMS")
    demand(sums.endswith("\n"), "SHA256SUMS does not end with a whole line")
    listed = set()
    for line in sums[:-1].split("\n"):
        match = re.fullmatch("([0-9a-f]{64})  (.+)", line)
        demand(match and match[2] not in listed, f"SHA256SUMS: not a sum and a name, each once: {line[:100]}")
        name = match[2]
        demand(name in record.files, f"{name} is missing from the record")
        found = sha256(record.files[name])
        demand(found == match[1], f"{name} is not as it was published: its SHA-256 is {found}")
        listed.add(name)
    strange = sorted(set(record.files) - listed - {"SHA256SUMS", "SHA256SUMS.sig", "checkpoint"})
    demand(not strange, f"{', '.join(strange[:3])}: in the folder and not in SHA256SUMS, so no part of the record")
    return f"{len(listed)} files", None


def check_tree(record, size, root):
    log = record.text("log.jsonl")
    demand(log.endswith("\n"), "log.jsonl does not end with a whole line")
    lines = log[:-1].split("\n")
    demand(len(lines) == size, f"the log has {len(lines)} events and the checkpoint {size}")
    found = root_of(line.encode() for line in lines)
    demand(found == root, f"the root over the log is {found.hex()}, and the checkpoint has {root.hex()}")
    return f"{size} leaves have the root {root.hex()}", lines


def check_witness(record, line):
    witness = Key(line, WITNESS)
    second = time_of_witness(record.text("checkpoint"), witness)
    if second >= 253_402_300_800:  # the year 10000, which a date cannot say
        return f"by {witness.name}, {second} seconds after 1970 began", None
    return f"by {witness.name} at {datetime.fromtimestamp(second, UTC):%Y-%m-%dT%H:%M:%SZ}", None


def check_grown(lines, size, root):
    grown = size <= len(lines) and root_of(line.encode() for line in lines[:size]) == root
    demand(grown, f"the log does not begin with the {size} events of the checkpoint seen earlier: it was rewritten")
    return f"the first {size} events are those seen earlier", None


def check_same(now, seen):
    """Without its log a record cannot show that the log grew: only that it is as it was."""
    words = f"the checkpoint seen earlier has {seen[0]} events and this one {now[0]}: the log is not here to show that it only grew"
    demand(now[0] == seen[0], f"{words}, so ask the office for a proof of consistency")
    demand(now == seen, f"the checkpoint seen earlier has another root over the same {now[0]} events: the log was rewritten")
    return f"the {now[0]} events are those seen earlier", None


def check_own(record, certificate):
    demand(record.files.get("certificate.json") == certificate, "certificate.json in the record is not this certificate")


def check_tables(record, wanted):
    for name in TABLES:
        demand(name in record.files or name not in wanted, f"{name} is missing from the record")
        demand(name not in record.files or name in wanted, f"{name} is in the record, and there is nothing that it could show")
        if name in wanted:
            compare_table(name, record.files[name], wanted[name])
    return f"{', '.join(name for name in TABLES if name in wanted)}, byte for byte", None


def totals_only(certificate, record, size, root, report):
    """Where no lines are published: whether the certificate handed in is the one that the signed log records."""

    def in_tree():
        line = record.text("certified.leaf")
        demand(line.endswith("\n"), "certified.leaf is not a whole line")
        seq, _, kind, public, _, _ = event_of(line[:-1])
        head, gap, note = record.text("certified.tlog-proof").partition("\n\n")
        form, *rest = head.split("\n")
        demand(form == "c2sp.org/tlog-proof@v1" and gap, "certified.tlog-proof is no proof of inclusion")
        rest = rest[1:] if rest and rest[0].startswith("extra ") else rest
        demand(rest and rest[0] == f"index {seq - 1}", "certified.tlog-proof speaks of another leaf")
        path = [from_base64(one) for one in rest[1:]]
        demand(all(one and len(one) == 32 for one in path), "certified.tlog-proof is no proof of inclusion")
        held = included(line[:-1].encode(), seq - 1, size, path, root)
        demand(held, "certified.tlog-proof does not show that certified.leaf is in the log")
        same = parts_of_note(note)[0] == parts_of_note(record.text("checkpoint"))[0]
        demand(same, "certified.tlog-proof holds another checkpoint than the record")
        demand(seq == size, f"certified.leaf is event {seq} of {size}: what came after the certificate is not shown")
        demand(kind == "certified", "certified.leaf records no certificate")
        return f"SHA-256 {public['certificate_digest']}", public | {"events": seq - 1}

    event = report.check("certificate-in-tree", "certified.leaf, its proof and the checkpoint", in_tree)

    def recorded():
        digest = sha256(certificate)
        demand(digest == event["certificate_digest"], "it is not the one on record")
        check_own(record, certificate)
        stated, read = certificate_of(certificate)
        for name in ("verdict", "valid", "certified_on", "official", "events"):
            demand(read[name] == event[name], f"`{name}` is {shown(stated.get(name))} in it, and the event that records it has another")
        return f"SHA-256 {digest}", stated

    stated = report.check("certificate-as-recorded", "the certificate handed in, and the log", recorded)
    report.check("tables-as-computed", "the certificate", lambda: check_tables(record, tables_of_totals(stated)))
    report.not_shown.append("how the lines came to the totals: this record holds totals only")


class Replay:
    """Reads the log from its first event. The checks beyond the fold are kept, to be made in the order of the events."""

    def __init__(self, *documents):
        self.documents = {sha256(document): document for document in documents}
        self.checks, self.stated, self.digest, self.unseen = [], None, None, []
        self.case = self.pack = None

    def fold(self, lines):
        tree, before = Tree(), ""
        for expected, line in enumerate(lines, 1):
            try:
                seq, at, *event = event_of(line)
                demand(seq == expected, f"it is numbered {seq}")
                demand(at >= before, "it was recorded earlier than the event before it")
                before = at
                if not self.take(event, tree):
                    break
            except Falsehood as why:
                raise Falsehood(f"event {expected}: {why}") from None
            tree.push(line.encode())
        told = [f"{tree.size} events, each possible after those before it", self.case.corrections()]
        return "; ".join(filter(None, told)), None

    def keep(self, name, rests_on, work):
        """Makes a check now, on the case as it stands, and keeps what came out for its place in the report."""
        try:
            words, held = work(), True
        except Falsehood as why:
            words, held = str(why), False

        def told():
            demand(held, words)
            return words, None

        self.checks.append((name, rests_on, told))
        return held

    def take(self, event, tree):
        """Takes in one event; False where a certificate is found false, after which nothing means anything."""
        kind, public, voter, reviewer = event
        if self.case is None:
            demand(kind == "case_opened", "the first event of a case is its opening")
            self.case, self.pack = Case(public), Pack(public["rule_pack_files"])
            self.keep("law-kept", "the texts of the rule pack in the first event", self.law)
            return True
        if kind == "certified" and not self.certify(public, tree):
            return False
        longer = kind == "sample_drawn" and self.case.sample and self.case.sample.seed is not None
        asked = not longer or self.next_sample()
        self.case.apply(kind, public, voter, reviewer)
        if kind == "manifest_sealed":
            self.keep("sample-sealed", "log.jsonl", lambda: self.sealed(public))
        elif kind == "sample_drawn":
            self.keep("sample-drawn-again", "log.jsonl", lambda: self.redraw(asked))
        elif kind == "audit_sealed":
            self.keep("audit-sealed", "log.jsonl", lambda: self.audit(public))
        elif kind == "case_reopened":
            self.stated = None
            settled = examined(self.case, self.pack)[0]  # as it was certified
            for at, line, _ in self.case.received():
                line.before = settled.lines.get(at, "")
        return True

    def law(self):
        opened, pack = self.case.opened, self.pack
        same = (pack.id, pack.digest) == (opened["rule_pack"], opened["rule_pack_digest"])
        demand(same, f"the texts kept are the pack {pack.id} with digest {pack.digest}")
        required = pack.required(opened["electorate"])
        demand(required == opened["required"], f"the law asks for {required}, and the case was opened with {opened['required']}")
        seats = opened["rules"]["max_signatures_per_voter"]
        demand(pack.case_rules(seats) == opened["rules"], "the case was opened with other rules than those of its pack")
        demand(pack.petition == opened["petition"]["kind"], f"the pack is the law of a {pack.petition}")
        filed = opened["milestones"]["filed_on"]
        demand(pack.first <= filed <= pack.last, f"the pack does not cover a petition filed on {filed}")
        return f"{pack.id}, {required} signatures required"

    def sealed(self, sealed):
        found = list_root(at for at, _ in self.case.lines())
        demand(found == sealed["root"], f"the list has the root {found} and {sealed['root']} was sealed")
        least = self.pack.rules["sample"]["seed_digits"] if self.pack.samples else 20
        digits = self.case.sample.sealed["seed_digits"]
        demand(digits >= least, f"a seed of {digits} digits was announced, and the law asks for {least}")
        return f"{self.case.count()} lines before any seed"

    def next_sample(self):
        """Whether the sample is decided and the law asks for a further one: otherwise nobody may make it longer."""
        projection = sample_of(self.case, self.pack)[1]
        return projection is not None and projection["verdict"] == "next_sample"

    def redraw(self, asked):
        sample = self.case.sample
        order = ticket_order((at for at, _ in self.case.lines()), sample.sealed["root"], sample.seed)
        demand(order[: len(sample.lines)] == sample.lines, f"the seed {sample.seed} draws other lines than the record has")
        demand(asked, "the sample was made longer where the law asks for no further one")
        return f"{len(sample.lines)} lines by the seed {sample.seed}"

    def audit(self, sealed):
        settled = Settled(self.case)
        accepted = settled.valid >= self.case.opened["required"]
        lines = [at for at, found in settled.lines.items() if (found == "valid") == accepted]
        found = list_root(lines)
        demand(found == sealed["root"], f"the list has the root {found} and {sealed['root']} was sealed")
        demand(len(lines) == sealed["lines"], f"the list has {len(lines)} lines and {sealed['lines']} were sealed")
        demand(sealed["seed_digits"] >= 20, f"a seed of {sealed['seed_digits']} digits can be tried out beforehand")
        return f"{len(lines)} lines before any seed"

    def certify(self, certified, tree):
        """The invariants and the certificate, on the case as it stands just before the event."""
        settled, projection = examined(self.case, self.pack)
        for name, work in invariants(self.case, settled):
            if not self.keep(name, "log.jsonl", lambda work=work: work() or f"over {settled.count} lines"):
                return False

        def function():
            arguments = (self.case, self.pack, settled, projection, certified, tree.size, tree.root().hex())
            stated = nested("the certificate cannot be computed")(figures)(*arguments)
            for name in ("verdict", "valid"):
                same = certified[name] == stated[name]
                demand(same, f"`{name}` is {certified[name]} in the event that records the certificate and {stated[name]} by those before")
            digest = certified["certificate_digest"]
            if digest in self.documents:
                different = first_difference(json_of(self.documents[digest]), stated)
                demand(different is None, f"the certificate on record is not what the log comes to: {different}")
                certificate_of(self.documents[digest])
            self.stated, self.digest = stated, digest
            return f"{stated['verdict']}: {settled.valid} valid of {settled.count} examined, {stated['required']} required"

        held = self.keep("certificate-is-a-function", "the events before it, by the law they began with", function)
        if held and certified["certificate_digest"] not in self.documents:
            self.unseen.append(certified)
        return held


NEVER_SHOWN = [
    "that each tag stands for the voter who signed: the office can open single events for a court",
    "that the roll was searched with care, and that signatures were compared well",
    "unit-is-no-ground: where only the apartment differs no line is rejected; it needs the addresses",
    "that the texts of the rule pack are the law of the place: hold them, or their digest, against the published pack",
]


def read_inputs(asked):
    """The certificate, the record, the key given, the checkpoint seen and the keys of witnesses, as they lie on disk."""

    def of(path):
        with open(path, "rb") as file:
            return file.read()

    def key_of(given):
        return (of(given).decode(errors="replace") if os.path.isfile(given) else given).strip()

    key = None if asked.key is None else key_of(asked.key)
    seen = None if asked.seen is None else of(asked.seen)
    return of(asked.certificate), Record(asked.record), key, seen, [key_of(given) for given in asked.witness]


def main(arguments):
    parser = argparse.ArgumentParser(description="Checks a published petition record from nothing but the record.")
    parser.add_argument("certificate", help="the certificate, certificate.json")
    parser.add_argument("--record", required=True, help="the folder of the public record")
    parser.add_argument("--key", help="the key of the log as the office gave it: its line, or a file with it")
    parser.add_argument("--seen", help="a checkpoint of this log kept from earlier: the log may only have grown since")
    parser.add_argument("--witness", action="append", default=[], help="the key of a witness who has to have signed the checkpoint")
    parser.add_argument("--json", action="store_true", help="report as JSON")
    asked = parser.parse_args(arguments)
    report = Report()
    try:
        *inputs, witnesses = report.check("inputs-readable", "the files named", lambda: ("", read_inputs(asked)))
        report.checks.clear()
        verify(*inputs, report, witnesses)
        report.holds = True
        report.not_shown += NEVER_SHOWN
        if asked.key is None:
            report.not_shown.append("whose key it is: ask the office for its key and give it with --key")
    except Stop:
        pass
    compared = None
    if report.holds and any(check["name"] == "certificate-as-computed" for check in report.checks):
        compared = f"Every field of the certificate was compared with one computed from the log, but for the words of {WORDS_OF}."
    if asked.json:
        told = {"holds": report.holds, "checks": report.checks, "not_shown": report.not_shown, "compared": compared}
        print(json.dumps(told, indent=2))
        return 0 if report.holds else 1
    for check in report.checks:
        print(f"{'holds' if check['holds'] else 'FALSE'}  {check['name']}: {check['found']}\n       from {check['rests_on']}")
    if not report.holds:
        print("\nThe record is false at the last check above; nothing after it was looked at.")
        return 1
    print(f"\nEvery check holds. {compared or ''}\nWhat a record cannot show:")
    for what in report.not_shown:
        print(f"  - {what}")
    return 0


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(main(sys.argv[1:]))
