package terraform_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/isobar-dev/isobar/internal/judge/terraform"
)

const sound = `
variable "stage" {}
locals { prefix = "shop-${var.stage}" }
data "google_project" "this" {}
resource "google_pubsub_topic" "orders" {
  name   = "${local.prefix}-orders"
  labels = { number = data.google_project.this.number }
}
resource "google_pubsub_subscription" "orders" {
  name  = "orders"
  topic = google_pubsub_topic.orders.id
  expiration_policy { ttl = "" }
  depends_on = [google_pubsub_topic.orders]
}
output "topic" { value = google_pubsub_topic.orders.name }
`

// TestTheJudgeCanCondemn changes a sound module in one place after the other.
func TestTheJudgeCanCondemn(t *testing.T) {
	if problems := check(t, sound); len(problems) > 0 {
		t.Fatalf("a sound module has problems: %v", problems)
	}
	for name, c := range map[string]struct{ old, new, want string }{
		"unknown resource":        {`"google_pubsub_topic" "orders"`, `"google_pubsub_topics" "orders"`, "google_pubsub_topics is not in the schema"},
		"unknown attribute":       {`topic = google`, `topik = google`, "there is no attribute topik"},
		"missing attribute":       {`name  = "orders"`, ``, "the attribute name is missing"},
		"computed attribute":      {`name  = "orders"`, "name = \"orders\"\n effective_labels = {}", "only the provider sets effective_labels"},
		"unknown block":           {`expiration_policy {`, `expiry_policy {`, "there is no block expiry_policy"},
		"missing in a block":      {`ttl = ""`, ``, "the attribute ttl is missing"},
		"two of one":              {`expiration_policy { ttl = "" }`, "expiration_policy { ttl = \"\" }\nexpiration_policy { ttl = \"\" }", "there are 2 blocks expiration_policy"},
		"undeclared variable":     {`var.stage`, `var.stag`, "var.stag is not declared"},
		"undeclared local":        {`local.prefix`, `local.prefx`, "local.prefx is not declared"},
		"undeclared resource":     {`value = google_pubsub_topic.orders.name`, `value = google_pubsub_topic.order.name`, "google_pubsub_topic.order is not declared"},
		"undeclared data":         {`data.google_project.this.number`, `data.google_project.that.number`, "data.google_project.that is not declared"},
		"attribute of a resource": {`google_pubsub_topic.orders.name`, `google_pubsub_topic.orders.url`, "google_pubsub_topic.orders has no attribute url"},
		"declared twice":          {`output "topic"`, "variable \"stage\" {}\noutput \"topic\"", "var.stage is declared twice"},
		"a circle": {
			`name   = "${local.prefix}-orders"`, `name   = google_pubsub_subscription.orders.id`,
			"a circle of references: google_pubsub_subscription.orders needs google_pubsub_topic.orders needs google_pubsub_subscription.orders",
		},
		"a circle of one":    {`"shop-${var.stage}"`, `local.prefix`, "a circle of references: local.prefix needs local.prefix"},
		"no label":           {`output "topic"`, "resource {}\noutput \"topic\"", "resource has 2 labels, and not 0"},
		"one label":          {`output "topic"`, "data \"google_project\" {}\noutput \"topic\"", "data has 2 labels, and not 1"},
		"unknown block type": {`output "topic"`, `outputs "topic"`, "there are no blocks of type outputs"},
	} {
		t.Run(name, func(t *testing.T) {
			broken := strings.Replace(sound, c.old, c.new, 1)
			if broken == sound {
				t.Fatalf("%q is not in the module", c.old)
			}
			if problems := strings.Join(check(t, broken), "\n"); !strings.Contains(problems, c.want) {
				t.Errorf("found %q, want %q", problems, c.want)
			}
		})
	}
}

func check(t *testing.T, source string) []string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(source), 0o644); err != nil {
		t.Fatal(err)
	}
	problems, err := terraform.Check(dir)
	if err != nil {
		t.Fatal(err)
	}
	return problems
}
