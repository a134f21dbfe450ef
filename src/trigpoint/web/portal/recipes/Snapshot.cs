using System.Security.Cryptography;
using System.Text;

const string TeamId = "K5GNLXS2QT";
const string KeyId = "2X9R4HXF34";

using var privateKey = ECDsa.Create();
privateKey.ImportFromPem(File.ReadAllText($"AuthKey_{KeyId}.p8"));

var parameters = new (string Name, string Value)[]
{
    ("center", "60.1699,24.9384"),
    ("z", "14"),
    ("size", "600x400"),
    ("scale", "2"),
    ("annotations", """[{"point":"center","color":"449944","glyphText":"h"}]"""),
    ("teamId", TeamId),
    ("keyId", KeyId),
};
var query = string.Join("&", parameters.Select(one => one.Name + "=" + Uri.EscapeDataString(one.Value)));

// Path and query are signed exactly as they are sent. .NET signs in the raw form r and s.
var path = "/api/v1/snapshot?" + query;
var raw = privateKey.SignData(Encoding.ASCII.GetBytes(path), HashAlgorithmName.SHA256);
var signature = Convert.ToBase64String(raw).TrimEnd('=').Replace('+', '-').Replace('/', '_');
Console.WriteLine("https://maps.example.com" + path + "&signature=" + signature);
