"""Ways of paging that an answer and the URL it was asked with show, the best evidence first, each as properties with a reason."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from urllib.parse import unquote_plus

from http_source.config.findings import shown
from http_source.config.properties import ChainingOrder, OffsetMode
from http_source.config.variables import OFFSET
from http_source.polling.chain_field import Field, Order, field_for
from http_source.polling.evidence import Evidence, Proposal
from http_source.polling.given_url import Parameter
from http_source.polling.modes import MODES
from http_source.polling.modes.cursor_pagination import HEADER
from http_source.polling.parameter_roles import Role
from http_source.polling.signpost import LINK, Sign
from http_source.polling.token_names import names_for
from http_source.polling.window_proposal import by_window


def candidates(evidence: Evidence) -> Iterator[Proposal]:
    """The ways that there are signs of: what the answer names, then what parameters of the URL say."""
    yield from (_by_sign(evidence, sign) for sign in evidence.signs)
    yield from by_window(evidence)
    for role, propose in _BY_ROLE.items():
        if parameter := evidence.url.with_role(role):
            yield from propose(evidence, parameter)


def without_signs(evidence: Evidence, mode: OffsetMode) -> Proposal:
    """What is proposed where nothing is seen: the mode's own sample, with the parameter of the URL that may be meant for it."""
    sample = dict(MODES[mode].sample)
    items = sample.pop("http.request.parameters").split("&")
    sample.pop("http.response.data.json.pointer")
    if mode not in _ROLES:
        query = "&".join(filter(None, [evidence.url.query(), *items]))
        return Proposal(mode, _NO_SIGN, evidence.base(mode) | sample | {"http.request.parameters": query})
    given = evidence.url.with_role(_ROLES[mode])
    name = given.name if given else next(item.partition("=")[0] for item in items if item.endswith(OFFSET))
    more = [] if evidence.url.with_role(Role.SIZE) else [item for item in items if not item.endswith(OFFSET)]
    chained = field_for(evidence.records.objects, unquote_plus(name)) if mode is OffsetMode.CHAINING else None
    seen = _chained(chained) | (_page_size(evidence) if "http.page.size" in sample else {})
    start = {"http.initial.offset": given.plain} if given and given.value else {}
    properties = evidence.base(mode) | sample | {"http.request.parameters": "&".join([evidence.url.query(name), *more])} | seen | start
    return Proposal(mode, _NO_SIGN, properties, parameter=name, chained=chained)


_NO_SIGN = "Nothing in the answer, and no parameter of the URL, shows how this API pages."
_ROLES: Mapping[OffsetMode, Role] = {
    OffsetMode.SIMPLE_INCREMENTING: Role.COUNT, OffsetMode.PAGE_NUMBER: Role.PAGE, OffsetMode.CHAINING: Role.AFTER,
    OffsetMode.CURSOR_PAGINATION: Role.TOKEN,
}
"""What the parameter is for that takes `${offset}`; the mode that is not here takes none."""


def _with_query(evidence: Evidence, mode: OffsetMode, offset: str = "") -> dict[str, str]:
    query = evidence.url.query(offset)
    return evidence.base(mode) | ({"http.request.parameters": query} if query else {})


# What the answer names


def _by_sign(evidence: Evidence, sign: Sign) -> Proposal:
    if sign.place == LINK:
        return Proposal(OffsetMode.CURSOR_PAGINATION, "The header `Link` names the next page (RFC 8288), whose URL is the next request.",
                        _with_query(evidence, OffsetMode.CURSOR_PAGINATION) | {HEADER: LINK})
    return _by_url(evidence, sign) if sign.is_url else _by_token(evidence, sign)


def _by_url(evidence: Evidence, sign: Sign) -> Proposal:
    """The URL is the next request; keys are added to each, and are not stored with it. A relative one may be relative to something else."""
    keys = {"http.request.parameters": evidence.url.keys} if evidence.url.keys else {}
    properties = evidence.base(OffsetMode.CURSOR_PAGINATION) | keys | {
        "url": OFFSET, "http.initial.offset": evidence.url.without_keys, sign.finder: _places(sign),
    }
    because = f"{_where(sign)} holds the URL of the next page, which is the next request."
    return Proposal(OffsetMode.CURSOR_PAGINATION, because, properties, "" if sign.is_absolute else sign.value)


