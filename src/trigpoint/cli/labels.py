"""Column headings of teams, Maps IDs, keys and events."""

TEAM_LABELS = {
    "teamId": "Team ID",
    "name": "Name",
    "createdAt": "Created",
    "suspendsLeakedKeys": "Suspends leaked keys",
}
MAPS_ID_LABELS = {"mapsId": "Maps ID", "description": "Description", "teamId": "Team ID", "createdAt": "Created"}
KEY_LABELS = {
    "keyId": "Key ID",
    "name": "Name",
    "state": "State",
    "mapsId": "Maps ID",
    "teamId": "Team ID",
    "services": "Services",
    "privateHalf": "Private key",
    "createdAt": "Created",
    "createdBy": "Created by",
    "expiresAt": "Expires",
    "downloadedAt": "Downloaded",
    "downloadedBy": "Downloaded by",
    "lastUsedAt": "Last used",
    "lastUsedOrigin": "Last used on",
    "lastUsedNetwork": "Last used from",
    "ceilingScopes": "Allowed scopes",
    "ceilingLifetime": "Longest token lifetime (s)",
    "ceilingOrigins": "Allowed origins",
    "revokedAt": "Revoked",
    "revokedBy": "Revoked by",
    "revocationReason": "Reason",
    "revocationNote": "Note",
}
KEY_COLUMNS = {name: KEY_LABELS[name] for name in ("keyId", "name", "state", "mapsId", "privateHalf", "lastUsedAt")}
EVENT_COLUMNS = {"sequence": "No.", "at": "Time", "actor": "Actor", "kind": "Event", "subject": "Subject"}
WEBHOOK_COLUMNS = {
    "webhookId": "ID",
    "url": "URL",
    "teamId": "Team ID",
    "events": "Events",
    "state": "State",
    "disabledBecause": "Reason",
    "lastSuccessAt": "Last success",
}
DELIVERY_COLUMNS = {
    "messageId": "Message",
    "kind": "Event",
    "state": "State",
    "attempts": "Attempts",
    "lastStatus": "Last response",
    "nextAt": "Next attempt",
    "lastError": "Error",
}
API_TOKEN_LABELS = {
    "apiTokenId": "ID",
    "name": "Name",
    "start": "Starts with",
    "role": "Role",
    "teamId": "Team ID",
    "owner": "Owner",
    "state": "State",
    "createdAt": "Created",
    "createdBy": "Created by",
    "expiresAt": "Expires",
    "lastUsedAt": "Last used",
    "revokedAt": "Revoked",
    "revokedBy": "Revoked by",
}
API_TOKEN_COLUMNS = {
    name: API_TOKEN_LABELS[name]
    for name in ("apiTokenId", "name", "start", "role", "teamId", "state", "expiresAt", "lastUsedAt")
}
