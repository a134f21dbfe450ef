using System.Security.Cryptography;
using System.Text;

const string TeamId = "K5GNLXS2QT";
const string KeyId = "2X9R4HXF34";

using var privateKey = ECDsa.Create();
privateKey.ImportFromPem(File.ReadAllText($"AuthKey_{KeyId}.p8"));

static string Encode(byte[] bytes) =>
    Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
var header = $$"""{"alg":"ES256","kid":"{{KeyId}}","typ":"JWT"}""";
var payload = $$"""{"iss":"{{TeamId}}","iat":{{now}},"exp":{{now + 30 * 60}},"scope":"server_api"}""";
var message = Encode(Encoding.UTF8.GetBytes(header)) + "." + Encode(Encoding.UTF8.GetBytes(payload));

// .NET signs in the raw form r and s that ES256 takes.
var signature = privateKey.SignData(Encoding.ASCII.GetBytes(message), HashAlgorithmName.SHA256);
Console.WriteLine(message + "." + Encode(signature));
