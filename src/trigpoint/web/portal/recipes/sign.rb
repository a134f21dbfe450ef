require "json"
require "openssl"

TEAM_ID = "K5GNLXS2QT"
KEY_ID = "2X9R4HXF34"
private_key = OpenSSL::PKey.read(File.read("AuthKey_#{KEY_ID}.p8"))

def encode(bytes) = [bytes].pack("m0").tr("+/", "-_").delete("=")

now = Time.now.to_i
header = { alg: "ES256", kid: KEY_ID, typ: "JWT" }
payload = { iss: TEAM_ID, iat: now, exp: now + 30 * 60, scope: "server_api" }
message = "#{encode(header.to_json)}.#{encode(payload.to_json)}"

# OpenSSL signs in DER; ES256 takes r and s, 32 bytes each.
der = private_key.sign("SHA256", message)
raw = OpenSSL::ASN1.decode(der).value.map { |part| part.value.to_s(2).rjust(32, "\0") }.join
puts "#{message}.#{encode(raw)}"
