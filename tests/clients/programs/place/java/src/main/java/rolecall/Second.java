package rolecall;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.StsClientBuilder;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;
import software.amazon.awssdk.services.sts.model.AssumeRoleResponse;
import software.amazon.awssdk.services.sts.model.Credentials;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityResponse;
import software.amazon.awssdk.services.sts.model.Tag;

/** Version 2 of the AWS SDK for Java as an ordinary application in a place. */
public final class Second {
    private Second() {}

    public static void main(String[] arguments) throws Exception {
        Document.run(Second::work, error -> error instanceof AwsServiceException said && said.awsErrorDetails() != null
            ? Document.refusal(said.awsErrorDetails().errorCode(), said.awsErrorDetails().errorMessage(), said.statusCode())
            : null);
    }

    private static void work(Document document) {
        StsClient user = client(document, null);
        JsonNode given = document.asked.path("assume");
        if (given.isObject()) {
            AssumeRoleResponse made = null;
            for (int time = 0; time < document.times(); time++) {
                StsClient own = user;
                made = document.timed(() -> own.assumeRole(input(given)));
            }
            Credentials keys = made.credentials();
            document.assumed(made.assumedRoleUser().arn(), made.assumedRoleUser().assumedRoleId(), keys.accessKeyId(),
                keys.expiration().getEpochSecond());
            user = client(document, StaticCredentialsProvider.create(
                AwsSessionCredentials.create(keys.accessKeyId(), keys.secretAccessKey(), keys.sessionToken())));
        }
        for (JsonNode name : document.asked.path("then")) {
            if (!name.asText().equals("GetCallerIdentity")) throw new IllegalArgumentException("no call is called " + name);
            StsClient own = user;
            GetCallerIdentityResponse who = document.timed(own::getCallerIdentity);
            document.identity(who.arn(), who.userId(), who.account());
        }
    }

    private static StsClient client(Document document, AwsCredentialsProvider keys) {
        Duration limit = Duration.ofMillis(document.milliseconds());
        // The client it takes by itself, which has no other way of being given times.
        StsClientBuilder builder = StsClient.builder()
            .httpClientBuilder(Apache5HttpClient.builder().connectionTimeout(limit).socketTimeout(limit));
        if (keys != null) {
            builder.credentialsProvider(keys);
        }
        String region = document.text("region");
        if (region != null) {
            builder.region(Region.of(region));
        }
        String url = document.text("endpoint_url");
        if (url != null) {
            builder.endpointOverride(URI.create(url));
        }
        String profile = document.text("profile");
        builder.overrideConfiguration(configuration -> {
            configuration.retryStrategy(strategy -> strategy.maxAttempts(1));
            if (profile != null) {
                configuration.defaultProfileName(profile);
            }
        });
        return builder.build();
    }

    private static AssumeRoleRequest input(JsonNode given) {
        List<Tag> tags = new ArrayList<>();
        for (JsonNode tag : given.path("Tags")) {
            tags.add(Tag.builder().key(tag.path("Key").textValue()).value(tag.path("Value").textValue()).build());
        }
        AssumeRoleRequest.Builder input = AssumeRoleRequest.builder()
            .roleArn(given.path("RoleArn").textValue())
            .roleSessionName(given.path("RoleSessionName").textValue())
            .externalId(given.path("ExternalId").textValue())
            .sourceIdentity(given.path("SourceIdentity").textValue())
            .serialNumber(given.path("SerialNumber").textValue())
            .tokenCode(given.path("TokenCode").textValue());
        if (given.path("DurationSeconds").isInt()) {
            input.durationSeconds(given.path("DurationSeconds").intValue());
        }
        return (tags.isEmpty() ? input : input.tags(tags)).build();
    }
}
