// Package wire is what the programs for both versions of the AWS SDK for Go share: rows in, answers out, and something in
// the place of the network. support/habits.py tells the form of a row.
package wire

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// A Row is what a client is told.
type Row struct {
	ID          int               `json:"id"`
	Ask         string            `json:"ask"`
	Region      *string           `json:"region"`
	Env         map[string]string `json:"env"`
	Config      *string           `json:"config"`
	Credentials *string           `json:"credentials"`
	Profile     *string           `json:"profile"`
	Options     map[string]any    `json:"options"`
	Provided    string            `json:"provided"`
}

// Text is the option's text, empty where there is none.
func (row Row) Text(name string) string {
	text, _ := row.Options[name].(string)
	return text
}

// Switch is the option's value, and whether there is one.
func (row Row) Switch(name string) (on, given bool) {
	on, given = row.Options[name].(bool)
	return on, given
}

// Target is where a call went.
type Target struct {
	URL           string  `json:"url"`
	SigningRegion *string `json:"signing_region"`
	Signing       *string `json:"signing"`
}

// Call is one call of STS.
type Call struct {
	Target          Target  `json:"target"`
	Key             *string `json:"key"`
	Operation       string  `json:"operation"`
	RoleArn         *string
	RoleSessionName *string
	ExternalId      *string
	SerialNumber    *string
	SourceIdentity  *string
	DurationSeconds *int
}

// Network takes every request of a client's.
type Network struct {
	Sent []Call
	row  Row
}

var scope = regexp.MustCompile(`Credential=([^/]*)/\d+/(?:([^/]*)/)?sts/aws4_request`)

// RoundTrip answers as the service would, or the metadata service.
func (network *Network) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.URL.Hostname() == "169.254.169.254" {
		return network.instance(request), nil
	}
	if request.Method == http.MethodGet {
		return answer(request, 200, provided), nil
	}
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return nil, err
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, err
	}
	network.Sent = append(network.Sent, told(request, form))
	action := form.Get("Action")
	text := fmt.Sprintf("<%[1]sResponse><%[1]sResult><Credentials><AccessKeyId>ASIA%[2]d</AccessKeyId>"+
		"<SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>"+
		"</Credentials></%[1]sResult></%[1]sResponse>", action, len(network.Sent))
	return answer(request, 200, text), nil
}

// Do is RoundTrip for clients that ask for less.
func (network *Network) Do(request *http.Request) (*http.Response, error) {
	return network.RoundTrip(request)
}

func (network *Network) instance(request *http.Request) *http.Response {
	if network.row.Provided != "instance" {
		return answer(request, 404, "")
	}
	switch {
	case strings.HasSuffix(request.URL.Path, "/api/token"):
		response := answer(request, 200, "token")
		response.Header.Set("X-Aws-Ec2-Metadata-Token-Ttl-Seconds", "21600")
		return response
	case strings.HasSuffix(request.URL.Path, "/security-credentials/"):
		return answer(request, 200, "role")
	}
	return answer(request, 200, provided)
}

const provided = `{"Code": "Success", "AccessKeyId": "provided", "SecretAccessKey": "secret", "Token": "token",
	"Expiration": "2099-01-01T00:00:00Z"}`

func answer(request *http.Request, status int, text string) *http.Response {
	return &http.Response{
		StatusCode: status,
		Proto:      "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        http.Header{"Content-Type": {"text/xml"}},
		Body:          io.NopCloser(bytes.NewBufferString(text)),
		ContentLength: int64(len(text)),
		Request:       request,
	}
}

func told(request *http.Request, form url.Values) Call {
	authorization := request.Header.Get("Authorization")
	where := strings.TrimSuffix(request.URL.String(), "/")
	call := Call{Target: Target{URL: where}, Operation: form.Get("Action")}
	if authorization != "" {
		signing := "v4"
		if strings.HasPrefix(authorization, "AWS4-ECDSA") {
			signing = "v4a"
		}
		call.Target.Signing = &signing
	}
	if found := scope.FindStringSubmatch(authorization); found != nil {
		call.Key, call.Target.SigningRegion = &found[1], &found[2]
	}
	for name, member := range map[string]**string{
		"RoleArn": &call.RoleArn, "RoleSessionName": &call.RoleSessionName, "ExternalId": &call.ExternalId,
		"SerialNumber": &call.SerialNumber, "SourceIdentity": &call.SourceIdentity,
	} {
		if form.Has(name) {
			value := form.Get(name)
			*member = &value
		}
	}
	if seconds, err := strconv.Atoi(form.Get("DurationSeconds")); err == nil {
		call.DurationSeconds = &seconds
	}
	return call
}

// Run answers every row on standard input. A client whose every request goes through the network is led to its container's
// credentials as ECS does it; others are led to a server of this process.
func Run(through bool, judge func(row Row, network *Network) error) {
	home := os.Getenv("HOME")
	path := os.Getenv("PATH")
	must(os.Chdir(home))
	must(os.WriteFile("token", []byte("a token that nobody checks"), 0o600))
	must(os.WriteFile("process", []byte(`echo '{"Version": 1, "AccessKeyId": "process", "SecretAccessKey": "secret", "SessionToken": "token"}'`), 0o600))
	container := httptest.NewServer(http.HandlerFunc(func(writer http.ResponseWriter, _ *http.Request) {
		writer.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(writer, provided)
	}))
	out := bufio.NewWriter(os.Stdout)
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var row Row
		must(json.Unmarshal(lines.Bytes(), &row))
		settle(row, home, path, container.URL, through)
		network := &Network{row: row, Sent: []Call{}}
		said := map[string]any{"id": row.ID}
		if err := judge(row, network); err != nil {
			said["error"], said["text"], said["calls"] = "Go", err.Error(), network.Sent
		} else if row.Ask == "endpoint" {
			where := network.Sent[len(network.Sent)-1].Target
			said["url"], said["signing_region"], said["signing"] = where.URL, where.SigningRegion, where.Signing
		} else {
			said["calls"] = network.Sent
		}
		text, err := json.Marshal(said)
		must(err)
		_, _ = out.Write(append(text, '\n'))
	}
	must(lines.Err())
	must(out.Flush())
}

func settle(row Row, home, path, container string, through bool) {
	os.Clearenv()
	set := map[string]string{"HOME": home, "PATH": path}
	for kind, text := range map[string]*string{"AWS_CONFIG_FILE": row.Config, "AWS_SHARED_CREDENTIALS_FILE": row.Credentials} {
		name := filepath.Join(home, kind)
		_ = os.Remove(name)
		if text != nil {
			must(os.WriteFile(name, []byte(*text), 0o600))
		}
		set[kind] = name
	}
	switch {
	case row.Provided == "container" && through:
		set["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/role"
	case row.Provided == "container":
		set["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = container
	}
	for name, value := range row.Env {
		set[name] = value
	}
	for name, value := range set {
		must(os.Setenv(name, value))
	}
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
