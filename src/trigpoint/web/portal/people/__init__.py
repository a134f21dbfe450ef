"""Pages to sign in, and of accounts, passkeys, teams and members."""

from trigpoint.web.portal.people import account, members, passkeys, sign_in, teams

HANDLERS = (*sign_in.HANDLERS, *members.HANDLERS, *teams.HANDLERS, *account.HANDLERS, *passkeys.HANDLERS)
