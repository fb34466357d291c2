"""The steps of article 8: signed in their order, each by its party, whoever prepared kept apart.

Expected: the steps, their parties and who is kept apart are written down here from 《考核管理办法》
第八条（三）（五）（六）.
"""

import random
import re
from collections.abc import Sequence
from datetime import date
from itertools import permutations, product
from pathlib import Path

import pytest

from talentcalc.archive.signing.sign import sign
from talentcalc.archive.signing.signatures import Signature, Statement
from talentcalc.archive.signing.steps import out_of_order
from talentcalc.archive.verify import verify
from talentcalc.core.errors import InputError
from talentcalc.pipeline.assess import assess_file
from talentcalc.result.document import read_result
from talentcalc.result.model.result import Result
from tests.support.archive_packages import (
    ALL,
    PEOPLE,
    STEPS,
    Link,
    chain,
    keys,
    signer,
    stamps,
    what_was_found,
)
from tests.support.city import City

BY = {
    "prepared": {"agency", "office"},
    "reviewed": {"agency", "office"},
    "approved": {"office"},
    "received": {"operator"},
    "review_requested": {"operator"},
    "review_decided": {"office"},
}


def sealed_result(pack: Path) -> Result:
    return read_result((pack / "data/run/result.json").read_bytes())


def allowed(links: Sequence[Link]) -> bool:
    """Article 8 once more: each step after the one before it, open until the next one is signed."""
    stage = -1
    for number, (step, name) in enumerate(links):
        at = STEPS.index(step)
        if at not in (stage, stage + 1) or PEOPLE[name] not in BY[step]:
            return False
        earlier = [other for other, who in links[:number] if who == name]
        if step in earlier or (step == "reviewed" and "prepared" in earlier):
            return False
        stage = at
    return True


def accepted(links: Sequence[Link], result: Result) -> bool:
    """What the program says of such signatures."""
    day = result.review.dated
    said = [
        Statement.model_construct(
            number=number, step=step, name=name, party=PEOPLE[name], key=name, dated=day
        )
        for number, (step, name) in enumerate(links, start=1)
    ]
    return not out_of_order([Signature.model_construct(statement=one) for one in said], result)


def test_of_all_orders_of_the_six_steps_one_is_accepted(made: Path) -> None:
    result = sealed_result(made)
    assert [one.id for one in result.regulation.procedure.steps] == STEPS
    assert [list(one) for one in permutations(ALL) if accepted(one, result)] == [ALL]


def test_any_sequence_of_signatures_is_accepted_just_when_article_8_allows_it(made: Path) -> None:
    result, links = sealed_result(made), list(product(STEPS, PEOPLE))
    draw = random.Random(8)
    tried: list[list[Link]] = [list(one) for length in (1, 2) for one in product(links, repeat=length)]
    for _ in range(1500):
        walk: list[Link] = []
        for _ in range(draw.randint(3, 9)):
            stage = STEPS.index(walk[-1][0]) if walk else -1
            near = [STEPS[at] for at in (stage, stage + 1) if 0 <= at < len(STEPS)]
            step = draw.choice(near if draw.random() < 0.97 else STEPS)
            fit = [name for name in PEOPLE if allowed([*walk, (step, name)])] or list(PEOPLE)
            walk.append((step, draw.choice(fit if draw.random() < 0.97 else list(PEOPLE))))
        tried.append(walk)
    said = [(accepted(one, result), allowed(one), one) for one in tried]
    assert [one for yes, expected, one in said if yes != expected] == []
    assert min(sum(yes for yes, _, _ in said), sum(not yes for yes, _, _ in said)) > 300


@pytest.mark.parametrize("step", STEPS)
def test_each_step_is_signed_by_its_party_alone(folder: Path, own: dict[str, Path], step: str) -> None:
    before = ALL[: STEPS.index(step)]
    for name in "乙丁己":  # another person of each party
        chain(
            folder, own, [*before, (step, name)] if step != "reviewed" else [("prepared", "甲"), (step, name)]
        )
        told = [str(one) for one in verify(folder).problems if "by the" in what_was_found(one)]
        assert (told == []) == (PEOPLE[name] in BY[step]), (name, told)
        if told:
            signed, asked = re.findall("(?:found|expected) (.*?);", told[0])
            assert signed == f"{step} by the {PEOPLE[name]}"
            assert {*asked.removeprefix("by the ").split(" or ")} == BY[step]


def test_a_league_has_the_first_four_steps(city: City) -> None:
    result = assess_file(city.write())
    assert accepted(ALL[:4], result) and not accepted(ALL[:5], result)
    assert not accepted([*ALL[:4], ("received", "甲")], result)


def test_whoever_prepared_cannot_review_under_another_name_or_key(
    folder: Path, own: dict[str, Path], tmp_path: Path
) -> None:
    other = keys(tmp_path / "other")  # other keys, the same names
    for name in "甲乙":
        sign(folder, signer(own[name]), "prepared", None)
    before = stamps(folder)
    renamed = tmp_path / "renamed"
    renamed.write_bytes(own["乙"].read_bytes())
    renamed.chmod(0o600)
    Path(f"{renamed}.pub").write_text(
        Path(f"{own['乙']}.pub").read_text("utf-8").replace("乙", "辛"), "utf-8"
    )
    for key in (own["甲"], own["乙"], other["甲"], other["乙"], renamed):
        with pytest.raises(InputError, match=r"reviewed by the same person; expected somebody else"):
            sign(folder, signer(key), "reviewed", None)
        with pytest.raises(InputError, match=r"prepared twice"):
            sign(folder, signer(key), "prepared", date(2026, 1, 16))
    assert stamps(folder) == before
    sign(folder, signer(own["丁"]), "reviewed", None)
    assert verify(folder).problems == []


def test_no_signature_is_dated_before_the_review_or_the_one_before(pack: Path, own: dict[str, Path]) -> None:
    with pytest.raises(InputError, match=r"dated 2026-01-14; expected 2026-01-15 or later"):
        sign(pack, signer(own["甲"]), None, date(2026, 1, 14))
    assert sign(pack, signer(own["甲"]), None, date(2026, 2, 1)).statement.dated == date(2026, 2, 1)
    with pytest.raises(InputError, match=r"dated 2026-01-31; expected 2026-02-01 or later"):
        sign(pack, signer(own["乙"]), None, date(2026, 1, 31))
    last = sign(pack, signer(own["乙"]), None, None).statement
    assert (last.step, last.dated) == ("reviewed", date(2026, 2, 1))