def _by_token(evidence: Evidence, sign: Sign) -> Proposal:
    """A parameter that is there already takes the token, or one of the usual name."""
    takes = evidence.url.with_role(Role.TOKEN, *([Role.PAGE, Role.COUNT] if sign.value.isdecimal() else []))
    keys = {each.name for each in evidence.url.parameters if each.variable}
    names = [takes.name] if takes else [name for name in names_for(sign) if name not in keys]
    ways = [_taken_by(evidence, sign, name) for name in names or names_for(sign)]
    return replace(ways[0], others=ways[1:])


def _taken_by(evidence: Evidence, sign: Sign, name: str) -> Proposal:
    given = next((each for each in evidence.url.parameters if each.name == name), None)
    start = {"http.empty.offset.omit": "true"} if given is None else {"http.initial.offset": given.plain} if given.value else {}
    properties = _with_query(evidence, OffsetMode.CURSOR_PAGINATION, name) | start | {sign.finder: _places(sign)}
    return Proposal(OffsetMode.CURSOR_PAGINATION, f"{_where(sign)} holds a token of the next page.", properties, sign.value, name)


def _where(sign: Sign) -> str:
    return f"The header `{shown(sign.place)}`" if sign.finder == HEADER else f"`{shown(sign.place)}` of the answer"


def _places(sign: Sign) -> str:
    """An OData service links to the next page, and from the last one to what changes after it."""
    for one, other in (("nextLink", "deltaLink"), ("deltaLink", "nextLink")):
        if sign.place.endswith(f"odata.{one}"):
            pair = sorted((sign.place, sign.place.removesuffix(one) + other), reverse=True)
            return ",".join(pair)
    return sign.place


# What parameters say


def _by_page(evidence: Evidence, parameter: Parameter) -> Iterator[Proposal]:
    initial = parameter.value or MODES[OffsetMode.PAGE_NUMBER].sample["http.initial.offset"]
    properties = _counting(evidence, OffsetMode.PAGE_NUMBER, parameter, initial) | _page_size(evidence)
    yield Proposal(OffsetMode.PAGE_NUMBER, f"By its name the parameter `{shown(parameter.name)}` counts pages.", properties,
                   parameter=parameter.name)


def _by_count(evidence: Evidence, parameter: Parameter) -> Iterator[Proposal]:
    initial = parameter.value or MODES[OffsetMode.SIMPLE_INCREMENTING].sample["http.initial.offset"]
    yield Proposal(OffsetMode.SIMPLE_INCREMENTING, f"By its name the parameter `{shown(parameter.name)}` counts records.",
                   _counting(evidence, OffsetMode.SIMPLE_INCREMENTING, parameter, initial), parameter=parameter.name)


def _by_chain(evidence: Evidence, parameter: Parameter) -> Iterator[Proposal]:
    if field := field_for(evidence.records.objects, unquote_plus(parameter.name), parameter.plain):
        properties = _counting(evidence, OffsetMode.CHAINING, parameter, parameter.plain) | _chained(field) | _page_size(evidence)
        because = (f"By its name the parameter `{shown(parameter.name)}` asks for what comes after a value, and "
                   f"`{shown(field.pointer)}` of the records fits it: its values {field.order}.")
        yield Proposal(OffsetMode.CHAINING, because, properties, parameter=parameter.name, chained=field)


def _chained(field: Field | None) -> dict[str, str]:
    if field is None:
        return {}
    falls = {"http.chaining.order": ChainingOrder.DESCENDING.value} if field.order is Order.FALLING else {}
    return {"http.offset.json.pointer": field.pointer, **falls}


def _counting(evidence: Evidence, mode: OffsetMode, parameter: Parameter, initial: str) -> dict[str, str]:
    return _with_query(evidence, mode, parameter.name) | {"http.initial.offset": initial}


def _page_size(evidence: Evidence) -> dict[str, str]:
    return {"http.page.size": str(int(evidence.size.value))} if evidence.size else {}


_BY_ROLE: Mapping[Role, Callable[[Evidence, Parameter], Iterator[Proposal]]] = {
    Role.PAGE: _by_page, Role.COUNT: _by_count, Role.AFTER: _by_chain,
}
