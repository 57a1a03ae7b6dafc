"""When a schedule is due: by cron, in a time zone."""

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


def first_due(cron: str, zone: str) -> datetime:
    """When `cron` is due next in the time zone with that IANA name, summer time included, as Prefect's scheduler reckons it.

    Raises ValueError, with a message for the user, for what is no cron or no time zone, and for a day that never comes.
    """
    from prefect.server.schemas.schedules import CronSchedule

    try:
        CronSchedule(cron="* * * * *", timezone=zone or "none")
    except ValueError:
        raise ValueError(f"no time zone is called {zone!r}; name it as in Europe/Kyiv or America/New_York, or UTC") from None
    fields = "cron has five fields: minute, hour, day, month, weekday, as in '0 7 * * *' for seven every day"
    if (count := len(cron.split())) > 5:  # Prefect takes a sixth for the seconds; Quartz and Spring have the seconds first
        raise ValueError(f"{cron!r} has {count} fields; {fields}")
    try:
        dates = asyncio.run(CronSchedule(cron=cron, timezone=zone).get_dates(n=1))
    except ValueError:
        dates = []
    if not dates:
        raise ValueError(f"{cron!r} is never due; {fields}")
    return dates[0]


def local_zone() -> str | None:
    """The name of the time zone that this machine's clock shows, as `TZ` or the system's files say it; None where none fits.

    A zone that the files name and the clock does not keep (`TZ=CET-1CEST` beside an /etc/localtime of New York) is not it.
    """
    from tzlocal import get_localzone_name

    try:
        name = get_localzone_name()
        return name if name and _is_kept(ZoneInfo(name)) else None
    except (LookupError, ValueError, OSError):  # two files that contradict each other, a name that is no zone
        return None


def _is_kept(zone: ZoneInfo) -> bool:
    """Whether the clock of this machine is the zone's, in every month of the year to come."""
    now = datetime.now(UTC)
    moments = [now + timedelta(days=30 * month) for month in range(12)]
    return all(moment.astimezone().utcoffset() == moment.astimezone(zone).utcoffset() for moment in moments)
