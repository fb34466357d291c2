"""Drawing rows by the hash of a seed, the item and the key: anyone can draw them again."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from hashlib import sha256
from math import ceil


def in_drawing_order(seed: int, item: str, keys: Iterable[str]) -> tuple[str, ...]:
    """The keys in the order in which they are drawn: the first n are the sample of n."""
    return tuple(sorted(keys, key=lambda key: (_hash(f"{seed}/{item}/{key}"), key)))


def hits(seed: int, item: str, amounts: Mapping[str, Fraction], number: int) -> dict[str, int]:
    """How often each row is hit by `number` points that lie at equal distances along all amounts.

    The rows lie side by side in drawing order, each as long as its amount; where the first point lies
    within the first interval follows from the seed. A row as long as the interval or longer is certainly
    hit, one without an amount never. In drawing order; rows that are not hit are left out.
    """
    total = sum(amounts.values(), Fraction(0))
    first = Fraction(int.from_bytes(_hash(f"{seed}/{item}")), 2**256)  # in intervals, 0 included
    found, end, before = {}, Fraction(0), 0
    for key in in_drawing_order(seed, item, (key for key, amount in amounts.items() if amount)):
        end += amounts[key]
        behind = ceil(end * number / total - first)  # the points before this row's end
        if behind > before:
            found[key] = behind - before
        before = behind
    return found


def _hash(text: str) -> bytes:
    return sha256(text.encode()).digest()
