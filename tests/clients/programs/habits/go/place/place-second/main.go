// Version 2 of the AWS SDK for Go as an ordinary application in a place.
package main

import (
	"context"
	"errors"
	"net"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"
	"github.com/aws/smithy-go"

	"rolecall/habits/place/document"
)

func main() {
	document.Run(work, refused)
}

func work(asked document.Asked, timed func(func() error) error) (*document.Ok, error) {
	ctx := context.Background()
	network := awshttp.NewBuildableClient().WithTimeout(2 * asked.Limit()).WithDialerOptions(func(dialer *net.Dialer) {
		dialer.Timeout = asked.Limit()
	})
	options := []func(*config.LoadOptions) error{
		config.WithHTTPClient(network),
		config.WithRetryer(func() aws.Retryer { return aws.NopRetryer{} }),
	}
	if asked.Region != nil {
		options = append(options, config.WithRegion(*asked.Region))
	}
	if asked.Profile != nil {
		options = append(options, config.WithSharedConfigProfile(*asked.Profile))
	}
	loaded, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return nil, err
	}
	client := func(keys aws.CredentialsProvider) *sts.Client {
		return sts.NewFromConfig(loaded, func(o *sts.Options) {
			o.BaseEndpoint = or(asked.EndpointURL, o.BaseEndpoint)
			if keys != nil {
				o.Credentials = keys
			}
		})
	}
	user, done := client(nil), &document.Ok{Then: []document.Identity{}}
	if asked.Assume != nil {
		var made *sts.AssumeRoleOutput
		for range asked.Times() {
			if err := timed(func() (err error) { made, err = user.AssumeRole(ctx, input(asked.Assume)); return }); err != nil {
				return nil, err
			}
		}
		keys := made.Credentials
		done.AssumedRoleUser = &document.User{Arn: made.AssumedRoleUser.Arn, AssumedRoleId: made.AssumedRoleUser.AssumedRoleId}
		done.Credentials = &document.Made{AccessKeyId: keys.AccessKeyId, Expiration: keys.Expiration.Unix()}
		user = client(credentials.NewStaticCredentialsProvider(*keys.AccessKeyId, *keys.SecretAccessKey, *keys.SessionToken))
	}
	for _, name := range asked.Then {
		if name != "GetCallerIdentity" {
			return nil, errors.New("no call is called " + name)
		}
		var who *sts.GetCallerIdentityOutput
		err := timed(func() (err error) { who, err = user.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{}); return })
		if err != nil {
			return nil, err
		}
		done.Then = append(done.Then, document.Identity{Arn: who.Arn, UserId: who.UserId, Account: who.Account})
	}
	return done, nil
}

func input(given *document.Assume) *sts.AssumeRoleInput {
	in := &sts.AssumeRoleInput{
		RoleArn: given.RoleArn, RoleSessionName: given.RoleSessionName, ExternalId: given.ExternalId,
		DurationSeconds: given.DurationSeconds, SourceIdentity: given.SourceIdentity,
		SerialNumber: given.SerialNumber, TokenCode: given.TokenCode,
	}
	for _, tag := range given.Tags {
		in.Tags = append(in.Tags, types.Tag{Key: &tag.Key, Value: &tag.Value})
	}
	return in
}

func or(first, second *string) *string {
	if first != nil {
		return first
	}
	return second
}

func refused(err error) *document.Refusal {
	var said smithy.APIError
	var response *awshttp.ResponseError
	if !errors.As(err, &said) || !errors.As(err, &response) {
		return nil
	}
	return &document.Refusal{Code: said.ErrorCode(), Message: said.ErrorMessage(), Status: response.HTTPStatusCode()}
}
