"""Changes a public record in the ways of `xtask tamper` that need no key, and counts what verify_record.py does not find.

    python3 tamper.py VERIFIER RECORD KEY [every]

Every byte of every file is flipped, every file cut at every length, every entry of the log dropped, doubled and swapped with the next, every file
left out. `every` takes only every so manieth of the bytes and lengths. Signatures that were checked once are not checked again for the same bytes.
"""

import functools
import importlib.util
import os
import sys
import time


def load(path):
    spec = importlib.util.spec_from_file_location("verify_record", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read(folder):
    files = {}
    for base, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(base, name)
            with open(path, "rb") as file:
                files[os.path.relpath(path, folder).replace(os.sep, "/")] = file.read()
    return files


def holds(verifier, certificate, files, key):
    record = verifier.Record.__new__(verifier.Record)
    record.files = files
    report = verifier.Report()
    try:
        verifier.verify(certificate, record, key, None, report)
    except verifier.Stop:
        return False
    return True


def flipped(files, every):
    for name, content in files.items():
        for at in range(0, len(content), every):
            changed = bytearray(content)
            changed[at] ^= 1 << (at % 8)
            yield {**files, name: bytes(changed)}


def cut(files, every):
    for name, content in files.items():
        for at in range(0, len(content), every):
            yield {**files, name: content[:at]}


def entries(files, edit):
    lines = files["log.jsonl"].splitlines(keepends=True)
    for at in range(len(lines)):
        changed = list(lines)
        edit(changed, at)
        if changed != lines:
            yield {**files, "log.jsonl": b"".join(changed)}


def drop(lines, at):
    del lines[at]


def double(lines, at):
    lines.insert(at, lines[at])


def swap(lines, at):
    if at + 1 < len(lines):
        lines[at], lines[at + 1] = lines[at + 1], lines[at]


def missing(files):
    for name in files:
        yield {other: content for other, content in files.items() if other != name}


def main(verifier_path, folder, key_path, every=1):
    verifier = load(verifier_path)
    for name in ("signed_by", "good_key"):
        setattr(verifier, name, functools.lru_cache(maxsize=64)(getattr(verifier, name)))
    files, every = read(folder), int(every)
    with open(key_path, encoding="utf-8") as file:
        key = file.read().strip()
    certificate = files["certificate.json"]
    if not holds(verifier, certificate, files, key):
        sys.exit("the record does not hold before anything is changed")
    kinds = [
        ("every entry of the log dropped", entries(files, drop)),
        ("every entry of the log doubled", entries(files, double)),
        ("every entry of the log swapped with the next", entries(files, swap)),
        ("every file missing", missing(files)),
        ("bytes flipped", flipped(files, every)),
        ("files cut", cut(files, every)),
    ]
    made = missed = 0
    for name, changes in kinds:
        since, count, unseen = time.monotonic(), 0, 0
        for changed in changes:
            count += 1
            unseen += holds(verifier, certificate, changed, key)
        made, missed = made + count, missed + unseen
        print(f"  {name:<58} {count:>10} changes {unseen:>4} missed {time.monotonic() - since:>7.1f}s", flush=True)
    print(f"{made} changes, {missed} of them not detected by verify_record.py.")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
