"""People: signing in, accounts, passkeys, teams and their members."""

from trigpoint.web.portal.people import account, members, passkeys, sign_in, teams

HANDLERS = (*sign_in.HANDLERS, *members.HANDLERS, *teams.HANDLERS, *account.HANDLERS, *passkeys.HANDLERS)
