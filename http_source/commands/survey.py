"""`http-source init --from URL`: asks an API, proposes how to page through it, and walks through a few pages with the draft.

The proposal is shown and written down; nothing is detected at run time.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from os import environ

from http_source.commands.choice import Choice, Chooser
from http_source.commands.command import UsageError
from http_source.commands.probe import Fields, Heard, Probe, Show
from http_source.commands.sights import sights
from http_source.commands.starter import Starter, drafted
from http_source.config.findings import did_you_mean, shown
from http_source.config.properties import OffsetMode, ResponseFormat
from http_source.config.variables import escaped, like_variables
from http_source.polling.evidence import Evidence
from http_source.polling.given_url import GivenUrl, take_apart
from http_source.polling.modes import MODES
from http_source.polling.records_place import format_of, records_at, records_in
from http_source.polling.signpost import document_of
from http_source.polling.unproven import unproven

_IN_THE_URL = ("url", "http.request.parameters", "http.request.body")


@dataclass(frozen=True, slots=True)
class Survey:
    """What came of it.

    Attributes:
        properties: the draft.
        environment: what config providers read, with the keys that the URL held.
        document: all that was asked, seen and proposed, for machines.
    """

    properties: Starter
    environment: Mapping[str, str]
    document: Fields


def refuse_to_survey(url: str, given: Mapping[str, str]) -> None:
    """Raise UsageError for what cannot be surveyed."""
    if set(_IN_THE_URL) & set(given):
        raise UsageError("--from takes the whole address with its parameters; leave out url, http.request.parameters and the body.")
    if given.get("http.request.method", "GET").upper() != "GET":
        raise UsageError("--from sends GET only; draft a configuration for another method with --url and --mode.")
    mode = given.get("http.offset.mode", "").upper()
    if mode and mode not in MODES:
        raise UsageError(f"http.offset.mode={shown(mode)} is unknown.{did_you_mean(mode, MODES)} Use one of {', '.join(MODES)}.")
    if any(like_variables(url)):
        raise UsageError("--from takes an address that can be requested as it is, without variables; draft others with --url and --mode.")


def survey(url: str, given: Mapping[str, str], show: Show) -> Survey:
    """Ask, propose, and walk; `given` are the properties that a person set, the name among them, and win over what is proposed.

    Raises RequestFailed when no page comes.
    """
    parts = take_apart(url, given["name"])
    environment = {**environ, **parts.environment}
    probe = Probe(given, environment, show)
    heard, evidence = _look(probe, parts, given)
    seen = [heard.mask.text(sentence) for sentence in sights(evidence)]
    show(seen)
    choice = Chooser(probe, show).choose(evidence, given.get("http.offset.mode", "").upper())
    document = {"requests": probe.requests, "seen": seen, **_fields(evidence, choice)}
    show(["", *_lines(document), "", "The draft, walked through:"])
    properties = drafted(choice.proposal.properties, given)
    return Survey(properties, environment, document | {"walk": probe.walk(properties)})


def _look(probe: Probe, url: GivenUrl, given: Mapping[str, str]) -> tuple[Heard, Evidence]:
    """Ask as the person did, and find the records."""
    parameters = {"http.request.parameters": url.query()} if url.parameters else {}
    asked = {"url": escaped(url.address), "http.offset.mode": OffsetMode.SIMPLE_INCREMENTING.value, **parameters}
    heard = probe.first(asked)
    response, wanted = heard.answer.response, given.get("http.response.format", "").upper()
    if (wanted or format_of(response)) == ResponseFormat.NDJSON:
        lines = probe.reread(heard, {**asked, "http.response.format": ResponseFormat.NDJSON.value})
        records = records_at([document_of(bytes(line)) for line in lines], "")
        return heard, Evidence(url, response, ResponseFormat.NDJSON, records)
    heard.records()
    document, pointer = document_of(response.body), given.get("http.response.data.json.pointer")
    records = records_in(document, url.noun) if pointer is None else records_at(document, pointer)
    return heard, Evidence(url, response, ResponseFormat.JSON, records)


def _fields(evidence: Evidence, choice: Choice) -> Fields:
    """What is proposed, for machines."""
    proposal = choice.proposal
    return {
        "proposed": {"mode": proposal.mode.value, "because": proposal.because},
        "considered": [{"mode": each.mode.value, "because": each.because} for each in choice.others],
        "not_known": [*_untaken(choice), *unproven(evidence, proposal)],
        "variables": list(evidence.url.environment),
    }


def _untaken(choice: Choice) -> Iterator[str]:
    if "" in choice.untaken:
        yield "The URL of the next page was not seen to lead to other records: look up in the API's documentation how it is used."
    elif choice.untaken:
        names = " or ".join(f"`{shown(name)}`" for name in choice.untaken)
        yield (f"No parameter was seen to take the token, {names} neither: look its name up in the API's documentation, and correct "
               "http.request.parameters.")


def _lines(document: Fields) -> Iterator[str]:
    """What is proposed, for people."""
    proposed = document["proposed"]
    yield f"Proposed: http.offset.mode={proposed['mode']}. {proposed['because']}"
    for other in document["considered"]:
        how = "" if other["mode"] == proposed["mode"] else f" Propose it with --mode {other['mode']}."
        yield f"Considered: http.offset.mode={other['mode']}. {other['because']}{how}"
    yield from (f"Not known: {sentence}" for sentence in document["not_known"])
    for variable in document["variables"]:
        yield f"A parameter of the URL may be a key, so the file has ${{env:{variable}}}: set {variable} to its value, as the URL has it."
