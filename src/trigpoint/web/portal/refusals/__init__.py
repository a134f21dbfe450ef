"""The page Why was it refused?, which explains a token or a refused call."""

from trigpoint.web.portal.refusals import diagnosis

HANDLERS = (*diagnosis.HANDLERS,)
