# Two lines,
#
# and an empty one.

terraform {
  required_version = ">= 1.5"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 7.0"
    }
  }
}

# A topic.
resource "google_pubsub_topic" "orders" {
  name          = "${local.prefix}-orders"
  number        = -3
  fraction      = 1.5
  computed      = "${max(var.memory, 512)}Mi"
  a_longer_name = true
  one           = ["a"]
  none          = []
  empty         = {}

  services = toset([
    "a",
    "b",
  ])

  labels = {
    isobar-app  = "shop"
    "1 odd key" = var.stage
  }

  after = "x"

  policy {
    ttl = ""
  }

  last = 1
}
