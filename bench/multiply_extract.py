"""Makes a large extract from a small one: copies side by side, with new IDs and altered names.

    python bench/multiply_extract.py EXTRACT COPIES TARGET.osm.pbf

Copies are in rows of ten, half a degree apart, and do not touch. Every object gets a new ID. In names, each vowel becomes
another vowel and each consonant another consonant, in ten ways, so that the words of ten neighbouring copies differ, but
have the lengths, frequencies and similarities of a real country. After ten copies, 300 km away, names repeat, as in a real
country. Copies cannot show names that thousands of towns share, neighbouring villages, or outlines as large as a country's.
"""

import argparse
import time
from pathlib import Path

import osmium
from osmium.osm.mutable import Node, Relation, Way

STEP = 20_000_000_000
"""Difference between the IDs of an object in successive copies: more than the highest ID in OpenStreetMap."""

IN_A_ROW = 10
EAST, SOUTH = 0.5, 0.35
CIPHERS = 10
VOWELS, CONSONANTS = "aeiou", "bcdfghjklmnpqrstvwxyz"
NAMES = frozenset({"name", "name:de", "alt_name", "old_name", "short_name", "addr:street", "addr:place", "addr:city"})

Tags = dict[str, str]


def cipher_of(copy: int) -> dict[int, str]:
    """Give the substitution table for the letters of a copy; the first copy of ten is unchanged."""
    table: dict[int, str] = {}
    for letters, step in ((VOWELS, copy % len(VOWELS)), (CONSONANTS, 7 * copy % len(CONSONANTS))):
        for at, letter in enumerate(letters):
            other = letters[(at + step) % len(letters)]
            table |= {ord(letter): other, ord(letter.upper()): other.upper()}
    return table


def renamed(tags: Tags, cipher: dict[int, str]) -> Tags:
    return {key: value.translate(cipher) if key in NAMES else value for key, value in tags.items()}


def multiply(source: Path, copies: int, target: Path) -> None:
    """Write the copies in the usual order of a file: all nodes, then all ways, then all relations."""
    nodes, ways, relations = [], [], []
    for item in osmium.FileProcessor(str(source)):
        tags = dict(item.tags)
        if item.is_node():
            nodes.append((item.id, item.lon, item.lat, tags))
        elif item.is_way():
            ways.append((item.id, [node.ref for node in item.nodes], tags))
        else:
            members = [(member.type, member.ref, member.role) for member in item.members]
            relations.append((item.id, members, tags))
    ciphers = [cipher_of(copy) for copy in range(CIPHERS)]
    with osmium.SimpleWriter(str(target), overwrite=True) as writer:
        for copy in range(copies):
            shift, cipher = copy * STEP, ciphers[copy % CIPHERS]
            east, south = copy % IN_A_ROW * EAST, copy // IN_A_ROW * SOUTH
            for number, lng, lat, tags in nodes:
                at = (lng + east, lat - south)
                writer.add_node(
                    Node(id=number + shift, version=1, location=at, tags=renamed(tags, cipher) if tags else None)
                )
        for copy in range(copies):
            shift, cipher = copy * STEP, ciphers[copy % CIPHERS]
            for number, path, tags in ways:
                along = [node + shift for node in path]
                writer.add_way(Way(id=number + shift, version=1, nodes=along, tags=renamed(tags, cipher)))
        for copy in range(copies):
            shift, cipher = copy * STEP, ciphers[copy % CIPHERS]
            for number, members, tags in relations:
                shifted = [(kind, member + shift, role) for kind, member, role in members]
                writer.add_relation(Relation(id=number + shift, version=1, members=shifted, tags=renamed(tags, cipher)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("extract", type=Path)
    parser.add_argument("copies", type=int)
    parser.add_argument("target", type=Path)
    arguments = parser.parse_args()
    started = time.process_time()
    multiply(arguments.extract, arguments.copies, arguments.target)
    size = arguments.target.stat().st_size / 1e6
    print(f"{arguments.copies} copies, {size:.1f} MB, {time.process_time() - started:.0f} CPU s")


if __name__ == "__main__":
    main()
