"""Data files are read as they were shipped, or not at all."""

import shutil
from pathlib import Path

import pytest

from tasks import shipped


def test_every_data_file_has_its_checksum() -> None:
    assert shipped.SUMS.read_text("utf-8") == shipped.sums(), "run: python -m tasks.shipped"
    assert len(shipped.names()) > 30


def test_every_data_file_can_be_read() -> None:
    for name in shipped.names():
        assert shipped.text(name)


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the data files that the module reads in place of the shipped ones."""
    for name in shipped.names():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(shipped.HERE / name, tmp_path / name)
    monkeypatch.setattr(shipped, "HERE", tmp_path)
    return tmp_path


@pytest.mark.parametrize("added", ["", " ", "\n# a line more", "\ncity = []"])
def test_a_changed_data_file_is_refused(copy: Path, added: str) -> None:
    path = copy / "language/en/metonyms.toml"
    path.write_text(path.read_text("utf-8") + added, "utf-8")
    if not added:
        assert shipped.toml("language/en/metonyms.toml")
        return
    for read in (shipped.check, lambda: shipped.toml("language/en/metonyms.toml")):
        with pytest.raises(shipped.DamagedData, match=r"metonyms\.toml is not as it was shipped"):
            read()


def test_a_missing_and_an_unknown_file_are_refused(copy: Path) -> None:
    (copy / "split/profiles/afp.toml").unlink()
    (copy / "split/profiles/unlisted.toml").write_text("version = 1\n", "utf-8")
    assert {"split/profiles/afp.toml", "split/profiles/unlisted.toml"} <= set(shipped.folder("split/profiles"))
    with pytest.raises(shipped.DamagedData, match="is missing"):
        shipped.text("split/profiles/afp.toml")
    with pytest.raises(shipped.DamagedData, match=r"unlisted\.toml is new and has no checksum yet: run python -m tasks\.shipped") as new:
        shipped.text("split/profiles/unlisted.toml")
    assert "install wiredesk again" not in str(new.value)
