"""castorm's values: an envelope around the text of each record, and what people do to get rid of it."""

from http_source.migration.configuration_draft import ConfigurationDraft

_TRANSFORM = "org.apache.kafka.connect.transforms.ExtractField$"
_UNWRAPPING = {f"{_TRANSFORM}Value": "value", f"{_TRANSFORM}Key": "key"}
_MAPPER = "http.response.record.mapper"


def move_values(draft: ConfigurationDraft) -> None:
    """Write the records themselves, or the part of them that was asked for."""
    mapper = (draft.take(_MAPPER) or "Schemed").rpartition(".")[2]
    for name, _ in list(draft.take_all("http.record.schema.")):
        draft.remark(name, "Left out: values and keys have no envelope here.")
    is_unwrapped = _unwrap(draft)
    if mapper.startswith("Schemed") and not is_unwrapped:
        draft.remark(_MAPPER, "castorm's connector writes {\"value\": …} with the text of the record, and keys as {\"key\": …}. Here they "
                     "have no envelope.")
    elif not mapper.startswith(("Schemed", "String")):
        draft.leave_open(_MAPPER, f"{mapper} has no equivalent here: values are the records as they are served.")
    _take_part(draft)


def _unwrap(draft: ConfigurationDraft) -> bool:
    """Whether a transform did nothing but take values out of their envelope; it is left out then."""
    aliases = draft.take_list("transforms")
    kept = [alias for alias in aliases if not _only_unwraps(draft, alias)]
    for alias in (alias for alias in aliases if alias not in kept):
        for name, _ in list(draft.take_all(f"transforms.{alias}.")):
            if name.endswith(".type"):
                draft.remark(name, "Left out: values and keys have no envelope here, so there is nothing to take them out of.")
    if kept:
        draft.properties["transforms"] = ",".join(kept)
    return len(kept) < len(aliases)


def _only_unwraps(draft: ConfigurationDraft, alias: str) -> bool:
    kind, field = draft.left.get(f"transforms.{alias}.type", ""), draft.left.get(f"transforms.{alias}.field")
    return "expandjson" in kind.lower() or (kind in _UNWRAPPING and field == _UNWRAPPING[kind])


def _take_part(draft: ConfigurationDraft) -> None:
    """A part of each element as the record: what a transform takes out, while offset and key are still looked for in the whole."""
    parts = (draft.take("http.response.record.pointer") or "/").split("/")[1:]
    fields = [part.replace("~1", "/").replace("~0", "~") for part in parts if part]
    aliases = [f"part{number}" for number in range(1, len(fields) + 1)]
    for alias, field in zip(aliases, fields, strict=True):
        draft.properties |= {f"transforms.{alias}.type": f"{_TRANSFORM}Value", f"transforms.{alias}.field": field}
    if aliases:
        draft.properties["transforms"] = ",".join(filter(None, [*aliases, draft.properties.get("transforms")]))
