package shop_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"gocloud.dev/docstore"

	"github.com/isobar-dev/isobar/internal/engine"
	"github.com/isobar-dev/isobar/internal/judge"
	"github.com/isobar-dev/isobar/runtime/resource/awsdrivers"
	"github.com/isobar-dev/isobar/runtime/resource/azuredrivers/cosmos"
	"github.com/isobar-dev/isobar/runtime/resource/azuredrivers/cosmos/cosmostest"
	"github.com/isobar-dev/isobar/runtime/resource/gcpdrivers"
)

// The processes of a cloud use resources that stand in for the cloud's own: moto, Google's emulators, and doubles where there are none.
// Each test has tables of its own, with one user.

// shared is an engine that all tests share, for it takes seconds to start.
type shared struct {
	name, install, path, program string
	arguments                    []string
	once                         sync.Once
	engine                       *engine.Engine
	err                          error
}

var (
	moto      = &shared{name: "moto_server", install: "pip install 'moto[server]==5.2.1'", path: "/moto-api/", program: "moto_server", arguments: []string{"-H", "127.0.0.1", "-p", "{port}"}}
	firestore = &shared{
		name: "firestore-emulator", install: "install google-cloud-cli-firestore-emulator", path: "/", program: "gcloud",
		arguments: []string{"emulators", "firestore", "start", "--host-port={address}"},
	}
	pubsub = &shared{
		name: "pubsub-emulator", install: "install google-cloud-cli-pubsub-emulator", path: "/", program: "gcloud",
		arguments: []string{"beta", "emulators", "pubsub", "start", "--project=" + project, "--host-port={address}", "--data-dir={dir}"},
	}
)

const project = "shop-project"

func (s *shared) start(t testing.TB) *engine.Engine {
	t.Helper()
	s.once.Do(func() { s.engine, s.err = engine.Open(s.name, s.path, temp, nil, s.program, s.arguments...) })
	if errors.Is(s.err, exec.ErrNotFound) {
		judge.Absent(t, s.name, s.install)
	}
	check(t, s.err)
	return s.engine
}

