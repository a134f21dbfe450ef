"""Pages of activity and webhooks."""

from trigpoint.web.portal.events import activity, webhooks

HANDLERS = (*activity.HANDLERS, *webhooks.HANDLERS)
