package hclread_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/isobar-dev/isobar/providers/gcp/internal/hclread"
)

const module = `
variable "region" {
  default = "europe-west1"
}

variable "stage" {
  default = "dev"
}

locals {
  prefix = "shop-${var.stage}"
  labels = { isobar-app = "shop" }
}

resource "google_pubsub_subscription" "orders" {
  name     = "${local.prefix}-orders"
  location = var.region
  labels   = local.labels
  topic    = google_pubsub_topic.orders.id
  literal  = "$${not} a reference"
  for_each = toset(["b", "a"])
  empty    = []

  retry_policy {
    minimum_backoff = "10s"
  }

  filters {
    attribute = "one"
    value     = 1
  }

  filters {
    attribute = "two"
    value     = true
  }
}
`

func TestLeaves(t *testing.T) {
	var m hclread.Module
	if err := m.Parse("main.tf", []byte(module)); err != nil {
		t.Fatal(err)
	}
	m.Forget("stage")
	got := map[string]string{}
	for _, l := range m.Leaves(m.Blocks[3]) {
		got[l.Path] += l.Value + "|" + l.Ref + ";"
	}
	want := map[string]string{
		"name": "shop-${var.stage}-orders|;", "location": "europe-west1|;", "labels.isobar-app": "shop|;",
		"topic": "${google_pubsub_topic.orders.id}|google_pubsub_topic.orders;", "literal": "$${not} a reference|;", "for_each[]": "b|;a|;", "empty": "[]|;",
		"retry_policy.minimum_backoff": "10s|;", "filters[attribute=one].attribute": "one|;", "filters[attribute=one].value": "1|;",
		"filters[attribute=two].attribute": "two|;", "filters[attribute=two].value": "true|;",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// FuzzParse reads anything: the files of another version may be anybody's.
func FuzzParse(f *testing.F) {
	f.Add([]byte(module))
	f.Add([]byte("locals {\n a = local.a\n b = \"${local.b}${local.b}\"\n c = [local.c]\n d = { x = local.d }\n}\n"))
	f.Fuzz(func(_ *testing.T, data []byte) {
		var m hclread.Module
		if m.Parse("main.tf", data) != nil {
			return
		}
		for _, b := range m.Blocks {
			m.Leaves(b)
		}
	})
}
