package rolecall;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;

/** What a program in a place is asked, and how it answers: tests/clients/README.md. */
final class Document {
    static final ObjectMapper MAPPER = new ObjectMapper();

    final JsonNode asked;
    final ObjectNode done = MAPPER.createObjectNode();
    private final ObjectNode told = MAPPER.createObjectNode();

    private Document(JsonNode asked) {
        this.asked = asked;
        told.putArray("seconds");
    }

    /** The work with the document; an error of the service is told from others by `refused`, which else answers null. */
    interface Work {
        void run(Document document) throws Exception;
    }

    static void run(Work work, Function<Exception, ObjectNode> refused) throws Exception {
        Document document = new Document(MAPPER.readTree(System.in));
        document.done.putArray("then");
        try {
            work.run(document);
            document.told.set("ok", document.done);
        } catch (Exception error) {
            ObjectNode refusal = refused.apply(error);
            String kind = kind(error);
            if (refusal != null) {
                document.told.set("error", refusal);
            } else if (kind != null) {
                document.told.put("unreachable", words(error)).put("kind", kind);
            } else {
                document.told.put("client_error", words(error));
            }
        }
        System.out.println(MAPPER.writeValueAsString(document.told));
        // Threads of the SDK's own would keep the process.
        System.exit(0);
    }

    String text(String name) {
        return asked.path(name).textValue();
    }

    int milliseconds() {
        return (int) (asked.path("timeout").asDouble() * 1000);
    }

    int times() {
        return Math.max(1, asked.path("repeat").asInt(1));
    }

    <T> T timed(Supplier<T> call) {
        long begun = System.nanoTime();
        try {
            return call.get();
        } finally {
            told.withArray("seconds").add((System.nanoTime() - begun) / 1_000_000 / 1000.0);
        }
    }

    void assumed(String arn, String id, String key, long expiration) {
        done.putObject("AssumedRoleUser").put("Arn", arn).put("AssumedRoleId", id);
        done.putObject("Credentials").put("AccessKeyId", key).put("Expiration", expiration);
    }

    void identity(String arn, String id, String account) {
        done.withArray("then").addObject().put("Arn", arn).put("UserId", id).put("Account", account);
    }

    static ObjectNode refusal(String code, String message, int status) {
        return MAPPER.createObjectNode().put("Code", code).put("Message", message).put("Status", status);
    }

    private static String words(Throwable error) {
        StringBuilder words = new StringBuilder();
        for (Throwable one = error; one != null; one = one.getCause()) {
            words.append(words.length() == 0 ? "" : ": ").append(one.getClass().getSimpleName()).append(": ").append(one.getMessage());
        }
        return words.toString();
    }

    private static String kind(Throwable error) {
        for (Throwable one = error; one != null; one = one.getCause()) {
            if (one instanceof UnknownHostException) return "name";
            if (one instanceof SSLException) return "tls";
            // Apache's own names for a timeout of the connection are of neither class alone.
            if (one instanceof SocketTimeoutException || one.getClass().getSimpleName().contains("Timeout")) return "timeout";
            if (one instanceof ConnectException) return String.valueOf(one.getMessage()).contains("timed out") ? "timeout" : "refused";
        }
        return null;
    }
}
