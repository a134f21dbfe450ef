import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;

public class Sign {
    static final String TEAM_ID = "K5GNLXS2QT";
    static final String KEY_ID = "2X9R4HXF34";

    public static void main(String[] arguments) throws Exception {
        String pem = Files.readString(Path.of("AuthKey_" + KEY_ID + ".p8"));
        String body = pem.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
        var spec = new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body));
        var privateKey = KeyFactory.getInstance("EC").generatePrivate(spec);

        long now = Instant.now().getEpochSecond(); // seconds, not milliseconds
        String header = "{\"alg\":\"ES256\",\"kid\":\"" + KEY_ID + "\",\"typ\":\"JWT\"}";
        String payload = "{\"iss\":\"" + TEAM_ID + "\",\"iat\":" + now + ",\"exp\":" + (now + 30 * 60)
            + ",\"scope\":\"server_api\"}";
        var encoder = Base64.getUrlEncoder().withoutPadding();
        String message = encoder.encodeToString(header.getBytes(StandardCharsets.UTF_8)) + "."
            + encoder.encodeToString(payload.getBytes(StandardCharsets.UTF_8));

        // "inP1363Format" gives the 64 raw bytes r and s that ES256 takes; without it Java gives DER.
        Signature signer = Signature.getInstance("SHA256withECDSAinP1363Format");
        signer.initSign(privateKey);
        signer.update(message.getBytes(StandardCharsets.US_ASCII));
        System.out.println(message + "." + encoder.encodeToString(signer.sign()));
    }
}
