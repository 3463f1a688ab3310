package rolecall;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.http.SdkHttpService;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.StsClientBuilder;
import software.amazon.awssdk.utils.AttributeMap;
import software.amazon.awssdk.utils.IoUtils;

/** What version 2 of the AWS SDK for Java does with its settings. */
public final class Second {
    private Second() {}

    public static void main(String[] arguments) throws Exception {
        Wire.run(Second::judge);
    }

    private static void judge(JsonNode row) {
        StsClientBuilder builder = StsClient.builder();
        if (row.path("ask").textValue().equals("endpoint")) {
            builder.credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDEXPLICIT", "secret")));
        }
        String region = Wire.text(row, "region");
        if (region != null) {
            builder.region(Region.of(region));
        }
        String url = Wire.text(row, "options", "endpoint_url");
        if (url != null) {
            builder.endpointOverride(URI.create(url));
        }
        Boolean fips = Wire.flag(row, "use_fips_endpoint");
        if (fips != null) {
            builder.fipsEnabled(fips);
        }
        Boolean dualStack = Wire.flag(row, "use_dualstack_endpoint");
        if (dualStack != null) {
            builder.dualstackEnabled(dualStack);
        }
        String profile = Wire.text(row, "profile");
        builder.overrideConfiguration(configuration -> {
            configuration.retryStrategy(strategy -> strategy.maxAttempts(1));
            if (profile != null) {
                configuration.defaultProfileName(profile);
            }
        });
        try (StsClient client = builder.build()) {
            client.getCallerIdentity();
        }
    }

    /** The only way to the network on the class path, which every client takes. */
    public static final class Service implements SdkHttpService {
        @Override
        public SdkHttpClient.Builder<?> createHttpClientBuilder() {
            return new Builder();
        }
    }

    private static final class Builder implements SdkHttpClient.Builder<Builder> {
        @Override
        public SdkHttpClient buildWithDefaults(AttributeMap defaults) {
            return new Network();
        }
    }

    private static final class Network implements SdkHttpClient {
        @Override
        public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
            return new Exchange(request);
        }

        @Override
        public void close() {}
    }

    private record Exchange(HttpExecuteRequest request) implements ExecutableHttpRequest {
        @Override
        public HttpExecuteResponse call() throws IOException {
            String body = IoUtils.toUtf8String(request.contentStreamProvider().orElseThrow().newStream());
            String authorization = request.httpRequest().firstMatchingHeader("Authorization").orElse(null);
            String answer = Wire.answer(request.httpRequest().getUri().toString(), authorization, body);
            return HttpExecuteResponse.builder()
                .response(SdkHttpResponse.builder().statusCode(200).build())
                .responseBody(AbortableInputStream.create(new ByteArrayInputStream(answer.getBytes(StandardCharsets.UTF_8))))
                .build();
        }

        @Override
        public void abort() {}
    }
}
