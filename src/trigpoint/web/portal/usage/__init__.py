"""Pages of usage and quotas."""

from trigpoint.web.portal.usage import page, quotas

HANDLERS = (*page.HANDLERS, *quotas.HANDLERS)
