package rolecall;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLDecoder;
import java.net.URLStreamHandler;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the programs for both versions of the AWS SDK for Java share: rows in, answers out, and something in the place of the
 * network and of the environment. support/habits.py tells the form of a row.
 */
final class Wire {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern SCOPE = Pattern.compile("Credential=([^/]*)/\\d+/([^/]*)/sts/aws4_request");
    private static final String[] MEMBERS = {
        "RoleArn", "RoleSessionName", "ExternalId", "SerialNumber", "SourceIdentity",
    };
    private static final String PROVIDED =
        "{\"Code\": \"Success\", \"AccessKeyId\": \"provided\", \"SecretAccessKey\": \"secret\", \"Token\": \"token\", "
            + "\"Expiration\": \"2099-01-01T00:00:00Z\", \"LastUpdated\": \"2020-01-01T00:00:00Z\", \"Type\": \"AWS-HMAC\"}";

    private static ArrayNode sent;
    private static boolean instance;

    private Wire() {}

    /** What a program does with a row. */
    interface Judge {
        void judge(JsonNode row) throws Exception;
    }

    /** The text of an option, {@code null} where there is none. */
    static String text(JsonNode row, String... path) {
        JsonNode at = row;
        for (String name : path) {
            at = at.path(name);
        }
        return at.isTextual() ? at.textValue() : null;
    }

    /** The value of a switch, {@code null} where there is none. */
    static Boolean flag(JsonNode row, String name) {
        JsonNode at = row.path("options").path(name);
        return at.isBoolean() ? at.booleanValue() : null;
    }

