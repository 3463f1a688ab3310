// Package document is what a program in a place is asked, and how it answers: tests/clients/README.md.
package document

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"net"
	"os"
	"strings"
	"syscall"
	"time"
)

// Asked is the document on standard input.
type Asked struct {
	Region      *string
	EndpointURL *string `json:"endpoint_url"`
	Profile     *string
	Timeout     float64
	Assume      *Assume
	Repeat      int
	Then        []string
}

// Assume is the input of AssumeRole.
type Assume struct {
	RoleArn         *string
	RoleSessionName *string
	ExternalId      *string
	DurationSeconds *int32
	SourceIdentity  *string
	SerialNumber    *string
	TokenCode       *string
	Tags            []struct{ Key, Value string }
}

// Limit is the time for connecting, and for reading.
func (asked Asked) Limit() time.Duration {
	return time.Duration(asked.Timeout * float64(time.Second))
}

// Times is how often AssumeRole is called.
func (asked Asked) Times() int {
	return max(asked.Repeat, 1)
}

// User is AWS's AssumedRoleUser.
type User struct{ Arn, AssumedRoleId *string }

// Made is what may be told of credentials.
type Made struct {
	AccessKeyId *string
	Expiration  int64
}

// Identity is the answer of GetCallerIdentity.
type Identity struct{ Arn, UserId, Account *string }

// Ok is what came of the calls.
type Ok struct {
	AssumedRoleUser *User      `json:",omitempty"`
	Credentials     *Made      `json:",omitempty"`
	Then            []Identity `json:"then"`
}

// Refusal is an error of the service.
type Refusal struct {
	Code, Message string
	Status        int
}

type answer struct {
	Ok          *Ok       `json:"ok,omitempty"`
	Refused     *Refusal  `json:"error,omitempty"`
	Unreachable string    `json:"unreachable,omitempty"`
	Kind        *string   `json:"kind,omitempty"`
	ClientError string    `json:"client_error,omitempty"`
	Seconds     []float64 `json:"seconds"`
}

// Run reads the document, works, and writes what came of it. `refused` tells an error of the service from others.
func Run(work func(Asked, func(func() error) error) (*Ok, error), refused func(error) *Refusal) {
	var asked Asked
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		panic(err)
	}
	told := answer{Seconds: []float64{}}
	done, err := work(asked, func(call func() error) error {
		begun := time.Now()
		err := call()
		told.Seconds = append(told.Seconds, time.Since(begun).Round(time.Millisecond).Seconds())
		return err
	})
	var network net.Error
	switch {
	case err == nil:
		told.Ok = done
	case refused(err) != nil:
		told.Refused = refused(err)
	case !lacking(err) && (errors.As(err, &network) || kind(err) != nil):
		told.Unreachable, told.Kind = err.Error(), kind(err)
	default:
		told.ClientError = err.Error()
	}
	if err := json.NewEncoder(os.Stdout).Encode(told); err != nil {
		panic(err)
	}
}

// Whether a chain of credentials ended at an instance's metadata that nobody answers: version 2 of the SDK tells that as
// an error of the network, others as credentials that are lacking.
func lacking(err error) bool {
	return strings.Contains(err.Error(), "no EC2 IMDS role found")
}

func kind(err error) *string {
	name := ""
	var lookup *net.DNSError
	var certificate *tls.CertificateVerificationError
	var network net.Error
	switch {
	case errors.As(err, &lookup):
		name = "name"
	case errors.Is(err, syscall.ECONNREFUSED):
		name = "refused"
	case errors.As(err, &certificate), strings.Contains(err.Error(), "tls: "):
		name = "tls"
	case errors.As(err, &network) && network.Timeout():
		name = "timeout"
	default:
		return nil
	}
	return &name
}
