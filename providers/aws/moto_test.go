package aws_test

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/isobar-dev/isobar/internal/judge"
	"github.com/isobar-dev/isobar/providers/providertest"
)

// skipped are the types of resources that moto's CloudFormation does not make. Should it learn one, this list gets shorter.
var skipped = []string{
	"AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Authorizer", "AWS::ApiGatewayV2::Integration", "AWS::ApiGatewayV2::Route",
	"AWS::ApiGatewayV2::Stage", "AWS::CloudWatch::Alarm", "AWS::S3::BucketPolicy", "AWS::SNS::Subscription", "AWS::SQS::QueuePolicy",
	"AWS::Scheduler::Schedule", "AWS::Scheduler::ScheduleGroup", "AWS::SecretsManager::Secret",
}

// moto makes stacks of the templates as CloudFormation does, as far as it can: it resolves references in an order of its own finding, and has
// what stands behind a resource check its properties.
func TestMotoMakesStacks(t *testing.T) {
	m := startMoto(t)
	left := map[string]bool{}
	for name, tree := range providertest.Trees(t, harness, nil) {
		t.Run(name, func(t *testing.T) {
			data, _ := tree.Get("template.yaml")
			m.reset(t)
			made := m.stack(t, "stack", withoutAPIURL(string(data)))
			var absent []string
			for id, resource := range entries(get(templates(t, tree)["template.yaml"], "Resources")) {
				kind := get(resource, "Type").Value
				switch {
				case slices.Contains(made, id):
				case slices.Contains(skipped, kind):
					left[kind] = true
					absent = append(absent, id+" ("+kind+")")
				default:
					t.Errorf("%s, which is a %s, was not made", id, kind)
				}
			}
			if len(made) == 0 {
				t.Error("nothing was made")
			}
			t.Logf("moto made %d resources, and skipped %s", len(made), strings.Join(absent, ", "))
		})
	}
	for _, kind := range skipped {
		if !left[kind] {
			t.Errorf("%s is said to be skipped, and was not", kind)
		}
	}
}

// withoutAPIURL is a template without the output that refers to an attribute of the API, which moto has not made.
func withoutAPIURL(template string) string {
	template = regexp.MustCompile(`(?m)^  ApiUrl:\n.*\n.*\n\n?`).ReplaceAllString(template, "")
	return strings.TrimSuffix(template, "\nOutputs:\n")
}

type moto struct{ url string }

// startMoto starts moto's server on a port that is free, until the test ends.
func startMoto(t *testing.T) moto {
	t.Helper()
	const name = "moto_server"
	program, err := exec.LookPath(name)
	if err != nil {
		judge.Absent(t, name, "pip install 'moto[server]==5.2.1'")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, program, "-H", "127.0.0.1", "-p", port)
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait()
	})
	m := moto{"http://127.0.0.1:" + port + "/"}
	const patience = time.Minute
	for deadline := time.Now().Add(patience); ; time.Sleep(100 * time.Millisecond) {
		resp, err := http.Get(m.url + "moto-api/data.json")
		if err == nil {
			_ = resp.Body.Close()
			return m
		}
		if time.Now().After(deadline) {
			t.Fatalf("moto does not answer: %v", err)
		}
	}
}

// call makes a request to one of the services.
func (m moto) call(t *testing.T, service, method, path string, form url.Values, body string) []byte {
	t.Helper()
	if form != nil {
		body = form.Encode()
	}
	r, err := http.NewRequestWithContext(t.Context(), method, m.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	// The service is named where a signature says what it is for. Nobody checks the signature.
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/"+service+"/aws4_request, SignedHeaders=host, Signature=none")
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s %s%s: %s, %v\n%s", method, service, path, resp.Status, err, data)
	}
	return data
}

// reset forgets all stacks, and puts the artifact in its place.
func (m moto) reset(t *testing.T) {
	t.Helper()
	m.call(t, "moto", http.MethodPost, "moto-api/reset", nil, "")
	m.call(t, "s3", http.MethodPut, "artifacts", nil, "")
	m.call(t, "s3", http.MethodPut, "artifacts/app.zip", nil, "zip")
}

// stack makes a stack, and returns the logical IDs of what it holds.
func (m moto) stack(t *testing.T, name, template string) []string {
	t.Helper()
	form := url.Values{"Action": {"CreateStack"}, "Version": {"2010-05-15"}, "StackName": {name}, "TemplateBody": {template}}
	for i, p := range [][2]string{{"ArtifactBucket", "artifacts"}, {"ArtifactKey", "app.zip"}} {
		form.Set(fmt.Sprintf("Parameters.member.%d.ParameterKey", i+1), p[0])
		form.Set(fmt.Sprintf("Parameters.member.%d.ParameterValue", i+1), p[1])
	}
	m.call(t, "cloudformation", http.MethodPost, "", form, "")
	data := m.call(t, "cloudformation", http.MethodPost, "", url.Values{"Action": {"DescribeStackResources"}, "Version": {"2010-05-15"}, "StackName": {name}}, "")
	var out struct {
		IDs []string `xml:"DescribeStackResourcesResult>StackResources>member>LogicalResourceId"`
	}
	if err := xml.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out.IDs
}
