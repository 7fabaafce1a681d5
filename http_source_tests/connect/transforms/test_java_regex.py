"""Java's regular expressions: the expected results are those of Java 17."""

import pytest

from http_source.connect.transforms.java_regex import JavaRegex
from http_source.connect.transforms.transform import TransformRefused

MATCHES = [
    # pattern, what it matches, what it does not
    ("a.b", "axb a.b", "ab"),
    (r"\Qa.b\E+", "a.b a.bb", "axb"),
    (r"[\w.-]+", "orders.eu-1 _", "é $"),
    (r"\d\D\s?\S", "1ab", "aab"),
    (r"\p{Alpha}\p{Upper}?", "a aB", "é 1"),
    (r"\p{L}\pL", "éa", "1a"),
    (r"[\p{Lu}\d]+", "É1", "a"),
    (r"\P{Punct}", "a é", "."),
    ("[^a&&b]", "a b c", ""),
    ("[a-c&&b-d]", "b c", "a d"),
    ("[a-z&&[^aeiou]]+", "xyz", "xay"),
    ("[^a[b]]", "c", "a b"),
    ("[a[^b]]", "a c", "b"),
    ("[]a]", "] a", "b"),
    ("[-a]|[b-]", "- a b", "c"),
    (r"[\Qa-c\E]", "a - c", "b"),
    (r"[a\-z]", "- z", "b"),
    ("a++b|(?>c|cd)e", "aab ce", "cde"),
    ("x(?i)a|B", "xa xA B b", "Xa"),
    ("(?i:a)B", "aB AB", "ab"),
    ("(?i)[a-c]", "A b", "d"),
    ("(a(?i)b)c", "abc aBc", "abC"),
    (r"(?<q>.)\k<q>", "aa bb", "ab"),
    (r"(a)\10", "aa0", "aa"),
    (r"(?<!x)a(?=b)b(?<=ab)", "ab", "b"),
    (r"^\Aa\z$\Z", "a", "b"),
    (r"a\b.\Bc", "", "abc"),
    (r"\x41\u0042\x{43}\0104\cE", "ABCD\x05", "ABCD"),
    ("}]", "}]", "}"),
    ("a{2}b{1,}c{0,2}?", "aab aabbcc", "ab aabccc"),
]


@pytest.mark.parametrize(("pattern", "fits", "does_not"), MATCHES)
def test_a_pattern_matches_what_java_matches(pattern: str, fits: str, does_not: str) -> None:
    regex = JavaRegex(pattern)
    assert {text: regex.matches(text) for text in (fits + " " + does_not).split()} == \
        dict.fromkeys(fits.split(), True) | dict.fromkeys(does_not.split(), False)


@pytest.mark.parametrize(("pattern", "text", "matches"), [
    (r"a\h\t\R\v", "a \t\r\n\x0b", True),
    ("a.", "a\n", False),
    ("(?s)a.", "a\n", True),
    ("(?s)(?-s)a.", "a\u2028", False),
    (r"a$\n", "a\n", True),
    (r"a\Z\r\n", "a\r\n", True),
    (r"a\r$\n", "a\r\n", False),
])
def test_line_breaks_are_javas(pattern: str, text: str, matches: bool) -> None:  # noqa: FBT001
    assert JavaRegex(pattern).matches(text) is matches


@pytest.mark.parametrize(("pattern", "text", "replacement", "result"), [
    ("(.*)-(.*)", "a-b", "$2_$1", "b_a"),
    ("(?<x>a)b", "ab", "${x}${x}", "aa"),
    ("(a)", "a", "$11", "a1"),
    ("(a)", "a", r"\$1\\", "$1\\"),
    ("a(b)?", "a", "[$1$0]", "[a]"),
    ("a|ab", "ab", "x", "xb"),
    ("z", "ab", "x", "ab"),
])
def test_a_replacement_is_javas(pattern: str, text: str, replacement: str, result: str) -> None:
    regex = JavaRegex(pattern)
    assert regex.replace_first(text, regex.pieces(replacement)) == result


@pytest.mark.parametrize(("replacement", "message"), [
    ("$", "a group's number or ${name} is missing after $"),
    ("a\\", "At character 2"),
    ("$2", "no group 2"),
    ("${y}", "no group named y"),
])
def test_a_wrong_replacement_is_refused(replacement: str, message: str) -> None:
    with pytest.raises(ValueError, match=message.replace("$", r"\$").replace("{", r"\{")):
        JavaRegex("(?<x>a)").pieces(replacement)


@pytest.mark.parametrize(("pattern", "message"), [
    ("(", "a ) is missing"), ("a)", "has no ( before it"), ("[a", "ends too early"), ("a**", "after a quantifier"),
    ("*", "repeats nothing"), ("a{", "a { in it repeats nothing"), ("a{,3}", "repeats nothing"), ("a{2}{3}", "after a quantifier"),
    ("[b-a]", "ends before it starts"), (r"\y", r"\y is not supported"), (r"\X", r"\X is not supported"), (r"\G", r"\G is not supported"),
    (r"\b{g}", r"\b{g}"), (r"\N{DIGIT ONE}", r"\N{…}"), (r"\p{IsLatin}", r"\p{IsLatin} is not supported"),
    (r"\p{javaLowerCase}", "not supported"), (r"\x4g", "hexadecimal"), (r"\09", "octal"), (r"\k<z>", "\\k is not followed"),
    (r"\1", "\\1 has no group"), ("(?x)a b", "the flag x"), ("(?m)a", "the flag m"), ("(?u:a)", "the flag u"),
    ("(?<n_1>a)", "not of letters and digits"), ("(?<n>a)(?<n>b)", "is used twice"), ("(?P<n>a)", "starts with a ?"),
    ("(?#c)", "starts with a ?"), ("[a&&&b]", "&&& in a class"), ("a\\", "ends too early"), (r"\p{L", "a } is missing"),
    ("(a\\1)", "cannot refer to an open group"),
])
def test_what_java_refuses_or_cannot_be_translated_is_refused_by_name(pattern: str, message: str) -> None:
    with pytest.raises(ValueError, match=r"Java|regular") as caught:
        JavaRegex(pattern)
    assert message in str(caught.value)


def test_a_pattern_that_tries_too_many_ways_is_ended() -> None:
    regex = JavaRegex("(?:a|aa)+[^a]b")
    with pytest.raises(TransformRefused, match="no text can be matched in many ways"):
        regex.matches("a" * 240 + ".")
    with pytest.raises(TransformRefused, match="tried for 1 s"):
        regex.replace_first("a" * 240 + ".", ("x",))
