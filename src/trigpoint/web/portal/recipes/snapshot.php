<?php
$teamId = 'K5GNLXS2QT';
$keyId = '2X9R4HXF34';
$privateKey = openssl_pkey_get_private(file_get_contents("AuthKey_$keyId.p8"));

$query = http_build_query([
    'center' => '60.1699,24.9384',
    'z' => '14',
    'size' => '600x400',
    'scale' => '2',
    'annotations' => json_encode([['point' => 'center', 'color' => '449944', 'glyphText' => 'h']]),
    'teamId' => $teamId,
    'keyId' => $keyId,
], '', '&', PHP_QUERY_RFC3986);

// Path and query are signed exactly as they are sent.
// OpenSSL signs in DER: 30 len 02 len r 02 len s. Needed are r and s, 32 bytes each.
$path = "/api/v1/snapshot?$query";
openssl_sign($path, $der, $privateKey, OPENSSL_ALGO_SHA256);
$lengthOfR = ord($der[3]);
$r = substr($der, 4, $lengthOfR);
$s = substr($der, 6 + $lengthOfR, ord($der[5 + $lengthOfR]));
$raw = '';
foreach ([$r, $s] as $part) {
    $raw .= str_pad(ltrim($part, "\0"), 32, "\0", STR_PAD_LEFT);
}
$signature = rtrim(strtr(base64_encode($raw), '+/', '-_'), '=');
echo "https://maps.example.com$path&signature=$signature", PHP_EOL;
