"""Strategies for JSON documents as text, and for what looks like them."""

import json

from hypothesis import strategies as st

numbers = st.sampled_from(["0", "-0", "1.10", "12345678901234567890123", "1E400", "-1e-7", "0.1000000000000000055511151231257827"])
strings = st.text().map(json.dumps) | st.text(st.characters(exclude_categories=["Cs"])).map(
    lambda text: json.dumps(text, ensure_ascii=False)
)
blanks = st.sampled_from(["", "", " ", "\n\t"])
scalars = numbers | strings | st.sampled_from(["null", "true", "false"])


def arrays(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(st.lists(values, max_size=4), blanks).map(lambda drawn: f"[{drawn[1]}{(',' + drawn[1]).join(drawn[0])}]")


def objects(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    names = st.sampled_from(['"a"', '"hits"', '"next"', '"\\u0068its"']) | strings
    members = st.lists(st.tuples(names, blanks, values).map(lambda each: f"{each[0]}{each[1]}:{each[1]}{each[2]}"), max_size=4)
    return members.map(lambda texts: f"{{{', '.join(texts)}}}")


values = st.recursive(scalars, lambda inner: arrays(inner) | objects(inner), max_leaves=10)

ODDITIES = (
    *(b"01", b"-01", b"1.", b".5", b"-", b"-0", b"0.0", b"+1", b"1e", b"1E+", b"1E400", b"-1E-400", b"0x1", b"1_0", b"\xd9\xa3"),
    *(b"9" * 5000, b"NaN", b"Infinity", b"-Infinity", b"nul", b"True", b"undefined", b"'a'", b"a", b"null", b"[]", b"{}"),
    *(rb'"\ud800"', rb'"\udc00\ud800"', rb'"\ud83d\ude00"', rb'"\u12g4"', rb'"\u123"', rb'"\x41"', rb'"\"', rb'"\/"', rb'"\u0000"'),
    *(b'"\x00"', b'"\x1f"', b'"\t"', b'"\n"', b'"\x7f"', b'"\xe2\x80\xa8"'),
    *(b'"\xff"', b'"\xc0\xaf"', b'"\xed\xa0\x80"', b'"\xf4\x90\x80\x80"', b'"\xc3"'),
    *(b'{"a":1,"a":2}', b'{"hits":[1],"hits":[2]}', b'{"a":1,}', b'{"a"}', b'{"a":}', b"{1:2}", b"{,}"),
    *(b"[1,]", b"[,1]", b"[1 2]", b"[1,,2]", b"/*a*/1", b"1//a\n", b"#a\n1", b"1 2", b"]", b"}", b'"', b"\\"),
    *(b"\xef\xbb\xbf1", b"1\x00", b"\x0b1", b"\x0c1", b"\xc2\xa01", b"\xe2\x80\xa81"),
)  # fmt: skip
"""What parsers disagree on: some of it is JSON, most is not."""


@st.composite
def garbled(draw: st.DrawFn) -> bytes:
    """A document with up to three places cut out, or filled with an oddity or with any bytes."""
    body = draw(values).encode()
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(body)))
        end = draw(st.integers(start, min(start + 3, len(body))))
        body = body[:start] + draw(st.sampled_from(ODDITIES) | st.binary(max_size=3)) + body[end:]
    return body
