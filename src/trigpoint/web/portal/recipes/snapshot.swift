import CryptoKit
import Foundation

let teamID = "K5GNLXS2QT"
let keyID = "2X9R4HXF34"
let pem = try String(contentsOfFile: "AuthKey_\(keyID).p8", encoding: .utf8)
let privateKey = try P256.Signing.PrivateKey(pemRepresentation: pem)

let parameters = [
    ("center", "60.1699,24.9384"),
    ("z", "14"),
    ("size", "600x400"),
    ("scale", "2"),
    ("annotations", #"[{"point":"center","color":"449944","glyphText":"h"}]"#),
    ("teamId", teamID),
    ("keyId", keyID),
]
let query = parameters
    .map { name, value in "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: .alphanumerics)!)" }
    .joined(separator: "&")

// Path and query are signed exactly as they are sent; rawRepresentation is r and s, derRepresentation is not.
let path = "/api/v1/snapshot?\(query)"
let signature = try privateKey.signature(for: Data(path.utf8)).rawRepresentation.base64EncodedString()
    .replacingOccurrences(of: "+", with: "-")
    .replacingOccurrences(of: "/", with: "_")
    .replacingOccurrences(of: "=", with: "")
print("https://maps.example.com\(path)&signature=\(signature)")
