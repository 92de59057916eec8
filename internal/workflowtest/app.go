package workflowtest

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/spec"
)

// source is the spec of an app with two workflows, one for each kind of trigger.
const source = `isobar: v1
name: shop
functions:
  validate-order: { handler: ./orders.Validate, task: true }
  check-inventory: { handler: ./orders.CheckInventory, task: true }
  process-payment: { handler: ./orders.Pay, task: true, timeout: 1m }
  ship-order: { handler: ./orders.Ship, task: true }
  notify-out-of-stock: { handler: ./orders.OutOfStock, task: true }
  handle-payment-failure: { handler: ./orders.NotPaid, task: true }
  pay-back: { handler: ./orders.PayBack, task: true }
  get-order: { handler: ./orders.Get, http: "POST /orders", access: { order: start } }
topics: { order-updates: , ordered: }
queues: { letters: , refunds: }
workflows:
  order: { definition: order.asl.yaml, topic: ordered }
  refund: { definition: refund.asl.json, queue: refunds }
targets: { TARGET: }
`

// refund is the second workflow: it calls one thing of each kind, starts the first one, and has text that looks like code.
const refund = `{
  "StartAt": "PayBack",
  "States": {
    "PayBack": {
      "Type": "Task", "Resource": "isobar:function:pay-back", "ResultPath": "$.paid",
      "Retry": [{ "ErrorEquals": ["Transient"], "IntervalSeconds": 5, "MaxAttempts": 2 }],
      "Catch": [{ "ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Tell" }],
      "Next": "Tell"
    },
    "Tell": {
      "Type": "Task", "Resource": "isobar:queue:letters",
      "Parameters": { "to.$": "$.customer", "text": "it's ${done} @{now} {{resolve:ssm:x}} %{ if }" },
      "ResultPath": null, "Next": "Order again"
    },
    "Order again": { "Type": "Task", "Resource": "isobar:workflow:order", "ResultPath": null, "End": true }
  }
}`

// App is an app with two workflows for one target: the order of the scenarios in a folder, and one that calls one thing of each kind.
func App(t testing.TB, target, scenarios string) *plan.App {
	t.Helper()
	doc, diags := spec.Load("isobar.yaml", []byte(strings.Replace(source, "TARGET", target, 1)))
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	app := plan.Build(doc, plan.Packages{Root: "example.com/app"})
	archive, err := txtar.ParseFile(filepath.Join(scenarios, "order-shipped.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	for name, definition := range map[string][]byte{"order": archive.Files[0].Data, "refund": []byte(refund)} {
		if diags := app.Define(app.Workflow(name), app.Workflow(name).Definition.Value, definition); diags.HasErrors() {
			t.Fatal(diags)
		}
	}
	return app
}
