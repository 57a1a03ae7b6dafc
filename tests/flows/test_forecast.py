"""How many stories there will be, as far as file sizes tell."""

from pathlib import Path

from flows.forecast import Forecast
from tasks.read import records


def test_the_forecast_grows_surer_with_every_file(tmp_path: Path) -> None:
    for number in range(10):
        (tmp_path / f"{number}.txt").write_text("x" * 100)
    forecast = Forecast([str(tmp_path)])
    assert forecast.stories(0) is None
    seen = [forecast.stories(met) for met, _ in enumerate(forecast.follow(records([str(tmp_path)])), 1)]
    assert seen == [10] * 10
    assert forecast.stories(9) == 9  # the end is known now, whatever the sizes said


def test_lines_of_one_file_count_as_parts_of_it(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": "1", "text": "same length"}\n' * 8)
    forecast = Forecast([str(tmp_path)])
    seen = [forecast.stories(met) for met, _ in enumerate(forecast.follow(records([str(tmp_path)])), 1)]
    assert all(guess is not None and 8 <= guess <= 9 for guess in seen)


def test_what_has_no_size_has_no_forecast() -> None:
    assert Forecast(["-"]).stories(5) is None
