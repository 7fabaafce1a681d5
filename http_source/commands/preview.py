"""`http-source preview`: one real request, or several, and what would come of them. Nothing is produced, registered or stored."""

import argparse
import json
import re
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from http_source.assembly.loading import load_config
from http_source.commands.command import Commands, ExitCode, UsageError, add_json, completed_by, declare, print_json
from http_source.commands.completion import json_files
from http_source.commands.exchange import Exchanged, Question, Sent, ask, pause_after, read
from http_source.commands.masking import Mask
from http_source.commands.preview_pages import walk
from http_source.commands.ways import cut
from http_source.config.findings import did_you_mean
from http_source.config.numbers import plain
from http_source.config.properties import ConnectorConfig
from http_source.edges.http.failures import shown
from http_source.errors import ConfigurationError, PositionRefused, RequestFailed
from http_source.foreign.text import escape, readable
from http_source.model import Page, Position
from http_source.polling.limit_headers import limits_in
from http_source.polling.standing import initial_position, read_offset
from http_source.polling.verdict import counted

if TYPE_CHECKING:
    from http_source.commands.converted import Converted

RECORDS_SHOWN = 3
_PAGES = re.compile("0*[1-9][0-9]{0,3}")

_CODES = ("a page was received that a run would produce", "the file has mistakes, no page was received, or a run would refuse it")

Fields = dict[str, Any]
"""A part of what is shown: printed as it is for machines, and as lines for people."""


def add(commands: Commands) -> None:
    """Add the command."""
    sentence = "Sends one real request and shows it, its records, their schemas and the next offset; produces and registers nothing."
    parser = declare(commands, "preview", sentence, _run, codes=_CODES)
    completed_by(parser.add_argument("file", type=Path, metavar="FILE", help="a configuration file"), json_files)
    completed_by(parser.add_argument("--entity", metavar="E", help="one of entity.names; default: the first one"), _entities)
    parser.add_argument("--offset", metavar="O", help="the offset to request; default: where the connector starts")
    parser.add_argument("--pages", metavar="N", help="walk through N pages and report how http.offset.mode pages through them")
    add_json(parser, "the request, the response, the page and the schemas")


def _run(arguments: argparse.Namespace) -> int:
    loaded = load_config(arguments.file)
    config, mask, pages = loaded.config, Mask(loaded.config), _pages(arguments.pages)
    question = Question(config, _entity(config, arguments.entity), _position(config, arguments.offset))
    topic = config.output.topic_of(question.entity)
    document: Fields = {"connector": config.connector.name, "entity": question.entity, "topic": topic}
    document["warnings"] = list(map(str, loaded.warnings))

    def show(lines: Sequence[str]) -> None:
        if not arguments.json:
            print("\n".join(lines), flush=True)

    try:
        if pages is None:
            _preview(question, mask, document, show)
        else:
            walk(question, mask, document, show, pages)
    except (RequestFailed, PositionRefused) as failure:
        document["error"] = mask.text(str(failure))
    _end(document, as_json=arguments.json)
    return ExitCode.FAILED if "error" in document else ExitCode.DONE


def _preview(question: Question, mask: Mask, document: Fields, show: Callable[[Sequence[str]], None]) -> None:
    """Fill the document, and show each part of it as soon as it is there: a server may take its time."""
    answer = ask(question, _showing(question, mask, document, show), mask.text)
    document["response"] = _response_fields(answer, mask)
    show(_response_lines(document["response"]))
    page = read(question, answer, mask.text)
    converted = _convert(question, document["topic"], page, mask)
    document["warnings"] += map(mask.text, converted.warnings if converted else page.told)
    document["page"] = _page_fields(page, question, mask) | _converted_fields(converted)
    show(_page_lines(document["page"], document["topic"], question.position, converted))
    document["schemas"] = converted.schemas if converted else []
    if converted and converted.schemas:
        show(converted.lines)
    if converted and converted.failure:
        raise converted.failure


def _showing(question: Question, mask: Mask, document: Fields, show: Callable[[Sequence[str]], None]) -> Sent:
    """Shows each request; the document has the one that was asked for, and not those that redirects make of it."""
    asked: list[str] = []

    def sent(url: str, headers: Mapping[str, str]) -> None:
        asked.append(url)
        fields = _request_fields(question, mask, headers)
        if url == asked[0]:
            document["request"] = fields
        else:
            fields["url"] = mask.text(shown(url))
        show(_request_lines(fields))

    return sent


def _convert(question: Question, topic: str, page: Page, mask: Mask) -> "Converted | None":
    # Imported here, since it takes a while that other commands need not wait.
    from http_source.commands.converted import convert  # noqa: PLC0415

    return convert(question.config, topic, page, mask, RECORDS_SHOWN)


def _end(document: Fields, *, as_json: bool) -> None:
    if as_json:
        print_json(document)
        return
    sys.stderr.write("".join(f"warning: {warning}\n" for warning in document["warnings"]))
    if "error" in document:
        sys.stderr.write(f"{document['error']}\n")