func closeEngines() {
	for _, s := range []*shared{moto, firestore, pubsub} {
		if s.engine != nil {
			s.engine.Close()
		}
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var runs atomic.Int32

// run is a name that no other test has.
func run() string { return "run" + strconv.Itoa(int(runs.Add(1))) }

// seed puts the one user into the table.
func seed(t testing.TB, users *docstore.Collection) {
	t.Helper()
	defer func() { check(t, users.Close()) }()
	check(t, users.Put(context.Background(), map[string]any{"id": "ada", "name": "Ada Lovelace", "email": "ada@example.com"}))
}

const paymentKey = "key of the tests"

func onMoto(t testing.TB) []string {
	t.Helper()
	env := []string{"AWS_ENDPOINT_URL=" + moto.start(t).URL(), "AWS_REGION=eu-west-1", "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test"}
	config := awsdrivers.Config(func(name string) string { return find(env, name) })
	db, ctx, name := dynamodb.NewFromConfig(config), context.Background(), run()
	text, number, hash, order := types.ScalarAttributeTypeS, types.ScalarAttributeTypeN, types.KeyTypeHash, types.KeyTypeRange
	for table, key := range map[string]string{"users": "id", "emails": "email", "order-book": "id"} {
		in := &dynamodb.CreateTableInput{
			TableName: aws.String(name + "-" + table), BillingMode: types.BillingModePayPerRequest,
			AttributeDefinitions: []types.AttributeDefinition{{AttributeName: &key, AttributeType: text}},
			KeySchema:            []types.KeySchemaElement{{AttributeName: &key, KeyType: hash}},
		}
		if table == "order-book" {
			in.AttributeDefinitions = append(in.AttributeDefinitions,
				types.AttributeDefinition{AttributeName: aws.String("status"), AttributeType: text}, types.AttributeDefinition{AttributeName: aws.String("placed"), AttributeType: number})
			in.GlobalSecondaryIndexes = []types.GlobalSecondaryIndex{{
				IndexName: aws.String("pending"), Projection: &types.Projection{ProjectionType: types.ProjectionTypeAll},
				KeySchema: []types.KeySchemaElement{{AttributeName: aws.String("status"), KeyType: hash}, {AttributeName: aws.String("placed"), KeyType: order}},
			}}
		}
		_, err := db.CreateTable(ctx, in)
		if made := (*types.ResourceInUseException)(nil); errors.As(err, &made) {
			err = nil // nobody else has the name: the client asked again, as moto was slow to answer
		}
		check(t, err)
		env = append(env, "ISOBAR_TABLE_"+strings.ToUpper(strings.ReplaceAll(table, "-", "_"))+"="+name+"-"+table)
	}
	users, err := awsdrivers.OpenTable(ctx, config, name+"-users", []string{"id"})
	check(t, err)
	seed(t, users)
	topic := call(t, env, "sns", "Action=CreateTopic&Version=2010-03-31&Name="+name, "application/x-www-form-urlencoded", "")
	_, arn, _ := strings.Cut(topic, "<TopicArn>")
	arn, _, _ = strings.Cut(arn, "</TopicArn>")
	var secret struct{ ARN string }
	check(t, json.Unmarshal([]byte(call(t, env, "secretsmanager", fmt.Sprintf(`{"Name": %q, "SecretString": %q}`, name, paymentKey), "application/x-amz-json-1.1", "secretsmanager.CreateSecret")), &secret))
	var machine struct{ StateMachineArn string }
	states(t, env, "CreateStateMachine", map[string]string{"name": name, "roleArn": "arn:aws:iam::123456789012:role/x", "definition": `{"StartAt": "X", "States": {"X": {"Type": "Succeed"}}}`}, &machine)
	return append(env, "ISOBAR_TOPIC_USER_CREATED="+arn, "ISOBAR_VAULT_PAYMENT_KEY="+secret.ARN, workflowOrder+"="+machine.StateMachineArn)
}

// workflowOrder is the variable with what the cloud calls the workflow that fulfils orders.
const workflowOrder = "ISOBAR_WORKFLOW_ORDER"

// states calls Step Functions.
func states(t testing.TB, env []string, action string, in, out any) {
	t.Helper()
	body, err := json.Marshal(in)
	check(t, err)
	check(t, json.Unmarshal([]byte(call(t, env, "states", string(body), "application/x-amz-json-1.0", "AWSStepFunctions."+action)), out))
}

// startedOnMoto are the inputs of all executions by the names of these.
func startedOnMoto(t testing.TB, env []string) map[string]string {
	t.Helper()
	var list struct {
		Executions []struct{ ExecutionArn, Name string }
	}
	states(t, env, "ListExecutions", map[string]string{"stateMachineArn": find(env, workflowOrder)}, &list)
	inputs := map[string]string{}
	for _, e := range list.Executions {
		var execution struct{ Input string }
		states(t, env, "DescribeExecution", map[string]string{"executionArn": e.ExecutionArn}, &execution)
		inputs[e.Name] = execution.Input
	}
	return inputs
}

// workflows stands for a cloud that has no emulator of its workflows: it keeps the inputs of executions, and hands them out.
type workflows struct {
	mu     sync.Mutex
	inputs []string
}

func (s *workflows) start(input string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inputs = append(s.inputs, input)
}

// ServeHTTP says what was started.
func (s *workflows) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = json.NewEncoder(w).Encode(s.inputs)
}

// startedAt are the inputs of all executions, of one that has no name by its place.
func startedAt(t testing.TB, env []string) map[string]string {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, find(env, startedURL), nil)
	check(t, err)
	var list []string
	check(t, json.Unmarshal([]byte(answer(t, req)), &list))
	inputs := map[string]string{}
	for i, input := range list {
		inputs[strconv.Itoa(i)] = input
	}
	return inputs
}

// startedURL is where the double of a cloud's workflows says what was started. The processes do not look at it.
const startedURL = "TEST_STARTED"

// call calls moto, which believes who calls.
func call(t testing.TB, env []string, service, body, contentType, target string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, find(env, "AWS_ENDPOINT_URL")+"/", strings.NewReader(body))
	check(t, err)
	req.Header = http.Header{"Content-Type": {contentType}, "Authorization": {"AWS4-HMAC-SHA256 Credential=test/20261125/eu-west-1/" + service + "/aws4_request, SignedHeaders=host, Signature=x"}}
	if target != "" {
		req.Header.Set("X-Amz-Target", target)
	}
	return answer(t, req)
}

func answer(t testing.TB, req *http.Request) string {
	t.Helper()
	resp, err := http.DefaultClient.Do(req)
	check(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode/100 != 2 {
		t.Fatalf("%s %s: %d %s", req.Method, req.URL, resp.StatusCode, body)
	}
	return string(body)
}

func find(env []string, name string) string {
	for _, entry := range env {
		if value, ok := strings.CutPrefix(entry, name+"="); ok {
			return value
		}
	}
	return ""
}

// identity is the app's, with the token that the double of Cosmos DB takes.
type identity struct{}

func (identity) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: cosmostest.Token, ExpiresOn: time.Now().Add(time.Hour)}, nil
}

