package rolecall;

import com.amazonaws.AmazonServiceException;
import com.amazonaws.ClientConfiguration;
import com.amazonaws.auth.AWSCredentialsProvider;
import com.amazonaws.auth.AWSStaticCredentialsProvider;
import com.amazonaws.auth.BasicSessionCredentials;
import com.amazonaws.auth.profile.ProfileCredentialsProvider;
import com.amazonaws.client.builder.AwsClientBuilder;
import com.amazonaws.services.securitytoken.AWSSecurityTokenService;
import com.amazonaws.services.securitytoken.AWSSecurityTokenServiceClientBuilder;
import com.amazonaws.services.securitytoken.model.AssumeRoleRequest;
import com.amazonaws.services.securitytoken.model.AssumeRoleResult;
import com.amazonaws.services.securitytoken.model.Credentials;
import com.amazonaws.services.securitytoken.model.GetCallerIdentityRequest;
import com.amazonaws.services.securitytoken.model.GetCallerIdentityResult;
import com.amazonaws.services.securitytoken.model.Tag;
import com.fasterxml.jackson.databind.JsonNode;

/** Version 1 of the AWS SDK for Java as an ordinary application in a place. */
public final class First {
    private First() {}

    public static void main(String[] arguments) throws Exception {
        java.util.logging.LogManager.getLogManager().reset();
        Document.run(First::work, error -> error instanceof AmazonServiceException said
            ? Document.refusal(said.getErrorCode(), said.getErrorMessage(), said.getStatusCode())
            : null);
    }

    private static void work(Document document) {
        AWSSecurityTokenService user = client(document, null);
        JsonNode given = document.asked.path("assume");
        if (given.isObject()) {
            AssumeRoleResult made = null;
            for (int time = 0; time < document.times(); time++) {
                AWSSecurityTokenService own = user;
                made = document.timed(() -> own.assumeRole(input(given)));
            }
            Credentials keys = made.getCredentials();
            document.assumed(made.getAssumedRoleUser().getArn(), made.getAssumedRoleUser().getAssumedRoleId(),
                keys.getAccessKeyId(), keys.getExpiration().getTime() / 1000);
            user = client(document, new AWSStaticCredentialsProvider(new BasicSessionCredentials(
                keys.getAccessKeyId(), keys.getSecretAccessKey(), keys.getSessionToken())));
        }
        for (JsonNode name : document.asked.path("then")) {
            if (!name.asText().equals("GetCallerIdentity")) throw new IllegalArgumentException("no call is called " + name);
            AWSSecurityTokenService own = user;
            GetCallerIdentityResult who = document.timed(() -> own.getCallerIdentity(new GetCallerIdentityRequest()));
            document.identity(who.getArn(), who.getUserId(), who.getAccount());
        }
    }

    private static AWSSecurityTokenService client(Document document, AWSCredentialsProvider keys) {
        AWSSecurityTokenServiceClientBuilder builder = AWSSecurityTokenServiceClientBuilder.standard();
        builder.withClientConfiguration(new ClientConfiguration()
            .withMaxErrorRetry(0)
            .withConnectionTimeout(document.milliseconds())
            .withSocketTimeout(document.milliseconds()));
        String profile = document.text("profile");
        if (keys != null) {
            builder.withCredentials(keys);
        } else if (profile != null) {
            builder.withCredentials(new ProfileCredentialsProvider(profile));
        }
        String region = document.text("region");
        String url = document.text("endpoint_url");
        if (url != null) {
            builder.withEndpointConfiguration(new AwsClientBuilder.EndpointConfiguration(url, region));
        } else if (region != null) {
            builder.withRegion(region);
        }
        return builder.build();
    }

    private static AssumeRoleRequest input(JsonNode given) {
        AssumeRoleRequest input = new AssumeRoleRequest()
            .withRoleArn(given.path("RoleArn").textValue())
            .withRoleSessionName(given.path("RoleSessionName").textValue())
            .withExternalId(given.path("ExternalId").textValue())
            .withSourceIdentity(given.path("SourceIdentity").textValue())
            .withSerialNumber(given.path("SerialNumber").textValue())
            .withTokenCode(given.path("TokenCode").textValue());
        if (given.path("DurationSeconds").isInt()) {
            input.setDurationSeconds(given.path("DurationSeconds").intValue());
        }
        for (JsonNode tag : given.path("Tags")) {
            input.withTags(new Tag().withKey(tag.path("Key").textValue()).withValue(tag.path("Value").textValue()));
        }
        return input;
    }
}
