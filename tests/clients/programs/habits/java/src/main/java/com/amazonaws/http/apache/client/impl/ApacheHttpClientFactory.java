package com.amazonaws.http.apache.client.impl;

import com.amazonaws.http.client.HttpClientFactory;
import com.amazonaws.http.settings.HttpClientSettings;

/** Found before the class of the SDK, whose place it takes: every client of version 1 gets its way to the network here. */
public class ApacheHttpClientFactory implements HttpClientFactory<ConnectionManagerAwareHttpClient> {
    @Override
    public ConnectionManagerAwareHttpClient create(HttpClientSettings settings) {
        return rolecall.First.network();
    }
}
