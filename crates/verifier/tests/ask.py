"""Puts questions to verify_record.py as a module, for the tests: a kind as argument, a list of questions as JSON on the input, a list
of answers as JSON on the output. A refusal is null."""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
import verify_record as second  # noqa: E402


def refused(work):
    try:
        return work()
    except second.Falsehood:
        return None


def law(question):
    """What a pack comes to: its digest, the parameters of a case, and for each set of figures all that a certificate rests on."""
    pack = second.Pack(question["files"])
    return {
        "digest": pack.digest,
        "rules": pack.case_rules(question["seats"]),
        "figures": [figures(pack, asked) for asked in question["figures"]],
    }


def figures(pack, asked):
    days = {name: second.day(value) for name, value in asked["days"].items()}
    electorate = {"registered_voters": None, "votes_cast": None, "population": None} | asked["electorate"]

    def clocks():
        found = pack.clocks(days, electorate["registered_voters"], asked["raw"], asked["sampled"], asked["verdict"])
        return [[key, last.isoformat(), done and done.isoformat(), met] for key, _, last, done, met in found]

    def project():
        numbers = (asked[name] for name in ("raw", "sample", "valid", "duplicates", "required", "stage"))
        found = pack.project(*numbers)
        del found["steps"]
        return found

    return {
        "required": refused(lambda: pack.required(electorate)),
        "size": refused(lambda: pack.sample_size(asked["raw"])),
        "clocks": refused(clocks),
        "projection": refused(project),
    }


def note(question):
    """The text of a note that is signed by a key."""
    return refused(lambda: second.text_of_note(question["note"], second.Key(question["key"])))


def inclusion(question):
    path = [bytes.fromhex(one) for one in question["path"]]
    asked = question["index"], question["size"], path, bytes.fromhex(question["root"])
    return second.included(question["leaf"].encode(), *asked)


KINDS = {"law": law, "note": note, "inclusion": inclusion}
json.dump([KINDS[sys.argv[1]](question) for question in json.load(sys.stdin)], sys.stdout)
