import CryptoKit
import Foundation

let teamID = "K5GNLXS2QT"
let keyID = "2X9R4HXF34"
let pem = try String(contentsOfFile: "AuthKey_\(keyID).p8", encoding: .utf8)
let privateKey = try P256.Signing.PrivateKey(pemRepresentation: pem)

func base64URL(_ data: Data) -> String {
    data.base64EncodedString()
        .replacingOccurrences(of: "+", with: "-")
        .replacingOccurrences(of: "/", with: "_")
        .replacingOccurrences(of: "=", with: "")
}

let now = Int(Date().timeIntervalSince1970)
let header = #"{"alg":"ES256","kid":"\#(keyID)","typ":"JWT"}"#
let payload = #"{"iss":"\#(teamID)","iat":\#(now),"exp":\#(now + 30 * 60),"scope":"server_api"}"#
let message = base64URL(Data(header.utf8)) + "." + base64URL(Data(payload.utf8))

// rawRepresentation is r and s, as ES256 wants it; derRepresentation is not.
let signature = try privateKey.signature(for: Data(message.utf8)).rawRepresentation
print(message + "." + base64URL(signature))
