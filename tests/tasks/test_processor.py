"""Which processors take the encoder's signed bytes as they are, and that the findings are the same on both ways."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from schemas.extracted import ExtractedStory
from schemas.record import Record
from schemas.story import RawStory, SplitStory
from tasks.clean import clean
from tasks.dataset import batch_rows
from tasks.entities import entities
from tasks.quotes import finish
from tasks.read import read, records
from tasks.split import split
from tasks.tag import Tagger
from tasks.tag.model import WEIGHTS, Model, encoder, load_model, shipped_folder
from tasks.tag.processor import cpuinfo, sums_exactly

FEED = Path(__file__).parent.parent / "feed"

CORE = "processor\t: {number}\nmodel name\t: {name}\nflags\t\t: fpu sse2 avx avx2 fma {flags}\nbogomips\t: 4800.00\n\n"
ARM = "processor\t: 0\nBogoMIPS\t: 50.00\nFeatures\t: fp asimd asimddp i8mm\nCPU implementer\t: 0x41\n\n"


def machine(*flags: str) -> str:
    """`/proc/cpuinfo` of a machine whose cores have these flags."""
    return "".join(CORE.format(number=number, name="invented", flags=has) for number, has in enumerate(flags))


@pytest.mark.parametrize(
    ("text", "exact"),
    [
        pytest.param(machine("avx512f avx512bw avx512_vnni avx_vnni", "avx512f avx512bw avx512_vnni avx_vnni"), True, id="server"),
        pytest.param(machine("avx512f avx512bw avx512_vnni"), True, id="server before AVX-VNNI"),
        pytest.param(machine("avx_vnni"), True, id="desktop without AVX-512"),
        pytest.param(machine(""), False, id="AVX2"),
        pytest.param(machine("avx512f avx512bw"), False, id="AVX-512 without VNNI"),
        pytest.param(machine("avx512f avx512bw avx_vnni"), False, id="AVX-512 whose VNNI the virtual machine hides"),
        pytest.param(machine("avx_vnni", ""), False, id="one core with, one without"),
        pytest.param(machine("not_avx_vnni avx512_vnni2"), False, id="other words"),
        pytest.param(CORE.format(number=0, name="avx_vnni", flags=""), False, id="a name is no flag"),
        pytest.param("flags\t\t:\n", False, id="no flags"),
        pytest.param(ARM, False, id="ARM, which need not know"),
        pytest.param("", False, id="no such file"),
    ],
)
def test_signed_bytes_stay_only_where_vnni_is_sure(text: str, exact: bool) -> None:
    assert sums_exactly(text) == exact


needs_vnni = pytest.mark.skipif(not sums_exactly(cpuinfo()), reason="this processor has no VNNI: signed bytes would overflow")


@cache
def model(*, signed: bool) -> Model:
    return load_model()._replace(encode=encoder(shipped_folder() / WEIGHTS, signed=signed))


@cache
def feed() -> list[SplitStory]:
    """The stories of the sample feed, split."""
    found = [story for record in records([FEED]) if isinstance(record, Record) for story in read(record)]
    return [split(clean(story)) for story in found if isinstance(story, RawStory)]


@needs_vnni
@pytest.mark.parametrize("pieces", [1, 2, 17, 64, 320])
def test_raw_outputs_are_equal_bit_by_bit(pieces: int) -> None:
    random = np.random.default_rng(pieces)
    given = {"ids": 30_000, "shape": 7, "quote": 6, "layout": 2}
    inputs = {name: random.integers(0, most, (1, pieces)) for name, most in given.items()} | {"mask": np.ones((1, pieces), np.int64)}
    signed, unsigned = (model(signed=signed).encode(inputs) for signed in (True, False))
    assert signed.tobytes() == unsigned.tobytes()


@needs_vnni
def test_the_feed_gives_equal_rows() -> None:
    def finished(tagger: Tagger) -> list[ExtractedStory]:
        return [finish(tagged, entities(tagged)) for tagged in tagger.tag(feed())]

    signed, unsigned = (batch_rows(finished(Tagger(model(signed=signed)))) for signed in (True, False))
    assert signed.quotes.num_rows > 20
    assert signed.entities.num_rows > 100
    for table in ("documents", "sections", "entities", "quotes"):
        assert getattr(signed, table).equals(getattr(unsigned, table)), table


@pytest.mark.parametrize(("text", "chosen"), [(machine("avx_vnni"), True), (machine(""), False), (ARM, False), ("", False)])
def test_a_model_is_loaded_as_its_processor_needs_it(monkeypatch: pytest.MonkeyPatch, text: str, chosen: bool) -> None:
    asked = list[bool]()
    monkeypatch.setattr("tasks.tag.model.cpuinfo", lambda: text)
    monkeypatch.setattr("tasks.tag.model.encoder", lambda weights, *, signed: asked.append(signed))
    load_model()
    assert asked == [chosen]
