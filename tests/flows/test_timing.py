"""When a schedule is due: cron in a time zone, summer time included, and the zone of this machine."""

import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from flows.timing import first_due

NOW = datetime.now(UTC)


@pytest.mark.parametrize("zone", ["Europe/Kyiv", "America/New_York", "Asia/Kathmandu", "UTC"])
def test_cron_means_the_clock_of_the_zone(zone: str) -> None:
    due = first_due("0 7 * * *", zone)
    assert (due.hour, due.minute) == (7, 0)
    assert 0 < (due - NOW).total_seconds() < 25 * 3600


@pytest.mark.parametrize("month", [1, 7])
def test_seven_is_seven_in_winter_and_in_summer(month: int) -> None:
    due = first_due(f"0 7 1 {month} *", "Europe/Berlin")
    assert due.astimezone(UTC).hour == (6 if month == 1 else 5)


@pytest.mark.parametrize("cron", ["every day", "", "0 7 * *", "61 7 * * *", "0 0 30 2 *", "@reboot", "R 7 * * *"])
def test_what_is_never_due_is_refused(cron: str) -> None:
    with pytest.raises(ValueError, match="is never due"):
        first_due(cron, "UTC")


@pytest.mark.parametrize("cron", ["0 0 7 * * *", "0 7 * * * 0", "0 0 7 * * ? 2027", "* * * * * * *"])
def test_more_fields_than_cron_has_are_refused_for_nobody_agrees_on_where_the_seconds_stand(cron: str) -> None:
    with pytest.raises(ValueError, match="cron has five fields"):
        first_due(cron, "UTC")


@pytest.mark.parametrize("zone", ["Kyiv", "", "UTC+2", "europe/nowhere"])
def test_a_time_zone_has_a_name_of_the_iana_s(zone: str) -> None:
    with pytest.raises(ValueError, match="no time zone is called"):
        first_due("0 7 * * *", zone)


@pytest.mark.parametrize(
    ("setting", "zone"),
    [
        ("Europe/Kyiv", "Europe/Kyiv"),
        (":America/New_York", "America/New_York"),
        ("NPT-5:45", "None"),  # a rule: no name fits, unless the machine stands in Nepal
        ("XYZ3", "None"),
    ],
)
def test_the_zone_of_this_machine_is_the_one_that_its_clock_keeps(setting: str, zone: str) -> None:
    code = "from flows.timing import local_zone; print(local_zone())"
    done = subprocess.run([sys.executable, "-c", code], env=os.environ | {"TZ": setting}, capture_output=True, text=True, check=True)
    assert (done.stdout.strip(), done.stderr) == (zone, "")
