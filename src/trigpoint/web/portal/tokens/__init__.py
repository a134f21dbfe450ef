"""Pages of Maps tokens and API tokens."""

from trigpoint.web.portal.tokens import api_tokens, maps_tokens

HANDLERS = (*maps_tokens.HANDLERS, *api_tokens.HANDLERS)
