// What version 1 of the AWS SDK for Go does with its settings.
package main

import (
	"net/http"

	"github.com/aws/aws-sdk-go/aws"
	"github.com/aws/aws-sdk-go/aws/credentials"
	"github.com/aws/aws-sdk-go/aws/endpoints"
	"github.com/aws/aws-sdk-go/aws/session"
	"github.com/aws/aws-sdk-go/service/sts"

	"rolecall/habits/wire"
)

func main() {
	wire.Run(true, func(row wire.Row, network *wire.Network) error {
		shared := aws.Config{HTTPClient: &http.Client{Transport: network}, Region: row.Region, MaxRetries: aws.Int(0)}
		options := session.Options{Config: shared}
		if row.Profile != nil {
			options.Profile = *row.Profile
		}
		loaded, err := session.NewSessionWithOptions(options)
		if err != nil {
			return err
		}
		own := aws.NewConfig()
		if row.Ask == "endpoint" {
			own.Credentials = credentials.NewStaticCredentials("AKIDEXPLICIT", "secret", "")
		}
		if text := row.Text("endpoint_url"); text != "" {
			own.Endpoint = &text
		}
		if on, given := row.Switch("use_ssl"); given {
			own.DisableSSL = aws.Bool(!on)
		}
		if on, given := row.Switch("use_fips_endpoint"); given {
			own.UseFIPSEndpoint = endpoints.FIPSEndpointStateDisabled
			if on {
				own.UseFIPSEndpoint = endpoints.FIPSEndpointStateEnabled
			}
		}
		if on, given := row.Switch("use_dualstack_endpoint"); given {
			own.UseDualStackEndpoint = endpoints.DualStackEndpointStateDisabled
			if on {
				own.UseDualStackEndpoint = endpoints.DualStackEndpointStateEnabled
			}
		}
		if text := row.Text("sts_regional_endpoints"); text != "" {
			// As a program would: by the function that reads the words.
			if own.STSRegionalEndpoint, err = endpoints.GetSTSRegionalEndpoint(text); err != nil {
				return err
			}
		}
		_, err = sts.New(loaded, own).GetCallerIdentity(&sts.GetCallerIdentityInput{})
		return err
	})
}