    /** Answers every row on standard input. */
    static void run(Judge judge) throws Exception {
        Path home = Path.of(System.getenv("HOME"));
        System.setProperty("user.home", home.toString());
        Map<String, String> environment = new HashMap<>();
        replaceEnvironment(environment);
        URL.setURLStreamHandlerFactory(protocol -> protocol.equals("http") ? new Metadata() : null);
        Files.writeString(home.resolve("token"), "a token that nobody checks");
        Files.writeString(home.resolve("process"), "echo '{\"Version\": 1, \"AccessKeyId\": \"process\", "
            + "\"SecretAccessKey\": \"secret\", \"SessionToken\": \"token\", \"Expiration\": \"2099-01-01T00:00:00Z\"}'");
        Files.createDirectories(home.resolve(".aws"));
        // Nothing but answers goes to standard output.
        PrintStream out = new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), false, StandardCharsets.UTF_8);
        BufferedReader rows = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = rows.readLine(); line != null; line = rows.readLine()) {
            JsonNode row = JSON.readTree(line);
            settle(row, home, environment);
            sent = JSON.createArrayNode();
            ObjectNode said = JSON.createObjectNode().put("id", row.path("id").intValue());
            try {
                judge.judge(row);
                if (row.path("ask").textValue().equals("endpoint")) {
                    said.setAll((ObjectNode) sent.get(sent.size() - 1).get("target"));
                } else {
                    said.set("calls", sent);
                }
            } catch (Exception refusal) {
                said.put("error", "Java").put("text", words(refusal)).set("calls", sent);
            }
            out.println(said);
        }
        out.flush();
        System.exit(0);
    }

    /** What came of one call: what is answered. */
    static String answer(String url, String authorization, String body) {
        Map<String, String> form = new HashMap<>();
        for (String pair : body.split("&")) {
            String[] parts = pair.split("=", 2);
            form.put(parts[0], parts.length == 2 ? URLDecoder.decode(parts[1], StandardCharsets.UTF_8) : "");
        }
        ObjectNode call = sent.addObject();
        ObjectNode target = call.putObject("target").put("url", url.endsWith("/") ? url.substring(0, url.length() - 1) : url);
        Matcher scope = SCOPE.matcher(authorization == null ? "" : authorization);
        boolean signed = scope.find();
        call.put("key", signed ? scope.group(1) : null);
        target.put("signing_region", signed ? scope.group(2) : null);
        String signing = authorization == null ? null : authorization.startsWith("AWS4-ECDSA") ? "v4a" : "v4";
        target.put("signing", signing);
        String action = form.get("Action");
        call.put("operation", action);
        for (String member : MEMBERS) {
            call.put(member, form.get(member));
        }
        String seconds = form.get("DurationSeconds");
        call.put("DurationSeconds", seconds == null ? null : Integer.valueOf(seconds));
        return String.format(
            "<%1$sResponse><%1$sResult><Credentials><AccessKeyId>ASIA%2$d</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>"
                + "<SessionToken>token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></%1$sResult>"
                + "</%1$sResponse>",
            action, sent.size());
    }

    private static void settle(JsonNode row, Path home, Map<String, String> environment) throws IOException {
        environment.clear();
        environment.put("HOME", home.toString());
        environment.put("PATH", "/usr/bin:/bin");
        for (String kind : new String[] {"config", "credentials"}) {
            Path file = home.resolve(".aws").resolve(kind);
            Files.deleteIfExists(file);
            if (text(row, kind) != null) {
                // A process in Java stays in the folder it was started in.
                Files.writeString(file, text(row, kind)
                    .replace("token_file = token", "token_file = " + home.resolve("token"))
                    .replace("sh process", "sh " + home.resolve("process")));
            }
        }
        String provided = text(row, "provided");
        instance = "instance".equals(provided);
        if ("container".equals(provided)) {
            environment.put("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/role");
        }
        row.path("env").fields().forEachRemaining(set -> environment.put(set.getKey(), set.getValue().textValue()));
        environment.computeIfPresent("AWS_WEB_IDENTITY_TOKEN_FILE", (name, file) ->
            file.equals("token") ? home.resolve(file).toString() : file);
    }

    private static String words(Throwable refusal) {
        StringBuilder words = new StringBuilder();
        for (Throwable at = refusal; at != null; at = at.getCause()) {
            words.append(at.getClass().getSimpleName()).append(": ").append(at.getMessage()).append('\n');
        }
        return words.toString();
    }

    /** Puts a map of ours behind {@link System#getenv}. */
    private static void replaceEnvironment(Map<String, String> ours) throws ReflectiveOperationException {
        Map<String, String> seen = System.getenv();
        Field behind = seen.getClass().getDeclaredField("m");
        behind.setAccessible(true);
        behind.set(seen, ours);
    }

    /** The metadata services of containers and instances, and nothing else. */
    private static final class Metadata extends URLStreamHandler {
        @Override
        protected URLConnection openConnection(URL url) {
            return new Reply(url);
        }

        @Override
        protected URLConnection openConnection(URL url, Proxy proxy) {
            return new Reply(url);
        }
    }

    private static final class Reply extends HttpURLConnection {
        private final String body;

        Reply(URL url) {
            super(url);
            if (url.getHost().equals("169.254.170.2")) {
                body = PROVIDED;
            } else if (!instance) {
                body = null;
            } else if (url.getPath().endsWith("/api/token")) {
                body = "token";
            } else if (url.getPath().endsWith("/security-credentials/")) {
                body = "role";
            } else if (url.getPath().contains("/security-credentials")) {
                body = PROVIDED;
            } else {
                body = null;
            }
        }

        @Override
        public int getResponseCode() {
            return body == null ? 404 : 200;
        }

        @Override
        public InputStream getInputStream() throws IOException {
            if (body == null) {
                throw new java.io.FileNotFoundException(url.toString());
            }
            return new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public InputStream getErrorStream() {
            return new ByteArrayInputStream(new byte[0]);
        }

        @Override
        public java.io.OutputStream getOutputStream() {
            return java.io.OutputStream.nullOutputStream();
        }

        @Override
        public void connect() {}

        @Override
        public void disconnect() {}

        @Override
        public boolean usingProxy() {
            return false;
        }
    }
}
