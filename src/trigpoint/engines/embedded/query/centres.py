"""A town by its centre or its municipality, which few towns have as a place: "downtown Columbus", "центр Москвы", "City of Columbus"."""

# ruff: noqa: RUF001 (words of many languages)

import re

LONGEST = 80

_BEFORE = (
    r"(?:the\s+)?(?:city\s+|town\s+)?cent(?:re|er)\s+of|downtown|central|greater|the\s+middle\s+of|(?:stadt|orts)?zentrum(?:\s+(?:von|der\s+stadt))?|innenstadt(?:\s+von)?"
    r"|stadtmitte(?:\s+von)?|centre[\s-]?ville\s+(?:de|d['’]|du)|centro\s+(?:de|di|do|da)|centre\s+(?:de|d['’])|центр(?:\s+города)?|в\s+центре|centrum(?:\s+av)?|sentrum(?:\s+av)?"
    r"|(?:the\s+)?(?:city|town|village|municipality|parish)\s+of|stadt(?:gemeinde)?|gemeinde|ville\s+de|commune\s+(?:de|d['’])"
    r"|parr[oò]quia\s+(?:de|d['’])|ciudad\s+de|comune\s+di|municipio\s+de|cidade\s+de"
)
_BEHIND = (
    r"(?:city\s+|town\s+)?cent(?:re|er)|downtown|metropolitan\s+area|metro\s+area|(?:stadt|orts)?zentrum|innenstadt|stadtmitte|centre[\s-]?ville|keskusta(?:ssa|an)?|ydinkeskusta"
    r"|sentrum|centrum|centro|центр|city|kommune?|kaupunki|municipality|parish"
)
_CENTRE = re.compile(rf"^\s*(?:(?:{_BEFORE})\s*\b(?P<of>.+)|(?P<town>.+?)[\s,]+(?:{_BEHIND}))\s*$", re.IGNORECASE)
_DENSE = re.compile(r"^\s*(?P<town>[一-鿿]{2,8}?)(?:市)?(?:市中心|市区|市區|中心)\s*$")


def town_of_centre(text: str) -> str | None:
    """Return the town whose centre or municipality a text names; None if it names none."""
    if len(text) > LONGEST:
        return None
    found = _CENTRE.match(text) or _DENSE.match(text)
    return (found.groupdict().get("of") or found["town"]).strip(" ,") if found is not None else None
