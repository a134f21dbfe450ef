"""What somebody who can write to the database might change, and the sentence by which a verification reports it.

`{0}` is what the installation has (`Made`), `{1}` the entry that the row contradicts.
"""

ADA, JO = "ada@example.com", "developer@example.com"
MAPS_ID = "maps.com.mycompany.mywebsite"

DAMAGES = {
    "a revoked key is active": (
        "UPDATE keys SET state = 'active', revoked_at = NULL WHERE key_id = '{0.revoked_key}'",
        "{0.revoked_key}", "key.revoked",
        "The key {0.revoked_key} has the state 'active', but entry {1} says 'revoked'.",
    ),
    "a key is suspended": (
        "UPDATE keys SET state = 'suspended' WHERE key_id = '{0.key}'", "{0.key}", "key.created",
        "The key {0.key} has the state 'suspended', but entry {1} says 'active'.",
    ),
    "a key has the public key of another": (
        "UPDATE keys SET public_key = (SELECT public_key FROM maps_tokens) WHERE key_id = '{0.key}'",
        "{0.key}", "key.created", "The key {0.key} has another public key than entry {1} says.",
    ),
    "a key has an unreadable public key": (
        "UPDATE keys SET public_key = (SELECT digest FROM api_tokens) WHERE key_id = '{0.key}'",
        "{0.key}", "key.created", "The key {0.key} has another public key than entry {1} says.",
    ),
    "a key has no expiry": (
        "UPDATE keys SET expires_at = 2000000000000 WHERE key_id = '{0.key}'", "{0.key}", "key.created",
        "The key {0.key} has the expiry 2033-05-18T03:33:20Z, but entry {1} says none.",
    ),
    "a key has no ceiling of origins": (
        "UPDATE keys SET ceiling_origins = NULL WHERE key_id = '{0.key}'", "{0.key}", "key.ceilings_set",
        "The key {0.key} has the origins none, but entry {1} says 'example.com'.",
    ),
    "a key is gone": (
        "DELETE FROM keys WHERE key_id = '{0.revoked_key}'", "{0.revoked_key}", "key.created",
        "The key {0.revoked_key} is gone, but entry {1} made it, and none ended it.",
    ),
    "a Maps token has no origin": (
        "UPDATE maps_tokens SET origin = NULL WHERE token_id = '{0.maps_token}'", "{0.maps_token}",
        "maps_token.created", "The Maps token {0.maps_token} has the origin none, but entry {1} says 'example.com'.",
    ),
    "a Maps token has the public key of another": (
        "UPDATE maps_tokens SET public_key = (SELECT min(public_key) FROM keys) WHERE token_id = '{0.maps_token}'",
        "{0.maps_token}", "maps_token.created",
        "The Maps token {0.maps_token} has another public key than entry {1} says.",
    ),
    "an API token has another role": (
        "UPDATE api_tokens SET role = 'admin' WHERE token_id = '{0.api_token}'", "{0.api_token}",
        "api_token.created", "The API token {0.api_token} has the role 'admin', but entry {1} says 'viewer'.",
    ),
    "an API token acts as the operator": (
        "UPDATE api_tokens SET role = NULL, team_id = NULL WHERE token_id = '{0.api_token}'", "{0.api_token}",
        "api_token.created", "The API token {0.api_token} has the team none, but entry {1} says '{0.team}'.",
    ),
    "an API token has another secret": (
        "UPDATE api_tokens SET digest = (SELECT min(public_key) FROM keys) WHERE token_id = '{0.api_token}'",
        "{0.api_token}", "api_token.created", "The API token {0.api_token} has another secret than entry {1} says.",
    ),
    "a member has another role": (
        "UPDATE memberships SET role = 'admin' WHERE role = 'developer'", JO, "member.added",
        f"The member {JO} of {{0.team}} has the role 'admin', but entry {{1}} says 'developer'.",
    ),
    "a member is gone": (
        "DELETE FROM memberships WHERE role = 'developer'", JO, "member.added",
        f"The member {JO} of {{0.team}} is gone, but entry {{1}} made it, and none ended it.",
    ),
    "somebody has the operator's mark": (
        f"UPDATE people SET is_operator = (1 = 1) WHERE email = '{JO}'", JO, "person.created",
        f"The account {JO} has the operator true, but entry {{1}} says false.",
    ),
    "somebody has another password": (
        f"UPDATE people SET password_hash = (SELECT password_hash FROM people WHERE email = '{ADA}') WHERE email = '{JO}'", JO, "person.created",
        f"The account {JO} has another password than entry {{1}} says.",
    ),
    "a limit is higher": (
        "UPDATE quotas SET most = 1000000 WHERE subject LIKE 'team:%'", "team:{0.team}", "quota.set",
        "The limit team:{0.team} (service_calls, a day) has the limit 1000000, but entry {1} says 1000.",
    ),
    "a limit is gone": (
        "DELETE FROM quotas WHERE subject LIKE 'maps_id:%'", f"maps_id:{MAPS_ID}", "quota.set",
        f"The limit maps_id:{MAPS_ID} (service_calls, a day) is gone, but entry {{1}} made it, and none ended it.",
    ),
    "a webhook has another path": (
        "UPDATE webhooks SET url = 'https://1.1.1.1/hooks/eve'", "{0.webhook}", "webhook.added",
        "The webhook {0.webhook} has another URL than entry {1} says.",
    ),
    "a webhook sends to another host": (
        "UPDATE webhooks SET url = 'https://9.9.9.9/hooks/mine'", "{0.webhook}", "webhook.added",
        "The webhook {0.webhook} has the origin 'https://9.9.9.9', but entry {1} says 'https://1.1.1.1'.",
    ),
    "a webhook signs with another secret": (
        "UPDATE webhooks SET sealed = (SELECT sealed FROM webhook_old_secrets)", "{0.webhook}", "webhook.secret_renewed",
        "The webhook {0.webhook} has another signing secret than entry {1} says.",
    ),
    "a webhook is blind": (
        "UPDATE webhooks SET events = 'key.renamed'", "{0.webhook}", "webhook.added",
        "The webhook {0.webhook} has the events 'key.renamed', but entry {1} says '*'.",
    ),
    "a webhook is gone": (
        "DELETE FROM webhooks", "{0.webhook}", "webhook.added",
        "The webhook {0.webhook} is gone, but entry {1} made it, and none ended it.",
    ),
    "leaked keys are not suspended": (
        "UPDATE teams SET suspends_leaked_keys = NOT suspends_leaked_keys", "{0.team}", "team.created",
        "The team {0.team} has the choice to suspend leaked keys true, but entry {1} says false.",
    ),
    "an invitation is for an Admin": (
        "UPDATE links SET role = 'admin' WHERE kind = 'invitation'", "{0.invitation}", "invitation.made",
        "The invitation {0.invitation} has the role 'admin', but entry {1} says 'viewer'.",
    ),
    "an invitation has another secret": (
        "UPDATE links SET link_hash = 'eve' WHERE kind = 'invitation'", "{0.invitation}", "invitation.made",
        "The invitation {0.invitation} has another secret than entry {1} says.",
    ),
    "a reset link has another secret": (
        "UPDATE links SET link_hash = 'eve' WHERE kind = 'reset'", JO, "password.reset_issued",
        f"The reset link of {JO} has another secret than entry {{1}} says.",
    ),
}  # fmt: skip
_A_KEY = (
    "INSERT INTO keys (key_id, team_id, maps_id, maps_id_key, name, name_key, services, public_key, private_half, "
    "state, created_at, created_by, version) SELECT 'EVEEVEEVE1', team_id, maps_id, maps_id_key, 'Eve', 'eve', "
    "services, (SELECT public_key FROM maps_tokens), private_half, 'active', created_at, created_by, 1 FROM keys "
    "WHERE key_id = '{0.key}'"
)
MENDED = (
    "a revoked key is active",
    "a Maps token has no origin",
    "an API token has another role",
    "a member has another role",
    "somebody has the operator's mark",
    "somebody has another password",
    "a limit is higher",
    "a limit is gone",
    "a webhook has another path",
    "leaked keys are not suspended",
    "an invitation is for an Admin",
    "a reset link has another secret",
)
UNKNOWN = {
    "a key": (
        _A_KEY,
        "The key EVEEVEEVE1 is there, but no entry says who made it.",
    ),
    "a session": (
        "INSERT INTO sessions SELECT 'eve', 'eve', person_id, created_at + 1, seen_at, seen_at, network, '' FROM sessions",
        f"The session eve of {JO} is there, but no entry says who made it.",
    ),
    "a session with another cookie": (
        "UPDATE sessions SET session_hash = 'eve', session_id = 'eve'",
        f"The session eve of {JO} is there, but no entry says who made it.",
    ),
    "a passkey with another key": (
        "UPDATE passkeys SET public_key = (SELECT min(public_key) FROM keys)",
        f"The passkey 'Laptop' of {JO} is there, but no entry says who made it.",
    ),
    "a reset link for somebody else": (
        f"UPDATE links SET person_id = (SELECT person_id FROM people WHERE email = '{ADA}') WHERE kind = 'reset'",
        f"The reset link of {ADA} is there, but no entry says who made it.",
    ),
    "a replaced secret of a webhook for longer": (
        "UPDATE webhook_old_secrets SET until = until + 1",
        "The replaced secret of the webhook {0.webhook} is there, but no entry says that it signs until then.",
    ),
    "another secret of a webhook": (
        "UPDATE webhook_old_secrets SET sealed = (SELECT sealed FROM webhooks)",
        "The replaced secret of the webhook {0.webhook} is there, but no entry says that it signs until then.",
    ),
    "a replaced secret of a webhook from before": (
        "INSERT INTO webhook_old_secrets SELECT webhook_id, sequence - 1, sealed, until FROM webhook_old_secrets",
        "The replaced secret of the webhook {0.webhook} is there, but no entry says that it signs until then.",
    ),
    "a signing secret": (
        "INSERT INTO signing_secrets SELECT 'eve', sealed, created_at FROM signing_secrets",
        "The signing secret eve is there, but no entry says who made it.",
    ),
}
