#!/bin/sh
set -eu
team_id=K5GNLXS2QT
key_id=2X9R4HXF34

# Everything is percent-encoded already: [{"point":"center","color":"449944","glyphText":"h"}]
marker='%5B%7B%22point%22%3A%22center%22%2C%22color%22%3A%22449944%22%2C%22glyphText%22%3A%22h%22%7D%5D'
query="center=60.1699,24.9384&z=14&size=600x400&scale=2&annotations=$marker&teamId=$team_id&keyId=$key_id"

# Path and query are signed exactly as they are sent, without a line break.
# openssl signs in DER; needed are r and s, 32 bytes each: read both numbers, pad them with zeros, join them.
raw=$(printf '/api/v1/snapshot?%s' "$query" |
  openssl dgst -sha256 -sign "AuthKey_$key_id.p8" |
  openssl asn1parse -inform DER |
  sed -n 's/.*INTEGER *://p' |
  while read -r number; do printf '%64s' "$number" | tr ' ' 0; done)

# Each pair of hexadecimal digits becomes a byte, with nothing but the shell's own printf.
bytes=$(printf '%s' "$raw" | sed 's/../\\x&/g')
signature=$(env printf "$bytes" | openssl base64 -A | tr '+/' '-_' | tr -d '=')
printf 'https://maps.example.com/api/v1/snapshot?%s&signature=%s\n' "$query" "$signature"
