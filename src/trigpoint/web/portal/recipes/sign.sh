#!/bin/sh
set -eu
team_id=K5GNLXS2QT
key_id=2X9R4HXF34

encode() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }

now=$(date +%s)
header=$(printf '{"alg":"ES256","kid":"%s","typ":"JWT"}' "$key_id" | encode)
payload=$(printf '{"iss":"%s","iat":%d,"exp":%d,"scope":"server_api"}' "$team_id" "$now" $((now + 1800)) | encode)

# openssl signs in DER; ES256 takes r and s, 32 bytes each: read both numbers, pad them with zeros, join them.
raw=$(printf '%s.%s' "$header" "$payload" |
  openssl dgst -sha256 -sign "AuthKey_$key_id.p8" |
  openssl asn1parse -inform DER |
  sed -n 's/.*INTEGER *://p' |
  while read -r number; do printf '%64s' "$number" | tr ' ' 0; done)

# Each pair of hexadecimal digits becomes a byte, with nothing but the shell's own printf.
bytes=$(printf '%s' "$raw" | sed 's/../\\x&/g')
signature=$(env printf "$bytes" | encode)
printf '%s.%s.%s\n' "$header" "$payload" "$signature"
