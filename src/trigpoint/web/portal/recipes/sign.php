<?php
$teamId = 'K5GNLXS2QT';
$keyId = '2X9R4HXF34';
$privateKey = openssl_pkey_get_private(file_get_contents("AuthKey_$keyId.p8"));

function encode(string $bytes): string
{
    return rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
}

$now = time();
$header = json_encode(['alg' => 'ES256', 'kid' => $keyId, 'typ' => 'JWT']);
$payload = json_encode(['iss' => $teamId, 'iat' => $now, 'exp' => $now + 30 * 60, 'scope' => 'server_api']);
$message = encode($header) . '.' . encode($payload);

// OpenSSL signs in DER: 30 len 02 len r 02 len s. ES256 takes r and s, 32 bytes each.
openssl_sign($message, $der, $privateKey, OPENSSL_ALGO_SHA256);
$lengthOfR = ord($der[3]);
$r = substr($der, 4, $lengthOfR);
$s = substr($der, 6 + $lengthOfR, ord($der[5 + $lengthOfR]));
$raw = '';
foreach ([$r, $s] as $part) {
    $raw .= str_pad(ltrim($part, "\0"), 32, "\0", STR_PAD_LEFT);
}
echo $message . '.' . encode($raw), PHP_EOL;
