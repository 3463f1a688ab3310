// What version 2 of the AWS SDK for Go does with its settings.
package main

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"rolecall/habits/wire"
)

func main() {
	wire.Run(false, func(row wire.Row, network *wire.Network) error {
		ctx := context.Background()
		options := []func(*config.LoadOptions) error{config.WithHTTPClient(network)}
		if row.Region != nil {
			options = append(options, config.WithRegion(*row.Region))
		}
		if row.Profile != nil {
			options = append(options, config.WithSharedConfigProfile(*row.Profile))
		}
		if row.Ask == "endpoint" {
			keys := credentials.NewStaticCredentialsProvider("AKIDEXPLICIT", "secret", "")
			options = append(options, config.WithCredentialsProvider(keys))
		}
		loaded, err := config.LoadDefaultConfig(ctx, options...)
		if err != nil {
			return err
		}
		client := sts.NewFromConfig(loaded, func(o *sts.Options) {
			if text := row.Text("endpoint_url"); text != "" {
				o.BaseEndpoint = &text
			}
			if on, given := row.Switch("use_fips_endpoint"); given {
				o.EndpointOptions.UseFIPSEndpoint = aws.FIPSEndpointStateDisabled
				if on {
					o.EndpointOptions.UseFIPSEndpoint = aws.FIPSEndpointStateEnabled
				}
			}
			if on, given := row.Switch("use_dualstack_endpoint"); given {
				o.EndpointOptions.UseDualStackEndpoint = aws.DualStackEndpointStateDisabled
				if on {
					o.EndpointOptions.UseDualStackEndpoint = aws.DualStackEndpointStateEnabled
				}
			}
		})
		_, err = client.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
		return err
	})
}
