#!/usr/bin/env python3
"""Redraw a sample of petition lines from what is public: the sealed list of lines and the seed rolled with dice.

    python3 redraw.py MANIFEST.csv --seed 31415926535897932384 --size 500 [--purpose audit]

MANIFEST.csv has the header section,line. The sample is printed as CSV, and the list's root, to be held against the
sealed one, on the error output."""
import argparse
import csv
import hashlib
import sys

DOMAIN = {"sample": "petition-sample/v1", "audit": "petition-audit/v1"}


def root(leaves):
    """The tree of RFC 6962, section 2.1: a leaf is hashed behind a byte 0, a pair of subtrees behind a byte 1."""
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1 << ((len(leaves) - 1).bit_length() - 1)  # the largest power of two below their number
    return hashlib.sha256(b"\x01" + root(leaves[:split]) + root(leaves[split:])).digest()


def main(arguments):
    parser = argparse.ArgumentParser(description="Redraw a sample of petition lines.")
    parser.add_argument("manifest")
    parser.add_argument("--seed", required=True)
    parser.add_argument("--size", required=True, type=int)
    parser.add_argument("--purpose", choices=DOMAIN, default="sample")
    asked = parser.parse_args(arguments)
    with open(asked.manifest, newline="", encoding="ascii") as file:
        lines = sorted((int(row["section"]), int(row["line"])) for row in csv.DictReader(file))
    if not 0 < asked.size <= len(set(lines)) == len(lines):
        sys.exit(f"{len(lines)} lines, {len(set(lines))} of them different: no sample of {asked.size}")
    top = root([f"{section}:{line}".encode() for section, line in lines]).hex()
    print(f"{len(lines)} lines, root {top}", file=sys.stderr)

    def ticket(line):  # the lines with the smallest tickets are the sample
        text = "\0".join([DOMAIN[asked.purpose], top, asked.seed, f"{line[0]}:{line[1]}"])
        return hashlib.sha256(text.encode("ascii")).hexdigest()

    print("rank,section,line,ticket")
    drawn = sorted((ticket(line), line) for line in lines)[: asked.size]
    for rank, (number, (section, line)) in enumerate(drawn, 1):
        print(f"{rank},{section},{line},{number}")


if __name__ == "__main__":
    main(sys.argv[1:])
