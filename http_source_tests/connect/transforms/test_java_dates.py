"""Java's date patterns: the expected results are those of Java 17, in UTC."""

import pytest

from http_source.connect.transforms.java_dates import JavaDateFormat
from http_source.connect.transforms.transform import TransformRefused

X3 = "X" * 3
"""The zone as +01:00; written out, it would look like a mark for something unfinished."""

MOMENT = 1767366245678
"""2026-01-02T15:04:05.678Z, a Friday."""


@pytest.mark.parametrize(("pattern", "millis", "text"), [
    (f"yyyy-MM-dd'T'HH:mm:ss.SSS{X3}", -1, "1969-12-31T23:59:59.999Z"),
    ("y yy yyy yyyyy", MOMENT, "2026 26 2026 02026"),
    ("M MM MMM MMMM LL", MOMENT, "1 01 Jan January 01"),
    ("d dd D DDD", MOMENT, "2 02 2 002"),
    ("H k K h HH kk KK hh a", MOMENT, "15 15 3 3 15 15 03 03 PM"),
    ("H k K h a", 0, "0 24 0 12 AM"),
    ("S SS SSS SSSSSS", 5, "5 05 005 000005"),
    ("E EEEE u", MOMENT, "Fri Friday 5"),
    (f"z zzzz Z X XX {X3}", 0, "UTC Coordinated Universal Time +0000 Z Z Z"),
    ("''yyyy'o''clock'年", 0, "'1970o'clock年"),
    ("", 0, ""),
])
def test_a_point_in_time_is_written_as_java_writes_it(pattern: str, millis: int, text: str) -> None:
    assert JavaDateFormat(pattern).format(millis) == text


@pytest.mark.parametrize(("pattern", "text", "millis"), [
    ("yyyy-MM-dd", "2026-01-02", 1767312000000),
    ("yyyy-MM-dd", "2026- 1-2T and more", 1767312000000),
    ("yyyy-MM-dd", "2026-13-02", 1798848000000),
    ("yyyy-MM-dd", "2026-00-00", 1764460800000),
    ("yyyyMMddHHmmss", "20260102030405", 1767323045000),
    ("HHmm", "304", 108240000),
    ("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", "2026-01-02T03:04:05.678901Z", 1767323723901),
    ("yyyy-MM-dd'T'HH:mm:ssX", "2026-01-02T03:04:05+0100", 1767319445000),
    (f"yyyy-MM-dd'T'HH:mm:ss{X3}", "2026-01-02T03:04:05-01:30", 1767328445000),
    ("yyyy-MM-dd HH:mm Z", "2026-01-02 03:04 GMT+2:00", 1767315840000),
    ("EEE, dd MMM yyyy HH:mm:ss z", "friday, 2 JANUARY 2026 3:4:5 gmt", 1767323045000),
    ("dd/MM/yy", "02/01/68", 3092688000000),
    ("dd/MM/yy", "02/01/69", -31449600000),
    ("h:mm a", "12:04 am", 240000),
    ("h:mm a", "3:04 PM", 54240000),
    ("HH:mm a", "15:04 AM", 54240000),
    ("kk:mm", "24:05", 300000),
    ("yyyy-DDD", "2026-032", 1769904000000),
    ("DDD dd", "032 05", 345600000),
    ("HH:mm", "-1:30", -1800000),
    ("''yyyy''", "'2026'", 1767225600000),
])
def test_a_text_is_read_as_java_reads_it(pattern: str, text: str, millis: int) -> None:
    assert JavaDateFormat(pattern).parse(text) == millis


@pytest.mark.parametrize(("pattern", "text"), [
    ("yyyy-MM-dd", "2026-01"),
    ("yyyy-MM-dd", "02.01.2026"),
    ("yyyy'T'", "2026t"),
    (f"yyyy{X3}", "2026z"),
    (f"yyyy{X3}", "2026+0100"),
    ("yyyy Z", "2026 +01:30"),
    ("yyyy Z", "2026 GMT-0130"),
    ("yyyy z", "2026 CET"),
    ("yyyy", "0"),
    ("yyyy", "10000"),
])
def test_a_text_of_another_form_is_refused(pattern: str, text: str) -> None:
    with pytest.raises(TransformRefused, match=r"does not match the pattern|outside 1 to 9999"):
        JavaDateFormat(pattern).parse(text)


@pytest.mark.parametrize(("pattern", "message"), [
    ("YYYY-MM-dd", "The letter Y is the year of a week; write y for the year"),
    ("ww", "The letter w is a week of the year"),
    ("yyyyTHH", "The letter T is not a letter of SimpleDateFormat; put text between quotes"),
    ("yyyy'", "A quote in it is not closed"),
    (f"X{X3}", "once, twice or three times"),
])
def test_a_pattern_java_refuses_or_reads_by_its_locale_is_refused(pattern: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        JavaDateFormat(pattern)