func onDoubles(t testing.TB) []string {
	t.Helper()
	account := cosmostest.New(t)
	users, err := cosmos.OpenCollection(cosmos.Options{Endpoint: account.URL, Database: "shop", Container: "users", Credential: identity{}}, []string{"id"})
	check(t, err)
	seed(t, users)
	started := &workflows{}
	// One server stands for App Service's identities, Key Vault, Service Bus and Logic Apps.
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodGet && r.URL.Path == "/started":
			started.ServeHTTP(w, r)
		case r.URL.Path == "/msi/token" && r.Header.Get("X-Identity-Header") == "header":
			_ = json.NewEncoder(w).Encode(map[string]string{
				"access_token": cosmostest.Token, "expires_on": strconv.FormatInt(time.Now().Add(time.Hour).Unix(), 10), "resource": r.URL.Query().Get("resource"), "token_type": "Bearer",
			})
		case r.Header.Get("Authorization") != "Bearer "+cosmostest.Token:
			w.WriteHeader(http.StatusUnauthorized)
		case r.URL.Path == "/secrets/payment-key":
			_ = json.NewEncoder(w).Encode(map[string]string{"value": paymentKey})
		case r.URL.Path == "/shop-dev-user-created/messages":
			w.WriteHeader(http.StatusCreated)
		case r.Method == http.MethodPost && r.URL.Path == "/workflows/order/triggers/start/paths/invoke":
			input, _ := io.ReadAll(r.Body)
			started.start(string(input))
			w.WriteHeader(http.StatusAccepted)
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	t.Cleanup(server.Close)
	return []string{
		"IDENTITY_ENDPOINT=" + server.URL + "/msi/token", "IDENTITY_HEADER=header",
		"COSMOS__accountEndpoint=" + account.URL, "ISOBAR_DATABASE=shop", "SERVICEBUS__fullyQualifiedNamespace=" + server.URL,
		"ISOBAR_TABLE_USERS=users", "ISOBAR_TABLE_EMAILS=emails", "ISOBAR_TABLE_ORDER_BOOK=order-book",
		"ISOBAR_TOPIC_USER_CREATED=shop-dev-user-created", "ISOBAR_SECRET_PAYMENT_KEY=" + server.URL + "/secrets/payment-key",
		workflowOrder + "=" + server.URL + "/workflows/order/triggers/start/paths/invoke?api-version=2016-10-01", startedURL + "=" + server.URL + "/started",
	}
}

func onEmulators(t testing.TB) []string {
	t.Helper()
	documents := "projects/" + project + "/databases/" + run() + "/documents/"
	topics := "projects/" + project + "/topics/user-created"
	const order = "projects/" + project + "/locations/europe-west1/workflows/order"
	started := &workflows{}
	// One server stands for Secret Manager and Workflows.
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var execution struct{ Argument string }
		switch {
		case r.Method == http.MethodGet && r.URL.Path == "/started":
			started.ServeHTTP(w, r)
		case r.Method == http.MethodPost && r.URL.Path == "/v1/"+order+"/executions" && json.NewDecoder(r.Body).Decode(&execution) == nil:
			started.start(execution.Argument)
			_ = json.NewEncoder(w).Encode(map[string]any{"name": order + "/executions/1", "state": "ACTIVE"})
		case strings.HasSuffix(r.URL.Path, "/versions/latest:access"):
			_ = json.NewEncoder(w).Encode(map[string]any{"payload": map[string]any{"data": []byte(paymentKey)}})
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	t.Cleanup(server.Close)
	env := []string{
		"FIRESTORE_EMULATOR_HOST=" + firestore.start(t).Address, "PUBSUB_EMULATOR_HOST=" + pubsub.start(t).Address, "SECRETMANAGER_EMULATOR_HOST=" + server.URL,
		"WORKFLOWS_EMULATOR_HOST=" + server.URL, workflowOrder + "=" + order, startedURL + "=" + server.URL + "/started",
		"ISOBAR_TABLE_USERS=" + documents + "users", "ISOBAR_TABLE_EMAILS=" + documents + "emails", "ISOBAR_TABLE_ORDER_BOOK=" + documents + "order-book",
		"ISOBAR_TOPIC_USER_CREATED=" + topics, "ISOBAR_SECRET_PAYMENT_KEY=projects/" + project + "/secrets/payment-key",
	}
	t.Setenv("FIRESTORE_EMULATOR_HOST", find(env, "FIRESTORE_EMULATOR_HOST")) // which the driver looks for
	users, err := gcpdrivers.OpenTable(context.Background(), gcpdrivers.Config(func(name string) string { return find(env, name) }), documents+"users", []string{"id"})
	check(t, err)
	seed(t, users)
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPut, pubsub.engine.URL()+"/v1/"+topics, strings.NewReader("{}"))
	check(t, err)
	if resp, err := http.DefaultClient.Do(req); err == nil { // which may be there from another test
		_ = resp.Body.Close()
	}
	return env
}
