"""The desks of people: accounts, members of teams, sessions and passkeys."""
