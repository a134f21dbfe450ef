import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

public class Snapshot {
    static final String TEAM_ID = "K5GNLXS2QT";
    static final String KEY_ID = "2X9R4HXF34";

    public static void main(String[] arguments) throws Exception {
        String pem = Files.readString(Path.of("AuthKey_" + KEY_ID + ".p8"));
        String body = pem.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
        var spec = new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body));
        var privateKey = KeyFactory.getInstance("EC").generatePrivate(spec);

        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("center", "60.1699,24.9384");
        parameters.put("z", "14");
        parameters.put("size", "600x400");
        parameters.put("scale", "2");
        parameters.put("annotations", "[{\"point\":\"center\",\"color\":\"449944\",\"glyphText\":\"h\"}]");
        parameters.put("teamId", TEAM_ID);
        parameters.put("keyId", KEY_ID);
        String query = parameters.entrySet().stream()
            .map(one -> one.getKey() + "=" + URLEncoder.encode(one.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));

        // Path and query are signed exactly as they are sent.
        // "inP1363Format" gives the 64 raw bytes r and s; without it Java gives DER.
        String path = "/api/v1/snapshot?" + query;
        Signature signer = Signature.getInstance("SHA256withECDSAinP1363Format");
        signer.initSign(privateKey);
        signer.update(path.getBytes(StandardCharsets.US_ASCII));
        String signature = Base64.getUrlEncoder().withoutPadding().encodeToString(signer.sign());
        System.out.println("https://maps.example.com" + path + "&signature=" + signature);
    }
}
