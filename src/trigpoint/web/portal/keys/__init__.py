"""Pages of identifiers and keys."""

from trigpoint.web.portal.keys import ceilings, identifiers, new_key, pages, rotation, use

HANDLERS = (
    *identifiers.HANDLERS,
    *new_key.HANDLERS,
    *pages.HANDLERS,
    *rotation.HANDLERS,
    *ceilings.HANDLERS,
    *use.HANDLERS,
)
