"""Converts a spreadsheet's serial numbers to dates and times."""

from datetime import date, datetime, timedelta

_DAY = 86_400_000  # milliseconds; anything finer is rounding error of a binary fraction
_LAST = 2_958_466  # the day after 9999-12-31


def displayed_date(serial: float, letters: str, since_1904: bool) -> str | None:
    """The text of a serial number under a date format with these `letters` (ymdhs); None if it is no date.

    A day or moment is given in full even if the format leaves out its year or seconds; the first of a month,
    displayed without its day, is given as a month.
    """
    if not 0 <= serial < _LAST:
        return None
    days, rest = divmod(round(serial * _DAY), _DAY)
    has_date = "y" in letters or "d" in letters
    if (days == 0 and not since_1904) or (not has_date and days == 0):
        return None if has_date else str(timedelta(milliseconds=rest)).zfill(8)
    if not since_1904 and days == 60:  # 1900-02-29, which did not exist
        return None
    epoch = date(1899, 12, 30) if days > 60 else date(1899, 12, 31)
    start = date(1904, 1, 1) if since_1904 else epoch
    try:
        day = start + timedelta(days=days)
    except OverflowError:
        return None
    if not rest and "d" not in letters and "y" in letters and day.day == 1 and not set(letters) & {"h", "s"}:
        return day.isoformat()[:7]
    if not rest and not set(letters) & {"h", "s"}:
        return day.isoformat()
    moment = datetime.combine(day, datetime.min.time()) + timedelta(milliseconds=rest)
    return moment.isoformat(sep=" ")