# What was asked for


def _entity(config: ConnectorConfig, wanted: str | None) -> str:
    entities = config.request.entities
    if wanted is not None and wanted not in entities:
        raise UsageError(f"{escape(wanted)} is not an entity of this connector.{did_you_mean(wanted, entities)} See entity.names.")
    return wanted or entities[0]


def _pages(written: str | None) -> int | None:
    if written is not None and not _PAGES.fullmatch(written):
        raise UsageError(f"--pages is not a number of pages: {escape(written)}; expected an integer from 1 to 9999.")
    return None if written is None else int(written)


def _position(config: ConnectorConfig, wanted: str | None) -> Position:
    if wanted is None:
        return initial_position(config.offsets)
    try:
        return Position(read_offset(config.offsets, wanted), mode=config.offsets.mode.value)
    except ValueError as error:
        raise UsageError(f"--offset cannot be requested: {error}.") from None


def _entities(_prefix: str, arguments: argparse.Namespace) -> Sequence[str]:
    """Complete an entity of the file named before."""
    try:
        return load_config(arguments.file).config.request.entities
    except ConfigurationError:
        return ()


# For machines


def _request_fields(question: Question, mask: Mask, headers: Mapping[str, str]) -> Fields:
    request = mask.request(question.entity, question.position)
    body = None if request.body is None else request.body.decode()
    return {"method": request.method, "url": request.url, "headers": mask.headers(headers), "body": body}


def _response_fields(answer: Exchanged, mask: Mask) -> Fields:
    fields: Fields = {"status": answer.response.status, "milliseconds": round(answer.seconds * 1000), "bytes": len(answer.response.body)}
    fields["rate_limits"] = [
        {"said": readable(each.said, mask.text), "remaining": each.remaining, "reset_in_seconds": round(each.reset, 1)}
        for each in limits_in(answer.response.headers, time.time())
    ]
    return fields | ({"redirected_to": shown(answer.response.url)} if answer.response.url != answer.asked else {})


def _page_fields(page: Page, question: Question, mask: Mask) -> Fields:
    return {
        "records": len(page.records),
        "first": [mask.excerpt(record) for record in page.records[:RECORDS_SHOWN]],
        "position": _place(mask.position(page.position)),
        "next_in_seconds": pause_after(question, page),
    }


def _converted_fields(converted: "Converted | None") -> Fields:
    return {"converted": converted.ways, "refused": converted.refused, "skipped": converted.skipped} if converted else {}


# For people


def _request_lines(request: Fields) -> list[str]:
    headers = [f"  {name}: {value}" for name, value in request["headers"].items()]
    return [f"{request['method']} {request['url']}", *headers, *([f"  {escape(request['body'])}"] if request["body"] else []), ""]


def _response_lines(response: Fields) -> list[str]:
    redirected = [f"  redirected to {response['redirected_to']}"] if "redirected_to" in response else []
    limits = [f"  rate limit: {each['said']}{'' if each['remaining'] is not None else ', without what is left'}, "
              f"resets in {plain(each['reset_in_seconds'])} s" for each in response["rate_limits"]]
    return [f"{_named(response['status'])} in {response['milliseconds']} ms, {response['bytes']} bytes", *redirected, *limits]


def _page_lines(page: Fields, topic: str, asked: Position, converted: "Converted | None") -> list[str]:
    position = f"position: {json.dumps(page['position'], ensure_ascii=False)}"
    notes, others = (converted.notes, converted.others) if converted else ((), ())
    records = [line for record, noted in zip_longest(page["first"], notes, fillvalue=()) for line in (cut(f"  {record}"), *noted)]
    heading = f"{counted(page['records'], 'record')} for topic {topic}{_left_out(page)}{_first(page)}"
    return [heading, *records, *others, _next(page, asked), position]


def _named(status: int) -> str:
    return f"{status} {HTTPStatus(status).phrase}" if status in set(HTTPStatus) else str(status)


def _left_out(page: Fields) -> str:
    return f", {page['skipped']} of them left out" if page.get("skipped") else ""


def _first(page: Fields) -> str:
    if page["records"] > len(page["first"]):
        return f", the first {len(page['first'])}:"
    return ":" if page["first"] else ""


def _place(position: Position) -> Fields:
    """What a person can make use of in a position."""
    within = position.within and replace(position.within, boundary="")
    return replace(position, unmatched=False, boundary="", gathered="", beside="", within=within).to_json()


def _next(page: Fields, asked: Position) -> str:
    offset = page["position"]["offset"]
    if page["next_in_seconds"] is None:
        return "next: nothing, the last page was reached and http.cursor.end=stop"
    moved = "the same" if page["position"] == _place(asked) else json.dumps(offset, ensure_ascii=False)
    return f"next offset: {moved}, in {plain(page['next_in_seconds'])} s"
