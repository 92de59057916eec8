package azure_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/providers/providertest"
)

var (
	lookups  = regexp.MustCompile(`"(%[^"]*)"|"connection": "([^"]*)"`)
	settings = regexp.MustCompile(`(?s)\nresource settings .*?\n  properties: \{\n(.*?)\n  \}\n`)
)

// What function.json files look up is among the app settings.
func TestFunctionsFindTheirSettings(t *testing.T) {
	for name, tree := range providertest.Trees(t, harness, extremes) {
		source, _ := tree.Get("main.bicep")
		found := settings.FindSubmatch(source)
		if found == nil {
			t.Fatalf("%s has no app settings", name)
		}
		for path, data := range tree.All() {
			for _, m := range lookups.FindAllStringSubmatch(string(data), -1) {
				want := strings.Trim(m[1], "%") + ": "
				if m[2] != "" {
					want = m[2] + "__credential: "
				}
				if strings.HasSuffix(path, "function.json") && !strings.Contains(string(found[1]), "    "+want) {
					t.Errorf("%s: %s looks up %s, which is no app setting", name, path, m[0])
				}
			}
		}
	}
}

// The names are a convention, which the runtime and clients keep: each resource that a function has access to has one, and only those.
func TestSettingsNameResources(t *testing.T) {
	files := harness.Lower(t, []byte(`isobar: v1
name: shop
functions:
  take-order: { handler: ./f.F, queue: new-orders, access: { done-orders: send, my-news: publish, my-files: read, my-users: write, my-key: read } }
  hear: { handler: ./f.F, topic: heard }
  look-at: { handler: ./f.F, bucket: looked-at }
  track-it: { handler: ./f.F, table: tracked }
  tick-it: { handler: ./f.F, schedule: "* * * * *" }
queues: { new-orders: , done-orders: , other-queue: }
topics: { my-news: , heard: , other-topic: }
buckets: { my-files: , looked-at: , other-bucket: }
tables: { my-users: { key: { id: string } }, tracked: { key: { id: string } }, other-table: { key: { id: string } } }
secrets: { my-key: , other-key: }
targets: { azure: }
`))
	source, _ := files.Get("main.bicep")
	var got []string
	for _, line := range strings.Split(string(settings.FindSubmatch(source)[1]), "\n") {
		if strings.HasPrefix(line, "    ISOBAR_") {
			got = append(got, strings.TrimSpace(line))
		}
	}
	want := `ISOBAR_DATABASE: 'shop'
ISOBAR_CHANGES_FROM: deployedAt
ISOBAR_QUEUE_DONE_ORDERS: '${prefix}-done-orders'
ISOBAR_QUEUE_NEW_ORDERS: '${prefix}-new-orders'
ISOBAR_TOPIC_HEARD: '${prefix}-heard'
ISOBAR_TOPIC_MY_NEWS: '${prefix}-my-news'
ISOBAR_BUCKET_MY_FILES: '${prefix}-my-files'
ISOBAR_TABLE_MY_USERS: 'my-users'
ISOBAR_SECRET_MY_KEY: '${vault.properties.vaultUri}secrets/my-key'
ISOBAR_CHANNEL_LOOK_AT: '${prefix}-looked-at--look-at'
ISOBAR_DEAD_LETTER_TICK_IT: '${prefix}-schedule--tick-it-dead-letter'
ISOBAR_DEAD_LETTER_TRACK_IT: '${prefix}-tracked--track-it-dead-letter'
ISOBAR_STAGE: stage`
	if strings.Join(got, "\n") != want {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
}
