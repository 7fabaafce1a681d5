"""Names as a format has them that takes few: what `scrub.invalid.names` does, told apart by nothing but the letters."""


def scrubbed(name: str) -> str:
    return "".join(each if each.isalnum() else "_" for each in name)
