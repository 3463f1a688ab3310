// Version 1 of the AWS SDK for Go as an ordinary application in a place.
package main

import (
	"errors"
	"net"
	"net/http"

	"github.com/aws/aws-sdk-go/aws"
	"github.com/aws/aws-sdk-go/aws/awserr"
	"github.com/aws/aws-sdk-go/aws/credentials"
	"github.com/aws/aws-sdk-go/aws/session"
	"github.com/aws/aws-sdk-go/service/sts"

	"rolecall/habits/place/document"
)

func main() {
	document.Run(func(asked document.Asked, timed func(func() error) error) (*document.Ok, error) {
		done, err := work(asked, timed)
		return done, inner(err)
	}, refused)
}

func work(asked document.Asked, timed func(func() error) error) (*document.Ok, error) {
	dialer := &net.Dialer{Timeout: asked.Limit()}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DialContext = dialer.DialContext
	network := &http.Client{Transport: transport, Timeout: 2 * asked.Limit()}
	options := session.Options{Config: aws.Config{HTTPClient: network, Region: asked.Region, MaxRetries: aws.Int(0)}}
	if asked.Profile != nil {
		options.Profile = *asked.Profile
	}
	loaded, err := session.NewSessionWithOptions(options)
	if err != nil {
		return nil, err
	}
	client := func(keys *credentials.Credentials) *sts.STS {
		own := aws.NewConfig()
		own.Endpoint, own.Credentials = asked.EndpointURL, keys
		return sts.New(loaded, own)
	}
	user, done := client(nil), &document.Ok{Then: []document.Identity{}}
	if asked.Assume != nil {
		var made *sts.AssumeRoleOutput
		for range asked.Times() {
			if err := timed(func() (err error) { made, err = user.AssumeRole(input(asked.Assume)); return }); err != nil {
				return nil, err
			}
		}
		keys := made.Credentials
		done.AssumedRoleUser = &document.User{Arn: made.AssumedRoleUser.Arn, AssumedRoleId: made.AssumedRoleUser.AssumedRoleId}
		done.Credentials = &document.Made{AccessKeyId: keys.AccessKeyId, Expiration: keys.Expiration.Unix()}
		user = client(credentials.NewStaticCredentials(*keys.AccessKeyId, *keys.SecretAccessKey, *keys.SessionToken))
	}
	for _, name := range asked.Then {
		if name != "GetCallerIdentity" {
			return nil, errors.New("no call is called " + name)
		}
		var who *sts.GetCallerIdentityOutput
		err := timed(func() (err error) { who, err = user.GetCallerIdentity(&sts.GetCallerIdentityInput{}); return })
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
		SourceIdentity: given.SourceIdentity, SerialNumber: given.SerialNumber, TokenCode: given.TokenCode,
	}
	if given.DurationSeconds != nil {
		in.DurationSeconds = aws.Int64(int64(*given.DurationSeconds))
	}
	for _, tag := range given.Tags {
		in.Tags = append(in.Tags, &sts.Tag{Key: &tag.Key, Value: &tag.Value})
	}
	return in
}

// This version keeps what went wrong below where Go's errors.As does not look.
type wrapped struct {
	error
	below error
}

func (w wrapped) Unwrap() error { return w.below }

func inner(err error) error {
	said, ok := err.(awserr.Error)
	if !ok || said.OrigErr() == nil {
		return err
	}
	if _, ok := err.(awserr.RequestFailure); ok {
		return err
	}
	return wrapped{err, said.OrigErr()}
}

func refused(err error) *document.Refusal {
	var said awserr.RequestFailure
	if !errors.As(err, &said) {
		return nil
	}
	return &document.Refusal{Code: said.Code(), Message: said.Message(), Status: said.StatusCode()}
}
