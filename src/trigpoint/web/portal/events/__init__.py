"""What happened: activity, and the webhooks that tell others of it."""

from trigpoint.web.portal.events import activity, webhooks

HANDLERS = (*activity.HANDLERS, *webhooks.HANDLERS)
