"""Usage and quotas: how many calls were made, and how many may be."""

from trigpoint.web.portal.usage import page, quotas

HANDLERS = (*page.HANDLERS, *quotas.HANDLERS)
