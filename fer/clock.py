"""Times in UTC, without a zone: workers of one study may live in different ones."""

import datetime


def utc_now() -> datetime.datetime:
    """The time in UTC, naive."""
    return datetime.datetime.now(datetime.UTC).replace(tzinfo=None)


def local_to_utc(local: datetime.datetime) -> datetime.datetime:
    """A naive local time, such as Optuna stores, as naive UTC.

    Local times skip or repeat an hour twice a year, so durations are to be taken in UTC.
    """
    return local.astimezone(datetime.UTC).replace(tzinfo=None)
