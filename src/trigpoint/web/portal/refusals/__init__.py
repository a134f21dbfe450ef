"""Why was it refused? A token or a refused call, explained."""

from trigpoint.web.portal.refusals import diagnosis

HANDLERS = (*diagnosis.HANDLERS,)
