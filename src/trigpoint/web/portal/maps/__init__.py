"""The map, and what is tried on it: Try it, the Snapshot studio, why a place was found."""

from trigpoint.web.portal.maps import page, studio, try_it, why

HANDLERS = (*page.HANDLERS, *try_it.HANDLERS, *why.HANDLERS, *studio.HANDLERS)
