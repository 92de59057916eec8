package orders

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/fn"
	"github.com/isobar-dev/isobar/runtime/workflow"
	"github.com/isobar-dev/isobar/spec/asl"
)

// tasks are the handlers of this package by the names that the workflow calls them by.
var tasks = map[string]app.Handler{
	"validate-order":         app.Task(Validate),
	"check-inventory":        app.Task(CheckInventory),
	"process-payment":        app.Task(ProcessPayment),
	"ship-order":             app.Task(ShipOrder),
	"notify-out-of-stock":    app.Task(NotifyOutOfStock),
	"handle-payment-failure": app.Task(HandlePaymentFailure),
}

// calling calls the handlers for real, and keeps what is published.
type calling struct{ published []string }

// Call implements workflow.Tasks.
func (c *calling) Call(ctx context.Context, call workflow.Call) (workflow.Reply, error) {
	input := workflow.Encode(call.Input)
	if call.Resource.Kind != asl.Function {
		c.published = append(c.published, string(input))
		return workflow.Reply{Output: map[string]any{}}, nil
	}
	handler, ok := tasks[call.Resource.Name]
	if !ok {
		return workflow.Reply{}, fmt.Errorf("there is no task %s", call.Resource.Name)
	}
	f := app.Function{Name: call.Resource.Name, Timeout: time.Minute, Handler: handler}
	result, failure := f.Perform(ctx, fn.TraceContext{}, input)
	if failure != nil {
		return workflow.Reply{Fault: workflow.FunctionFault(failure.Name, failure.Message)}, nil
	}
	output, err := workflow.Decode(result)
	return workflow.Reply{Output: output}, err
}

// fulfil runs the shop's workflow for an order, and returns the states that it went through.
func fulfil(t *testing.T, o Order) (result *workflow.Result, path string, published []string) {
	t.Helper()
	const file = "../order.asl.yaml"
	definition, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	m, diags := asl.Load(file, definition, nil)
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	data, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	input, err := workflow.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	c := &calling{}
	result, err = workflow.Run(t.Context(), m, input, workflow.Options{Tasks: c, Workflow: "order", Name: o.ID})
	if err != nil {
		t.Fatal(err)
	}
	var states []string
	for _, e := range result.Trace {
		if e.Kind == workflow.Entered {
			states = append(states, e.Place)
		}
	}
	return result, strings.Join(states, " "), c.published
}

// partners gives a test a warehouse and a bank of its own.
func partners(t *testing.T, w Warehouse, b Bank) {
	t.Helper()
	oldWarehouse, oldBank := warehouse, bank
	warehouse, bank = w, b
	t.Cleanup(func() { warehouse, bank = oldWarehouse, oldBank })
}

// busy is a bank that cannot be asked for a while.
type busy struct {
	Bank
	times int
}

func (b *busy) Charge(ctx context.Context, order string, cents int64) (string, bool, error) {
	if b.times--; b.times >= 0 {
		return "", false, errors.New("the line is busy")
	}
	return b.Bank.Charge(ctx, order, cents)
}

func TestAnOrderIsFulfilled(t *testing.T) {
	partners(t, &shelves{each: 10}, &tills{limit: 100_00})
	r, path, published := fulfil(t, Order{ID: "o1", User: "ada", Items: []Item{book}})
	if r.Fault != nil || path != "ValidateOrder CheckInventory InventoryDecision ProcessPayment PaymentDecision ShipOrder NotifyCustomer OrderSuccess" {
		t.Fatalf("%s: %v", path, r.Fault)
	}
	if want := `{"order":"o1","status":"shipped","tracking":"parcel-o1","user":"ada"}`; !slices.Equal(published, []string{want}) {
		t.Errorf("published is %q", published)
	}
	if got := string(workflow.Encode(r.Output)); !strings.Contains(got, `"payment":{"approved":true,"receipt":"receipt-o1"}`) {
		t.Errorf("the output is %s", got)
	}
}

func TestAnOrderThatIsNotFulfilled(t *testing.T) {
	for name, c := range map[string]struct {
		order     Order
		shelves   *shelves
		bank      Bank
		want      string
		took      time.Duration
		available int // on the shelves afterwards
	}{
		"is not valid":      {Order{ID: "o1", User: "ada"}, &shelves{each: 10}, nil, "ValidateOrder OrderFailed", 0, 10},
		"is out of stock":   {Order{ID: "o1", User: "ada", Items: []Item{book, book}}, &shelves{each: 3}, nil, "ValidateOrder CheckInventory InventoryDecision OutOfStock OrderFailed", 0, 3},
		"is not paid for":   {Order{ID: "o1", User: "ada", Items: []Item{book}}, &shelves{each: 10}, &tills{limit: 1}, "ValidateOrder CheckInventory InventoryDecision ProcessPayment PaymentDecision PaymentFailed OrderFailed", 0, 10},
		"cannot be charged": {Order{ID: "o1", User: "ada", Items: []Item{book}}, &shelves{each: 10}, &busy{times: 9}, "ValidateOrder CheckInventory InventoryDecision ProcessPayment", 14 * time.Second, 8},
	} {
		partners(t, c.shelves, c.bank)
		r, path, published := fulfil(t, c.order)
		if r.Fault == nil || path != c.want || len(published) > 0 {
			t.Errorf("an order that %s: %s: %v, published %q", name, path, r.Fault, published)
		}
		if took := r.Trace[len(r.Trace)-1].At; took != c.took {
			t.Errorf("an order that %s takes %s, want %s", name, took, c.took)
		}
		if left := c.shelves.each - c.shelves.taken[book.SKU]; left != c.available {
			t.Errorf("an order that %s leaves %d on the shelves, want %d", name, left, c.available)
		}
	}
}

func TestThePaymentIsTriedAgain(t *testing.T) {
	partners(t, &shelves{each: 10}, &busy{&tills{limit: 100_00}, 3})
	r, _, _ := fulfil(t, Order{ID: "o1", User: "ada", Items: []Item{book}})
	const delays = (2 + 4 + 8) * time.Second
	if took := r.Trace[len(r.Trace)-1].At; r.Fault != nil || took != delays {
		t.Errorf("it took %s, want %s: %v", took, delays, r.Fault)
	}
}

func TestTasksActOnceForAnOrder(t *testing.T) {
	s := &shelves{each: 10}
	partners(t, s, &tills{limit: 100_00})
	o := Validated{Order: Order{ID: "o1", User: "ada", Items: []Item{book}}}
	for range 3 {
		if stock, err := CheckInventory(t.Context(), o); err != nil || !stock.InStock {
			t.Fatal(stock, err)
		}
	}
	if s.taken["book"] != 2 {
		t.Errorf("%d are set aside, want 2", s.taken["book"])
	}
	for range 3 {
		if _, err := HandlePaymentFailure(t.Context(), Fulfilment{Validated: o}); err != nil {
			t.Fatal(err)
		}
	}
	if s.taken["book"] != 0 {
		t.Errorf("%d are set aside still", s.taken["book"])
	}
}
