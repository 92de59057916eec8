package gcp

import (
	"github.com/isobar-dev/isobar/codegen/access"
	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/gcp/internal/hcl"
)

// The roles that are granted, each on one resource.
const (
	// Of the event caller on an event function, and of everybody on the HTTP API.
	// https://cloud.google.com/run/docs/reference/iam/roles
	roleInvoker = "roles/run.invoker"

	// Of Pub/Sub itself, so that it can move a message to the dead-letter topic: publisher there, subscriber on the subscription.
	// https://cloud.google.com/pubsub/docs/handling-failures#grant_forwarding_permissions
	rolePublisher  = "roles/pubsub.publisher"
	roleSubscriber = "roles/pubsub.subscriber"
)

// builderRoles are what the account that builds the functions needs in the project: Cloud Functions keeps the source and the image
// in places of its own making.
// https://cloud.google.com/functions/docs/securing/build-custom-sa
var builderRoles = []string{"roles/artifactregistry.writer", "roles/logging.logWriter", "roles/storage.objectViewer"}

// pubsubAgent is the account that Pub/Sub itself acts as. https://cloud.google.com/iam/docs/service-agents
var pubsubAgent = hcl.Template{
	hcl.Str("serviceAccount:service-"), hcl.Ref("data.google_project.this.number"), hcl.Str("@gcp-sa-pubsub.iam.gserviceaccount.com"),
}

// invoker lets a member call a function.
func invoker(name string, member hcl.Value) hcl.Block {
	return resource(typeInvoker, name,
		hcl.Attr{Name: "location", Value: of(typeFunction, name, "location")},
		hcl.Attr{Name: "service", Value: of(typeFunction, name, "name")},
		hcl.Attr{Name: "role", Value: hcl.Str(roleInvoker)},
		hcl.Attr{Name: "member", Value: member},
	)
}

// afterInvoker makes what calls a function wait until it may: a call that is refused counts as a delivery. There is nothing to wait
// for without a function.
func afterInvoker(function string) hcl.Attr {
	if function == "" {
		return hcl.Attr{}
	}
	return hcl.Attr{Name: "depends_on", Value: hcl.List{hcl.Ref(typeInvoker + "." + identifier(function))}}
}

// deadLettering lets Pub/Sub forward what failed from a subscription to its dead-letter topic.
func deadLettering(queue, deadLetters string) []hcl.Block {
	return []hcl.Block{
		resource(typeTopicRole, deadLetters,
			hcl.Attr{Name: "topic", Value: of(typeTopic, deadLetters, "id")},
			hcl.Attr{Name: "role", Value: hcl.Str(rolePublisher)},
			hcl.Attr{Name: "member", Value: pubsubAgent},
		),
		resource(typeSubscriptionRole, queue,
			hcl.Attr{Name: "subscription", Value: of(typeSubscription, queue, "id")},
			hcl.Attr{Name: "role", Value: hcl.Str(roleSubscriber)},
			hcl.Attr{Name: "member", Value: pubsubAgent},
		),
	}
}

func resource(kind, name string, body ...hcl.Item) hcl.Block {
	return hcl.Block{Type: "resource", Labels: []string{kind, identifier(name)}, Body: body}
}

// commented puts a comment above a block.
func commented(comment string, b hcl.Block) hcl.Block {
	b.Comment = comment
	return b
}

// permissions is how the cloud grants what functions can do.
func permissions() access.Table { return nil }

// grants lists every permission that the generated files give.
func grants(*plan.App, plan.Target) []access.Grant { return nil }
