package rolecall;

import com.amazonaws.ClientConfiguration;
import com.amazonaws.Protocol;
import com.amazonaws.auth.AWSCredentialsProvider;
import com.amazonaws.auth.AWSStaticCredentialsProvider;
import com.amazonaws.auth.BasicAWSCredentials;
import com.amazonaws.auth.DefaultAWSCredentialsProviderChain;
import com.amazonaws.auth.profile.ProfileCredentialsProvider;
import com.amazonaws.client.builder.AwsClientBuilder;
import com.amazonaws.http.apache.client.impl.ConnectionManagerAwareHttpClient;
import com.amazonaws.regions.AwsProfileRegionProvider;
import com.amazonaws.regions.AwsRegionProvider;
import com.amazonaws.services.securitytoken.AWSSecurityTokenServiceClient;
import com.amazonaws.services.securitytoken.AWSSecurityTokenServiceClientBuilder;
import com.amazonaws.services.securitytoken.model.GetCallerIdentityRequest;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.List;
import org.apache.http.HttpEntityEnclosingRequest;
import org.apache.http.HttpHost;
import org.apache.http.HttpRequest;
import org.apache.http.HttpVersion;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.client.methods.HttpUriRequest;
import org.apache.http.conn.ClientConnectionManager;
import org.apache.http.conn.HttpClientConnectionManager;
import org.apache.http.entity.StringEntity;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.conn.BasicHttpClientConnectionManager;
import org.apache.http.message.BasicHttpResponse;
import org.apache.http.params.HttpParams;
import org.apache.http.protocol.HttpContext;
import org.apache.http.util.EntityUtils;

/** What version 1 of the AWS SDK for Java does with its settings. */
public final class First {
    private First() {}

    public static void main(String[] arguments) throws Exception {
        java.util.logging.LogManager.getLogManager().reset();
        Wire.run(First::judge);
    }

    private static void judge(JsonNode row) throws Exception {
        forget();
        ClientConfiguration configuration = new ClientConfiguration().withMaxErrorRetry(0);
        if (Boolean.FALSE.equals(Wire.flag(row, "use_ssl"))) {
            configuration.setProtocol(Protocol.HTTP);
        }
        AWSSecurityTokenServiceClientBuilder builder = AWSSecurityTokenServiceClientBuilder.standard();
        builder.withClientConfiguration(configuration).withCredentials(credentials(row));
        String region = Wire.text(row, "region");
        String url = Wire.text(row, "options", "endpoint_url");
        if (url != null) {
            builder.withEndpointConfiguration(new AwsClientBuilder.EndpointConfiguration(url, region));
        } else if (region != null) {
            builder.withRegion(region);
        }
        builder.build().getCallerIdentity(new GetCallerIdentityRequest());
    }

    private static AWSCredentialsProvider credentials(JsonNode row) {
        if (row.path("ask").textValue().equals("endpoint")) {
            return new AWSStaticCredentialsProvider(new BasicAWSCredentials("AKIDEXPLICIT", "secret"));
        }
        String profile = Wire.text(row, "profile");
        // The default, which is one for the life of a process.
        return profile == null ? new DefaultAWSCredentialsProviderChain() : new ProfileCredentialsProvider(profile);
    }

    /** What the SDK reads once in the life of a process is read again for each row. */
    private static void forget() throws ReflectiveOperationException {
        Class<?> resolver = Class.forName("com.amazonaws.services.securitytoken.RegionalEndpointsOptionResolver");
        Constructor<?> another = resolver.getDeclaredConstructor();
        another.setAccessible(true);
        Method set = AWSSecurityTokenServiceClient.class.getDeclaredMethod("setRegionalEndpointsOptionResolver", resolver);
        set.setAccessible(true);
        set.invoke(null, another.newInstance());

        Field chain = AwsClientBuilder.class.getDeclaredField("DEFAULT_REGION_PROVIDER");
        chain.setAccessible(true);
        Field held = Class.forName("com.amazonaws.regions.AwsRegionProviderChain").getDeclaredField("providers");
        held.setAccessible(true);
        @SuppressWarnings("unchecked")
        List<AwsRegionProvider> providers = (List<AwsRegionProvider>) held.get(chain.get(null));
        providers.replaceAll(one -> one instanceof AwsProfileRegionProvider ? new AwsProfileRegionProvider() : one);
    }

    /** What every client sends its requests with. */
    public static ConnectionManagerAwareHttpClient network() {
        return new Network();
    }

    private static final class Network extends CloseableHttpClient implements ConnectionManagerAwareHttpClient {
        @Override
        protected CloseableHttpResponse doExecute(HttpHost host, HttpRequest request, HttpContext context) throws IOException {
            String body = EntityUtils.toString(((HttpEntityEnclosingRequest) request).getEntity());
            String authorization =
                request.getFirstHeader("Authorization") == null ? null : request.getFirstHeader("Authorization").getValue();
            Answer answer = new Answer();
            answer.setEntity(new StringEntity(Wire.answer(((HttpUriRequest) request).getURI().toString(), authorization, body)));
            return answer;
        }

        @Override
        public HttpClientConnectionManager getHttpClientConnectionManager() {
            return new BasicHttpClientConnectionManager();
        }

        @Override
        public void close() {}

        @Override
        @Deprecated
        public HttpParams getParams() {
            throw new UnsupportedOperationException();
        }

        @Override
        @Deprecated
        public ClientConnectionManager getConnectionManager() {
            throw new UnsupportedOperationException();
        }
    }

    private static final class Answer extends BasicHttpResponse implements CloseableHttpResponse {
        Answer() {
            super(HttpVersion.HTTP_1_1, 200, "OK");
        }

        @Override
        public void close() {}
    }
}
