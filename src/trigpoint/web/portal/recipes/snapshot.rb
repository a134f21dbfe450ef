require "erb"
require "json"
require "openssl"

TEAM_ID = "K5GNLXS2QT"
KEY_ID = "2X9R4HXF34"
private_key = OpenSSL::PKey.read(File.read("AuthKey_#{KEY_ID}.p8"))

parameters = {
  center: "60.1699,24.9384",
  z: "14",
  size: "600x400",
  scale: "2",
  annotations: [{ point: "center", color: "449944", glyphText: "h" }].to_json,
  teamId: TEAM_ID,
  keyId: KEY_ID,
}
query = parameters.map { |name, value| "#{name}=#{ERB::Util.url_encode(value)}" }.join("&")

# Path and query are signed exactly as they are sent. OpenSSL signs in DER; needed are r and s, 32 bytes each.
path = "/api/v1/snapshot?#{query}"
der = private_key.sign("SHA256", path)
raw = OpenSSL::ASN1.decode(der).value.map { |part| part.value.to_s(2).rjust(32, "\0") }.join
signature = [raw].pack("m0").tr("+/", "-_").delete("=")
puts "https://maps.example.com#{path}&signature=#{signature}"
